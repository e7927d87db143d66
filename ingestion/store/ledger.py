"""The ledger: which content was taken, refused or seen before, and which files need not be opened again.

Belongs here: lines of meta.loads, meta.schema_changes and meta.files. Never here: rows of a file, or a decision which
rows are current (dbt decides that).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

import duckdb

from ingestion.quoting import identifier
from ingestion.store.meta_tables import META_TABLES


@dataclass(kw_only=True)
class LoadLine:
    """One line of meta.loads: one delivery of one file to one export."""

    load_id: int
    source: str
    export: str
    instance: str
    file_name: str
    status: str = "refused"
    content_sha256: str | None = None
    file_bytes: int | None = None
    content_bytes: int | None = None
    modified_at: datetime | None = None
    exported_at: datetime | None = None
    period_start: date | None = None
    period_end: date | None = None
    reason: str | None = None
    detail: str | None = None
    duplicate_of: int | None = None
    path: str | None = None
    rows_in: int = 0
    rows_loaded: int = 0
    rows_rejected: int = 0
    rows_skipped: int = 0
    cells_failed: int = 0
    spec_sha256: str | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True)
class SchemaChange:
    """One difference between a file's columns and its spec, and what was done about it."""

    change: str
    column_name: str
    detail: str = ""


@dataclass(frozen=True)
class FileMark:
    """What a file looked like when it was last dealt with; unchanged, it is not opened again."""

    path: str
    source: str
    export: str
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    spec_sha256: str
    content_sha256: str | None
    status: str
    reason: str | None
    load_id: int
    claims: int


def load_id_of(*parts: str) -> int:
    """An id made of what it names, so that it never depends on the order of arrival: 63 bits of a SHA-256."""
    digest = hashlib.sha256("|".join(parts).encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def find_loaded(connection: duckdb.DuckDBPyConnection, load_id: int) -> str | None:
    """The file name under which this very content was taken, None if it never was."""
    rows = connection.execute(
        "select file_name from raw.meta.loads where load_id = ? and status = 'loaded'", [load_id]
    ).fetchall()
    return str(rows[0][0]) if rows else None


def has_size(connection: duckdb.DuckDBPyConnection, line: LoadLine) -> bool:
    """Whether content of this very size was taken for the same export: then it may well be the same."""
    rows = connection.execute(
        "select 1 from raw.meta.loads where source = ? and export = ? and instance = ? and content_bytes = ? "
        "and status = 'loaded' limit 1",
        [line.source, line.export, line.instance, line.content_bytes],
    ).fetchall()
    return bool(rows)


def write_line(connection: duckdb.DuckDBPyConnection, line: LoadLine) -> None:
    """Add a line."""
    names = [each.name for each in fields(LoadLine)]
    _insert(connection, "loads", [[getattr(line, name) for name in names]], names)


def has_line(connection: duckdb.DuckDBPyConnection, load_id: int) -> bool:
    """Whether the very same event (a refusal or duplicate met again) is in the ledger."""
    return bool(connection.execute("select 1 from raw.meta.loads where load_id = ?", [load_id]).fetchall())


def renew_line(connection: duckdb.DuckDBPyConnection, line: LoadLine) -> None:
    """The same bytes under the same name again: their delivery is as new as the newest file that brought them."""
    connection.execute(
        "update raw.meta.loads set modified_at = greatest(modified_at, ?) where load_id = ? and status = 'duplicate'",
        [line.modified_at, line.load_id],
    )


def write_changes(connection: duckdb.DuckDBPyConnection, line: LoadLine, changes: Sequence[SchemaChange]) -> None:
    """Note the differences between a file and its spec."""
    rows = [[line.load_id, line.source, line.export, each.change, each.column_name, each.detail] for each in changes]
    _insert(connection, "schema_changes", rows)


def write_mark(connection: duckdb.DuckDBPyConnection, mark: FileMark) -> None:
    """Remember how a file looked; an earlier memory of the same path and export goes."""
    connection.execute(
        "delete from raw.meta.files where path = ? and source = ? and export = ?", [mark.path, mark.source, mark.export]
    )
    _insert(connection, "files", [[getattr(mark, each.name) for each in fields(FileMark)]])


def read_marks(connection: duckdb.DuckDBPyConnection) -> dict[str, list[FileMark]]:
    """Everything remembered about files, by path."""
    marks: dict[str, list[FileMark]] = {}
    for row in connection.execute("select * from raw.meta.files").fetchall():
        marks.setdefault(row[0], []).append(FileMark(*row))
    return marks


def _insert(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    rows: Iterable[Sequence[object]],
    columns: Sequence[str] | None = None,
) -> None:
    names = columns or [name for name, _ in META_TABLES[table]]
    listed = ", ".join(identifier(name) for name in names)
    marks = ", ".join("?" for _ in names)
    statement = f"insert into raw.meta.{identifier(table)} ({listed}) values ({marks})"
    for row in rows:
        connection.execute(statement, list(row))
