"""What is kept from night to night equals what would be built whole, and what no delivery touched is left alone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ingestion.home import Home
from tests.builders.dbt import PROJECT, environment, run_dbt
from tests.builders.raw_deliveries import RawDeliveries
from tests.builders.raw_desk import desk_with_hours, what_happens

LAWS = settings(
    max_examples=int(os.environ.get("CX_KEPT_EXAMPLES", "2")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],  # each example builds several warehouses: too dear to be shrunk
    print_blob=True,
)
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
steps = st.lists(
    st.tuples(st.sampled_from(["new", "new", "new", "again", "replay", "half", "zone", "day"]), st.integers(0, 10**9)),
    min_size=2,
    max_size=7,
)


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
                KEPT[seed % len(KEPT)],
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


@LAWS
@given(first=st.lists(st.integers(0, 10**9), min_size=3, max_size=12), later=st.lists(steps, min_size=1, max_size=3))
def test_any_sequence_of_nights_ends_where_one_whole_build_ends(
    first: list[int], later: list[list[tuple[str, int]]]
) -> None:
    with TemporaryDirectory() as folder:
        nights = Nights(Path(folder) / "home")
        for seed in first:
            nights.raw.deliver(seed)
        nights.build()
        for night in later:
            for kind, seed in night:
                nights.step(kind, seed)
            nights.build(None, "--exclude", "staging", "resource_type:seed")
        whole = Path(folder) / "whole"
        whole.mkdir()
        shutil.copy(nights.home.raw_db, whole / "raw.duckdb")
        nights.build(whole, "--full-refresh")
        assert nights.differences(whole) == {}


@pytest.mark.parametrize("stage", sorted({"int_orders__touched", *COMPARED.values()}))
def test_orders_and_tickets_that_no_delivery_touched_are_left_alone(tmp_path: Path, stage: str) -> None:
    names = [name for name in KEPT if COMPARED.get(name, "int_orders__touched") == stage]
    nights = Nights(tmp_path)
    for seed in range(60):
        nights.raw.deliver(seed)
    nights.build()
    _mark(nights, names)
    nights.raw.deliver(14)  # orders of an older delivery's keys, under another load
    nights.build(None, "--exclude", "staging", "resource_type:seed")
    marks = _marks(nights, names)
    assert sum(left_alone for left_alone, _, _ in marks.values()) >= min(20, 5 * len(names))
    assert sum(made_anew for _, made_anew, _ in marks.values()) > 0
    assert {name: wrong for name, (_, _, wrong) in marks.items() if wrong} == {}


@pytest.mark.parametrize(
    ("what", "changed"),
    [
        ("the agent had lost the role", "core_ticket_messages"),
        ("the schedule was another", "int_tickets__timed"),
        ("the day was a holiday", "int_tickets__timed"),
    ],
)
def test_what_agents_and_schedules_say_of_tickets_no_delivery_touched_is_made_anew(
    tmp_path: Path, what: str, changed: str
) -> None:
    nights = Nights(tmp_path / "home")
    for export, tables in desk_with_hours():
        nights.raw.bring(export, tables)
    nights.build()
    before = tmp_path / "before"
    shutil.copytree(nights.home.root, before)
    nights.raw.bring(*what_happens(what))
    nights.build(None, "--exclude", "resource_type:seed")
    assert {"core_tickets", changed} <= set(nights.differences(before))
    whole = tmp_path / "whole"
    whole.mkdir()
    shutil.copy(nights.home.raw_db, whole / "raw.duckdb")
    nights.build(whole, "--full-refresh")
    assert nights.differences(whole) == {}


def test_only_dates_whose_revenue_is_another_are_ranked_anew(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    _buy(nights, {"a": (5, 10), "b": (20, 20)})
    nights.build()
    with closing(duckdb.connect(str(nights.home.warehouse_db))) as connection:
        connection.execute("update core.core_customer_spend_tiers set spend_tier = -1")
    _buy(nights, {"c": (21, 30)})
    nights.day = 9
    nights.build(None, "--exclude", "resource_type:seed")
    tiers = "select as_of_date, list(spend_tier order by spend_tier) from core.core_customer_spend_tiers group by all"
    with closing(duckdb.connect(str(nights.home.warehouse_db), read_only=True)) as connection:
        told = {day.isoformat(): kept for day, kept in connection.execute(tiers).fetchall()}
    assert told == {"2026-01-31": [-1], "2026-02-28": [1, 2, 3], "2026-03-09": [1, 2, 3]}


def _buy(nights: Nights, orders: dict[str, tuple[int, int]]) -> None:
    """Orders of one person each: days after 25 January, and for how much."""
    bought, lines = [], []
    for key, (days, amount) in orders.items():
        at = datetime(2026, 1, 25, 12) + timedelta(days=days)
        bought.append({"order_key": key, "email": f"{key}@example.org", "ordered_at": at, "currency": "USD"})
        lines.append({"order_key": key, "product_key": "p", "quantity": 1, "unit_price_amount": amount})
    nights.raw.bring("entity.orders", {"entity.orders": bought})
    nights.raw.bring("entity.order_lines", {"entity.order_lines": lines})


@pytest.mark.parametrize("code", ["", "other code"])
def test_rows_made_by_code_nobody_vouches_for_are_not_kept(tmp_path: Path, code: str) -> None:
    nights = Nights(tmp_path)
    for seed in range(6):
        nights.raw.deliver(seed)
    nights.build()
    _mark(nights, KEPT)
    with environment(CX_CODE=code):
        run_dbt(tmp_path, "run", "--select", "int_loads__listed+", "--vars", "{store_time_zone: UTC}")
    assert sum(left_alone for left_alone, _, _ in _marks(nights, KEPT).values()) == 0


def _mark(nights: Nights, names: list[str]) -> None:
    with closing(duckdb.connect(str(nights.home.warehouse_db))) as connection:
        for name in names:
            column, mark = _marked(connection, name)
            connection.execute(f"update core.{name} set {column} = {mark}")


def _marked(connection: duckdb.DuckDBPyConnection, name: str) -> tuple[str, str]:
    """A column of a kept model that is no id, and a value it never has; of compared ones, none that they compare."""
    if name in COMPARED:
        return "_source_table", "'marked'"
    marks = {"VARCHAR": "'marked'", "BIGINT": "-123", "DOUBLE": "-123"}
    columns = connection.execute(f"describe core.{name}").fetchall()
    return next((f'"{c[0]}"', marks[c[1]]) for c in columns if c[1] in marks and not c[0].endswith("_id"))


def _marks(nights: Nights, names: list[str]) -> dict[str, tuple[int, int, int]]:
    """By kept model: rows that still bear the mark, rows that do not, rows of which that is wrong."""
    with closing(duckdb.connect(str(nights.home.warehouse_db), read_only=True)) as connection:
        return {name: connection.execute(_count(connection, name)).fetchall()[0] for name in names}


def _count(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    key = "ticket_id" if "ticket" in name else "order_id"
    touched = COMPARED.get(name, f"int_{key.removesuffix('_id')}s__touched")
    if name == "core_customer_spend_tiers":
        key, touched = "as_of_date", "int_spend_tier_dates__touched"
    column, mark = _marked(connection, name)
    is_marked = f"({column} is not distinct from {mark})"
    is_touched = f"{key} in (select {key} from core.{touched})"
    return (
        f"select count(*) filter ({is_marked}), count(*) filter (not {is_marked}), "
        f"count(*) filter ({is_marked} = ({is_touched})) from core.{name}"
    )
