"""A column of which most filled cells cannot be read is no matter of single cells: refused where needed, else told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ingestion.home import Home
from ingestion.loader import load
from orchestration.cli.deliveries import show_deliveries
from orchestration.nights.not_taken import not_taken
from tests.builders import admin_export
from tests.builders.faulty_runs import TICKETS
from tests.builders.replays import fix, replayed
from tests.builders.shop_home import ShopHome, orders_csv

EXCEL_TIME = "9/3/2026 10:00"


@pytest.fixture
def shop(tmp_path: Path) -> ShopHome:
    home = ShopHome(tmp_path / "home")
    home.spec()
    return home


def _rows(bad: int, good: int = 0, *, updated_at: str = "2026-01-01", total: str = "1.50", email: str = "a") -> str:
    """Good orders, then bad ones with these cells."""
    rows = [f"{at},a,1.50,2026-01-01" for at in range(good)]
    return orders_csv(*rows, *(f"{100 + at},{email},{total},{updated_at}" for at in range(bad)))


@pytest.mark.parametrize(("email", "place"), [("a", "line 6"), ('"a\nb"', "record 5")], ids=["lines", "in quotes"])
def test_a_file_whose_required_column_cannot_be_read_is_refused_and_the_older_version_stays(
    shop: ShopHome, email: str, place: str
) -> None:
    shop.deliver("shop/orders_2026-01-05.csv", _rows(5))
    shop.load()
    before = shop.query("select * from shop.orders order by id")
    shop.deliver("shop/orders_2026-01-06.csv", _rows(5, 4, updated_at=EXCEL_TIME, email=email))
    delivery = shop.load_one()
    assert (delivery.status, delivery.reason, delivery.rows_loaded) == ("refused", "column_unreadable", 0)
    told = f"5 of 9 filled cells of column 'updated_at' do not have their type (not_timestamp, from {place})"
    assert delivery.detail.startswith(told)
    assert "spreadsheet program" in delivery.detail and "format in the spec" in delivery.detail
    assert EXCEL_TIME not in delivery.detail
    assert shop.query("select * from shop.orders order by id") == before


@pytest.mark.parametrize(("bad", "good"), [(4, 0), (5, 5)], ids=["too few to tell", "no more than half"])
def test_single_cells_of_a_required_column_cost_themselves_alone(shop: ShopHome, bad: int, good: int) -> None:
    shop.deliver("shop/orders.csv", _rows(bad, good, updated_at=EXCEL_TIME))
    delivery = shop.load_one()
    assert (delivery.status, delivery.reason, delivery.cells_failed) == ("loaded", "", bad)


def test_an_empty_cell_is_not_one_that_cannot_be_read(shop: ShopHome) -> None:
    shop.deliver("shop/orders.csv", _rows(20, updated_at=""))
    assert (shop.load_one().status, shop.query("select count(*) from shop.orders")) == ("loaded", [(20,)])


def test_a_key_that_cannot_be_read_is_named_whatever_the_budget_of_rejects_is(shop: ShopHome) -> None:
    shop.spec(rules="error_budget = 1.0")
    shop.deliver("shop/orders.csv", orders_csv(*(f"5E-{at}x,a,1,2026-01-01" for at in range(6))))
    delivery = shop.load_one()
    assert (delivery.status, delivery.reason) == ("refused", "column_unreadable")
    assert "6 of 6 filled cells of column 'id'" in delivery.detail


def test_what_hangs_on_records_is_judged_too(shop: ShopHome) -> None:
    shop.spec("desk/tickets", TICKETS.replace('tag = { type = "text"', 'tag = { type = "integer", required = true'))
    shop.deliver("desk/tickets.jsonl", '{"id":1,"tags":["a","b","c","d","e"]}\n')
    delivery = shop.load_one()
    assert (delivery.status, delivery.reason) == ("refused", "column_unreadable")
    assert "5 of 5 filled cells of column 'tag'" in delivery.detail and "from line 1" in delivery.detail


def test_cx_load_says_which_column_of_which_file_could_not_be_read(
    shop: ShopHome, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.deliver("shop/orders.csv", _rows(6, total="many"))
    show_deliveries(shop.load(), shop.home, None, json=False)
    told = capsys.readouterr().out
    assert "shop/orders.csv: loaded, column_unreadable: 6 of 6 filled cells of column 'total'" in told
    assert "many" not in told


def test_another_column_is_told_and_a_replay_under_a_mended_spec_takes_the_word_back(shop: ShopHome) -> None:
    shop.deliver("shop/orders.csv", _rows(6, 1, total="1 000"))
    summary = shop.load()
    (delivery,) = summary.deliveries
    assert (delivery.status, delivery.reason, delivery.rows_loaded) == ("loaded", "column_unreadable", 7)
    told = "6 of 7 filled cells of column 'total' do not have their type (not_decimal, from line 3)"
    assert delivery.detail.startswith(told)
    assert not_taken(summary)[0].startswith(f"shop/orders.csv: loaded, column_unreadable: {told}")
    assert shop.query("select reason, detail from meta.loads") == [("column_unreadable", delivery.detail)]
    fix(shop, 'total = { type = "decimal",', 'total = { type = "decimal", thousands_mark = " ",')
    (again,) = replayed(shop).deliveries
    assert (again.status, again.reason, again.cells_failed) == ("loaded", "", 0)
    assert shop.query("select reason, detail from meta.loads") == [(None, None)]


def test_an_orders_export_that_a_spreadsheet_saved_again_does_not_replace_the_history(tmp_path: Path) -> None:
    os.environ.setdefault("CX_SETTLE_SECONDS", "0")
    home = Home.at(tmp_path)
    lines = [(1.0, 30.0)]
    well = admin_export.orders_csv(*(admin_export.order_rows(at, lines) for at in range(7)))
    saved = admin_export.orders_csv(
        *(admin_export.order_rows(at, lines, Created_at=EXCEL_TIME, Id="5E+12") for at in range(7))
    )
    admin_export.deliver(home.exports, {"orders_export_2026-03-08.csv": well})
    assert [each.status for each in load(home).deliveries] == ["loaded"]
    admin_export.deliver(home.exports, {"orders_export_2026-03-09.csv": saved})
    (delivery,) = load(home).deliveries
    assert (delivery.status, delivery.reason) == ("refused", "column_unreadable")
    assert "7 of 7 filled cells of column 'created_at'" in delivery.detail


ENTITY = """
entity = "orders"
files = ["stall*.csv"]
format = "csv"
[map]
order_key = { from = "Nr" }
"""


@pytest.mark.parametrize(
    ("text", "reason"),
    [("Nr,When\n" + "1,9/3/26\n" * 6, "column_unreadable"), ("Nr,Day\n1,2026-03-09\n", "missing_column")],
)
def test_when_an_entitys_order_was_placed_must_be_there_and_be_read_once_it_is_mapped(
    shop: ShopHome, text: str, reason: str
) -> None:
    shop.spec("stall/orders", ENTITY + 'ordered_at = { from = "When" }\n')
    shop.deliver("stall/stall.csv", text)
    delivery = shop.load_one()
    assert (delivery.status, delivery.reason) == ("refused", reason), delivery.detail
    shop.spec("stall/orders", ENTITY)
    assert shop.load_one().status == "loaded"
