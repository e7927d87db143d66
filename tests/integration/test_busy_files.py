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
import yaml

from ingestion.durable_files import STORAGE_VERSION
from ingestion.home import PROJECT_ROOT, Home
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


@pytest.mark.parametrize(
    "text",
    [
        "Conversion Error: Could not convert string 'File too large' to INT32",
        "Conversion Error: Could not convert string 'a\n  IO Error: No space left on device' to INT32",
        "Conversion Error: Could not convert string 'Out of Memory Error in checkout' to DATE",
        "Invalid Input Error: Could not parse 'Permission denied at login', it is in read-only mode",
        'TransactionContext Error: Failed to commit: PRIMARY KEY constraint: duplicate key "No space left on device"',
        "it says 'Memory Error in checkout' and Could not set lock",
    ],
)
@pytest.mark.parametrize("before", ["", "Runtime Error in model x (models/x.sql)\n  "])
def test_words_of_a_cell_are_never_taken_for_a_fault_of_the_machine(text: str, before: str) -> None:
    assert named_error(RuntimeError(before + text)) is None


def test_a_fault_of_the_machine_is_named_below_the_lines_of_dbt() -> None:
    for text, cause in {
        'IO Error: Could not write file "x": No space left on device': NoSpace,
        "[Errno 28] No space left on device: 'x'": NoSpace,
        'Invalid Input Error: Cannot execute statement of type "CREATE" on database "w" which is attached in '
        "read-only mode!": NotWritable,
    }.items():
        for before in ("", "Runtime Error in model x (models/x.sql)\n  ", "Database Error\n  "):
            assert isinstance(named_error(RuntimeError(before + text)), cause)


def test_dbt_and_both_stores_write_one_storage_version() -> None:
    (profile,) = yaml.safe_load((PROJECT_ROOT / "dbt_project" / "profiles.yml").read_text("utf-8")).values()
    assert profile["outputs"]["night"]["config_options"]["storage_compatibility_version"] == STORAGE_VERSION


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
