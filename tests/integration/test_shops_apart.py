"""Folders inside a source tell shops apart: the first file of another shop's folder is told, for it may be none."""

from pathlib import Path

import duckdb

from orchestration.exports.raw_history import loads_by_export
from tests.builders.shop_home import ShopHome, orders_csv


def test_the_first_file_of_another_shops_folder_is_told_once(tmp_path: Path) -> None:
    shop = ShopHome(tmp_path)
    shop.spec()
    shop.deliver("shop/orders_2026-03-01.csv", orders_csv())
    shop.deliver("shop/01.04.2026/orders_1.csv", orders_csv() + "\n")
    assert [delivery.reason for delivery in shop.load().deliveries] == ["", ""]
    shop.deliver("shop/archive/orders_2026-03-01.csv", orders_csv())
    for is_check in (True, False):
        (delivery,) = shop.load(dry_run=is_check).deliveries
        assert (delivery.instance, delivery.reason) == ("archive", "new_instance")
        assert "another shop or account than shop/" in delivery.detail and "raw.duckdb aside" in delivery.detail
    shop.deliver("shop/archive/orders_2026-03-02.csv", orders_csv() + "\n\n")
    assert [delivery.reason for delivery in shop.load().deliveries] == [""]


def test_a_check_foresees_it_where_both_are_new(tmp_path: Path) -> None:
    shop = ShopHome(tmp_path)
    shop.spec()
    for folder in ("archive/", ""):
        shop.deliver(f"shop/{folder}orders_2026-03-01.csv", orders_csv())
    told = [[(each.instance, each.reason) for each in shop.load(dry_run=dry).deliveries] for dry in (True, False)]
    assert told[0] == told[1] and sorted(reason for _, reason in told[0]) == ["", "new_instance"]


def test_folders_of_shops_from_the_beginning_are_no_news_and_a_later_one_is(tmp_path: Path) -> None:
    shop = ShopHome(tmp_path)
    shop.spec()
    shop.deliver("shop/eu/orders_2026-03-01.csv", orders_csv())
    shop.deliver("shop/us/orders_2026-03-01.csv", orders_csv())
    assert [delivery.reason for delivery in shop.load().deliveries] == ["", ""]
    with duckdb.connect(str(shop.home.raw_db)) as raw:
        raw.execute("update meta.loads set started_at = started_at - interval 1 day")
    shop.deliver("shop/14th March/orders_2026-03-01.csv", orders_csv())
    (late,) = shop.load().deliveries
    assert late.reason == "new_instance"
    (export,) = loads_by_export(shop.home).values()
    assert export["last_unreadable"] is None, "every column could be read"
