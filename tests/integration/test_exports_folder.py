"""The exports folder may be missing, deep, or changed under the loader: nothing outside it is ever opened."""

import os
from pathlib import Path

import pytest

from ingestion.deliveries import Delivery
from ingestion.drafting.beginning import beginning_of
from ingestion.drafting.sample import look_at
from ingestion.errors import FileRefused, HomeError
from ingestion.folder_walk import DEPTH_LIMIT, walk_exports
from ingestion.home import Home
from ingestion.loader import load
from tests.builders.command import cx
from tests.builders.shop_home import ORDER_ROWS, ORDERS, ShopHome, orders_csv


@pytest.fixture
def shop(tmp_path: Path) -> ShopHome:
    """A shop whose orders may lie in any folder."""
    home = ShopHome(tmp_path / "home")
    home.spec(toml=ORDERS.format(rules="", kind="csv").replace("orders*", "**/orders*"))
    home.deliver("shop/a/orders_1.csv", orders_csv(ORDER_ROWS[0]))
    return home


def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "orders_2.csv").write_text(orders_csv("7,SECRET,1,2026-01-01"))
    return folder


def swap(folder: Path, target: Path) -> None:
    folder.rename(folder.with_name(".gone"))
    folder.symlink_to(target)


def test_a_folder_that_becomes_a_link_while_a_load_runs_leads_nowhere(shop: ShopHome, tmp_path: Path) -> None:
    folder = shop.deliver("shop/z/orders_2.csv", orders_csv(ORDER_ROWS[1])).parent
    target = outside(tmp_path)

    def meanwhile(delivery: Delivery, done: int, total: int) -> None:
        if done == 1:
            swap(folder, target)

    first, second = shop.load(progress=meanwhile).deliveries
    assert (first.status, second.status, second.reason) == ("loaded", "refused", "changed_while_read")
    assert shop.query("select count(*) from shop.orders where email = 'SECRET'") == [(0,)]
    folder.unlink()
    folder.with_name(".gone").rename(folder)
    assert shop.load_one().status == "loaded"


def test_a_folder_that_becomes_a_link_while_it_is_listed_is_not_entered(
    shop: ShopHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, target, opening = shop.home.exports / "shop" / "a", outside(tmp_path), os.open

    def late(path: Path | str, *rest: int, **options: int | None) -> int:
        if path == "a" and not folder.is_symlink():
            swap(folder, target)
        return opening(path, *rest, **options)

    monkeypatch.setattr("ingestion.folder_walk.os.open", late)
    assert [each.reason for each in walk_exports(shop.home.exports)] == ["unreadable_folder"]


def test_the_exports_folder_itself_may_be_a_link(shop: ShopHome, tmp_path: Path) -> None:
    shop.home.exports.rename(tmp_path / "elsewhere")
    shop.home.exports.symlink_to(tmp_path / "elsewhere")
    assert shop.load_one().status == "loaded"


def test_folders_without_end_are_named_and_stop_nothing(shop: ShopHome) -> None:
    (shop.home.exports / "/".join(["shop", *["d"] * 200])).mkdir(parents=True)
    loaded, refused = sorted(shop.load().deliveries, key=lambda each: each.status)
    assert (loaded.status, refused.reason) == ("loaded", "unreadable_folder")
    assert f"more than {DEPTH_LIMIT} folders deep" in refused.detail


def test_a_file_as_deep_as_the_limit_is_loaded(shop: ShopHome) -> None:
    shop.deliver("/".join(["shop", *["d"] * DEPTH_LIMIT, "orders_2.csv"]), orders_csv(ORDER_ROWS[1]))
    assert [each.status for each in shop.load().deliveries] == ["loaded", "loaded"]


def test_a_missing_exports_folder_is_no_quiet_night(shop: ShopHome, tmp_path: Path) -> None:
    shop.load()
    shop.home.exports.rename(tmp_path / "unmounted")
    with pytest.raises(HomeError, match="there is no such folder of exports"):
        shop.load()
    with pytest.raises(HomeError, match="fix CX_EXPORTS"):
        load(Home(tmp_path / "new", tmp_path / "typo"), specs=shop.specs)


def test_a_mistyped_folder_of_exports_ends_the_command(tmp_path: Path) -> None:
    ended = cx(tmp_path / "home", "load", CX_EXPORTS=str(tmp_path / "typo"))
    assert ended.returncode == 7
    assert "typo: there is no such folder of exports" in ended.stderr


def test_a_mistyped_folder_of_specs_ends_the_command(tmp_path: Path) -> None:
    ended = cx(tmp_path / "home", "check", CX_SOURCES=f"{tmp_path}:{tmp_path / 'typo'}")
    assert ended.returncode == 7
    assert "typo: there is no such folder of specs" in ended.stderr and "fix CX_SOURCES" in ended.stderr


def test_a_source_whose_folder_is_gone_is_told_until_an_empty_one_is_there(shop: ShopHome) -> None:
    shop.load()
    folder = shop.home.exports / "shop"
    folder.rename(shop.home.exports / ".unmounted")
    told = shop.load_one()
    assert (told.status, told.reason, told.file_name) == ("refused", "folder_missing", "shop/")
    assert shop.load(only="other").deliveries == []
    assert shop.query("select count(*) from meta.loads") == [(1,)]
    folder.mkdir()
    assert shop.load().deliveries == []


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "json", "jsonl", "yaml", "xls", "xlsx", "parquet"])
def test_a_draft_of_a_pipe_is_refused_at_once(tmp_path: Path, ending: str) -> None:
    os.mkfifo(tmp_path / f"f.{ending}")
    with pytest.raises(FileRefused, match="pipe, socket or device"):
        look_at(tmp_path / f"f.{ending}")


def test_the_beginning_of_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "f.csv")
    with pytest.raises(FileRefused, match="not_a_file"):
        beginning_of(tmp_path / "f.csv", "csv")


@pytest.mark.parametrize(
    ("folder", "told"),
    [
        ("My Shop", "rename its folder to my_shop"), ("Shop", "rename its folder to shop"), ("meta", "to meta_files"),
        ("new_shop", "no spec for source new_shop"), ("my__shop", "no spec for source my__shop"),
        ("shop_", "no spec for source shop_"), ("s" * 60, "no spec for source sss"),
    ],
)  # fmt: skip
def test_a_folder_that_no_source_can_be_called_by_is_told_its_right_name(
    shop: ShopHome, folder: str, told: str
) -> None:
    shop.deliver(f"{folder}/orders_2026-03-14.csv", orders_csv())
    (delivery,) = [each for each in shop.load().deliveries if each.status != "loaded"]
    assert delivery.status == "unclaimed" and told in delivery.detail
