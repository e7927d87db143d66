"""Whose the write-ahead log beside raw.duckdb is: DuckDB replays any log it finds there, even another database's.

Belongs here: a mark that stands while a load of this home may leave a log behind. Never here: the store's content.
"""

from __future__ import annotations

from pathlib import Path

from ingestion.durable_files import sync
from ingestion.errors import RawStoreError


def claim_log(raw_db: Path) -> None:
    """Say, before anything is written, that a log found later is this home's. RawStoreError for a foreign one."""
    log, mark = _log(raw_db), _mark(raw_db)
    if mark.exists():  # a load was killed, and what it left behind is ours
        return
    if log.exists() and log.stat().st_size:
        raise RawStoreError(
            f"{log}: was not left by a load of this home, whose last one ended whole; move it aside and run again. "
            "Neither it nor raw.duckdb was touched"
        )
    mark.touch(0o600)
    sync(mark)
    sync(raw_db.parent)


def release_log(raw_db: Path) -> None:
    """A load has ended whole: a log that lies here from now on is not ours. Keeps the mark while there is one."""
    if not _log(raw_db).exists():
        _mark(raw_db).unlink(missing_ok=True)


def _log(raw_db: Path) -> Path:
    return raw_db.with_name(f"{raw_db.name}.wal")


def _mark(raw_db: Path) -> Path:
    return raw_db.with_name(f".{raw_db.name}.in_use")
