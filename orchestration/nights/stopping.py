"""Whether somebody asked this process to stop.

Belongs here: the signal's handler, and that it came. Never here: what stops, or what is said of it.
DuckDB makes an error of its own out of a KeyboardInterrupt that comes while it works, and dbt a failed model of that.
"""

from __future__ import annotations

from threading import Event
from types import FrameType

is_asked = Event()


def stop(_signal: int, _frame: FrameType | None) -> None:
    """Ctrl-C and SIGTERM alike."""
    is_asked.set()
    raise KeyboardInterrupt
