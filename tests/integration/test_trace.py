"""From a published row back to the file, the record and the line it came from."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from ingestion.home import Home
from ingestion.loader import load
from orchestration.errors import DatabaseDamaged, NothingPublished, WrongUse
from orchestration.querying.trace import trace
from tests.builders.traced_files import FORMATS, write_orders

_SPEC = """
entity = "orders"
files = ["orders*"]
format = "csv"
[map]
order_key = { from = "id" }
ordered_at = { from = "at" }
"""
_COLUMN = {"name": "order_id", "config": {"meta": {"personal": "none"}}}
_MANIFEST = {
    "nodes": {
        "model.x.fct_orders": {
            "resource_type": "model", "schema": "marts", "name": "fct_orders", "columns": {"order_id": _COLUMN},
            "depends_on": {"nodes": ["model.x.int_orders"]},
        },
        "model.x.order_tiers": {
            "resource_type": "model", "schema": "marts", "name": "order_tiers",
            "columns": {"as_of_date": _COLUMN | {"name": "as_of_date"}, "order_id": _COLUMN},
            "depends_on": {"nodes": ["model.x.core_orders"]},
        },
        "model.x.order_months": {
            "resource_type": "model", "schema": "marts", "name": "order_months",
            "columns": {"month_date": _COLUMN | {"name": "month_date"}},
            "depends_on": {"nodes": ["model.x.core_orders"]},
        },
        "model.x.int_orders": {
            "resource_type": "model", "schema": "core", "name": "int_orders", "columns": {"order_id": _COLUMN},
            "depends_on": {"nodes": ["model.x.core_orders"]},
        },
        "model.x.core_orders": {
            "resource_type": "model", "schema": "core", "name": "core_orders",
            "columns": {"order_id": {"name": "order_id"}}, "depends_on": {},
        },
    }
}  # fmt: skip


def _home(root: Path, name: str, file_format: str) -> Home:
    """A shop with one file of two orders, and a warehouse built of it by hand."""
    home = Home.at(root)
    (home.sources / "stall").mkdir(parents=True)
    (home.sources / "stall" / "orders.toml").write_text(_SPEC.replace('"csv"', f'"{file_format}"'))
    (home.exports / "stall").mkdir(parents=True)
    write_orders(home.exports / "stall" / name)
    assert [delivery.rows_loaded for delivery in load(home).deliveries] == [2]
    (root / "dbt_target").mkdir()
    (root / "dbt_target" / "manifest.json").write_text(json.dumps(_MANIFEST))
    with duckdb.connect(str(home.warehouse_db)) as connection:
        connection.execute(f"attach '{home.raw_db}' as raw (read_only)")
        connection.execute("create schema core; create schema marts")
        connection.execute(
            "create table core.core_orders as select order_key as order_id, 'entity.orders' as _source_table,"
            " _load_id, _row_number from raw.entity.orders"
        )
        connection.execute("create table marts.fct_orders as select order_id from core.core_orders")
        connection.execute(
            "create table marts.order_tiers as select current_date as as_of_date, order_id from core.core_orders"
        )
    return home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """In its file a record spans two lines."""
    monkeypatch.setenv("CX_SETTLE_SECONDS", "0")
    return _home(tmp_path, "orders_1.csv", "csv")


@pytest.mark.parametrize("name", FORMATS)
def test_the_line_is_told_in_every_format_that_tells_lines(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CX_SETTLE_SECONDS", "0")
    file_format, line = FORMATS[name]
    (origin,) = trace(_home(tmp_path, name, file_format), "fct_orders", "2")
    assert (origin.file_name, origin.row_number, origin.line) == (f"stall/{name}", 2, line)
    assert origin.remark == ("" if line else "record 2 of the file: no lines are told in this format")


def test_a_core_table_leads_to_records_too(home: Home) -> None:
    (origin,) = trace(home, "core_orders", "2")
    assert (origin.core_table, origin.line) == ("core_orders", 4)
    with pytest.raises(NothingPublished, match="int_orders was not built yet"):
        trace(home, "int_orders", "2")


def test_a_row_leads_to_file_record_and_line(home: Home) -> None:
    (origin,) = trace(home, "fct_orders", "2")
    assert (origin.core_table, origin.raw_table, origin.file_name) == (
        "core_orders",
        "entity.orders",
        "stall/orders_1.csv",
    )
    assert (origin.row_number, origin.line) == (2, 4)


def test_a_file_that_was_changed_since_is_named_without_a_line(home: Home) -> None:
    (home.exports / "stall" / "orders_1.csv").write_text("id,at,note\n9,2026-01-01,x\n")
    (origin,) = trace(home, "fct_orders", "2")
    assert (origin.file_name, origin.line) == ("stall/orders_1.csv", None)
    assert origin.remark == "the file has changed since it was loaded"
    (home.exports / "stall" / "orders_1.csv").unlink()
    assert trace(home, "fct_orders", "2")[0].remark == "the file is not in the exports folder any more"


def test_an_unknown_key_and_an_unknown_table_say_what_to_do(home: Home) -> None:
    with pytest.raises(NothingPublished, match="has no row with order_id = 'x'"):
        trace(home, "fct_orders", "x")
    with pytest.raises(WrongUse) as raised:
        trace(home, "fct_order", "2")
    assert "There are: fct_orders" in raised.value.hint


def test_a_table_of_summaries_says_that_no_row_of_it_can_be_traced(home: Home) -> None:
    with pytest.raises(WrongUse, match="order_months has no key") as raised:
        trace(home, "order_months", "2026-01-01")
    assert raised.value.hint == "These lead to single records: fct_orders, order_tiers"


def test_a_damaged_store_is_named(home: Home) -> None:
    home.raw_db.write_bytes(bytes(8192))
    with pytest.raises(DatabaseDamaged, match="cannot be opened"):
        trace(home, "fct_orders", "2")


def test_a_row_that_begins_with_a_day_is_found_by_its_id(home: Home) -> None:
    (origin,) = trace(home, "order_tiers", "2")
    assert (origin.file_name, origin.line) == ("stall/orders_1.csv", 4)
