"""From what was published after a whole night back to the delivered record, for people and things alike."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from ingestion.home import Home
from orchestration.publishing.pseudonyms import give_key, pseudonym_key, pseudonym_sql
from orchestration.querying.trace import Origin, trace
from tests.builders.independent_exports import json_records
from tests.end_to_end.conftest import SampleNight

pytestmark = pytest.mark.xdist_group("night")
_KEYS = {
    "dim_agents": "agent_id",
    "dim_customers": "customer_id",
    "dim_products": "product_id",
    "fct_order_lines": "order_line_id",
    "fct_orders": "order_id",
    "fct_refunds": "refund_id",
    "fct_tickets": "ticket_id",
}


def _origins(night: SampleNight, table: str, where: str = "true") -> list[Origin]:
    (key,) = night.published.execute(f"select {_KEYS[table]} from {table} where {where} limit 1").fetchone() or ("",)
    return trace(Home.at(night.home), table, str(key))


def _line(night: SampleNight, origin: Origin) -> str:
    assert origin.line is not None
    path = Path(night.shop.exports) / origin.file_name
    return path.read_text(encoding="utf-8").splitlines()[origin.line - 1]


@pytest.mark.parametrize("table", _KEYS)
def test_a_row_leads_back_to_lines_of_delivered_files_each_once(sample_night: SampleNight, table: str) -> None:
    origins = _origins(sample_night, table)
    assert origins
    assert all(origin.file_name.startswith(("shopify/", "zendesk/")) and origin.line for origin in origins)
    records = [(origin.raw_table, origin.load_id, origin.row_number) for origin in origins]
    assert len(records) == len(set(records))


def test_a_person_leads_to_the_records_that_hold_the_persons_address(sample_night: SampleNight) -> None:
    accounts = json_records(sample_night.shopify, "customers_20*.jsonl")
    address = next(row["email"] for _, row in accounts if row.get("email"))
    with closing(duckdb.connect()) as connection:
        give_key(connection, pseudonym_key(sample_night.home / "pseudonym.key"))
        connection.execute(f"attach '{sample_night.home / 'warehouse.duckdb'}' as warehouse (read_only)")
        ((key,),) = connection.execute(
            f"select {pseudonym_sql('customer_id')} from warehouse.core.core_customers where email = ?", [address]
        ).fetchall()
    origins = trace(Home.at(sample_night.home), "dim_customers", key)
    assert "shopify.bulk_customers" in {origin.raw_table for origin in origins}
    for origin in origins:
        if origin.raw_table == "shopify.bulk_customers":
            assert address in _line(sample_night, origin)


def test_an_agent_leads_to_the_record_of_the_user(sample_night: SampleNight) -> None:
    (origin,) = _origins(sample_night, "dim_agents", "agent_role = 'admin'")
    assert origin.raw_table == "zendesk.users"
    assert json.loads(_line(sample_night, origin))["role"] == "admin"
