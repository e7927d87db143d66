"""What is kept of a record that is not loaded is its text as it stands in the file, in every format."""

import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.builders.shop_home import ShopHome

LISTS = """
files = ["lists*"]
format = "{kind}"
mode = "append"
key = ["id"]
error_budget = 0.9
{rules}
[columns]
id = {{ type = "integer" }}
[children.lines]
path = "l"
key = ["sku"]
[children.lines.columns]
sku = {{ type = "text" }}
"""
KEYLESS = '{"l": [{"sku": "x", "n": 1.50}], "late": {"a": [1, 2]}}'
CHILDLESS = '{"id": 2, "l": [{"sku": "y"}, {"n": 1.50}]}'


def rejects(shop: ShopHome) -> list[tuple[int | None, str | None, str]]:
    return shop.query("select line, column_name, raw_text from meta.rejects order by all")


def test_a_parquet_record_with_a_child_that_is_none_is_kept_as_json(tmp_path: Path) -> None:
    shop = ShopHome(tmp_path)
    shop.spec("shop/lists", LISTS.format(kind="parquet", rules=""))
    records = [{"id": 1, "l": [{"sku": "x"}, None]}, {"id": 2, "l": [{"sku": "y"}]}]
    pq.write_table(pa.Table.from_pylist(records), buffer := io.BytesIO())
    shop.deliver("shop/lists", buffer.getvalue())
    assert shop.load_one().rows_rejected == 1
    assert [json.loads(text) for *_, text in rejects(shop)] == [records[0]]


@pytest.mark.parametrize("word", ["evolve", "ignore"])
@pytest.mark.parametrize("many", [0, 70_000])
def test_a_json_record_without_its_key_is_kept_as_its_text(tmp_path: Path, word: str, many: int) -> None:
    shop = ShopHome(tmp_path)
    shop.spec("shop/lists", LISTS.format(kind="jsonl", rules=f'drift = "{word}"'))
    before = "".join(f'{{"id":{n}}}\n' for n in range(many)) + "\n"
    shop.deliver("shop/lists", before + f"{KEYLESS}\n{CHILDLESS}\n")
    assert shop.load_one().rows_rejected == 1
    assert rejects(shop) == [(many + 2, "id", KEYLESS), (many + 3, "sku", '{"n":1.50}')]


def test_a_record_of_a_document_or_of_yaml_is_kept_as_its_text(tmp_path: Path) -> None:
    shop = ShopHome(tmp_path)
    for kind in ("json", "yaml"):
        spec = LISTS.format(kind=kind, rules='records = "rows"').replace("lists*", f"{kind}*")
        shop.spec(f"shop/{kind}", spec)
        shop.deliver(f"shop/{kind}", f'{{"rows": [{KEYLESS}, {{"id": 3}}]}}')
    shop.load()
    assert [text for *_, text in rejects(shop)] == [KEYLESS, KEYLESS]


@pytest.mark.parametrize("with_child", [True, False])
def test_a_record_of_parquet_is_kept_as_json_with_all_its_columns(tmp_path: Path, with_child: bool) -> None:
    shop = ShopHome(tmp_path)
    toml = LISTS.format(kind="parquet", rules='drift = "ignore"')
    shop.spec("shop/lists", toml if with_child else toml[: toml.index("[children.lines]")])
    records = [{"id": 1, "l": [{"sku": "x"}], "n": "a"}, {"id": None, "l": [{"sku": "y"}], "n": "b"}]
    pq.write_table(pa.Table.from_pylist(records), buffer := io.BytesIO())
    shop.deliver("shop/lists", buffer.getvalue())
    assert shop.load_one().rows_rejected == 1
    assert json.loads(rejects(shop)[0][2]) == records[1]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_a_csv_record_without_its_key_is_kept_as_its_lines(tmp_path: Path, end: str, encoding: str) -> None:
    shop = ShopHome(tmp_path)
    toml = LISTS.format(kind="csv", rules=f'[dialect]\nskip_rows = 1\nencoding = "{encoding}"')
    for name, keyless in (("plain", 'x1 ,"ä ""quoted""", 7'), ("long", f'x1 ,"two{end}lines", 7')):
        shop.spec(f"shop/{name}", toml[: toml.index("[children.lines]")].replace("lists*", f"{name}*"))
        lines = ["a report", "id,text,n", *(f'{n},"ä",1' for n in range(3)), keyless, "9,b,2", ""]
        shop.deliver(f"shop/{name}", end.join(lines).encode(encoding))
        assert shop.load_one().rows_rejected == 1
        assert shop.query("select line, raw_text from meta.rejects where raw_text = ?", keyless) == [(6, keyless)]


def test_children_without_their_key_are_told_and_count_against_the_budget(tmp_path: Path) -> None:
    content = '{"id": 1, "l": [{"sku": "a"}, {}, {"sku": "b"}, {}]}\n{"id": 2, "l": [{"sku": "c"}]}\n'
    for budget, status, reason in ((0.4, "loaded", "children_rejected"), (0.3, "refused", "error_budget")):
        shop = ShopHome(tmp_path / status)
        shop.spec("shop/lists", LISTS.format(kind="jsonl", rules="").replace("0.9", str(budget)))
        shop.deliver("shop/lists", content)
        delivery = shop.load_one()
        assert (delivery.status, delivery.reason) == (status, reason)
        assert (
            "2 of 5 children are rejects" in delivery.detail and "2 missing_key in sku from line 1" in delivery.detail
        )
        assert len(rejects(shop)) == 2
