"""What is kept from night to night equals what would be built whole, and what no delivery touched is left alone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ingestion.home import Home
from tests.builders.dbt import PROJECT, environment, run_dbt
from tests.builders.raw_deliveries import RawDeliveries

pytestmark = pytest.mark.xdist_group("dbt")
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
MODELS_ALONE = ("--exclude-resource-type", "unit_test", "--exclude-resource-type", "test")
OWN_BOOKS = {"kept_builds", "int_loads__listed", "int_orders__touched", "int_tickets__touched"}
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
                "int_tickets__touched",
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


def test_orders_and_tickets_that_no_delivery_touched_are_left_alone(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    for seed in range(40):
        nights.raw.deliver(seed)
    nights.build()
    _mark(nights)
    nights.raw.deliver(4)  # the same keys as an older delivery, under another load
    nights.build(None, "--exclude", "staging", "resource_type:seed")
    marks = _marks(nights)
    assert sum(left_alone for left_alone, _, _ in marks.values()) > 20
    assert sum(made_anew for _, made_anew, _ in marks.values()) > 0
    assert {name: wrong for name, (_, _, wrong) in marks.items() if wrong} == {}


@pytest.mark.parametrize("code", ["", "other code"])
def test_rows_made_by_code_nobody_vouches_for_are_not_kept(tmp_path: Path, code: str) -> None:
    nights = Nights(tmp_path)
    for seed in range(6):
        nights.raw.deliver(seed)
    nights.build()
    _mark(nights)
    with environment(CX_CODE=code):
        run_dbt(tmp_path, "run", "--select", "int_loads__listed+", "--vars", "{store_time_zone: UTC}")
    assert sum(left_alone for left_alone, _, _ in _marks(nights).values()) == 0


def _column(name: str) -> str:
    return "history_source" if name == "core_ticket_status_spans" else "source"


def _mark(nights: Nights) -> None:
    with closing(duckdb.connect(str(nights.home.warehouse_db))) as connection:
        for name in KEPT:
            connection.execute(f"update core.{name} set {_column(name)} = 'marked'")


def _marks(nights: Nights) -> dict[str, tuple[int, int, int]]:
    """By kept model: rows that still bear the mark, rows that do not, rows of which that is wrong."""
    with closing(duckdb.connect(str(nights.home.warehouse_db), read_only=True)) as connection:
        return {name: connection.execute(_count(name)).fetchall()[0] for name in KEPT}


def _count(name: str) -> str:
    key = "ticket_id" if "ticket" in name else "order_id"
    is_marked = f"({_column(name)} = 'marked')"
    is_touched = f"{key} in (select {key} from core.int_{key.removesuffix('_id')}s__touched)"
    return (
        f"select count(*) filter ({is_marked}), count(*) filter (not {is_marked}), "
        f"count(*) filter ({is_marked} = ({is_touched})) from core.{name}"
    )
