"""What is kept from night to night equals what would be built whole, and what no delivery touched is left alone."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.builders.dbt import environment, run_dbt
from tests.builders.kept_nights import COMPARED, KEPT, Nights
from tests.builders.raw_desk import desk_with_hours, what_happens

LAWS = settings(
    max_examples=int(os.environ.get("CX_KEPT_EXAMPLES", "2")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],  # each example builds several warehouses: too dear to be shrunk
    print_blob=True,
)
steps = st.lists(
    st.tuples(st.sampled_from(["new", "new", "new", "again", "replay", "half", "zone", "day"]), st.integers(0, 10**9)),
    min_size=2,
    max_size=7,
)


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


@pytest.fixture(scope="module")
def sixty_deliveries(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    """A home after a night that found sixty deliveries; to be copied."""
    nights = Nights(tmp_path_factory.mktemp("sixty") / "home")
    for seed in range(60):
        nights.raw.deliver(seed)
    nights.build()
    return nights


@pytest.fixture(scope="module")
def desk_night(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    """A home after the night of a desk with hours; to be copied."""
    nights = Nights(tmp_path_factory.mktemp("desk") / "home")
    for export, tables in desk_with_hours():
        nights.raw.bring(export, tables)
    nights.build()
    return nights


@pytest.mark.xdist_group("sixty deliveries")
@pytest.mark.parametrize("stage", sorted({"int_orders__touched", *COMPARED.values()}))
def test_orders_and_tickets_that_no_delivery_touched_are_left_alone(
    sixty_deliveries: Nights, tmp_path: Path, stage: str
) -> None:
    names = [name for name in KEPT if COMPARED.get(name, "int_orders__touched") == stage]
    nights = sixty_deliveries.copy_to(tmp_path / "home")
    _mark(nights, names)
    nights.raw.deliver(14)  # orders of an older delivery's keys, under another load
    nights.build(None, "--exclude", "staging", "resource_type:seed")
    marks = _marks(nights, names)
    assert sum(left_alone for left_alone, _, _ in marks.values()) >= min(20, 5 * len(names))
    assert sum(made_anew for _, made_anew, _ in marks.values()) > 0
    assert {name: wrong for name, (_, _, wrong) in marks.items() if wrong} == {}


@pytest.mark.xdist_group("desk with hours")
@pytest.mark.parametrize(
    ("what", "changed"),
    [
        ("the agent had lost the role", "core_ticket_messages"),
        ("the schedule was another", "int_tickets__timed"),
        ("the day was a holiday", "int_tickets__timed"),
    ],
)
def test_what_agents_and_schedules_say_of_tickets_no_delivery_touched_is_made_anew(
    desk_night: Nights, tmp_path: Path, what: str, changed: str
) -> None:
    nights = desk_night.copy_to(tmp_path / "home")
    nights.raw.bring(*what_happens(what))
    nights.build(None, "--exclude", "resource_type:seed")
    assert {"core_tickets", changed} <= set(nights.differences(desk_night.home.root))
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


@pytest.mark.xdist_group("sixty deliveries")
@pytest.mark.parametrize("code", ["", "other code"])
def test_rows_made_by_code_nobody_vouches_for_are_not_kept(sixty_deliveries: Nights, tmp_path: Path, code: str) -> None:
    nights = sixty_deliveries.copy_to(tmp_path / "home")
    _mark(nights, KEPT)
    with environment(CX_CODE=code):
        run_dbt(nights.home.root, "run", "--select", "int_loads__listed+", "--vars", "{store_time_zone: UTC}")
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
