"""Every export the warehouse names, in every form its vendor writes, comes from the file to the model that answers."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingestion.home import Home
from ingestion.loader import load
from tests.builders.dbt import environment, run_dbt
from tests.builders.header_variants import CUSTOMER_HEADERS
from tests.builders.named_exports import write_named_exports
from tests.builders.order_headers import ORDER_HEADERS, PRODUCT_HEADERS


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every form in a home, loaded without a reject or a failed cell, and its core and marts."""
    root = tmp_path_factory.mktemp("named")
    write_named_exports(root / "exports")
    with environment(CX_HOME=str(root), CX_SETTLE_SECONDS="0"):
        summary = load(Home.from_environment())
    assert {(d.status, d.rows_rejected, d.cells_failed) for d in summary.deliveries} == {("loaded", 0, 0)}
    run_dbt(root, "seed")
    run_dbt(root, "run", "--select", "+path:models/marts")
    return root


def _rows(home: Path, sql: str, *bound: Any) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(sql, list(bound)).fetchall()


def test_the_headers_are_as_long_as_the_vendor_wrote_them() -> None:
    lengths = {name: len(header) for name, header in (ORDER_HEADERS | PRODUCT_HEADERS).items()}
    assert [lengths[name] for name in ("orders79", "orders73", "orders75of2021", "orders75of2023")] == [79, 73, 75, 75]
    assert [lengths[name] for name in ("products46", "products47", "products50")] == [46, 47, 50]


@pytest.mark.parametrize("variant", ORDER_HEADERS)
def test_an_order_of_every_header_is_an_order(home: Path, variant: str) -> None:
    sql = "select order_key, line_count, gross_amount, is_valid_order, customer_id is not null from core.core_orders"
    assert _rows(home, f"{sql} where instance = ?", variant) == [("6100000000001", 2, Decimal(85), True, True)]


@pytest.mark.parametrize("variant", PRODUCT_HEADERS)
def test_a_product_of_every_header_is_its_variants(home: Path, variant: str) -> None:
    sql = "select sku, title, variant_title, price_amount, brand from core.core_products where instance = ? order by 1"
    assert _rows(home, sql, variant) == [
        ("LS-M", "Linen Shirt", "M", Decimal(31), "Loomery"),
        ("LS-S", "Linen Shirt", "S", Decimal(30), "Loomery"),
    ]


@pytest.mark.parametrize("year", CUSTOMER_HEADERS)
def test_a_customer_of_every_header_is_the_same_person(home: Path, year: str) -> None:
    sql = "select customer_id from core.int_customers__identified where instance = ?"
    person = _rows(home, sql, f"people{year}")
    assert len(person) == 1 and person[0] in _rows(home, sql, "api")


def test_an_order_of_the_api_brings_lines_money_refund_and_parcel(home: Path) -> None:
    order = _rows(
        home,
        """select line_count, gross_amount, paid_amount, refunded_amount, returned_amount, shipped_at::varchar,
            delivered_at::varchar from marts.fct_orders where order_name = '#10442'""",
    )
    money = (Decimal(55), Decimal("59.4"), Decimal("24.3"), Decimal("22.5"))
    assert order == [(2, *money, "2026-03-03 09:00:00", "2026-03-05 09:00:00")]


def test_an_account_of_the_api_has_its_consent(home: Path) -> None:
    person = _rows(home, "select has_account, accepts_marketing, is_buyer from marts.dim_customers where has_account")
    assert person == [(True, True, True)]


@pytest.mark.parametrize("history", ["audits", "ticket_events"])
def test_a_ticket_has_the_same_durations_from_either_history(home: Path, history: str) -> None:
    """The holiday of the schedule's second day leaves the eight hours of the first."""
    sql = """select history_source, first_response_calendar_minutes, full_resolution_calendar_minutes,
        full_resolution_business_last_schedule_minutes, agent_wait_calendar_minutes, agent_reply_count
        from core.core_tickets where instance = ?"""
    [(source, *minutes, replies)] = _rows(home, sql, history)
    assert (source, replies) == (history, 1)
    assert minutes == pytest.approx([205.85, 1548.7, 480, 1342.85])


def test_a_ticket_with_its_metric_set_alone_has_the_vendors_durations(home: Path) -> None:
    sql = """select history_source, first_response_calendar_minutes, full_resolution_business_last_schedule_minutes
        from core.core_tickets where instance = 'metric_sets'"""
    assert _rows(home, sql) == [("metric_set", 206, 480)]


def test_groups_ratings_and_people_reach_the_ticket(home: Path) -> None:
    sql = "select distinct group_name, satisfaction_score, customer_id is not null from marts.fct_tickets"
    assert _rows(home, sql) == [("Tier 1", "good", True)]
    agents = _rows(home, "select agent_role, count(*) from marts.dim_agents group by all")
    assert agents == [("agent", 3)]
