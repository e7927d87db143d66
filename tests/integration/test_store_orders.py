"""Admin exports and API files of one store, from file to mart: no bad row stops the build."""

import os
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingestion.home import Home
from ingestion.loader import load
from tests.builders.admin_export import deliver
from tests.builders.dbt import run_dbt
from tests.builders.hard_orders import hard_orders
from tests.builders.rates import deliver_rates

AREAS = (
    "--select",
    "+path:models/marts/orders",
    "+path:models/marts/customers",
    "--indirect-selection",
    "cautious",
    "--exclude-resource-type",
    "unit_test",
)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    os.environ.setdefault("CX_SETTLE_SECONDS", "0")
    home = Home.at(tmp_path_factory.mktemp("store"))
    deliver(home.exports, hard_orders())
    deliver_rates(home, "bank", "2026-03-02,SEK,USD,0.0931")
    deliver_rates(home, "feed", "2026-03-02,SEK,USD,0.0932")
    summary = load(home)
    assert {each.status for each in summary.deliveries} == {"loaded"}
    run_dbt(home.root, "build", *AREAS, as_of="2026-03-31")
    return home.warehouse_db


def _rows(warehouse: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(duckdb.connect(str(warehouse), read_only=True)) as connection:
        return connection.execute(sql).fetchall()


def test_the_csv_and_the_api_give_one_order_without_doubled_money(warehouse: Path) -> None:
    """Also where a later query of the API asked for neither payments nor refunds."""
    order = _rows(
        warehouse,
        """select line_count, gross_amount, gift_card_amount, paid_amount, refunded_amount, returned_amount
        from marts.fct_orders where order_name = '#1'""",
    )
    assert order == [(2, Decimal(60), Decimal(25), Decimal(85), Decimal(25), Decimal(24))]


def test_what_a_later_csv_says_of_an_order_that_the_api_told_once_is_not_lost(warehouse: Path) -> None:
    """12 was edited and paid back more, 13 voided; of 13 an older record has another writing of the same id."""
    orders = _rows(
        warehouse,
        """select order_name, invalid_order_reason, line_count, gross_amount, total_amount, refunded_amount
        from marts.fct_orders where order_name in ('#12', '#13') order by 1""",
    )
    assert orders == [
        ("#12", None, 2, Decimal(90), Decimal(90), Decimal(40)),
        ("#13", "voided", 1, Decimal(60), Decimal(60), Decimal(10)),
    ]
    refunds = _rows(
        warehouse,
        """select basis, cast(refunded_at as date)::varchar, fct_refunds.refunded_amount
        from marts.fct_refunds inner join marts.fct_orders using (order_id) where order_name = '#12' order by 2""",
    )
    assert refunds == [("refund", "2026-03-08", Decimal(10)), ("running_sum", "2026-03-10", Decimal(30))]


def test_the_newest_export_replaces_a_whole_order(warehouse: Path) -> None:
    order = _rows(warehouse, "select line_count, total_amount from marts.fct_orders where order_name = '#2'")
    assert order == [(1, Decimal(10))]


def test_an_order_whose_label_changed_is_one_order_under_its_newest_label(warehouse: Path) -> None:
    """In two exports, in one, and in two files of the API; its running sum grows from label to label."""
    orders = _rows(
        warehouse,
        """select order_name, line_count, gross_amount, refunded_amount from marts.fct_orders
        where order_name in ('EN1', '#10', 'EN10', '#11', '#11 ') order by 1""",
    )
    assert orders == [("#11", 2, Decimal(6), Decimal(0)), ("EN10", 1, Decimal(12), Decimal(5))]


def test_refunds_are_dated_by_transactions_else_by_the_export_that_first_showed_them(warehouse: Path) -> None:
    refunds = _rows(
        warehouse,
        """select order_name, basis, is_date_estimated, cast(refunded_at as date)::varchar, fct_refunds.refunded_amount
        from marts.fct_refunds inner join marts.fct_orders using (order_id)
        where order_name in ('#2', '#7') order by 1, 4""",
    )
    assert refunds == [
        ("#2", "transaction", False, "2026-03-09", Decimal(4)),
        ("#7", "running_sum", True, "2026-03-02", Decimal(10)),  # in the first export of #7: its own day
        ("#7", "running_sum", True, "2026-03-10", Decimal("14.30")),
    ]
    estimated = "select count(*) from marts.fct_refunds where is_valid_refund and is_date_estimated"
    assert _rows(warehouse, estimated) == [(5,)]  # as many as excluded_records counts


def test_bad_rows_are_flagged_or_counted_and_never_stop_the_build(warehouse: Path) -> None:
    orders = dict(_rows(warehouse, "select order_name, coalesce(invalid_order_reason, 'valid') from marts.fct_orders"))
    assert orders == {
        "#1": "valid", "#2": "valid", "#3": "valid", "#4": "no_valid_line", "#5": "total_negative", "#6": "valid",
        "#7": "valid", "#8": "cancelled", "#9": "valid", "EN10": "valid", "#11": "valid",
        "#12": "valid", "#13": "voided", "#14": "cancelled", "#15": "cancelled",
    }  # fmt: skip
    flags = _rows(
        warehouse,
        """select is_known_status, is_known_currency, reporting_gross_amount
        from marts.fct_orders where order_name = '#3'""",
    )
    assert flags == [(False, False, None)]
    excluded = dict(
        _rows(warehouse, "select entity || '/' || rule, record_count from marts.excluded_records where area = 'orders'")
    )
    assert excluded == {
        "order/no_valid_line": 1, "order/total_negative": 1, "order/cancelled": 3, "order_line/quantity_zero": 1,
        "order_line/order_total_negative": 1, "order_line/order_cancelled": 2, "refund/order_unknown": 1,
        "order/voided": 1, "order_line/order_voided": 1, "refund/order_voided": 1, "refund/order_cancelled": 1,
        "payment/not_successful": 1, "payment/told_twice": 1, "order_in_customer_numbers/customer_unknown": 1,
        "order_in_reporting_currency/currency_or_rate_unknown": 1, "order_label/replaced_by_a_newer": 2,
        "order_record/replaced_by_a_newer": 1, "flagged_order/status_unknown": 1, "flagged_refund/date_estimated": 5,
    }  # fmt: skip


def test_an_order_without_a_customer_counts_in_sales_and_in_no_customer_number(warehouse: Path) -> None:
    order = _rows(warehouse, "select customer_id, customer_order_number from marts.fct_orders where order_name = '#6'")
    assert order == [(None, None)]
    assert _rows(warehouse, "select count(*) from marts.customer_lifetime_value") == [(8,)]


def test_an_id_that_one_export_spoilt_is_known_from_another(warehouse: Path) -> None:
    """So its lines, transactions and running sums stay with it (the tests above)."""
    keys = _rows(warehouse, "select order_key from core.core_orders where order_name in ('#2', '#7') order by 1")
    assert keys == [("6100000000002",), ("6100000000007",)]


def test_an_order_whose_id_was_spoilt_everywhere_goes_by_its_label(warehouse: Path) -> None:
    assert _rows(warehouse, "select order_key from core.core_orders where order_name = '#9'") == [("name:#9",)]


def test_a_year_before_is_told_by_date_and_by_weekday(warehouse: Path) -> None:
    """A leap day has the last of February a year before; a year may begin in the old one's last week."""
    days = _rows(
        warehouse,
        """select date_day::varchar, same_date_last_year::varchar, same_weekday_last_year::varchar, day_of_week,
            iso_year, iso_week, is_finished
        from marts.dim_dates
        where date_day in ('2024-02-29', '2026-03-31', '2026-04-01', '2027-01-01') order by 1""",
    )
    assert days == [
        ("2024-02-29", "2023-02-28", "2023-03-02", 4, 2024, 9, True),
        ("2026-03-31", "2025-03-31", "2025-04-01", 2, 2026, 14, True),
        ("2026-04-01", "2025-04-01", "2025-04-02", 3, 2026, 14, False),
        ("2027-01-01", "2026-01-01", "2026-01-02", 5, 2026, 53, False),
    ]


@pytest.mark.parametrize(
    ("named", "told"),
    [("", [("SEK", "bank, feed")]), ("feed", []), ("fed", [("SEK", "bank, feed"), (None, "fed")])],
    ids=["nobody", "a source", "no source"],
)
def test_two_sources_of_one_rate_are_told_until_a_setting_names_one(
    warehouse: Path, named: str, told: list[tuple[str | None, str]]
) -> None:
    (audit,) = (warehouse.parent / "dbt_target" / "compiled").rglob("exchange_rates_of_a_day_are_of_one_source.sql")
    assert _rows(warehouse, audit.read_text("utf-8").replace("''", f"'{named}'")) == told
