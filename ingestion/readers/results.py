"""What every reader hands back: refusals, rejects, counts and batches.

Only plain data belongs here. Never parsing, never a path, never a word about tables or loads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingestion.errors import FileRefused

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "COLUMN_LIMIT",
    "RAW_TEXT_LIMIT",
    "FileRefused",
    "ReadStats",
    "Reject",
    "TableBatch",
    "check_reject_count",
    "storable",
]

RAW_TEXT_LIMIT = 1 << 20
REJECT_LIMIT = 200_000
COLUMN_LIMIT = 4096


@dataclass(frozen=True)
class Reject:
    """One record (or line) that is not loaded, with its text as it stood in the file."""

    line: int | None
    level: str
    reason: str
    raw_text: str
    column: str | None = None


@dataclass
class ReadStats:
    """Counts of one reading; records in = rows + rejected + skipped, always."""

    rows: int = 0
    rejected: int = 0
    skipped: int = 0
    blank_lines: int = 0
    comment_lines: int = 0
    header_lines: int = 0

    @property
    def records_in(self) -> int:
        """How many records the file held."""
        return self.rows + self.rejected + self.skipped


@dataclass(frozen=True)
class TableBatch:
    """Rows of one table: '' is the export itself, any other name one of its children."""

    table: str
    batch: pa.RecordBatch


def check_reject_count(stats: ReadStats) -> None:
    """Refuse a file that is rejects without end: its dialect or format is not the declared one."""
    if stats.rejected > REJECT_LIMIT:
        raise FileRefused("too_many_rejects", f"more than {REJECT_LIMIT} records are rejects")


def storable(text: str) -> str:
    """Give `text` in a form that UTF-8 can hold: undecodable bytes and lone surrogates become escapes."""
    cut = text if len(text) <= RAW_TEXT_LIMIT else text[:RAW_TEXT_LIMIT]
    try:
        cut.encode("utf-8")
    except UnicodeEncodeError:
        return cut.encode("utf-8", "backslashreplace").decode("utf-8")
    return cut
