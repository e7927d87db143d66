"""Folders inside a source tell shops apart: the first file of another shop's folder is told, for it may be none."""

from pathlib import Path

import duckdb
import pytest

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


@pytest.mark.parametrize("entity", ["orders", None])
@pytest.mark.parametrize("renamed_after", [True, False])
def test_the_same_bytes_of_another_source_are_told_once_where_their_rows_meet(
    tmp_path: Path, entity: str | None, renamed_after: bool
) -> None:
    shop = ShopHome(tmp_path)
    kind = f'entity = "{entity}"\n[map]\norder_key = {{ from = "id" }}\n' if entity else 'mode = "append"\n'
    columns = "" if entity else '[columns]\nid = { type = "text" }\n'
    for source in ("shop", "shopneu"):
        shop.spec(f"{source}/sales", f'files = ["s*.csv"]\nformat = "csv"\n{kind}{columns}')
    for number in (1, 2):
        shop.deliver(f"shop/s_{number}.csv", f"id\n{number}\n")
    if renamed_after:
        shop.load()
    for name in ("shopneu/s_1.csv", "shopneu/s_2.csv", "shopneu/s_empty.csv"):
        shop.deliver(name, "id\n" + {"1": "1\n", "2": "2\n"}.get(name[-5], ""))
    for is_check in (True, False):
        told = [each for each in shop.load(dry_run=is_check).deliveries if each.reason]
        assert [(each.file_name, each.reason) for each in told] == (
            [("shopneu/s_1.csv", "held_by_another_source")] if entity else []
        )
        assert not told or "loaded as shop/s_1.csv, of another source" in told[0].detail
    assert {export["last_unreadable"] for export in loads_by_export(shop.home).values()} == {None}


@pytest.mark.parametrize("entities", [("orders", "orders"), ("orders", "customers")])
@pytest.mark.parametrize("first", ["a", "b"])
@pytest.mark.parametrize("is_one_run", [True, False])
def test_the_same_bytes_of_another_entity_are_told_in_no_order_of_arrival(
    tmp_path: Path, entities: tuple[str, str], first: str, is_one_run: bool
) -> None:
    shop = ShopHome(tmp_path)
    for source, entity in zip("ab", entities, strict=True):
        key = f'[map]\n{entity.removesuffix("s")}_key = {{ from = "id" }}\n'
        shop.spec(f"{source}/sales", f'files = ["*.csv"]\nformat = "csv"\nentity = "{entity}"\n{key}')
    told = []
    for source in (first, "ab".replace(first, "")):
        shop.deliver(f"{source}/s.csv", "id\n1\n")
        told += [] if is_one_run else [each.reason for each in shop.load().deliveries]
    told += [each.reason for each in shop.load().deliveries] if is_one_run else []
    assert told == ["", "held_by_another_source" if len(set(entities)) == 1 else ""]


def test_what_may_count_twice_is_told_before_what_only_the_time_of_a_change_decides(tmp_path: Path) -> None:
    shop = ShopHome(tmp_path)
    for source in ("shop", "shopneu"):
        day = 'entity = "marketing_spend"\n[map]\nspend_date = { from = "day" }\n'
        shop.spec(f"{source}/spend", f'files = ["s*.csv"]\nformat = "csv"\n{day}')
    for name, number in (("shop/s_15.03.26", 1), ("shopneu/s_14.03.26", 2), ("shopneu/s_15.03.26", 1)):
        shop.deliver(f"{name}.csv", f"day\n2026-03-0{number}\n")
        *_, told = shop.load().deliveries
    assert told.reason == "held_by_another_source" and "order_by_file_time" in told.detail
