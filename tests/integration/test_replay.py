"""Rejects are taken after all once their spec was fixed: under their own load; what cannot be is left as it was."""

from pathlib import Path

import pytest

from tests.builders.faulty_runs import TICKETS
from tests.builders.replays import DAYS, fix, replayed, state
from tests.builders.shop_home import ORDER_ROWS, ShopHome, orders_csv


@pytest.fixture
def shop(tmp_path: Path) -> ShopHome:
    home = ShopHome(tmp_path / "home")
    home.spec(rules="error_budget = 0.9")
    return home


def test_rows_whose_key_now_casts_are_taken_under_their_own_load(shop: ShopHome) -> None:
    shop.deliver(
        "shop/orders_2026-01-05.csv", orders_csv("1 000,a,1,2026-01-01", ORDER_ROWS[1], ",no key,1,2026-01-01")
    )
    shop.load()
    assert shop.query("select id from shop.orders") == [(2,)]
    fix(shop, 'id = { type = "integer"', 'id = { type = "integer", thousands_mark = " "')
    (delivery,) = replayed(shop).deliveries
    assert (delivery.status, delivery.rows_loaded) == ("loaded", 1)
    assert shop.query("select id, _row_number, count(distinct _load_id) over () from shop.orders order by 1") == [
        (2, 2, 1), (1000, 1, 1),
    ]  # fmt: skip
    assert shop.query("select line, replayed_by is not null from meta.rejects order by 1") == [(2, True), (4, False)]
    assert shop.query("select rows_in, rows_loaded, rows_rejected from meta.loads") == [(3, 2, 1)]
    assert [each.reason for each in replayed(shop).deliveries] == ["spec_unchanged"]


def test_nothing_is_replayed_without_a_mended_spec(shop: ShopHome) -> None:
    shop.deliver("shop/orders.csv", orders_csv(*ORDER_ROWS, ",x,1,2026-01-01"))
    shop.load()
    before = shop.fingerprint()
    (delivery,) = replayed(shop).deliveries
    assert (delivery.status, delivery.reason) == ("waiting", "spec_unchanged")
    assert shop.fingerprint() == before


def test_a_mended_spec_that_cuts_other_records_changes_nothing(shop: ShopHome) -> None:
    shop.deliver("shop/orders.csv", orders_csv(*ORDER_ROWS, ",x,1,2026-01-01"))
    shop.load()
    before = shop.fingerprint()
    fix(shop, "[columns]", "[dialect]\ncomment = '3'\n[columns]")
    assert [each.reason for each in replayed(shop).deliveries] == ["records_moved"]
    assert shop.fingerprint() == before


def test_a_file_that_is_gone_is_named(shop: ShopHome) -> None:
    path = shop.deliver("shop/orders.csv", orders_csv(*ORDER_ROWS, ",x,1,2026-01-01"))
    shop.load()
    path.unlink()
    fix(shop, "0.9", "0.8")
    assert [(each.file_name, each.reason) for each in replayed(shop).deliveries] == [("shop/orders.csv", "file_gone")]


def test_children_that_were_taken_out_of_the_spec_leave_no_rows_behind(tmp_path: Path) -> None:
    shop = ShopHome(tmp_path / "home")
    spec = 'files = ["bags*"]\nformat = "jsonl"\nmode = "append"\n[columns]\nid = { type = "text" }\n'
    lines = '[children.lines]\npath = "lines"\n[children.lines.columns]\nsku = { type = "text" }\n'
    shop.spec("shop/bags", spec + lines)
    shop.spec("shop/sacks", spec.replace("bags", "sacks") + lines)
    for name in ("bags", "sacks"):
        shop.deliver(f"shop/{name}", '{"id":"1","lines":[{"sku":"a"}]}\n')
    shop.load()
    fix(shop, lines, "", "shop/bags")
    replayed(shop, every_load=True)
    assert shop.query("select lines from shop.bags") == [('[{"sku":"a"}]',)]
    assert shop.query("select (from shop.bags_lines select count(*)), (from shop.sacks_lines select count(*))") == [
        (0, 1)
    ]


