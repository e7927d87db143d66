"""An envelope may hold more than its records: no array of objects in it vanishes without a word."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ingestion.drafting.draft import draft_spec
from ingestion.specs.mistakes import file_mistakes
from tests.builders.replays import fix, replayed
from tests.builders.shop_home import ShopHome

SPEC = """
files = ["{files}*"]
format = "{kind}"
mode = "append"
records = "{records}"
{rules}
[columns]
id = {{ type = "integer", personal = "none" }}
"""
ENVELOPE = {
    "orders": [{"id": 1, "lines": [{"sku": "x"}]}], "count": 1, "meta": {"page": 1, "ids": [1, 2], "none": []},
    "refunds": [{"id": 9}, {"id": 10}], "included": {"people": [{"id": 3}, "x"]},
}  # fmt: skip
TOLD = "beside 'orders' it holds further arrays of objects, which nothing takes: 'included.people (1)', 'refunds (2)'"


@pytest.fixture
def shop(tmp_path: Path) -> ShopHome:
    return ShopHome(tmp_path / "home")


def spec(shop: ShopHome, name: str = "orders", files: str = "orders", kind: str = "json", **rules: Any) -> None:
    told = "".join(f"{key} = {json.dumps(value)}\n" for key, value in rules.items())
    shop.spec(f"shop/{name}", SPEC.format(files=files, kind=kind, records=name, rules=told))


@pytest.mark.parametrize("kind", ["json", "jsonl", "yaml"])
@pytest.mark.parametrize("is_check", [False, True])
def test_arrays_of_objects_beside_the_records_are_told_with_their_counts(
    shop: ShopHome, kind: str, is_check: bool
) -> None:
    spec(shop, kind=kind)
    pages = [ENVELOPE, {"orders": [{"id": 2}], "count": 1, "refunds": []}]
    mark = "\n---\n" if kind == "yaml" else "\n"
    shop.deliver(f"shop/orders.{kind}", mark.join(map(json.dumps, pages)) + "\n")
    loaded = shop.load_one(dry_run=is_check)
    assert (loaded.rows_loaded, loaded.reason) == (2, "arrays_untaken")
    assert loaded.detail.startswith(TOLD + "; if they")


def test_the_way_to_the_records_is_looked_at_too_and_a_lone_record_is_no_envelope(shop: ShopHome) -> None:
    shop.spec("shop/orders", SPEC.format(files="orders", kind="json", records="data.orders", rules=""))
    shop.deliver("shop/orders_1.json", json.dumps({"data": ENVELOPE, "errors": [{"message": "slow"}]}))
    shop.deliver("shop/orders_2.json", json.dumps({"id": 4, "lines": [{"sku": "x"}]}))
    first, second = shop.load().deliveries
    assert "takes: 'data.included.people (1)', 'data.refunds (2)', 'errors (1)';" in first.detail
    assert (second.rows_loaded, second.reason) == (1, "")


def test_a_map_of_arrays_is_one_word_and_its_keys_are_not_shown(shop: ShopHome) -> None:
    spec(shop)
    people = {f"ann{n}@example.org": [{"id": n}] for n in range(30)}
    shop.deliver("shop/orders.json", json.dumps({"orders": [{"id": 1}], "by": people}))
    assert "'by (30)';" in shop.load_one().detail


def test_what_another_export_takes_or_the_spec_leaves_out_is_not_told(shop: ShopHome) -> None:
    """`refunds` come in files of their own: whichever of the two kinds of file is read first, nothing is told."""
    spec(shop, left_out=["included.people"])
    spec(shop, "refunds", files="refunds")
    shop.deliver("shop/orders_1.json", json.dumps(ENVELOPE))
    assert shop.load_one(dry_run=True).reason == "arrays_untaken"
    shop.deliver("shop/refunds_1.json", json.dumps({"refunds": [{"id": 9}]}))
    assert [each.reason for each in shop.load().deliveries] == ["", ""]
    shop.deliver("shop/orders_2.json", json.dumps(ENVELOPE | {"count": 2}))
    assert shop.load_one().reason == ""
    fix(shop, "[columns]", '[columns]\nplace = { type = "text" }')
    assert [each.reason for each in replayed(shop, every_load=True).deliveries] == ["", ""]
    fix(shop, "included.people", "nobody")
    fix(shop, "place =", "town =")
    assert [each.reason for each in replayed(shop, every_load=True).deliveries] == ["arrays_untaken"] * 2


def test_two_specs_of_one_file_take_an_array_each(shop: ShopHome) -> None:
    for name in ("orders", "refunds"):
        spec(shop, name, left_out=["included.people"])
    shop.deliver("shop/orders_1.json", json.dumps(ENVELOPE))
    assert [(each.rows_loaded, each.reason) for each in shop.load().deliveries] == [(1, ""), (2, "")]


def test_left_out_makes_no_load_one_of_an_earlier_spec(shop: ShopHome) -> None:
    rules = shop.spec()
    assert rules.sha256 == rules.model_copy(update={"left_out": ("refunds",)}).sha256


def test_left_out_means_nothing_without_records(shop: ShopHome) -> None:
    rules = shop.spec(toml='files = "o*"\nformat = "json"\nmode = "append"\n[columns]\nid = { type = "text" }\n')
    assert list(file_mistakes(rules.model_copy(update={"left_out": ("refunds",)}))) == [
        ("left_out", "goes only with `records`")
    ]


@pytest.mark.parametrize("kind", ["json", "yaml"])
def test_a_draft_names_the_arrays_beside_its_records(shop: ShopHome, kind: str) -> None:
    orders = [{"id": n} for n in range(3)]
    path = shop.deliver(f"shop/orders.{kind}", json.dumps({"orders": orders, "refunds": [{"id": 9}]}))
    toml = draft_spec(path, "shop")
    assert "the records are taken from 'orders'; also there: refunds. Each needs a spec of its own" in toml
