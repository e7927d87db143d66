"""The process in which foreign bytes are parsed: it takes one file after another and may die of one without harm.

Belongs here: limits of the process, the loop over jobs. Never here: how a file is loaded (`file_load`), or which one.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from pathlib import Path
from typing import BinaryIO

import duckdb

from ingestion.errors import IngestionError
from ingestion.jobs import Job, Reply, Start
from ingestion.store.messages import store_error
from ingestion.store.raw_store import create_meta, ensure_tables, open_raw
from ingestion.worker.file_load import FileLoad
from ingestion.worker.file_replay import FileReplay
from ingestion.worker.run_memory import RunMemory

PR_SET_PDEATHSIG = 1
SMALL_FILE = 4 << 20


class Worker:
    """Takes jobs in the process it lives in. The loader gives it a process of its own; tests may do without."""

    def __init__(self, start: Start) -> None:
        self._start = start
        self._specs = {spec.name: spec for spec in start.specs}
        self._scratch = start.home.root / "scratch"
        self._connection = _open(start, self._scratch)
        self._memory = RunMemory({} if start.dry_run else None)
        row = self._connection.execute("select current_setting('threads')").fetchall()[0]
        self._threads = self._used_threads = int(row[0])

    def do(self, job: Job) -> Reply:
        """Take one file. An error of the store itself is raised: nothing more may be done with it then."""
        self._use_threads(1 if job.stat.size < SMALL_FILE else self._threads)
        kind = FileReplay if job.is_replay else FileLoad
        delivered = self._start.delivered.get(job.source, ())
        load = kind(self._connection, job, self._specs[job.spec_name], self._scratch, self._memory, delivered)
        try:
            return Reply(load.run())
        except duckdb.Error as error:
            raise store_error(self._start.home.raw_db, error) from None

    def _use_threads(self, count: int) -> None:
        """Small files are done sooner by one thread than by several that wait for each other."""
        if count != self._used_threads:
            self._connection.execute(f"set threads = {count}")
            self._used_threads = count

    def __enter__(self) -> Worker:
        """Use as a context."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the store; whatever the write-ahead log holds goes into the file."""
        self._connection.close()


class _WithoutPandas:
    """DuckDB and Arrow import pandas at the first value they meet, if they can: a fifth of a second for nothing."""

    def find_spec(self, fullname: str, *_: object) -> None:
        """Say that it is not there."""
        if fullname == "pandas":
            raise ModuleNotFoundError("the worker does without pandas", name=fullname)


def main(incoming: BinaryIO, outgoing: BinaryIO) -> int:
    """Work until there are no more jobs. A store that can no longer be trusted ends the process."""
    os.umask(0o077)
    _die_with_parent()
    sys.meta_path.insert(0, _WithoutPandas())
    start = Start.decode(incoming.readline())
    _limit_memory(start.settings.address_space_mb)
    try:
        with Worker(start) as worker:
            _say(outgoing, Reply())
            while line := incoming.readline():
                _say(outgoing, worker.do(Job.decode(line)))
    except IngestionError as error:
        _say(outgoing, Reply(fatal=str(error), fatal_kind=type(error).__name__))
        return 1
    return 0


def _open(start: Start, scratch: Path) -> duckdb.DuckDBPyConnection:
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{start.settings.database_mb}MB",
        "temp_directory": str(scratch),
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    if start.settings.threads:
        settings["threads"] = start.settings.threads
    if start.dry_run and not start.home.raw_db.exists():
        connection = duckdb.connect(config=settings)
        connection.execute("set timezone = 'UTC'")
        connection.execute("attach ':memory:' as raw")
        create_meta(connection)
        ensure_tables(connection, start.specs)
        return connection
    return open_raw(start.home, read_only=start.dry_run, settings=settings)


def _limit_memory(megabytes: int) -> None:
    try:
        import resource
    except ImportError:  # no such limits on this system: the database's own limit holds alone
        return
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))


def _die_with_parent() -> None:
    """A killed loader leaves no worker behind that holds the store (Linux; elsewhere it ends at its next read)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == 1:
            os._exit(1)


def _say(outgoing: BinaryIO, reply: Reply) -> None:
    outgoing.write(reply.encode())
    outgoing.flush()


if __name__ == "__main__":
    sys.exit(main(sys.stdin.buffer, sys.stdout.buffer))
