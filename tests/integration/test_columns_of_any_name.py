"""A column may be called as any word of the loader's own SQL: its file is loaded as with any other name."""

from __future__ import annotations

import json
from pathlib import Path
from string import ascii_lowercase

import pytest

from tests.builders.shop_home import ShopHome

SPEC = """
files = ["f*"]
format = "{kind}"
error_budget = 1.0
mode = "{mode}"
{keeping}
[columns]
id = {{ type = "integer" }}
day = {{ type = "date" }}
at = {{ type = "timestamp", format = "%Y-%m-%d %H:%M %Z" }}
"""
CHILD = """
[children.kids]
path = "kids"
key = ["id"]
parent_key = {{ {0} = "{0}" }}
[children.kids.columns]
id = {{ type = "integer" }}
"""
KEEPINGS = {"upsert": 'key = ["id"]', "period": 'key = ["id"]\nperiod = "day"', "snapshot": 'key = ["id"]'}


# Letters are what parameters of lambdas and tables are called, the words what our SQL calls its own columns.
NAMES = [
    *ascii_lowercase, "column", "text", "reason", "value", "key", "entry", "column_", "reason_", "place", "cells",
    "parts", "file", "version", "name", "names", "rows", "days", "line", "other", "incoming_batch", "staged_", "raw",
    "temp", "main", "meta", "loads", "source", "instance", "load_id", "count", "rest", "select", "order", "group",
    "from", "where",
]  # fmt: skip


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
@pytest.mark.parametrize("mode", KEEPINGS)
def test_a_column_is_called_as_it_likes(tmp_path: Path, kind: str, mode: str) -> None:
    shop = ShopHome(tmp_path)
    toml = SPEC.format(kind=kind, mode=mode, keeping=KEEPINGS[mode])
    toml += "".join(f'{name} = {{ type = "{("text", "integer")[at % 2]}" }}\n' for at, name in enumerate(NAMES))
    shop.spec("shop/f", toml + (CHILD.format(NAMES[0]) if kind == "jsonl" else ""))
    head = ["id", "day", "at", *NAMES]
    rows = [
        ["1", "2024-01-01", "2024-07-01 10:00 Europe/Berlin", *("5" for _ in NAMES)],
        ["2", "2024-01-01", "2024-03-31 02:30 Europe/Berlin", *("x" for _ in NAMES)],
        ["", "2024-01-01", "2024-07-01 10:00 UTC", *("5" for _ in NAMES)],
    ]
    for number in (1, 2):
        if kind == "csv":
            text = "".join(",".join(row) + "\n" for row in [head, *rows])
        else:
            parts = [{"kids": [{"id": 1}, {"id": None}, {"id": "x"}]}, {}, {}]
            records = [dict(zip(head, row, strict=True)) | part for row, part in zip(rows, parts, strict=True)]
            text = "".join(json.dumps(record) + "\n" for record in records)
        shop.deliver(f"shop/f_2024-01-0{number}.{kind}", text.replace("UTC", "UTC" if number == 1 else "GMT"))
    first, second = shop.load().deliveries
    assert [(each.status, each.rows_loaded) for each in (first, second)] == [("loaded", 2)] * 2
    texts = ", ".join(f'"{name}"' for name in NAMES)
    found = shop.query(f"select {texts} from shop.f where id = 1 and day = '2024-01-01'")
    assert len(found) == 2 and {str(cell) for cell in found[0]} == {"5"}
    errors = "select distinct len(_cast_errors) from shop.f where id = 2"
    assert shop.query(errors) == [(1 + len(NAMES) // 2,)]
    assert len(shop.query("select raw_text from meta.rejects where raw_text <> ''")) >= 2
