"""Facts that cannot be do not break a night: each is kept and flagged, or left out and counted."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.builders.command import cx
from tests.builders.impossible_facts import ODD_ORDERS, ODD_TICKETS, plant_impossible_facts
from tests.builders.shop import END_DAY, sample_shop

Rows = list[tuple[object, ...]]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny shop with impossible facts beside it, through one whole night."""
    home = tmp_path_factory.mktemp("odd") / "home"
    shop = sample_shop(home, orders=60, tickets=24, days=40)
    plant_impossible_facts(shop.exports, END_DAY.isoformat())
    done = cx(home, "night", "--as-of", END_DAY.isoformat(), "--quiet")
    assert done.returncode == 0, done.stdout + done.stderr
    return home


@pytest.fixture(scope="module")
def published(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """What that night published."""
    with duckdb.connect(str(home / "published" / "cx.duckdb"), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def warehouse(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse behind it, with raw attached for the views of staging."""
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        connection.execute(f"attach '{home / 'raw.duckdb'}' as raw (read_only)")
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


def test_a_refund_that_cannot_be_is_kept_flagged_and_counted(published: duckdb.DuckDBPyConnection) -> None:
    flags = "is_above_order_amount, is_above_sold_quantity, is_in_order_currency"
    rows = published.execute(
        f"""select order_name, r.returned_amount, {flags} from fct_refunds as r
            inner join fct_orders using (order_id) where order_name like '%ODD%' order by 1"""
    ).fetchall()
    assert [(name.lstrip("#"), *told) for name, *told in rows] == [
        ("ODD-above", 10, True, False, True),
        ("ODD-foreign", 700, False, False, False),
        ("ODD-units", 4, False, True, True),
    ]
    counted = dict(
        published.execute("select rule, record_count from excluded_records where entity = 'flagged_refund'").fetchall()
    )
    assert counted == {"above_order_amount": 1, "above_sold_quantity": 1, "other_currency": 1, "rate_unknown": 1}


def test_money_of_another_currency_never_enters_its_orders_amounts(published: duckdb.DuckDBPyConnection) -> None:
    assert _orders(published, "refunded_amount, returned_amount, net_amount")["ODD-foreign"] == [0, 0, 10]


# each entity: where all its rows stand, how one that counts is told, and the entity of excluded_records
KEPT = {
    "orders": ("fct_orders", "is_valid_order", "order"),
    "lines": ("fct_order_lines", "is_valid_line", "order_line"),
    "refunds": ("fct_refunds", "is_valid_refund", "refund"),
    "tickets": ("fct_tickets", "is_valid_ticket", "ticket"),
}


@pytest.mark.parametrize("name", KEPT)
def test_every_row_counts_or_is_counted_with_its_reason(published: duckdb.DuckDBPyConnection, name: str) -> None:
    """What a reason that begins with Counted tells is no row left out."""
    mart, counts, entity = KEPT[name]
    [(rows, kept)] = published.execute(f"select count(*), count(*) filter ({counts}) from {mart}").fetchall()
    [(left_out,)] = published.execute(
        "select coalesce(sum(record_count), 0)::bigint from excluded_records"
        " where entity = ? and not starts_with(reason, 'Counted')",
        [entity],
    ).fetchall()
    assert rows == kept + left_out and left_out > 0


@pytest.mark.parametrize(
    ("kind", "staged"),
    [
        ("fct_orders", "select count(*) from core.int_orders__unioned"),
        ("fct_order_lines", "select count(*) from core.int_order_lines__unioned"),
        ("fct_refunds", "select count(*) from core.int_refunds__unioned"),
        ("fct_tickets", "select count(*) from staging.stg_zendesk__tickets"),
    ],
)
def test_no_current_row_is_lost_on_the_way_to_its_mart(
    published: duckdb.DuckDBPyConnection, warehouse: duckdb.DuckDBPyConnection, kind: str, staged: str
) -> None:
    assert warehouse.execute(staged).fetchall() == published.execute(f"select count(*) from {kind}").fetchall()


def test_current_orders_of_the_files_are_all_there(
    published: duckdb.DuckDBPyConnection, warehouse: duckdb.DuckDBPyConnection
) -> None:
    """By the vendor's own number, over both kinds of export."""
    exported = "select coalesce(cast(shopify_order_id as varchar), order_name) from staging.stg_shopify__orders"
    queried = "select cast(shopify_order_id as varchar) from staging.stg_shopify__bulk_orders"
    [(distinct,)] = warehouse.execute(f"select count(*) from ({exported} union {queried})").fetchall()
    assert published.execute("select count(*) from fct_orders").fetchall() == [(distinct,)]


def test_odd_tickets_are_kept_and_flagged(published: duckdb.DuckDBPyConnection) -> None:
    query = """
        select status, channel, has_impossible_times, first_resolution_calendar_minutes from fct_tickets
        where created_at = timestamp '2026-03-01 12:00:00' order by all"""
    rows: Rows = published.execute(query).fetchall()
    assert len(rows) == len(ODD_TICKETS)
    assert [row for row in rows if row[2]] == [("solved", "email", True, None)] * 3
    assert sum(row[0] == "other" for row in rows) == 1
    assert sum(row[1] == "other" for row in rows) == 1
