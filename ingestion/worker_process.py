"""The loader's hold on its worker process: started when needed, watched, ended, replaced when it died.

Belongs here: pipes, time limits. Never here: what a job means, or what an exit code does
(`worker_exit`).
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from contextlib import suppress
from types import TracebackType
from typing import IO

from ingestion.errors import NoSpace, RawStoreError, StoreHeld, StoreNotWritable, StoreTooNew
from ingestion.home import PROJECT_ROOT
from ingestion.jobs import Job, Reply, Start
from ingestion.worker_exit import Exit, WorkerDied, reaped

KINDS = (NoSpace, StoreHeld, StoreNotWritable, StoreTooNew)  # what a worker may end by; any other is the store's
START_SECONDS = 120.0
END_SECONDS = 60.0
# glibc keeps what the scan frees instead of giving it back to the kernel block by block: a third of the scan's time.
KEPT_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(16 << 20), "MALLOC_TRIM_THRESHOLD_": str(64 << 20)}


class WorkerProcess:
    """One worker at a time; the next job after a death gets a new one."""

    def __init__(self, start: Start) -> None:
        self._start = start
        self._process: subprocess.Popen[bytes] | None = None
        self._rest = b""

    def do(self, job: Job) -> Reply:
        """Hand over a job and wait for its reply. Raises WorkerDied, or the error of the store itself."""
        process = self._process or self._spawn()
        seconds = self._start.settings.file_seconds
        try:
            _stream(process.stdin).write(job.encode())
            _stream(process.stdin).flush()
            line = self._read_line(process, seconds)
        except BrokenPipeError:
            line = b""
        if line:
            reply = self._checked(Reply.decode(line))
            if reply.delivery and reply.delivery.reason == "out_of_memory":
                self.close()  # what it could not get back would be lacking to the next file
            return reply
        end = self._end()
        if end.code is None:
            raise WorkerDied("time_limit", f"took longer than {seconds:g} seconds and was stopped")
        raise end.death(self._start.settings.address_space_mb)

    def close(self) -> None:
        """Let the worker end by itself, and make sure that it did."""
        if self._process is not None:
            _stream(self._process.stdin).close()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(END_SECONDS)
            self._end()

    def __enter__(self) -> WorkerProcess:
        """Use as a context."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """An interrupted run kills its worker: the transaction under way leaves nothing."""
        if kind is not None:
            self._end()
        self.close()

    def _spawn(self) -> subprocess.Popen[bytes]:
        path = os.pathsep.join(part for part in (str(PROJECT_ROOT), os.environ.get("PYTHONPATH", "")) if part)
        process = subprocess.Popen(
            [sys.executable, "-m", "ingestion.worker.main"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=None if os.environ.get("CX_WORKER_STDERR") else subprocess.DEVNULL,  # its text may quote cells
            env=os.environ | KEPT_MEMORY | {"PYTHONPATH": path}, cwd=self._start.home.root,
        )  # fmt: skip
        self._process, self._rest = process, b""
        try:
            _stream(process.stdin).write(self._start.encode())
            _stream(process.stdin).flush()
            line = self._read_line(process, START_SECONDS)
        except BrokenPipeError:
            line = b""
        if not line:
            raise RawStoreError(
                f"the worker process did not start ({self._end().cause}); "
                "see docs/how_to/run_it_every_night.md, and run again"
            )
        self._checked(Reply.decode(line))
        return process

    def _checked(self, reply: Reply) -> Reply:
        if reply.fatal:
            self._end()
            raise next((kind for kind in KINDS if kind.__name__ == reply.fatal_kind), RawStoreError)(reply.fatal)
        return reply

    def _read_line(self, process: subprocess.Popen[bytes], seconds: float) -> bytes:
        """One line, or nothing where the process ended or the time is up."""
        until = time.monotonic() + seconds
        handle = _stream(process.stdout).fileno()
        while b"\n" not in self._rest:
            ready, _, _ = select.select([handle], [], [], max(0.0, until - time.monotonic()))
            block = os.read(handle, 1 << 16) if ready else b""
            if not block:
                return b""
            self._rest += block
        line, _, self._rest = self._rest.partition(b"\n")
        return line

    def _end(self) -> Exit:
        """Make sure that the worker is gone, and say how it ended."""
        process, self._process = self._process, None
        if process is None:
            return Exit(0)
        end = reaped(process, 1.0 if _is_closed(process) else 0.0)
        if end is None:
            process.kill()
            process.wait()
        for stream in (process.stdin, process.stdout):
            with suppress(BrokenPipeError):
                _stream(stream).close()
        return end or Exit(None)


def _is_closed(process: subprocess.Popen[bytes]) -> bool:
    """True where the other end has hung up: the process is about to be gone."""
    ready, _, _ = select.select([_stream(process.stdout).fileno()], [], [], 0)
    return bool(ready)


def _stream(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise ValueError("the worker was started without pipes")
    return stream
