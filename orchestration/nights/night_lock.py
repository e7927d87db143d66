"""One night at a time, by a kernel lock that dies with its holder.

Belongs here: taking and giving back the lock. Never here: waiting for long, or a lock that outlives a process.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from ingestion.home import Home
from orchestration.errors import AnotherNightRuns, NotWritable

_PATIENCE_SECONDS = 2.0
_PAUSE_SECONDS = 0.2
_HOME_MODE = 0o710


def ensure_home(home: Home) -> bool:
    """Make the home's folder if it is not there; true if it was made. Who made it by hand chose its mode."""
    if home.root.exists():
        return False
    home.root.mkdir(parents=True, exist_ok=True, mode=0o700)
    # The group may pass through to published/, and list nothing on the way: whatever the umask is.
    home.root.chmod(_HOME_MODE)
    return True


@contextmanager
def night_lock(home: Home, purpose: str = "a night", patience: float = _PATIENCE_SECONDS) -> Iterator[None]:
    """Hold the home's lock, or say within seconds who holds it. After SIGKILL the kernel has already let go."""
    try:
        ensure_home(home)
        handle = os.open(home.night_lock, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise NotWritable(
            f"{home.root} cannot be written ({error.strerror})", "Give this user the right, or name another CX_HOME."
        ) from None
    try:
        _take(handle, home, patience)
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{purpose}, process {os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


def night_at_work(home: Home) -> AnotherNightRuns | None:
    """Who holds the lock now, as the error it would be to want it; None if nobody does."""
    try:
        handle = os.open(home.night_lock, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _held(handle, home)
    finally:
        os.close(handle)
    return None


def _take(handle: int, home: Home, patience: float) -> None:
    last = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return  # noqa: TRY300
        except BlockingIOError:
            if time.monotonic() >= last:
                raise _held(handle, home) from None
            time.sleep(_PAUSE_SECONDS)


def _held(handle: int, home: Home) -> AnotherNightRuns:
    holder = os.pread(handle, 200, 0).decode(errors="replace").strip() or "another process"
    return AnotherNightRuns(f"{holder} is at work in {home.root}", "Wait until it has ended; this one changed nothing.")
