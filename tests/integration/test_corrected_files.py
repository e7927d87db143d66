"""A file that is corrected under its own name, or downloaded a second time, replaces the former one."""

from __future__ import annotations

import hashlib
import itertools
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingestion.home import Home
from ingestion.specs.files import load_specs
from ingestion.store.ledger import load_id_of
from ingestion.store.raw_store import ensure_raw_store
from tests.builders.admin_export import order_rows, orders_csv
from tests.builders.dbt import compiled_inline
from tests.builders.shop_home import ShopHome

NAME = "shopify/orders_export_2026-11-10.csv"
BEGIN = int(datetime(2026, 11, 11, tzinfo=UTC).timestamp() * 1e9)


@pytest.fixture(scope="module")
def current_orders(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The rows of the orders export that count, as SQL over a raw store."""
    home = Home.at(tmp_path_factory.mktemp("compiled"))
    ensure_raw_store(home, load_specs(home))
    rows = compiled_inline(home.root, "{{ current_rows('shopify', 'orders') }}")
    return f"select lineitem_price from ({rows})"


@pytest.fixture
def shop(tmp_path: Path) -> ShopHome:
    return _home(tmp_path / "home")


def _home(root: Path) -> ShopHome:
    shop = ShopHome(root)
    shop.specs = [spec for spec in load_specs(shop.home) if spec.name == "shopify.orders"]
    return shop


def _export(price: int) -> str:
    return orders_csv(order_rows(1, [(1, price)]))


def _content_id(price: int) -> int:
    return load_id_of("shopify", "orders", "", hashlib.sha256(_export(price).encode()).hexdigest())


def _night(shop: ShopHome, current_orders: str, price: int, modified_us: int, name: str = NAME) -> int:
    """A delivery of one order at that price, loaded; the price that counts afterwards."""
    moment = BEGIN + modified_us * 1000
    os.utime(shop.deliver(name, _export(price)), ns=(moment, moment))
    shop.load()
    ((found,),) = shop.query(current_orders)
    return int(found)


def test_a_file_overwritten_again_and_again_counts_as_it_stands_last(shop: ShopHome, current_orders: str) -> None:
    """Against the order of the contents' ids, and a microsecond apart."""
    prices = sorted(range(1, 6), key=_content_id, reverse=True)
    assert [_night(shop, current_orders, price, place) for place, price in enumerate(prices)] == prices


def test_a_file_that_goes_back_and_forth_counts_as_it_stands_last(shop: ShopHome, current_orders: str) -> None:
    prices = [1, 2, 1, 2, 1, 1, 2]
    assert [_night(shop, current_orders, price, place) for place, price in enumerate(prices)] == prices


@pytest.mark.parametrize("prices", [(1, 2), (2, 1)])
def test_a_second_download_beside_the_first_is_the_newer_one(
    shop: ShopHome, current_orders: str, prices: tuple[int, int]
) -> None:
    _night(shop, current_orders, prices[0], 5)
    assert _night(shop, current_orders, prices[1], 0, NAME.replace(".csv", " (1).csv")) == prices[1]


@pytest.mark.parametrize("said", ["-corrected.csv", " neu.csv", "+v2.csv", ".corrected.csv", "(final).csv", "_b.csv"])
def test_a_correction_beside_the_first_under_a_longer_name_is_the_newer_one(
    shop: ShopHome, current_orders: str, said: str
) -> None:
    _night(shop, current_orders, 1, 5)
    assert _night(shop, current_orders, 2, 0, NAME.replace(".csv", said)) == 2


def test_files_of_one_day_give_one_result_in_every_order_of_arrival(tmp_path: Path, current_orders: str) -> None:
    names = [NAME, NAME.replace(".csv", " (1).csv"), NAME.replace(".csv", "_b.csv")]
    found = []
    for order in itertools.permutations(range(3)):
        shop = _home(tmp_path / "".join(map(str, order)))
        nights = [_night(shop, current_orders, place + 1, 9 - place, names[place]) for place in order]
        found.append(nights[-1])
    assert found == [2] * 6
