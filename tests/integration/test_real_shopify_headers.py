"""Every header a store's admin has written over the years loads, and says the same."""

import os
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingestion.home import Home
from ingestion.loader import load
from tests.builders.admin_export import deliver, order_rows
from tests.builders.header_variants import CUSTOMER, CUSTOMER_HEADERS, one_record


def _loaded(root: Path, file_name: str, text: str, sql: str) -> list[tuple[Any, ...]]:
    os.environ.setdefault("CX_SETTLE_SECONDS", "0")
    home = Home.at(root)
    deliver(home.exports, {file_name: text})
    assert [(d.status, d.cells_failed, d.rows_rejected) for d in load(home).deliveries] == [("loaded", 0, 0)]
    with closing(duckdb.connect(str(home.raw_db), read_only=True)) as connection:
        return connection.execute(sql).fetchall()


@pytest.mark.parametrize("variant", ["orders_header_2021", "orders_header_73cols", "orders_header_79cols"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_orders_of_every_year_load(real_data: Path, tmp_path: Path, variant: str, line_end: str) -> None:
    header = (real_data / "shopify_admin_export" / f"{variant}.txt").read_text("utf-8").split("\n")
    record = order_rows(1, [(2, 30.0)], Billing_Zip="'06103", Phone="'+15550100123")[0]
    text = one_record([name.strip() for name in header if name.strip()], record, line_end)
    rows = _loaded(
        tmp_path,
        "orders_export_1.csv",
        text,
        "select id, total, lineitem_quantity, billing_zip, phone, created_at::varchar from shopify.orders",
    )
    assert rows == [(6_100_000_000_001, Decimal(60), Decimal(2), "06103", "+15550100123", "2026-03-02 14:14:08")]


@pytest.mark.parametrize("year", CUSTOMER_HEADERS)
def test_customers_of_every_year_load(tmp_path: Path, year: str) -> None:
    text = one_record(CUSTOMER_HEADERS[year].split(","), CUSTOMER)
    columns = "customer_id, email, zip, total_spent, accepts_email_marketing"
    rows = _loaded(tmp_path, "customers_export.csv", text, f"select {columns} from shopify.customers")
    number = None if year in {"2018", "2022"} else 7_200_000_000_001
    assert rows == [(number, "kim@example.org", "06103", Decimal("312.40"), True)]


def test_the_published_customer_header_is_one_of_them(real_data: Path) -> None:
    text = (real_data / "shopify_admin_export" / "customers_header_20cols.txt").read_text("utf-8")
    assert [line.strip() for line in text.splitlines() if line.strip()] == CUSTOMER_HEADERS["2022"].split(",")
