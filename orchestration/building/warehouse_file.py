"""The file dbt builds in: made whole before dbt first opens it, and set aside when it is damaged.

Belongs here: warehouse.duckdb as a file, and how many rows its tables have. Never here: what is in it (dbt alone writes
that).
"""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path

import duckdb

from ingestion.durable_files import new_database
from ingestion.home import Home
from ingestion.quoting import identifier
from orchestration.errors import named_error

_COUNTS = "select schema_name, table_name, estimated_size from duckdb_tables() where not internal"
_MART_VIEWS = "select schema_name, view_name from duckdb_views() where not internal and schema_name = 'marts'"


def ensure_warehouse_file(warehouse_db: Path, now: datetime) -> Path | None:
    """Make the file if there is none. A damaged one is moved aside (its new path is returned) and begun afresh.

    Nothing is lost by that: the warehouse is made of raw.duckdb alone.
    """
    set_aside = None if _opens(warehouse_db) else _set_aside(warehouse_db, now)
    if not warehouse_db.exists():
        new_database(warehouse_db)
    return set_aside


def _opens(warehouse_db: Path) -> bool:
    if not warehouse_db.exists():
        return not _wal(warehouse_db).exists()
    try:
        with closing(duckdb.connect(str(warehouse_db))) as connection:
            connection.execute("select count(*) from duckdb_tables()").fetchall()
    except (duckdb.Error, OSError) as error:
        if named := named_error(error):
            raise named from None
        return False
    return True


def _wal(database: Path) -> Path:
    return database.with_name(f"{database.name}.wal")


def _set_aside(warehouse_db: Path, now: datetime) -> Path:
    folder = warehouse_db.parent / "damaged"
    folder.mkdir(mode=0o700, exist_ok=True)
    target = folder / f"{warehouse_db.stem}-{now:%Y-%m-%dT%H-%M-%S}.duckdb"
    for source, kept in ((warehouse_db, target), (_wal(warehouse_db), _wal(target))):
        if source.exists():
            source.rename(kept)
    return target


def warehouse_row_counts(home: Home) -> dict[tuple[str, ...], int]:
    """Rows of every table dbt built, and of the marts that are views; none where it built nothing yet."""
    if not home.warehouse_db.exists():
        return {}
    with closing(duckdb.connect(str(home.warehouse_db), read_only=True)) as connection:
        connection.execute("set timezone = 'UTC'")
        found = connection.execute(_COUNTS).fetchall()
        for schema, name in connection.execute(_MART_VIEWS).fetchall():
            view = f"{identifier(schema)}.{identifier(name)}"
            found.append((schema, name, connection.execute(f"select count(*) from {view}").fetchall()[0][0]))
    return {(schema, name): count for schema, name, count in found}
