"""A limit on what this process may take from the machine, for as long as a stranger's question runs.

DuckDB's own limit knows its buffers only: `select range(300000000)` took 18 GB under a limit of one.

Belongs here: the kernel's limit. Never here: what is asked.
"""

from __future__ import annotations

import re
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_STATUS = Path("/proc/self/status")


@contextmanager
def memory_capped(more_bytes: int) -> Iterator[None]:
    """Let this process take so many bytes more than it holds now, where the kernel says what it holds."""
    held = re.search(r"VmData:\s+(\d+) kB", _STATUS.read_text()) if _STATUS.exists() else None
    before = resource.getrlimit(resource.RLIMIT_DATA)
    if held is None:
        yield
        return
    wanted = int(held[1]) * 1024 + more_bytes
    caps = [cap for cap in (wanted, *before) if cap != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_DATA, (min(caps), before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, before)
