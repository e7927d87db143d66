"""Folders inside a source tell shops apart: the first file of another shop's folder is told, for it may be none."""

from pathlib import Path

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
