"""What tells tonight's inputs from those of the file that is up."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from orchestration.building.fingerprint import inputs_fingerprint
from orchestration.settings import DBT_PROJECT, read_settings
from tests.builders.shop_home import ShopHome, orders_csv

OLD, NEW = orders_csv(), orders_csv("1,ann@example.org,11.50,2026-01-01T10:00:00Z")


SPEND = r"""
files = ["spend*.csv"]
format = "csv"
mode = "period"
period = "day"
exported_at = '(?P<date>\d{8})_(?P<period_start>\d{8})_(?P<period_end>\d{8})'
[columns]
day = { type = "date" }
cost = { type = "decimal", scale = 2 }
"""


def _fingerprint(shop: ShopHome, as_of: date = date(2026, 3, 14)) -> str:
    shop.load()
    return inputs_fingerprint(shop.home, DBT_PROJECT, read_settings(shop.home, DBT_PROJECT), as_of, b"a key of tests")


def test_the_same_bytes_brought_again_are_new_only_where_they_become_the_newest(tmp_path: Path) -> None:
    shop = ShopHome(tmp_path / "home")
    shop.spec()
    shop.deliver("shop/orders_2026-01-01.csv", OLD)
    shop.deliver("shop/orders_2026-01-02.csv", NEW)
    first = _fingerprint(shop)
    assert _fingerprint(shop) == first
    shop.deliver("shop/orders_2026-01-03.csv", NEW)
    assert _fingerprint(shop) == first
    shop.deliver("shop/orders_2026-01-04.csv", OLD)
    again = _fingerprint(shop)
    assert again != first
    shop.deliver("shop/orders_2026-01-05.csv", OLD)
    assert _fingerprint(shop) == again


def test_a_file_that_goes_back_and_forth_under_one_name_is_other_inputs_each_time(tmp_path: Path) -> None:
    shop = ShopHome(tmp_path / "home")
    shop.spec()
    found = []
    for day, content in enumerate([OLD, NEW, OLD, NEW, OLD], start=1):
        shop.deliver("shop/orders_2026-01-01.csv", content, datetime(2026, 2, day, tzinfo=UTC))
        found.append(_fingerprint(shop))
    assert len(set(found[:3])) == 3
    assert found[3:] == found[1:3]


def test_the_same_bytes_as_a_second_download_are_other_inputs(tmp_path: Path) -> None:
    shop = ShopHome(tmp_path / "home")
    shop.spec()
    for content in (OLD, NEW):
        shop.deliver(
            f"shop/orders_2026-01-01{'b' if content is NEW else ''}.csv", content, datetime(2026, 2, 1, tzinfo=UTC)
        )
    first = _fingerprint(shop)
    shop.deliver("shop/orders_2026-01-01 (1).csv", OLD, datetime(2026, 1, 1, tzinfo=UTC))
    assert _fingerprint(shop) != first


def test_the_same_bytes_of_another_period_are_other_inputs(tmp_path: Path) -> None:
    shop = ShopHome(tmp_path / "home")
    shop.spec("shop/spend", SPEND)
    found = []
    # the third is older than the second, the last tells nothing new
    for exported, week in ((20, "01_20260107"), (21, "08_20260114"), (19, "15_20260121"), (22, "08_20260114")):
        shop.deliver(f"shop/spend_202602{exported}_202601{week}.csv", "day,cost\n")
        found.append(_fingerprint(shop))
    assert len(set(found)) == 3 and found[3] == found[2]


def test_another_day_and_another_file_are_other_inputs(tmp_path: Path) -> None:
    shop = ShopHome(tmp_path / "home")
    shop.spec()
    shop.deliver("shop/orders_2026-01-01.csv", OLD)
    first = _fingerprint(shop)
    assert _fingerprint(shop, date(2026, 3, 15)) != first
    shop.deliver("shop/orders_2026-01-02.csv", NEW)
    assert _fingerprint(shop) != first
