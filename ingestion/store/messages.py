"""What DuckDB says when a store cannot be used, in our words.

Belongs here: telling kinds of failure apart, by the class of the error first. Never here: DuckDB's own text beyond
codes, since it quotes cells; and never a decision by the text of a class that may quote one.
"""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from ingestion.errors import IngestionError, NoSpace, RawStoreError, StoreHeld, StoreNotWritable, StoreTooNew

FULL_DISK = ("no space left", "file too large", "disk full", "quota exceeded", "max_temp_directory_size")
DAMAGE = (duckdb.IOException, duckdb.FatalException, duckdb.InternalException, duckdb.SerializationException)
WITHOUT_CELLS = (*DAMAGE, duckdb.OutOfMemoryException, duckdb.TransactionException)
NOT_WRITTEN = ("could not write", "fsync failed")
READ_ONLY = ("read-only file system", "permission denied", "cannot open file")


def store_error(path: Path, error: BaseException) -> IngestionError:
    """The error to raise for what DuckDB reported on this file."""
    text = _words(error)
    if is_disk_full(error):
        return NoSpace(
            f"{path}: the disk is full or the file may not grow; free some space and run again, nothing was half loaded"
        )
    if isinstance(error, duckdb.OutOfMemoryException):
        return RawStoreError(
            f"{path}: could not be used in the memory there is; free some, or raise CX_DATABASE_MB and "
            "CX_ADDRESS_SPACE_MB, and run again. Nothing was half loaded"
        )
    if "conflicting lock" in text:
        holder = re.search(r"pid (\d+)", text)
        who = f"process {holder[1]}" if holder else "another process"
        return StoreHeld(f"{path}: is held by {who}; wait for it to end or stop it, and run again")
    if "version number" in text:
        return StoreTooNew(
            f"{path}: was written by another version of DuckDB; use the release that wrote it, nothing was changed"
        )
    if any(words in text for words in READ_ONLY) and "checksum" not in text:
        return StoreNotWritable(
            f"{path}: cannot be opened as it has to be; check its owner, its permissions and the mount, and run again"
        )
    if not isinstance(error, DAMAGE):
        return RawStoreError(
            f"{path}: could not be used ({type(error).__name__}), and nothing says that it is damaged: leave it where "
            "it is, look at the CX_ settings, and run again; please report this if it stays"
        )
    return RawStoreError(
        f"{path}: is damaged ({type(error).__name__}); it was left as it is. Move it (and its .wal) aside, for study, "
        "and run again: everything is loaded again from the exports folder"
    )


def is_disk_full(error: BaseException) -> bool:
    """True where the machine had no room for what was to be written."""
    text = _words(error)
    return any(words in text for words in FULL_DISK)


def is_about_the_store(error: duckdb.Error) -> bool:
    """True where not the file at hand is to blame but the database or the machine: no more work with it then."""
    text = _words(error)
    return isinstance(error, DAMAGE) or is_disk_full(error) or any(words in text for words in NOT_WRITTEN)


def _words(error: BaseException) -> str:
    """What the error says, where no error of its class quotes a cell; else nothing."""
    return str(error).lower() if isinstance(error, WITHOUT_CELLS) else ""
