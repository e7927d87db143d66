"""What can stop a night, one class a cause: what happened, what to do, whether to try again, and the exit code.

Belongs here: error classes and exit codes that `docs/how_to/run_it_every_night.md` documents.
Never here: printing, cell text, or a cause that the loader already names (`ingestion.errors`).
"""

from __future__ import annotations

import errno
import os
import re

STOPPED_BY_HAND = 130  # as a shell says it; no cause to fix, so no class
UNTOUCHED = "the published file is unchanged"


class NightError(Exception):
    """A cause that a person can act on. The message says what and where; the hint says what to do."""

    exit_code = 1
    is_passing = False

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    @property
    def said(self) -> str:
        """What happened and what to do, in one text."""
        return ". ".join(part for part in (str(self), self.hint) if part)


class WrongUse(NightError):
    """The command was asked for something that is not there or cannot be."""

    exit_code = 2


class AuditFailed(NightError):
    """A model or a test of error severity failed; last night's file stays in place."""

    exit_code = 3


class AnotherNightRuns(NightError):
    """The kernel lock is held by another night."""

    exit_code = 4
    is_passing = True


class SettingsWrong(NightError):
    """A spec, a setting or the key file has a mistake, or a limit that was set is too low for the work."""

    exit_code = 5


class NoSpace(NightError):
    """The disk is full, or too full to begin."""

    exit_code = 6
    is_passing = True


class NotWritable(NightError):
    """A folder or a file of the home cannot be read, entered or written."""

    exit_code = 7


class HomeTooNew(NightError):
    """The home was written by a newer cx-warehouse."""

    exit_code = 8


class DatabaseDamaged(NightError):
    """A database file cannot be opened or read."""

    exit_code = 9


class DatabaseBusy(NightError):
    """Another program holds one of the working files open."""

    exit_code = 10
    is_passing = True


class NothingPublished(NightError):
    """There is no published file yet."""

    exit_code = 11


_NO_ROOM = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
_NO_RIGHT = (errno.EPERM, errno.EACCES, errno.EROFS)
# Classes whose texts name files and sizes, never a cell.
_MACHINES = (
    *("IO Error:", "Out of Memory Error:", "TransactionContext Error:", "FATAL Error:"),
    "Invalid Input Error: Cannot execute statement of type",
)
_HEAD = re.compile(r"^[ \t]*(?:OSError: )?(?P<text>[A-Z]\w*(?: \w+)* Error: |\[Errno (?P<code>\d+)\] )", re.MULTILINE)


def named_error(error: BaseException) -> NightError | None:
    """The named cause behind an operating system's or DuckDB's error, or None if it is none of the known ones.

    What tells is the error's class, never a word that may be a cell's.
    """
    if isinstance(error, NightError):
        return error
    text = _machine_words(error)
    if any(os.strerror(code) in text for code in _NO_ROOM):
        return NoSpace(
            "the disk is full, or a file may not grow (quota, ulimit -f)",
            f"Free some space and run the night again; {UNTOUCHED}.",
        )
    if isinstance(error, OSError) and error.errno in _NO_RIGHT:
        place = f": {error.filename}" if error.filename else ""
        return NotWritable(
            f"permission denied{place}",
            "Give this user the right that is missing (to read or enter it; a night also writes), then run again.",
        )
    if text.startswith("Out of Memory Error"):
        return SettingsWrong(
            "the build ran out of memory",
            f"Raise CX_MEMORY_LIMIT (default 3GB) if the machine has more; {UNTOUCHED}.",
        )
    if "Could not set lock" in text:
        holder = re.search(r"PID (\d+)", text)
        return DatabaseBusy(
            f"{_file_in(text) or 'a working database'} is held by "
            + (f"process {holder[1]}" if holder else "another program"),
            "Close it (BI tools open published/cx.duckdb, never warehouse.duckdb or raw.duckdb) and run again.",
        )
    if any(words in text for words in ("Permission denied", "Read-only file system", "read-only mode")):
        return NotWritable(
            f"{_file_in(text) or 'a database file'} may not be opened or written",
            "Check its owner and mode, and those of its folder, and run again.",
        )
    return None


def _machine_words(error: BaseException) -> str:
    """What the system or DuckDB says of the machine, from the class of the error on; empty if it may quote a cell.

    dbt hands DuckDB's text on below lines of its own; the first line with a class tells whose error it is.
    """
    if isinstance(error, OSError):
        return os.strerror(error.errno) if error.errno else ""
    found = _HEAD.search(str(error))
    text = str(error)[found.start("text") :] if found else ""
    return text if found and (found["code"] or _is_of_machine(text)) else ""


def _is_of_machine(text: str) -> bool:
    head = re.split("[\"']", text, maxsplit=1)[0]
    return head.startswith(_MACHINES) and "onstraint" not in head  # a broken constraint quotes the key


def _file_in(text: str) -> str:
    """The file that DuckDB's message names in quotes; empty where it names none."""
    found = re.search(r'file "([^"\n]+)"', text)
    return found[1] if found else ""
