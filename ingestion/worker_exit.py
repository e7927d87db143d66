"""How a worker process ended: its exit code, the most memory it held, and what is said of that.

Belongs here: reaping a child and naming the cause. Never here: pipes and jobs (`worker_process`).
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from dataclasses import dataclass

# A process dies of the one request that is not granted, and that may be three times what it held until then.
SHARE_OF_LIMIT = 0.25
MAXRSS_TO_MB = 20 if sys.platform == "darwin" else 10  # shift: macOS tells bytes, Linux kilobytes


class WorkerDied(Exception):
    """The worker ended while it held a job: `reason` and `detail` as for a refused file."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason = reason
        self.detail = detail
        super().__init__(f"{reason}: {detail}")


@dataclass(frozen=True)
class Exit:
    """The code a process ended with, None where it had to be stopped, and its peak, 0 where that is not known."""

    code: int | None
    peak_mb: int = 0

    @property
    def cause(self) -> str:
        """In a few words."""
        if self.code is None:
            return "it did not answer"
        return f"signal {signal.Signals(-self.code).name}" if self.code < 0 else f"exit code {self.code}"

    def death(self, limit_mb: int) -> WorkerDied:
        """What is said of the file that was read then: memory is the cause where the limit was near."""
        told = f"reading it ended the worker process ({self.cause})"
        if self.peak_mb < limit_mb * SHARE_OF_LIMIT:
            return WorkerDied("worker_died", told)
        return WorkerDied("out_of_memory", f"{told}, which held {self.peak_mb} of at most {limit_mb} MB")


def reaped(process: subprocess.Popen[bytes], seconds: float) -> Exit | None:
    """How the process ended, if it does within these seconds; only who reaps it can ask for its peak.

    A child begins with the peak of the process that started it (Linux keeps it over fork and exec), so only
    what is above our own is known to be the child's; 0 stands for a peak that is not known.
    """
    until = time.monotonic() + seconds
    while process.returncode is None:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            inherited = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            return Exit(process.returncode, usage.ru_maxrss >> MAXRSS_TO_MB if usage.ru_maxrss > inherited else 0)
        if time.monotonic() >= until:
            return None
        time.sleep(0.01)
    return Exit(process.returncode)
