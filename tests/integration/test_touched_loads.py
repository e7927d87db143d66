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
READ = {"int_orders__unioned": "4, 7", "int_order_lines__unioned": "4, 7", "core_payments": "5"}


def test_only_loads_in_which_touched_orders_stand_are_read_again(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    raw = RawDeliveries(home)
    for key, name in ((1, "#1"), (2, "#2"), (3, "#3"), (None, "#3")):  # the fourth lost its Id: it is order 3 again
        order = {"id": key, "name": name, "total": 5, "discount_code": f"code {key}"}
        raw.bring("shopify.orders", {"shopify.orders": [order]})
    for key in (1, 2):
        raw.bring("shopify.order_transactions", {"shopify.order_transactions": [{"order_id": key, "amount": key}]})
    _build(home)
    raw.bring("shopify.orders", {"shopify.orders": [{"id": None, "name": "#1", "total": 6}]})
    told = {"id": "gid://shopify/Order/3", "legacy_resource_id": 3, "name": "another", "total_amount": 7}
    raw.bring("shopify.bulk_orders", {"shopify.bulk_orders": [told]})  # touches an order that only load 4 holds
    _build(home)
    compiled = home.root / "dbt_target" / "compiled" / "cx_warehouse" / "models" / "core" / "orders"
    for model, loads in READ.items():
        assert f"where _load_id in ({loads})" in (compiled / f"{model}.sql").read_text()
    with closing(duckdb.connect(str(home.warehouse_db), read_only=True)) as connection:
        connection.execute("use core")
        orders = connection.execute("select order_key, discount_code, _load_id from int_orders__unioned").fetchall()
        payments = connection.execute("select amount, _load_id from core_payments").fetchall()
    assert sorted(orders) == [("1", None, 7), ("2", "code 2", 2), ("3", "code None", 8)]
    assert sorted(payments) == [(1, 5), (2, 6)]


def _build(home: Home) -> None:
    with environment(CX_CODE="one and the same"):
        run_dbt(home.root, "run", "--select", *(f"+{model}" for model in READ), as_of="2026-03-08")
