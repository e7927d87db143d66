"""What a draft leaves out, or makes a number of, is no record's name and no digit that counts."""

import json
from pathlib import Path

import pytest

from ingestion.drafting.draft import draft_spec
from tests.builders.shop_home import ShopHome


@pytest.mark.parametrize("total", ["Summe", "Total:", "Sum", "Gesamt 2026", "Grand total"])
def test_a_total_is_left_out_by_its_whole_cell_and_no_name_that_begins_so(tmp_path: Path, total: str) -> None:
    rows = "name;day;cost\nWinter;01.05.2026;5,00\nHerbst;31.05.2026;6,00\n"
    shop = ShopHome(tmp_path)
    shop.spec("acme/drafted", draft_spec(shop.deliver("acme/spend_2026-05-01.csv", f"{rows}{total};;11,00\n"), "acme"))
    assert shop.load_one().rows_loaded == 2
    word = total.strip(":")
    names = [f"{word}r Sale", f"{word} Look", f"{word}", f" {word.upper()} : "]
    june = "".join(f"{name};01.06.2026;7,00\n" for name in names)
    shop.deliver("acme/spend_2026-06-01.csv", f"name;day;cost\n{june}")
    one = shop.load_one()
    assert (one.rows_loaded, one.rows_rejected) == (2, 0)


def test_ids_beyond_every_number_type_stay_apart_and_are_named(tmp_path: Path) -> None:
    first = 12345678901234567890123
    lines = "".join(json.dumps({"no": at, "transaction": first + at}) + "\n" for at in range(40))
    shop = ShopHome(tmp_path)
    text = draft_spec(shop.deliver("acme/payments.jsonl", lines), "acme")
    shop.spec("acme/drafted", text)
    assert shop.load_one().rows_loaded == 40
    assert shop.query("select count(distinct transaction) from acme.drafted") == [(40,)]
    assert "A number type might lose digits of transaction: they stay text" in text
    assert 'transaction = { type = "text"' in text


def test_a_number_of_json_has_a_point_before_its_decimals(tmp_path: Path) -> None:
    path = tmp_path / "weights.jsonl"
    path.write_text('{"grams": 1.250, "parts": [{"grams": 2.125}]}\n')
    assert draft_spec(path).count('grams = { type = "decimal"') == 2


def test_a_mark_nobody_can_read_is_asked_for_and_an_entity_does_not_take_it(tmp_path: Path) -> None:
    content = "".join(f"A{at},2024-01-0{at} 10:00:00,EUR,{at}.000\n" for at in range(1, 6))
    path = tmp_path / "orders.csv"
    path.write_text(f"order_key,ordered_at,currency,total_amount\n{content}")
    assert "1.000 may be one or a thousand in total_amount, which stay text" in draft_spec(path)
    assert "\n# total_amount = { from" in draft_spec(path, shape="orders")
