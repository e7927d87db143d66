"""Facts that cannot be do not break a night: each is kept and flagged, or left out and counted."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.builders.impossible_facts import ODD_ORDERS, ODD_TICKETS, plant_impossible_facts
from tests.builders.shop import END_DAY, sample_shop

Rows = list[tuple[object, ...]]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A tiny shop with impossible facts beside it, through one whole night."""
    home = tmp_path_factory.mktemp("odd") / "home"
    shop = sample_shop(home, orders=60, tickets=24, days=40)
    plant_impossible_facts(shop.exports, END_DAY.isoformat())
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CX_", "DBT_"))}
    done = subprocess.run(
        [Path(sys.executable).with_name("cx"), "night", "--as-of", END_DAY.isoformat(), "--quiet"],
        env=kept | {"CX_HOME": str(home), "CX_SETTLE_SECONDS": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    with duckdb.connect(str(home / "published" / "cx.duckdb"), read_only=True) as connection:
        yield connection


def _orders(published: duckdb.DuckDBPyConnection, columns: str) -> dict[str, object]:
    rows = published.execute(f"select order_name, {columns} from fct_orders where order_name like '%ODD%'").fetchall()
    return {name.lstrip("#"): (values[0] if len(values) == 1 else values) for name, *values in rows}


def test_every_odd_order_is_kept_once(published: duckdb.DuckDBPyConnection) -> None:
    assert _orders(published, "1").keys() == {name.lstrip("#") for name in ODD_ORDERS}


def test_odd_orders_are_left_out_with_their_reason(published: duckdb.DuckDBPyConnection) -> None:
    reasons = _orders(published, "invalid_order_reason")
    assert reasons["ODD-negative"] == "total_negative"
    assert reasons["ODD-zero"] == "no_valid_line"
    assert reasons["ODD-timeless"] == "time_unknown"
    counted = {
        rule for (rule,) in published.execute("select rule from excluded_records where entity = 'order'").fetchall()
    }
    assert {"total_negative", "no_valid_line", "time_unknown"} <= counted


def test_an_order_of_nobody_is_revenue_without_a_person(published: duckdb.DuckDBPyConnection) -> None:
    assert _orders(published, "is_valid_order, customer_id is null")["ODD-nobody"] == [True, True]


def test_unknown_words_are_flagged(published: duckdb.DuckDBPyConnection) -> None:
    assert _orders(published, "is_known_status")["ODD-status"] is False
    assert _orders(published, "is_known_currency, reporting_total_amount")["ODD-currency"] == [False, None]


def test_a_refund_of_no_order_is_kept_and_not_counted(published: duckdb.DuckDBPyConnection) -> None:
    query = "select is_valid_refund, invalid_refund_reason from fct_refunds where not has_order"
    assert published.execute(query).fetchall() == [(False, "order_unknown")]


def test_odd_tickets_are_kept_and_flagged(published: duckdb.DuckDBPyConnection) -> None:
    query = """
        select status, channel, has_impossible_times, first_resolution_calendar_minutes from fct_tickets
        where created_at = timestamp '2026-03-01 12:00:00' order by all"""
    rows: Rows = published.execute(query).fetchall()
    assert len(rows) == len(ODD_TICKETS)
    assert [row for row in rows if row[2]] == [("solved", "email", True, None)]
    assert sum(row[0] == "other" for row in rows) == 1
    assert sum(row[1] == "other" for row in rows) == 1
