"""A write-ahead log beside raw.duckdb that is not this home's is refused; one that a killed load left is replayed."""

import multiprocessing
import os
import shutil
from pathlib import Path

import duckdb
import pytest

from ingestion.deliveries import LoadSettings
from ingestion.errors import RawStoreError
from ingestion.home import Home
from ingestion.loader import load
from ingestion.store.raw_store import ensure_raw_store

QUICK = LoadSettings(settle_seconds=0)


def _leave_log(path: str, sql: str) -> None:
    """Write and die before the log is folded into the file."""
    connection = duckdb.connect(path)
    connection.execute("pragma disable_checkpoint_on_shutdown")
    connection.execute(sql)
    os._exit(0)


def _in_a_process_that_dies(path: Path, sql: str) -> None:
    process = multiprocessing.get_context("spawn").Process(target=_leave_log, args=(str(path), sql))
    process.start()
    process.join()
    assert path.with_name(f"{path.name}.wal").stat().st_size


def _tables(home: Home) -> list[str]:
    with duckdb.connect(str(home.raw_db), read_only=True) as connection:
        return [name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()]


def test_a_foreign_log_is_refused_and_nothing_is_touched(tmp_path: Path) -> None:
    home = Home.at(tmp_path / "home")
    load(home, settings=QUICK, specs=[])
    _in_a_process_that_dies(tmp_path / "other.duckdb", "create table planted as select 1")
    log = home.raw_db.with_name("raw.duckdb.wal")
    shutil.copy(tmp_path / "other.duckdb.wal", log)
    before = home.raw_db.read_bytes()
    with pytest.raises(RawStoreError, match=r"raw\.duckdb\.wal: was not left by a load of this home"):
        load(home, settings=QUICK, specs=[])
    assert home.raw_db.read_bytes() == before and log.exists()
    log.unlink()
    load(home, settings=QUICK, specs=[])
    assert "planted" not in _tables(home)


def test_what_a_killed_load_left_is_replayed(tmp_path: Path) -> None:
    home = Home.at(tmp_path / "home")
    ensure_raw_store(home, [])  # the mark of a load that has begun and never ended
    _in_a_process_that_dies(home.raw_db, "create table left_behind as select 1")
    load(home, settings=QUICK, specs=[])
    assert "left_behind" in _tables(home)
    assert not list(home.root.glob(".raw.duckdb.in_use"))