def test_children_come_with_their_replayed_parent(shop: ShopHome) -> None:
    shop.spec("desk/tickets", TICKETS)
    shop.deliver("desk/tickets_2026-01-01.jsonl", '{"id":"#1","tags":["a","b"]}\n{"id":2,"tags":["c"]}\n')
    assert shop.load_one().rows_rejected == 1
    fix(shop, '"integer"', '"text"', "desk/tickets")
    (delivery,) = replayed(shop).deliveries
    assert delivery.rows_loaded == 1
    assert shop.query("select id from desk.tickets order by 1") == [("#1",), ("2",)]
    assert shop.query("select ticket_id, tag from desk.tickets_tags order by all") == [
        ("#1", "a"),
        ("#1", "b"),
        ("2", "c"),
    ]


def test_a_file_that_lies_under_another_name_is_replayed_from_there(shop: ShopHome) -> None:
    shop.spec("shop/visits", DAYS)
    path = shop.deliver("shop/visits_1.csv", "id,day,amount\n2,13/04/2026,1\n")
    shop.load()
    path.rename(path.with_name("visits_renamed.csv"))
    shop.load()
    fix(shop, "%m/%d/%Y", "%d/%m/%Y", "shop/visits")
    (delivery,) = replayed(shop).deliveries
    assert (delivery.file_name, delivery.cells_mended) == ("shop/visits_1.csv", 1)


def test_a_file_that_holds_something_else_by_now_changes_nothing(shop: ShopHome) -> None:
    shop.spec("shop/visits", DAYS)
    shop.deliver("shop/visits_1.csv", "id,day,amount\n2,13/04/2026,1\n")
    shop.load()
    before = shop.fingerprint()
    shop.deliver("shop/visits_1.csv", "id,day,amount\n2,13/04/2026,2\n")
    fix(shop, "%m/%d/%Y", "%d/%m/%Y", "shop/visits")
    (delivery,) = replayed(shop).deliveries
    assert (delivery.status, delivery.reason, delivery.cells_failed) == ("refused", "not_the_loaded_file", 0)
    assert "put the loaded version back" in delivery.detail
    assert shop.fingerprint() == before


def test_a_mended_spec_that_would_reject_loaded_rows_changes_nothing(shop: ShopHome) -> None:
    shop.deliver("shop/orders.csv", orders_csv(*ORDER_ROWS, "x1,x,1,2026-01-01"))
    shop.load()
    before = shop.fingerprint()
    path = shop.home.sources / "shop/orders.toml"
    text = path.read_text().replace('key = ["id"]', 'key = ["Email"]'.lower()).replace('"integer"', '"text"')
    shop.spec(toml=text)
    (delivery,) = replayed(shop).deliveries
    assert (delivery.status, delivery.reason) == ("refused", "records_moved")
    assert shop.query("select id, _row_number from shop.orders order by 2") == [("1", 1), ("2", 2), ("3", 3)]
    assert shop.fingerprint()["meta.rejects"] == before["meta.rejects"]


def test_a_repair_that_breaks_off_leaves_the_load_as_it_was(shop: ShopHome, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.spec("shop/visits", DAYS)
    shop.deliver("shop/visits_1.csv", "id,day,amount\n1,03/04/2026,1\n2,13/04/2026,2\n")
    shop.load()
    before = state(shop)
    fix(shop, "%m/%d/%Y", "%d/%m/%Y", "shop/visits")

    def breaks(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr("ingestion.worker.file_replay.replace_open_rejects", breaks)
        assert [each.reason for each in replayed(shop).deliveries] == ["fault"]
    assert state(shop) == before
    assert [each.cells_mended for each in replayed(shop).deliveries] == [1]
