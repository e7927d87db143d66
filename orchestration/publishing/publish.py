"""Write, audit, publish: marts of a tested warehouse become one fresh file, read back, then renamed over the old one.

Belongs here: the published file, its stamp, its Parquet copy, and their swap. Pure functions over paths and facts.
Never here: dagster, dbt, deciding whether a night is good enough to be published.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from ingestion.durable_files import put_file_in_place, sync
from ingestion.quoting import identifier, literal
from orchestration.durable_files import put_folder_in_place, require_free_space
from orchestration.errors import NotWritable
from orchestration.publishing.fresh_file import (
    FILE_MODE,
    FOLDER_MODE,
    copy_marts,
    fresh_file,
    masked_cells,
    read_back,
    write_parquet,
)
from orchestration.publishing.marts import Mart

PUBLISHED_FILE = "cx.duckdb"
PARQUET_FOLDER = "parquet"
STAMP_TABLE = "published_night"
_FRESH_FILE = ".cx.new.duckdb"
_FRESH_PARQUET = ".parquet.new"
_SPARE_BYTES = 64 * 1024 * 1024
_STAMP_COMMENTS = {
    "night_id": "Id of the night, the time it began in UTC; its summary is in nights/<night_id>.",
    "as_of_date": "Business date of the night: the last day included in the numbers.",
    "code_version": "Version of cx-warehouse that built the file.",
    "inputs_fingerprint": "Hash of all that the night was made of: loaded files, settings, code, business date.",
}


@dataclass(frozen=True)
class NightStamp:
    """What the published file says about its own origin."""

    night_id: str
    as_of: date
    code_version: str
    inputs_fingerprint: str


@dataclass(frozen=True)
class PublishedNight:
    """What was published: the stamp, rows a table, what stayed behind, and in how many cells something was masked."""

    stamp: NightStamp
    path: Path
    row_counts: dict[str, int]
    withheld: dict[str, list[str]]
    masked: dict[str, int]
    file_bytes: int


def publish(
    warehouse_db: Path, published_dir: Path, marts: Sequence[Mart], key: bytes, stamp: NightStamp
) -> PublishedNight:
    """Publish the marts. Until the last step, and after any fault before it, readers see the old night whole."""
    require_writable(published_dir)
    published_dir.mkdir(parents=True, exist_ok=True)
    published_dir.chmod(FOLDER_MODE)
    remove_leftovers(published_dir)
    require_free_space(published_dir, 2 * warehouse_db.stat().st_size + _SPARE_BYTES, "publishing")
    try:
        row_counts, masked = _write(warehouse_db, published_dir, marts, key, stamp)
    except BaseException:
        remove_leftovers(published_dir)  # half a night on a full disk would keep it full
        raise
    target = published_dir / PUBLISHED_FILE
    remove_foreign_wal(target)
    put_file_in_place(published_dir / _FRESH_FILE, target)
    put_folder_in_place(published_dir / _FRESH_PARQUET, published_dir / PARQUET_FOLDER)
    withheld = {mart.name: sorted(mart.withheld) for mart in marts if mart.withheld}
    return PublishedNight(stamp, target, row_counts, withheld, masked, target.stat().st_size)


def _write(
    warehouse_db: Path, published_dir: Path, marts: Sequence[Mart], key: bytes, stamp: NightStamp
) -> tuple[dict[str, int], dict[str, int]]:
    fresh = published_dir / _FRESH_FILE
    with fresh_file(warehouse_db, fresh, key) as connection:
        counts = copy_marts(connection, marts)
        masked = masked_cells(connection, [mart for mart in marts if mart.name in counts])
        _write_stamp(connection, stamp)
    read_back(fresh, marts, counts)
    write_parquet(fresh, published_dir / _FRESH_PARQUET)
    fresh.chmod(FILE_MODE)
    return {name: count[0] for name, count in counts.items()}, masked


def require_writable(published_dir: Path) -> None:
    """Say before the night has worked for an hour that its result could not be put up."""
    if published_dir.exists() and not published_dir.is_dir():
        raise NotWritable(f"{published_dir} is not a folder", "Move it away and run the night again.")
    copy = published_dir / PARQUET_FOLDER
    if copy.is_symlink() or (copy.exists() and not copy.is_dir()):  # it is swapped with a folder beside it
        raise NotWritable(
            f"{copy} is not a folder of its own", f"Move it away; to have it elsewhere, link {published_dir}."
        )
    for folder in (published_dir, copy, published_dir / _FRESH_PARQUET):
        if folder.exists() and not os.access(folder, os.W_OK | os.X_OK):
            raise NotWritable(f"{folder} cannot be written", "Give this user the right to write it, then run again.")


def remove_leftovers(published_dir: Path) -> None:
    """Delete what a killed run left behind; nothing here was ever visible to a reader."""
    for name in (_FRESH_FILE, f"{_FRESH_FILE}.wal"):
        (published_dir / name).unlink(missing_ok=True)
    for name in (_FRESH_PARQUET, f".{PARQUET_FOLDER}.old"):
        leftover = published_dir / name
        if leftover.is_symlink() or leftover.is_file():
            leftover.unlink()
        shutil.rmtree(leftover, ignore_errors=True)


def remove_foreign_wal(published_db: Path) -> bool:
    """Delete a write-ahead log beside the published file; True if there was one.

    The published file never has one of its own, so it holds some other program's writes, and DuckDB would replay them
    into the new night without a word.
    """
    wal = published_db.with_name(f"{published_db.name}.wal")
    if not wal.exists():
        return False
    wal.unlink(missing_ok=True)
    sync(published_db.parent)
    return True


def _write_stamp(connection: duckdb.DuckDBPyConnection, stamp: NightStamp) -> None:
    target = f"fresh.main.{STAMP_TABLE}"
    connection.execute(
        f"create table {target} as select ?::varchar as night_id, ?::date as as_of_date, ?::varchar as code_version,"
        " ?::varchar as inputs_fingerprint",
        [stamp.night_id, stamp.as_of, stamp.code_version, stamp.inputs_fingerprint],
    )
    connection.execute(f"comment on table {target} is 'One row: the night that this file holds, whole.'")
    for column, text in _STAMP_COMMENTS.items():
        connection.execute(f"comment on column {target}.{column} is {literal(text)}")


def stamp_of(published_dir: Path) -> NightStamp | None:
    """The night that is up, or None where there is none, it cannot be read, or file and Parquet copy differ."""
    parquet = published_dir / PARQUET_FOLDER / f"{STAMP_TABLE}.parquet"
    columns = "night_id, as_of_date, code_version, inputs_fingerprint"
    try:
        with closing(duckdb.connect(str(published_dir / PUBLISHED_FILE), read_only=True)) as connection:
            in_file = connection.execute(f"select {columns} from main.{STAMP_TABLE}").fetchall()
            in_copy = connection.execute(f"select {columns} from read_parquet({literal(str(parquet))})").fetchall()
            tables = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
    except duckdb.Error:
        return None
    is_whole = len(in_file) == 1 and in_file == in_copy and tables == {file.stem for file in parquet.parent.iterdir()}
    return NightStamp(*in_file[0]) if is_whole else None


def is_intact(published_dir: Path) -> bool:
    """True if every block of the file that is up can be read and its Parquet copy holds the same rows: disks rot."""
    try:
        with closing(duckdb.connect(str(published_dir / PUBLISHED_FILE), read_only=True)) as connection:
            for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall():
                copy = literal(str(published_dir / PARQUET_FOLDER / f"{name}.parquet"))
                sums = (
                    connection.execute(f"select count(*), bit_xor(hash(entry)) from {relation} as entry").fetchall()
                    for relation in (f"main.{identifier(name)}", f"read_parquet({copy})")
                )
                if next(sums) != next(sums):
                    return False
    except duckdb.Error:
        return False
    return True


def row_counts_of(published_dir: Path) -> dict[str, int]:
    """Rows of every mart that is up; none where there is no file."""
    file = published_dir / PUBLISHED_FILE
    if not file.exists():
        return {}
    with closing(duckdb.connect(str(file), read_only=True)) as connection:
        found = connection.execute("select table_name, estimated_size from duckdb_tables()").fetchall()
    return {name: count for name, count in found if name != STAMP_TABLE}
