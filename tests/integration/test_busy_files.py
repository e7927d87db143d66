"""Another program holds a database file: the message names which one and what to do, and never the wrong file."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from ingestion.home import Home
from orchestration.building.warehouse_file import ensure_warehouse_file
from orchestration.errors import DatabaseBusy, NoSpace, NotWritable, named_error
from orchestration.querying.published_sql import ask
from orchestration.querying.trace import trace
from tests.builders.warehouse import write_warehouse

_HOLD = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"


@contextmanager
def _held(database: Path) -> Iterator[None]:
    """Another process has the file open for writing."""
    command = [sys.executable, "-c", _HOLD, str(database)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        yield
        holder.communicate()


def test_a_published_file_that_a_tool_holds_for_writing_is_named(tmp_path: Path) -> None:
    published = tmp_path / "cx.duckdb"
    duckdb.connect(str(published)).close()
    with _held(published), pytest.raises(DatabaseBusy, match=r"cx\.duckdb open for writing") as raised:
        ask(published, "select 1")
    assert "read-only" in raised.value.hint
    assert ask(published, "select 1").rows == [(1,)]


def test_a_working_file_that_cannot_be_opened_is_named_with_who_holds_it(tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    ensure_warehouse_file(warehouse, datetime.now(UTC))
    with _held(warehouse), pytest.raises(DatabaseBusy, match=rf"{warehouse} is held by process \d+"):
        ensure_warehouse_file(warehouse, datetime.now(UTC))
    denied = named_error(duckdb.IOException(f'IO Error: Cannot open file "{warehouse}": Permission denied'))
    for words in ("File too large", "No space left on device", "Disk quota exceeded"):
        told = f'TransactionContext Error: Failed to commit: Could not write file "{warehouse}.wal": {words}'
        assert isinstance(named_error(RuntimeError(told)), NoSpace)
    assert isinstance(denied, NotWritable) and str(denied) == f"{warehouse} may not be opened or written"


def test_a_trace_during_a_night_says_that_one_is_at_work(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    write_warehouse(home.warehouse_db)
    duckdb.connect(str(home.raw_db)).close()
    manifest = tmp_path / "dbt_target" / "manifest.json"
    manifest.parent.mkdir()
    column = '{"order_id": {"name": "order_id", "meta": {"personal": "none"}}}'
    node = f'{{"resource_type": "model", "schema": "marts", "name": "fct_orders", "columns": {column}}}'
    manifest.write_text(f'{{"nodes": {{"model.x.fct_orders": {node}}}}}')
    with _held(home.warehouse_db), pytest.raises(DatabaseBusy, match="a night, or another program"):
        trace(home, "fct_orders", "1")
