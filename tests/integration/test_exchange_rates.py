"""Exchange rates come with as many digits as their feed writes, and none of them is lost on the way to an amount."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.builders.shop_home import ShopHome

SPEC = """
entity = "exchange_rates"
files = ["rates*.{kind}"]
format = "{kind}"
[map]
rate_date = {{ from = "day" }}
base_currency = {{ from = "base" }}
quote_currency = {{ from = "quote" }}
rate = {{ from = "rate"{more} }}
"""
# A yen in dollars, dong and rupiah in euros, as APIs, spreadsheets and Python write them; a rate of the ECB.
RATES = ("0.006713458912", "0.000034512345678", "3.4512345678e-05", "5.6689E-5", "17640.12", "1", "0.33333333333333331")


@pytest.fixture
def shop(tmp_path: Path) -> ShopHome:
    return ShopHome(tmp_path / "home")


def loaded(shop: ShopHome) -> list[tuple[object, ...]]:
    return shop.query("select rate, _cast_errors from entity.exchange_rates order by rate_date")


@pytest.mark.parametrize("mark", [".", ","])
def test_a_rate_keeps_every_digit_of_its_text(shop: ShopHome, mark: str) -> None:
    shop.spec("bank/rates", SPEC.format(kind="csv", more=f', decimal_mark = "{mark}"' if mark == "," else ""))
    days = "".join(f'2026-03-{at:02},EUR,USD,"{rate.replace(".", mark)}"\n' for at, rate in enumerate(RATES, 1))
    shop.deliver("bank/rates.csv", f"day,base,quote,rate\n{days}")
    assert (shop.load_one().status, loaded(shop)) == ("loaded", [(float(rate), None) for rate in RATES])


def test_a_rate_of_a_json_feed_is_the_number_it_was(shop: ShopHome) -> None:
    shop.spec("bank/rates", SPEC.format(kind="jsonl", more=""))
    told = {"base": "EUR", "quote": "USD"}
    days = [told | {"day": f"2026-03-{at:02}", "rate": float(rate)} for at, rate in enumerate(RATES, 1)]
    shop.deliver("bank/rates.jsonl", "\n".join(map(json.dumps, days)) + "\n")
    assert (shop.load_one().status, loaded(shop)) == ("loaded", [(float(rate), None) for rate in RATES])
