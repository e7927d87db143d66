"""A kept model reads of a large export only the loads in which tonight's touched orders stand."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from ingestion.home import Home
from tests.builders.dbt import environment, run_dbt
from tests.builders.raw_deliveries import RawDeliveries

pytestmark = pytest.mark.xdist_group("dbt")
READ = {"int_orders__unioned": "3, 6", "int_order_lines__unioned": "3, 6", "core_payments": "4"}


def test_only_loads_in_which_touched_orders_stand_are_read_again(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    raw = RawDeliveries(home)
    for key in (1, 2, 3):
        raw.bring("shopify.orders", {"shopify.orders": [{"id": key, "name": f"#{key}", "discount_code": f"code {key}"}]})
    for key in (1, 2):
        raw.bring("shopify.order_transactions", {"shopify.order_transactions": [{"order_id": key, "amount": key}]})
    _build(home)
    raw.bring("shopify.orders", {"shopify.orders": [{"id": None, "name": "#1", "total": 6}]})  # lost its Id
    told = {"id": "gid://shopify/Order/3", "legacy_resource_id": 3, "name": "#3", "total_amount": 7}
    raw.bring("shopify.bulk_orders", {"shopify.bulk_orders": [told]})  # touches an order that only load 3 holds
    _build(home)
    compiled = home.root / "dbt_target" / "compiled" / "cx_warehouse" / "models" / "core" / "orders"
    for model, loads in READ.items():
        assert f"where _load_id in ({loads})" in (compiled / f"{model}.sql").read_text()
    with closing(duckdb.connect(str(home.warehouse_db), read_only=True)) as connection:
        orders = connection.execute("select order_key, discount_code, _load_id from core.int_orders__unioned").fetchall()
        payments = connection.execute("select amount, _load_id from core.core_payments").fetchall()
    assert sorted(orders) == [("1", None, 6), ("2", "code 2", 2), ("3", "code 3", 7)]
    assert sorted(payments) == [(1, 4), (2, 5)]


def _build(home: Home) -> None:
    with environment(CX_CODE="one and the same"):
        run_dbt(home.root, "run", "--select", *(f"+{model}" for model in READ), as_of="2026-03-08")
