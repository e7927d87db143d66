"""After a spec was fixed, a replay gives each load the rows a first load by that spec would have given it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.builders.faulty_runs import TICKETS
from tests.builders.replays import DAYS, fix, loaded_anew, replayed, state
from tests.builders.shop_home import ShopHome, orders_csv


@pytest.fixture
def shop(tmp_path: Path) -> ShopHome:
    home = ShopHome(tmp_path / "home")
    home.spec(rules="error_budget = 0.9")
    return home


def test_a_date_format_corrected_after_a_day_makes_every_cell_right(shop: ShopHome, tmp_path: Path) -> None:
    shop.spec("shop/visits", DAYS)
    shop.deliver("shop/visits_1.csv", "id,day,amount\n1,03/04/2026,1\n2,13/04/2026,2\n,14/04/2026,2\n3,x,2\n" * 1)
    shop.specs[-1] = shop.spec("shop/visits", DAYS.replace("mode", "error_budget = 0.5\nmode"))
    (first,) = shop.load().deliveries
    assert (first.cells_failed, shop.query("select period_end from meta.loads")[0][0].isoformat()) == (2, "2026-03-04")
    fix(shop, "%m/%d/%Y", "%d/%m/%Y", "shop/visits")
    (delivery,) = replayed(shop).deliveries
    assert (delivery.status, delivery.rows_loaded, delivery.cells_mended, delivery.cells_failed) == ("loaded", 0, 1, 1)
    assert shop.query("select id, day::varchar from shop.visits order by 1") == [
        (1, "2026-04-03"), (2, "2026-04-13"), (3, None),
    ]  # fmt: skip
    assert shop.query("select load_id, finished_at >= timestamp '2026-03-15' from meta.loads") == [
        (first.load_id, True)
    ]
    assert state(shop) == loaded_anew(shop, tmp_path / "again")
    before = state(shop)
    assert (shop.load().deliveries, [each.reason for each in replayed(shop).deliveries]) == ([], ["spec_unchanged"])
    assert state(shop) == before


MENDS = {
    "marks": ('amount = { type = "decimal",', 'amount = { type = "decimal", decimal_mark = ",", thousands_mark = ".",'),
    "another type": ('amount = { type = "decimal", scale = 2,', 'amount = { type = "text",'),
    "more digits": ("scale = 2", "scale = 4"),
    "null token": ('mode = "period"', 'null_tokens = ["", "-"]\nmode = "period"'),
    "key and cells": ('id = { type = "integer"', 'id = { type = "text"'),
    "a column more": ("[columns]", '[columns]\nnote = { type = "integer", personal = "none" }'),
    "append": ('mode = "period"\nperiod = "day"', 'mode = "append"'),
}
ODD = "id,day,amount,note\n1,04/03/2026,1.234,7\n2,04/31/2026,-,8\nA3,04/05/2026,1,9\n"


@pytest.mark.parametrize(("old", "new"), MENDS.values(), ids=MENDS.keys())
def test_a_repaired_load_is_what_a_first_load_would_have_been(
    shop: ShopHome, tmp_path: Path, old: str, new: str
) -> None:
    shop.spec("shop/visits", DAYS.replace("mode", "error_budget = 0.5\nmode", 1))
    shop.deliver("shop/visits_1.csv", ODD)
    shop.deliver("shop/visits_2.csv", ODD.replace("04/03", "05/03") + "9,04/03/2026,7,7\n")
    assert [each.rows_rejected for each in shop.load().deliveries] == [1, 1]
    fix(shop, old, new, "shop/visits")
    assert {each.status for each in replayed(shop).deliveries} == {"loaded"}
    assert state(shop) == loaded_anew(shop, tmp_path / "again")


def test_loads_without_a_fault_are_left_alone_counted_and_replayed_on_demand(shop: ShopHome, tmp_path: Path) -> None:
    shop.spec("shop/visits", DAYS)
    shop.deliver("shop/visits_1.csv", "id,day,amount\n1,03/04/2026,1\n")
    shop.deliver("shop/visits_2.csv", "id,day,amount\n2,13/04/2026,1\n")
    shop.load()
    fix(shop, "%m/%d/%Y", "%d/%m/%Y", "shop/visits")
    summary = replayed(shop)
    assert [(each.file_name, each.cells_mended) for each in summary.deliveries] == [("shop/visits_2.csv", 1)]
    assert summary.earlier_spec == 1
    again = replayed(shop, every_load=True)
    assert [(each.file_name, each.cells_mended) for each in again.deliveries] == [("shop/visits_1.csv", 0)]
    assert again.earlier_spec == 0
    assert shop.query("select day::varchar from shop.visits order by 1") == [("2026-04-03",), ("2026-04-13",)]
    assert state(shop) == loaded_anew(shop, tmp_path / "again")


def test_cells_of_children_are_repaired_with_their_record(shop: ShopHome, tmp_path: Path) -> None:
    toml = TICKETS.replace('tag = { type = "text"', 'tag = { type = "integer"')
    shop.spec("desk/tickets", toml)
    shop.deliver("desk/tickets_2026-01-01.jsonl", '{"id":1,"tags":["a","5"]}\n{"id":2,"tags":["c"],"new":"n"}\n')
    assert shop.load_one().cells_failed == 2
    fix(shop, 'tag = { type = "integer"', 'tag = { type = "text"', "desk/tickets")
    (delivery,) = replayed(shop).deliveries
    assert (delivery.cells_mended, delivery.cells_failed) == (2, 0)
    assert shop.query("select tag from desk.tickets_tags order by 1") == [("5",), ("a",), ("c",)]
    assert state(shop) == loaded_anew(shop, tmp_path / "again")


def test_the_dates_of_the_same_bytes_under_another_name_are_read_anew_too(shop: ShopHome, tmp_path: Path) -> None:
    """The second file is the newest once its day-first name is understood, or dated by its change at the end."""
    for name, day, total in (("01", 3, 1), ("03", 2, 2), ("02", 4, 1), ("xx", 5, 1)):
        content = orders_csv(f"1,ann@example.org,{total},2026-01-01")
        shop.deliver(f"shop/orders_{name}.01.2026.csv", content, datetime(2026, 2, day, tzinfo=UTC))
    assert shop.load().count("duplicate") == 2
    fix(shop, r"(?P<date>\d{4}-\d{2}-\d{2})", r"(?P<day>\d\d)[.](?P<month>\d\d)[.](?P<year>\d{4})")
    assert len(replayed(shop, every_load=True).of("loaded")) == 2
    assert state(shop) == loaded_anew(shop, tmp_path / "again")
    fix(shop, "(?P<day>", "no such name (?P<day>")
    assert len(replayed(shop, every_load=True).of("loaded")) == 2
    assert state(shop) == loaded_anew(shop, tmp_path / "by_change")


def test_a_type_that_loaded_values_would_not_survive_is_a_mistake_of_that_spec_alone(shop: ShopHome) -> None:
    shop.spec("shop/visits", DAYS)
    shop.deliver("shop/visits_1.csv", "id,day,amount,seen\n1,03/04/2026,1.50,07\n")
    shop.load()
    before = shop.fingerprint()
    fix(shop, "[columns]", '[columns]\nseen = { type = "integer", personal = "none" }', "shop/visits")
    shop.deliver("shop/orders.csv", orders_csv())
    shop.deliver("shop/visits_2.csv", "id,day,amount,seen\n2,03/04/2026,1.50,07\n")
    summary = shop.load()
    assert [each.file_name for each in summary.of("loaded")] == ["shop/orders.csv"]
    (mistake,) = summary.spec_mistakes
    assert (mistake.spec, mistake.key) == ("shop.visits", "columns.seen")
    assert mistake.mistake.startswith("is now BIGINT, but raw.shop.visits holds it as VARCHAR")
    assert replayed(shop, every_load=True).spec_mistakes == [mistake]
    assert shop.fingerprint()["shop.visits"] == before["shop.visits"]


def test_a_wider_type_keeps_what_is_loaded(shop: ShopHome) -> None:
    shop.spec("shop/visits", DAYS.replace('amount = { type = "decimal", scale = 2,', 'amount = { type = "integer",'))
    shop.deliver("shop/visits_1.csv", "id,day,amount\n1,03/04/2026,1\n2,03/04/2026,1.50\n")
    assert shop.load_one().cells_failed == 1
    fix(shop, 'amount = { type = "integer",', 'amount = { type = "decimal", scale = 2,', "shop/visits")
    assert shop.load().spec_mistakes == []
    assert replayed(shop).deliveries[0].cells_mended == 1
    assert shop.query("select amount::varchar from shop.visits order by id") == [("1.00",), ("1.50",)]
