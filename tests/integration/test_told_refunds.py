"""What a refund took back, from the API's files to the mart: never a gift card, never the tax, never untold goods."""

import os
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from ingestion.home import Home
from ingestion.loader import load
from tests.builders.admin_export import deliver
from tests.builders.dbt import run_dbt
from tests.builders.told_refunds import told_refunds

MODELS_ALONE = ("--exclude-resource-type", "unit_test", "--exclude-resource-type", "test")
Told = dict[str, list[tuple[Decimal, Decimal, bool]]]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    os.environ.setdefault("CX_SETTLE_SECONDS", "0")
    home = Home.at(tmp_path_factory.mktemp("refunds"))
    deliver(home.exports, told_refunds())
    assert {each.status for each in load(home).deliveries} == {"loaded"}
    run_dbt(home.root, "build", "--select", "+fct_orders", *MODELS_ALONE)
    return home.warehouse_db


@pytest.fixture(scope="module")
def told(warehouse: Path) -> Told:
    """Of each order's refunds: money, goods, and whether the goods are an estimate."""
    sql = """select order_name, list((refunds.refunded_amount, refunds.returned_amount,
        refunds.is_returned_amount_estimated) order by refunds.refunded_amount)
        from core.core_refunds as refunds inner join core.core_orders using (order_id) group by all"""
    with closing(duckdb.connect(str(warehouse), read_only=True)) as connection:
        return dict(connection.execute(sql).fetchall())


def test_a_refund_without_goods_takes_nothing_of_those_that_another_took_back(told: Told) -> None:
    assert told["#1"] == [(Decimal(10), Decimal(0), False), (Decimal(50), Decimal(50), False)]


def test_a_refund_that_tells_of_no_lines_took_no_goods_back(told: Told) -> None:
    assert told["#6"] == [(Decimal(10), Decimal(0), False)]


def test_a_gift_card_paid_back_is_no_return(told: Told) -> None:
    assert told["#2"] == [(Decimal(50), Decimal(0), False)]


def test_a_gift_card_that_only_the_catalogue_knows_is_no_return_either(told: Told) -> None:
    assert told["#7"] == [(Decimal(50), Decimal(0), False)]


def test_a_cancelled_order_with_a_gift_card_nets_nothing(told: Told, warehouse: Path) -> None:
    assert told["#3"] == [(Decimal("89.03"), Decimal("39.03"), False)]
    with closing(duckdb.connect(str(warehouse), read_only=True)) as connection:
        net = connection.execute("select net_amount from marts.fct_orders where order_name = '#3'").fetchone()
    assert net == (Decimal(0),)


def test_goods_are_without_tax_whether_lines_or_agreements_tell_them(told: Told) -> None:
    """Two units at 120 with 20 tax in each: one of them back are 100 of goods."""
    assert told["#4"] == [(Decimal(120), Decimal(100), False)]
    assert told["#5"] == told["#4"]
