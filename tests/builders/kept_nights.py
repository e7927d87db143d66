"""Homes whose warehouse is built night by night, as `cx night` would keep its models. Asserts nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import duckdb

from ingestion.home import Home
from tests.builders.dbt import PROJECT, environment, run_dbt
from tests.builders.raw_deliveries import RawDeliveries

KEPT = sorted(
    model.stem for model in (PROJECT / "models").rglob("*.sql") if "incremental_strategy='touched'" in model.read_text()
)
COMPARED = {
    "int_order_lines__judged": "int_orders__revalued",
    "int_orders__valued": "int_orders__revalued",
    "core_orders": "int_orders__retold",
    "core_order_lines": "int_orders__retold",
}
MODELS_ALONE = ("--exclude-resource-type", "unit_test", "--exclude-resource-type", "test")
OWN_BOOKS = {
    "kept_builds",
    "int_loads__listed",
    "int_orders__touched",
    "int_order_loads__standing",
    "int_tickets__touched",
    "int_orders__revalued",
    "int_orders__retold",
    "int_spend_tier_dates__touched",
}


class Nights:
    """A home whose warehouse is built night by night."""

    def __init__(self, root: Path) -> None:
        self.home = Home.at(root)
        self.raw = RawDeliveries(self.home)
        self.zone, self.day = "UTC", 8

    def build(self, root: Path | None = None, *selected: str) -> None:
        """dbt run over this home (or another), under the code word that goes with the settings."""
        chosen = ["--vars", f"{{store_time_zone: {self.zone}}}", *selected]
        with environment(CX_CODE=f"code of {self.zone}"):
            run_dbt(root or self.home.root, "build", *MODELS_ALONE, *chosen, as_of=f"2026-03-{self.day:02}")

    def copy_to(self, root: Path) -> Nights:
        """The same home, as it stands, in another place."""
        shutil.copytree(self.home.root, root)
        copy = Nights(root)
        copy.raw.loads = list(self.raw.loads)
        return copy

    def step(self, kind: str, seed: int) -> None:
        """One thing that can happen between two whole nights."""
        does: dict[str, Callable[[], None]] = {
            "new": lambda: self.raw.deliver(seed),
            "again": lambda: self.raw.again(seed),
            "replay": lambda: self.raw.replay(seed),
            "half": lambda: self.build(
                None,
                "--select",
                "int_loads__listed",
                "int_orders__touched",
                "int_order_loads__standing",
                "int_tickets__touched",
                *COMPARED.values(),
                f"+{KEPT[seed % len(KEPT)]}",  # a night that broke off had built what this one follows from
                "--exclude",
                "staging",
                "resource_type:seed",
            ),
            "zone": lambda: setattr(self, "zone", ["UTC", "America/New_York"][seed % 2]),
            "day": lambda: setattr(self, "day", 2 + seed % 8),
        }
        does[kind]()

    def differences(self, whole: Path) -> dict[str, list[object]]:
        """Rows that stand in one of the two warehouses only, by table."""
        found: dict[str, list[object]] = {}
        with closing(duckdb.connect()) as connection:
            connection.execute(f"attach '{self.home.warehouse_db}' as kept (read_only)")
            connection.execute(f"attach '{whole / 'warehouse.duckdb'}' as whole (read_only)")
            names = connection.execute(
                "select schema_name, table_name from duckdb_tables() where database_name = 'kept' "
                "and schema_name in ('core', 'marts') order by all"
            ).fetchall()
            for schema, table in names:
                if table in OWN_BOOKS:
                    continue
                columns = connection.execute(f"describe kept.{schema}.{table}").fetchall()
                listed = ", ".join(f'round("{c[0]}", 6)' if c[1] == "DOUBLE" else f'"{c[0]}"' for c in columns)
                one, two = (f"select {listed} from {side}.{schema}.{table}" for side in ("kept", "whole"))
                odd = connection.execute(f"({one} except all {two}) union all ({two} except all {one})").fetchall()
                if odd:
                    found[table] = list(odd)
        return found
