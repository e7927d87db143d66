"""A spec that was renamed takes none of its files a second time; a spec of another kind for the same files may."""

from pathlib import Path

import pytest

from tests.builders.shop_home import ShopHome

SPEND = """
entity = "marketing_spend"
files = ["spend*.csv"]
format = "csv"
[map]
spend_date = { from = "day" }
channel = { from = "channel" }
spend_amount = { from = "cost" }
currency = { constant = "EUR" }
"""
ORDERS = """
entity = "orders"
files = ["orders*.csv"]
format = "csv"
[map]
order_key = { from = "id" }
ordered_at = { from = "at" }
"""


@pytest.fixture
def shop(tmp_path: Path) -> ShopHome:
    shop = ShopHome(tmp_path)
    shop.spec("shop/spend", SPEND)
    shop.spec("shop/orders", ORDERS)
    shop.deliver("shop/spend_2026-03.csv", "day,channel,cost\n2026-03-01,google_ads,7\n")
    shop.deliver("shop/orders_2026-03.csv", "id,at\n1,2026-03-01\n")
    assert shop.load().rows_loaded == 2
    return shop


def renamed(shop: ShopHome, name: str, toml: str, to: str) -> None:
    (shop.home.sources / f"shop/{name}.toml").unlink()
    shop.specs = [spec for spec in shop.specs if spec.name != f"shop.{name}"]
    shop.spec(f"shop/{to}", toml)


@pytest.mark.parametrize("dry_run", [False, True])
def test_a_renamed_spec_whose_rows_would_count_twice_waits_and_is_told(shop: ShopHome, dry_run: bool) -> None:
    renamed(shop, "spend", SPEND, "ads")
    shop.deliver("shop/orders_2026-04.csv", "id,at\n2,2026-04-01\n")
    shop.deliver("shop/spend_2026-04.csv", "day,channel,cost\n2026-03-01,google_ads,8\n")
    summary = shop.load(dry_run=dry_run)
    (told,) = summary.spec_mistakes
    assert told.spec == "shop.ads" and "loaded as shop.spend" in told.words and "call it spend.toml again" in told.words
    assert summary.rows_loaded == 1  # the others go on
    assert shop.query("select count(*) from entity.marketing_spend") == [(1,)]
    renamed(shop, "ads", SPEND, "spend")
    assert (shop.load(dry_run=dry_run).spec_mistakes, summary.rows_loaded) == ([], 1)


def test_a_key_meets_itself_under_any_name(shop: ShopHome) -> None:
    renamed(shop, "orders", ORDERS, "sales")
    assert (shop.load().spec_mistakes, shop.query("select count(distinct order_key) from entity.orders")) == (
        [],
        [(1,)],
    )


def test_another_spec_for_the_same_files_is_no_renamed_one(shop: ShopHome) -> None:
    vendors = 'files = ["spend*.csv"]\nformat = "csv"\nmode = "append"\n[columns]\nday = { type = "date" }\n'
    renamed(shop, "spend", vendors, "raw_spend")
    assert (shop.load().spec_mistakes, shop.query("select count(*) from shop.raw_spend")) == ([], [(1,)])


def test_a_spec_with_a_mistake_is_not_gone(shop: ShopHome) -> None:
    shop.spec("shop/ads", SPEND.replace("spend*", "*spend*"))
    path = shop.home.sources / "shop/spend.toml"
    path.write_text(path.read_text() + "nonsense = 1\n")
    told = shop.load(specs=None).spec_mistakes
    assert [mistake.file for mistake in told] == ["shop/spend.toml"]
