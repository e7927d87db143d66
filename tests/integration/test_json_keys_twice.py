"""Keys that stand twice in a JSON object: the record is kept, the last counts, and nothing is lost in silence."""

import json
import random
import re
from pathlib import Path
from typing import Any

import pytest

from ingestion.readers import open_content
from ingestion.readers.json_document import Found
from ingestion.readers.json_parse import parse
from ingestion.readers.json_rows import JsonLayout, JsonTable, read_json
from ingestion.readers.json_twice import PROVED_TOGETHER, KeyWatch, overruled
from tests.builders.shop_home import ShopHome

SPEC = """
files = ["{kind}*"]
format = "{kind}"
mode = "append"
{rules}
[columns]
id = {{ type = "text" }}
total = {{ type = "decimal", scale = 2, path = "sums.total" }}
all = {{ type = "json", path = "all" }}
"""


def shop_of(tmp_path: Path, kind: str, rules: str = "", children: str = "") -> ShopHome:
    shop = ShopHome(tmp_path)
    shop.spec(f"shop/{kind}", SPEC.format(kind=kind, rules=rules) + children)
    return shop


def written(kind: str, *lines: str) -> str:
    return "\n".join(lines) + "\n" if kind == "jsonl" else f"[{', '.join(lines)}]"


def errors(shop: ShopHome, kind: str) -> list[tuple[int, str, str | None, str]]:
    cells = f"select _row_number, unnest(_cast_errors) as cell from shop.{kind}"
    return shop.query(f'select _row_number, cell."column", cell.text, cell.reason from ({cells}) order by _row_number')


LINES: dict[str, list[tuple[str, str | None]]] = {
    '{"id":"0","total":1}': [],
    '{"id":"1","id":"2"}': [("id", "1")],
    '{"id" : "1" , "id"\t:\t"2"}': [("id", "1")],
    '{"id":"2","sums":{"total":1.50,"total":"1.5","total":2}}': [("total", "1.50"), ("total", "1.5")],
    '{"id":"2","note":"a","note":null,"x\\":y":":","\\u006eote":"c"}': [("note", "a"), ("note", None)],
    '{"id":"2","sums":{"total":[1]},"sums":{"total":2}}': [("sums", '{"total":[1]}')],
    '{"id":"2","all":[{"a":{"x":1,"x":2},"a":3}]}': [("all.a", '{"x":2}'), ("all.a.x", "1")],
    '{"id":"1\\u0022:","id":"2"}': [("id", '1":')],
    '{"id":"1","id":"2","a\\u0022\\u003a":"b\\u0022:\\u0022:"}': [("id", "1")],
    '{"id":"2","id":"2"}': [],  # what says the same twice is no loss
    '{"id":"2","a":{"b":1.0},"a":{"b":1.0}}': [],
    '{"id":"2","a":' + "[" * 400 + "]" * 400 + ',"a":2}': [(".", None)],  # too deep to be written
    '{"id":"9"}': [],
}


def test_one_record_is_found_alone(tmp_path: Path) -> None:
    """Among others, one of them has all of them looked at."""
    for line, told in LINES.items():
        watch = KeyWatch()
        list(watch.over(iter([Found(parse(line), 1, "", line)])))
        assert [(each.path, each.text) for each in watch.found] == [
            each if each[0] != "total" else ("sums.total", each[1]) for each in told
        ]


@pytest.mark.parametrize("kind", ["jsonl", "json"])
def test_the_last_counts_and_each_other_value_is_told(tmp_path: Path, kind: str) -> None:
    shop = shop_of(tmp_path, kind)
    shop.deliver(f"shop/{kind}", written(kind, *LINES))
    told = [(at, *each, "key_twice") for at, errors in enumerate(LINES.values(), 1) for each in errors]
    delivery = shop.load_one()
    assert (delivery.status, delivery.reason, delivery.cells_failed) == ("loaded", "", len(told))
    assert errors(shop, kind) == told
    assert [id for (id,) in shop.query(f"select id from shop.{kind} order by _row_number")] == ["0", *["2"] * 11, "9"]


def test_a_file_full_of_them_is_told_and_no_column_counts_as_unreadable(tmp_path: Path) -> None:
    shop = shop_of(tmp_path, "jsonl", 'key = ["id"]\n')
    shop.deliver("shop/jsonl", "".join(f'{{"id":"{n}","x":1,"x":2,"y":1,"y":2,"id":"{n}a"}}\n' for n in range(700)))
    delivery = shop.load_one()
    assert (delivery.status, delivery.reason, delivery.cells_failed) == ("loaded", "", 2100)
    assert shop.query("select count(*) from shop.jsonl where _cast_errors[1].text = (_row_number - 1)::text") == [
        (700,)
    ]


def test_what_a_child_says_twice_is_told_at_its_record(tmp_path: Path) -> None:
    lines = '[children.lines]\npath = "lines"\n[children.lines.columns]\nsku = { type = "text" }\n'
    shop = shop_of(tmp_path, "jsonl", children=lines)
    shop.deliver("shop/jsonl", '{"id":"1","lines":[{"sku":"a"},{"sku":"b","sku":"c"}]}\n')
    assert (shop.load_one().status, errors(shop, "jsonl")) == ("loaded", [(1, "lines.sku", "b", "key_twice")])


def random_text(chance: random.Random) -> str:
    return "".join(
        chance.choice(['"', ":", " ", "\\", "{", "}", "a", "\t", '":', '" :']) for _ in range(chance.randrange(6))
    )


def random_value(chance: random.Random, depth: int) -> Any:
    if depth and chance.random() < 0.5:
        if chance.random() < 0.3:
            return [random_value(chance, depth - 1) for _ in range(chance.randrange(3))]
        return {random_text(chance): random_value(chance, depth - 1) for _ in range(chance.randrange(4))}
    return chance.choice([None, True, 1, random_text(chance)])


@pytest.mark.parametrize("seed", range(4))
def test_one_of_thousands_of_records_is_found_whatever_their_texts_look_like(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    lines = []
    for number in range(2 * PROVED_TOGETHER + 50):
        record = {"id": str(number)} | {f"k{at}": random_value(chance, 3) for at in range(3)}
        separators = chance.choice([(",", ":"), (", ", " : "), (",\t", "\t:")])
        lines.append(json.dumps(record, separators=separators, ensure_ascii=chance.random() < 0.5))
        if chance.random() < 0.2:
            lines[-1] = re.sub(r"\\(.)", lambda mark: r"\u0022" if mark[1] == '"' else mark[0], lines[-1])
    at = chance.randrange(len(lines))
    assert [each for line in lines for each in overruled(line)] == []
    lines[at] = f'{lines[at][:-1]}, "id": "{at}", "k0": "other"}}'
    lines.insert(at, chance.choice(["", "not json", "[1]"]))
    path = tmp_path / "lines.jsonl"
    path.write_text("\n".join(lines), "utf-8")
    with open_content(path, "jsonl") as content:
        reading = read_json(content, JsonLayout(JsonTable("", {"id": "id"})), "jsonl")
        rows = [row for batch in reading.batches() for row in batch.batch.to_pylist()]
    (number,) = {each.record for each in reading.twice}
    assert [row["id"] for row in rows if row["_row_number"] == number] == [str(at)]
