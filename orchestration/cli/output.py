"""Where the commands' output goes: a full disk there is a fault of the output, never of what the command did.

Belongs here: the stream. Never here: what is shown (`screen`).
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import typer


class NotShown(OSError):
    """What was to be shown could not be written."""


class _Output(io.FileIO):
    def write(self, data: Any) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:  # who read it has seen enough
            raise
        except OSError as error:
            raise NotShown(error.errno, error.strerror) from None


def open_closed_streams() -> None:
    """Some supervisors start a process without streams; what it does must not fail for want of a place to say it."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 (as long as the process)


def name_faults_of_output() -> None:
    """From now on a fault of stdout is told apart from every other one."""
    old = sys.stdout
    if isinstance(old, io.TextIOWrapper) and old is sys.__stdout__:
        old.flush()
        raw = io.BufferedWriter(_Output(old.fileno(), "w", closefd=False))
        # a letter that the terminal's encoding does not have is shown as its code
        errors = "backslashreplace" if old.errors == "strict" else old.errors
        sys.stdout = io.TextIOWrapper(raw, old.encoding, errors, line_buffering=old.line_buffering)


@contextmanager
def shown_if_possible(otherwise: str) -> Iterator[None]:
    """Show what was done; if the output cannot be written that is said, and what was done counts."""
    try:
        yield
        sys.stdout.flush()
    except (NotShown, BrokenPipeError) as error:
        let_output_go()
        complain(f"{not_shown(error)}; {otherwise}")


def not_shown(error: OSError) -> str:
    """The fault in words."""
    return f"the output could not be written ({error.strerror})"


def complain(text: str) -> None:
    """A sentence on stderr, where that can be written."""
    with suppress(OSError):
        typer.echo(f"cx: {text}", err=True)


def let_output_go() -> None:
    """Nothing more is written, and what waits in the stream is not tried again at the end."""
    sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 (lives as long as the process)
