"""Rejects are taken after all once their spec was mended: under their own load, without touching what is loaded."""

from pathlib import Path

import pytest

from ingestion.deliveries import LoadSummary
from ingestion.replay import replay_rejects
from ingestion.worker.main import Worker
from tests.builders.faulty_runs import TICKETS
from tests.builders.shop_home import AT_ONCE, NOON, ORDER_ROWS, ShopHome, orders_csv

RULES = "error_budget = 0.9"


@pytest.fixture
def shop(tmp_path: Path) -> ShopHome:
    home = ShopHome(tmp_path / "home")
    home.spec(rules=RULES)
    return home


def replayed(shop: ShopHome) -> LoadSummary:
    return replay_rejects(shop.home, clock=lambda: NOON, settings=AT_ONCE, specs=shop.specs, worker=Worker)


def mend(shop: ShopHome, old: str, new: str, name: str = "shop/orders") -> None:
    path = shop.home.sources / f"{name}.toml"
    shop.spec(name, toml=path.read_text().replace(old, new))


def test_rows_whose_key_now_casts_are_taken_under_their_own_load(shop: ShopHome) -> None:
    shop.deliver(
        "shop/orders_2026-01-05.csv", orders_csv("1 000,a,1,2026-01-01", ORDER_ROWS[1], ",no key,1,2026-01-01")
    )
    shop.load()
    assert shop.query("select id from shop.orders") == [(2,)]
    mend(shop, 'id = { type = "integer"', 'id = { type = "integer", thousands_mark = " "')
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
    mend(shop, "[columns]", "[dialect]\nskip_footer_rows = 2\n[columns]")
    assert [each.reason for each in replayed(shop).deliveries] == ["records_moved"]
    assert shop.fingerprint() == before


def test_a_file_that_is_gone_is_named(shop: ShopHome) -> None:
    path = shop.deliver("shop/orders.csv", orders_csv(*ORDER_ROWS, ",x,1,2026-01-01"))
    shop.load()
    path.unlink()
    mend(shop, "0.9", "0.8")
    assert [(each.file_name, each.reason) for each in replayed(shop).deliveries] == [("shop/orders.csv", "file_gone")]


def test_children_come_with_their_replayed_parent(shop: ShopHome) -> None:
    shop.spec("desk/tickets", TICKETS)
    shop.deliver("desk/tickets_2026-01-01.jsonl", '{"id":"#1","tags":["a","b"]}\n{"id":2,"tags":["c"]}\n')
    assert shop.load_one().rows_rejected == 1
    mend(shop, '"integer"', '"text"', "desk/tickets")
    (delivery,) = replayed(shop).deliveries
    assert delivery.rows_loaded == 1
    assert shop.query("select id from desk.tickets order by 1") == [("#1",), ("2",)]
    assert shop.query("select ticket_id, tag from desk.tickets_tags order by all") == [
        ("#1", "a"),
        ("#1", "b"),
        ("2", "c"),
    ]
