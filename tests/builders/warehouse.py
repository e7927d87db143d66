"""Tiny warehouses with known marts, for tests of what comes after dbt."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from pathlib import Path

import duckdb

from orchestration.publishing.marts import Mart, MartColumn
from orchestration.publishing.publish import NightStamp

KEY = b"a key that only tests use"

ORDERS = Mart(
    "fct_orders",
    "One row per order.",
    (
        MartColumn("order_id", "The order's id.", is_pseudonym=False),
        MartColumn("customer_id", "Who bought.", is_pseudonym=True),
        MartColumn("total_amount", "What it cost.", is_pseudonym=False),
        MartColumn("version", "Which build wrote this row.", is_pseudonym=False),
    ),
    withheld=("email",),
)
CUSTOMERS = Mart(
    "dim_customers",
    "One row per customer; it's described.",
    (
        MartColumn("customer_id", "Who.", is_pseudonym=True),
        MartColumn("version", "Which build wrote this row.", is_pseudonym=False),
    ),
    withheld=(),
)


def write_warehouse(path: Path, version: int = 1, orders: int = 50) -> Path:
    """A warehouse of two marts in which every row carries the same version."""
    with closing(duckdb.connect(str(path))) as connection:
        connection.execute("create schema if not exists marts")
        connection.execute(
            f"create or replace table marts.fct_orders as select i as order_id, 'c' || i % 7 as customer_id, "
            f"'c' || i % 7 || '@example.com' as email, i * 1.25::decimal(18, 4) as total_amount, {version} as version, "
            f"'not in any YAML' as surprise from range({orders}) t(i)"
        )
        connection.execute(
            f"create or replace table marts.dim_customers as select 'c' || i as customer_id, {version} as version "
            "from range(7) t(i)"
        )
    return path


def stamp(version: int = 1) -> NightStamp:
    """The stamp of the night with this number."""
    return NightStamp(f"night-{version}", date(2026, 1, 1), "0.1.0", f"inputs-{version}")
