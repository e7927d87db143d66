"""A file without the column that decides (which rows a part takes, which row counts, which days it restates)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.drifted import FORMATS, written
from tests.builders.shop_home import PART, ShopHome


@pytest.fixture
def shop(tmp_path: Path) -> ShopHome:
    return ShopHome(tmp_path / "home")


@pytest.mark.parametrize("drift", ["evolve", "freeze", "ignore"])
@pytest.mark.parametrize("kind", FORMATS)
def test_nobody_can_say_what_a_part_takes_without_the_column_it_looks_at(shop: ShopHome, kind: str, drift: str) -> None:
    toml = PART.format(entity="orders", key="order_key", word="ORD").replace("csv", kind)
    for name, rule in (("orders", "matches"), ("others", "matches_not")):
        shop.spec(f"shop/{name}", toml.replace("matches", rule).replace("[map]", f'drift = "{drift}"\n[map]'))
    shop.deliver(f"shop/sales_1.{kind}", written(kind, [["Ref", "Kind"], ["1", "ORD"], ["2", "REF"]]))
    told = shop.load().deliveries
    if kind in ("jsonl", "yaml") and drift != "freeze":
        assert [(each.reason, each.rows_loaded) for each in told] == [("where_missing", 0), ("where_missing", 2)]
        assert told[1].detail.startswith("no record has 'Type', at which `where` looks; 2 of them were taken; if the")
        noted = "select count(*) from meta.schema_changes where change = 'where_missing' and column_name = 'Type'"
        assert shop.query(noted) == [(2,)]
    else:
        assert {each.reason for each in told} == {"missing_column"} and shop.query("select * from entity.orders") == []
        assert all(each.detail.startswith("expected 'Type'") for each in told)


KEPT = """
files = ["kept*"]
format = "{kind}"
{keeping}
[columns]
id = {{ type = "text", {way} }}
day = {{ type = "date" }}
seen = {{ type = "date" }}
"""
JOINED = 'concat = ["shop", "number"], separator = "-"'
WAYS = {"key": ('mode = "upsert"\nkey = ["id"]', JOINED), "period": ('mode = "period"\nperiod = "day"', JOINED),
        "version": ('mode = "upsert"\nkey = ["id"]\nupdated_at = "seen"', JOINED),
        "group": ('mode = "upsert"\nreplace_by = ["seen", "id"]', JOINED)}  # fmt: skip
COMPLETE = {"shop": "A", "number": "1", "day": "2026-03-01", "seen": "2026-03-02"}


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize(
    ("keeping", "gone", "told"),
    [
        ("key", "shop", "missing_column"), ("key", "number", "missing_column"), ("period", "day", "missing_column"),
        ("period", "number", ""), ("version", "seen", "version_missing"), ("version", "day", ""),
        ("group", "seen", "group_missing"), ("group", "number", "group_missing"),
    ],
)  # fmt: skip
def test_a_file_without_what_says_which_row_counts_is_refused_or_told(
    shop: ShopHome, kind: str, keeping: str, gone: str, told: str
) -> None:
    words, way = WAYS[keeping]
    shop.spec("shop/kept", KEPT.format(kind=kind, keeping=words, way=way))
    cells = {name: cell for name, cell in COMPLETE.items() if name != gone} | {"other": "x"}
    shop.deliver(f"shop/kept_1.{kind}", written(kind, [list(cells), list(cells.values())]))
    delivery = shop.load_one()
    assert (delivery.status, delivery.reason) == ("refused" if told == "missing_column" else "loaded", told)
    if told == "missing_column":
        assert delivery.detail.startswith(f"expected '{gone}'; ")
    else:
        assert not told or f"no '{gone}', " in delivery.detail or f"no '{gone}': " in delivery.detail
        column, words = ("id", "made without 'number'") if gone == "number" else (gone, "null in these rows")
        changes = shop.query("select column_name, detail from meta.schema_changes where change = 'column_missing'")
        assert changes == [(column, words)]
