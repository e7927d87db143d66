"""Write, audit, publish: marts of a tested warehouse become one fresh file, read back, then renamed over the old one.

Belongs here: the published file, its stamp, its Parquet copy, and their swap. Pure functions over paths and facts.
Never here: dagster, dbt, deciding whether a night is good enough to be published.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from ingestion.quoting import identifier, literal
from orchestration.durable_files import put_file_in_place, put_folder_in_place, require_free_space, sync
from orchestration.errors import DatabaseDamaged
from orchestration.marts import Mart, MartColumn
from orchestration.pseudonyms import give_key, pseudonym_sql

PUBLISHED_FILE = "cx.duckdb"
PARQUET_FOLDER = "parquet"
STAMP_TABLE = "published_night"
_FRESH_FILE = ".cx.new.duckdb"
_FRESH_PARQUET = ".parquet.new"
# The BI group may read what is published; nobody but the night's own user may write it.
_FILE_MODE, _FOLDER_MODE = 0o640, 0o750
_SPARE_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class NightStamp:
    """What the published file says about its own origin."""

    night_id: str
    as_of: date
    code_version: str
    inputs_fingerprint: str


@dataclass(frozen=True)
class PublishedNight:
    """What was published: the stamp, rows a table, and what stayed behind."""

    stamp: NightStamp
    path: Path
    row_counts: dict[str, int]
    withheld: dict[str, list[str]]
    file_bytes: int


def publish(
    warehouse_db: Path, published_dir: Path, marts: Sequence[Mart], key: bytes, stamp: NightStamp
) -> PublishedNight:
    """Publish the marts. Until the last step, and after any fault before it, readers see the old night whole."""
    published_dir.mkdir(parents=True, exist_ok=True)
    published_dir.chmod(_FOLDER_MODE)
    remove_leftovers(published_dir)
    require_free_space(published_dir, 2 * warehouse_db.stat().st_size + _SPARE_BYTES, "publishing")
    fresh = published_dir / _FRESH_FILE
    row_counts = _write(warehouse_db, fresh, marts, key, stamp)
    _read_back(fresh, row_counts)
    fresh_parquet = _write_parquet(fresh, published_dir / _FRESH_PARQUET, row_counts)
    target = published_dir / PUBLISHED_FILE
    fresh.chmod(_FILE_MODE)
    remove_foreign_wal(target)
    put_file_in_place(fresh, target)
    put_folder_in_place(fresh_parquet, published_dir / PARQUET_FOLDER)
    withheld = {mart.name: sorted(mart.withheld) for mart in marts if mart.withheld}
    return PublishedNight(stamp, target, row_counts, withheld, target.stat().st_size)


def remove_leftovers(published_dir: Path) -> None:
    """Delete what a killed run left behind; nothing here was ever visible to a reader."""
    for leftover in (_FRESH_FILE, f"{_FRESH_FILE}.wal"):
        (published_dir / leftover).unlink(missing_ok=True)
    for folder in (_FRESH_PARQUET, f".{PARQUET_FOLDER}.old"):
        shutil.rmtree(published_dir / folder, ignore_errors=True)


def remove_foreign_wal(published_db: Path) -> bool:
    """Delete a write-ahead log beside the published file; True if there was one.

    The published file never has one of its own, so it holds some other program's writes, and DuckDB would replay them
    into the new night without a word.
    """
    wal = published_db.with_name(f"{published_db.name}.wal")
    is_there = wal.exists()
    wal.unlink(missing_ok=True)
    if is_there:
        sync(published_db.parent)
    return is_there


def _write(warehouse_db: Path, fresh: Path, marts: Sequence[Mart], key: bytes, stamp: NightStamp) -> dict[str, int]:
    row_counts = {}
    with closing(duckdb.connect(":memory:")) as connection:
        give_key(connection, key)
        connection.execute(f"attach {literal(str(warehouse_db))} as warehouse (read_only)")
        connection.execute(f"attach {literal(str(fresh))} as fresh")
        for mart in marts:
            if mart.columns:
                row_counts[mart.name] = _copy(connection, mart)
        _write_stamp(connection, stamp)
        connection.execute("checkpoint fresh")
        connection.execute("detach fresh")
    if fresh.with_name(f"{fresh.name}.wal").exists():
        raise DatabaseDamaged("the new published file did not checkpoint", "Run the night again.")
    return row_counts


def _copy(connection: duckdb.DuckDBPyConnection, mart: Mart) -> int:
    """Copy one mart with its comments; rows in the warehouse, to compare with what is read back."""
    source, target = f"warehouse.marts.{identifier(mart.name)}", f"fresh.main.{identifier(mart.name)}"
    columns = ", ".join(_column_sql(column) for column in mart.columns)
    connection.execute(f"create table {target} as select {columns} from {source}")
    connection.execute(f"comment on table {target} is {literal(mart.description)}")
    for column in mart.columns:
        comment = literal(column.description)
        connection.execute(f"comment on column {target}.{identifier(column.name)} is {comment}")
    return int(connection.execute(f"select count(*) from {source}").fetchall()[0][0])


def _column_sql(column: MartColumn) -> str:
    name = identifier(column.name)
    return f"{pseudonym_sql(name)} as {name}" if column.is_pseudonym else name


def _write_stamp(connection: duckdb.DuckDBPyConnection, stamp: NightStamp) -> None:
    target = f"fresh.main.{STAMP_TABLE}"
    connection.execute(
        f"create table {target} as select ?::varchar as night_id, ?::date as as_of_date, ?::varchar as code_version,"
        " ?::varchar as inputs_fingerprint",
        [stamp.night_id, stamp.as_of, stamp.code_version, stamp.inputs_fingerprint],
    )
    connection.execute(f"comment on table {target} is 'One row: the night that this file holds, whole.'")


def _read_back(fresh: Path, expected: dict[str, int]) -> None:
    with closing(duckdb.connect(str(fresh), read_only=True)) as connection:
        for name, count in expected.items():
            found = connection.execute(f"select count(*) from main.{identifier(name)}").fetchall()[0][0]
            if found != count:
                raise DatabaseDamaged(
                    f"{name} has {count} rows in the warehouse and {found} in the new file", "Run the night again."
                )


def _write_parquet(fresh: Path, folder: Path, row_counts: dict[str, int]) -> Path:
    folder.mkdir()
    folder.chmod(_FOLDER_MODE)
    with closing(duckdb.connect(str(fresh), read_only=True)) as connection:
        for name in [*row_counts, STAMP_TABLE]:
            file = folder / f"{name}.parquet"
            connection.execute(f"copy main.{identifier(name)} to {literal(str(file))} (format parquet)")
            file.chmod(_FILE_MODE)
    return folder


def stamp_of(published_dir: Path) -> NightStamp | None:
    """The night that is up, or None where there is none, it cannot be read, or file and Parquet copy differ."""
    parquet = published_dir / PARQUET_FOLDER / f"{STAMP_TABLE}.parquet"
    columns = "night_id, as_of_date, code_version, inputs_fingerprint"
    try:
        with closing(duckdb.connect(str(published_dir / PUBLISHED_FILE), read_only=True)) as connection:
            in_file = connection.execute(f"select {columns} from main.{STAMP_TABLE}").fetchall()
            in_copy = connection.execute(f"select {columns} from read_parquet(?)", [str(parquet)]).fetchall()
    except duckdb.Error:
        return None
    return NightStamp(*in_file[0]) if len(in_file) == 1 and in_file == in_copy else None
