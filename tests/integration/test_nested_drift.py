"""What lies beside a mapped nested field: kept, noted or refused like a flat file's column, in every nested format."""

import io
import json
from itertools import permutations
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from tests.builders.shop_home import ShopHome

FORMATS = ["jsonl", "yaml", "parquet"]
USERS = """
files = ["users*"]
format = "{kind}"
mode = "append"
{rules}
[columns]
id = {{ type = "text" }}
{columns}
"""
EMAIL = 'email = { type = "text", path = "user.email" }'
ANN: dict[str, Any] = {"id": "1", "user": {"email": "a@b.c", "phone": "+49 1", "vip": {"since": "2020"}}, "top": "seen"}


def written(kind: str, *records: dict[str, Any]) -> bytes:
    if kind == "jsonl":
        return "".join(json.dumps(record) + "\n" for record in records).encode()
    if kind == "yaml":
        return yaml.safe_dump(list(records)).encode()
    pq.write_table(pa.Table.from_pylist(list(records)), buffer := io.BytesIO())
    return buffer.getvalue()


def shop_of(tmp_path: Path, kind: str, columns: str = EMAIL, rules: str = "", children: str = "") -> ShopHome:
    shop = ShopHome(tmp_path)
    shop.spec("shop/users", USERS.format(kind=kind, columns=columns, rules=rules) + children)
    return shop


def changes(shop: ShopHome) -> list[tuple[str, str]]:
    return shop.query("select change, column_name from meta.schema_changes order by all")


@pytest.mark.parametrize("kind", FORMATS)
def test_what_lies_beside_a_mapped_field_is_kept_under_its_dotted_path(tmp_path: Path, kind: str) -> None:
    shop = shop_of(tmp_path, kind)
    shop.deliver("shop/users", written(kind, ANN))
    assert shop.load_one().status == "loaded"
    assert shop.query('select id, email, "user.phone", "user.vip", top from shop.users') == [
        ("1", "a@b.c", "+49 1", '{"since":"2020"}', "seen")
    ]
    assert changes(shop) == [("column_added", name) for name in ("top", "user.phone", "user.vip")]


@pytest.mark.parametrize("kind", FORMATS)
def test_freeze_refuses_and_ignore_notes_what_lies_beside_a_mapped_field(tmp_path: Path, kind: str) -> None:
    for word in ("freeze", "ignore"):
        shop = shop_of(tmp_path / word, kind, rules=f'drift = "{word}"')
        shop.deliver("shop/users", written(kind, {"id": "1", "user": {"email": "a@b.c", "phone": "+49 1"}}))
        delivery = shop.load_one()
        if word == "freeze":
            assert (delivery.reason, "'user.phone'" in delivery.detail) == ("unknown_column", True)
        else:
            assert changes(shop) == [("column_ignored", "user.phone")]
            assert shop.query("select email from shop.users") == [("a@b.c",)]


@pytest.mark.parametrize("kind", FORMATS)
def test_beside_a_childs_array_and_inside_its_elements_nothing_is_lost(tmp_path: Path, kind: str) -> None:
    lines = '[children.lines]\npath = "cart.lines"\n[children.lines.columns]\nsku = { type = "text", path = "p.sku" }\n'
    shop = shop_of(tmp_path, kind, columns="", children=lines)
    shop.deliver(
        "shop/users", written(kind, {"id": "1", "cart": {"total": "9", "lines": [{"p": {"sku": "x", "price": "9"}}]}})
    )
    assert shop.load_one().status == "loaded"
    assert shop.query('select "cart.total" from shop.users') == [("9",)]
    assert shop.query('select sku, "p.price" from shop.users_lines') == [("x", "9")]


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("word", ["evolve", "freeze"])
def test_a_nested_field_renamed_is_missing_though_its_parent_is_null_in_one_record(
    tmp_path: Path, kind: str, word: str
) -> None:
    renamed = [{"id": str(n), "user": {"mail": f"{n}@b.c"}} for n in range(5)]
    content = written(kind, *renamed, {"id": "9", "user": None})
    for name, required in (("needed", True), ("free", False)):
        columns = EMAIL.replace("}", ", required = true }") if required else EMAIL
        shop = shop_of(tmp_path / name, kind, columns, rules=f'drift = "{word}"')
        shop.deliver("shop/users", content)
        delivery = shop.load_one()
        if required or word == "freeze":
            assert (delivery.reason, "'user.email'" in delivery.detail) == ("missing_column", True)
        else:
            assert changes(shop) == [("column_added", "user.mail"), ("column_missing", "email")]
            assert shop.query('select count("user.mail") from shop.users') == [(5,)]


def test_a_parent_that_is_null_or_missing_throughout_is_no_missing_column(tmp_path: Path) -> None:
    shop = shop_of(tmp_path, "jsonl", EMAIL.replace("}", ", required = true }"), rules='drift = "freeze"')
    shop.deliver("shop/users", written("jsonl", {"id": "1", "user": None}, {"id": "2"}))
    assert shop.load_one().rows_loaded == 2


def test_an_entity_keeps_the_rest_of_its_objects_and_what_its_row_filter_looks_at(tmp_path: Path) -> None:
    rules = 'entity = "orders"\nfiles = ["{0}*"]\nformat = "{0}"\n[where]\ncolumn = "{1}"\nmatches = "^s"\n'
    mapped = '[map]\norder_key = {{ from = "id" }}\nordered_at = {{ from = "{0}" }}\n'
    shop = ShopHome(tmp_path)
    for kind, kept, at in (("jsonl", "o.kind", "o.at"), ("csv", "kind", "at")):
        shop.spec(f"shop/{kind}", rules.format(kind, kept) + mapped.format(at))
    shop.deliver("shop/jsonl", json.dumps({"id": "1", "o": {"at": "2024-01-01", "kind": "sale", "by": "x"}}) + "\n")
    shop.deliver("shop/csv", "id,at,kind,by\n2,2024-01-01,sale,x\n")
    shop.load()
    extra = [json.loads(text) for (text,) in shop.query("select _extra from entity.orders order by order_key")]
    assert extra == [{"o.kind": "sale", "o.by": "x"}, {"kind": "sale", "by": "x"}]
    assert changes(shop) == [("column_ignored", "by"), ("column_ignored", "o.by")]


def test_no_order_of_arrival_changes_where_a_nested_value_is_kept(tmp_path: Path) -> None:
    files: list[dict[str, Any]] = [
        {"id": "1", "user": {"email": "a", "phone": "1"}},
        {"id": "2", "user": {"email": "b", "vip": True, "Phone": "2"}},
        {"id": "3", "user": "bare"},
        {"id": "4", "user": {"email": "d", "phone": {"home": "4"}}, "user.vip": "literal"},
    ]
    found = set()
    for at, order in enumerate(permutations(files)):
        if at % 5 == 0:
            shop = shop_of(tmp_path / str(at), "jsonl")
            for record in order:
                shop.deliver(f"shop/users_{record['id']}", written("jsonl", record))
                shop.load()
            rows = shop.query('select id, email, "user", lower("user.phone"), "user.vip" from shop.users order by id')
            found.add(repr(rows))
    assert found == {
        "[('1', 'a', None, '1', None), ('2', 'b', None, '2', 'true'), ('3', None, 'bare', None, None), "
        "('4', 'd', None, '{\"home\":\"4\"}', 'literal')]"
    }


@pytest.mark.parametrize("kind", FORMATS)
def test_a_key_that_holds_a_dot_can_be_declared(tmp_path: Path, kind: str) -> None:
    columns = (
        'city = { type = "text", path = "address.city", required = true }\n'
        'zip = { type = "text", path = "order.address.zip", required = true }'
    )
    shop = shop_of(tmp_path, kind, columns, rules='drift = "freeze"')
    shop.deliver("shop/users", written(kind, {"id": "1", "address.city": "Berlin", "order": {"address.zip": "10115"}}))
    assert shop.load_one().status == "loaded"
    assert shop.query("select city, zip from shop.users") == [("Berlin", "10115")]


@pytest.mark.parametrize("kind", FORMATS)
def test_a_record_that_has_a_path_both_as_a_key_and_inside_an_object_loses_neither(tmp_path: Path, kind: str) -> None:
    columns = 'city = { type = "text", path = "a.city" }\nzip = { type = "text", path = "o.a.zip" }'
    shop = shop_of(tmp_path, kind, columns)
    both = {"a.city": "B", "a": {"city": "C"}, "o": {"a.zip": "1", "a": {"zip": "2"}}}
    for at, record in enumerate([both, both | {"o": {"a": {"zip": "3"}}, "o.a.zip": "4"}, {"a": {"city": "D"}}]):
        shop.deliver(f"shop/users_{at}", written(kind, {"id": str(at)} | record))
    assert {each.status for each in shop.load().deliveries} == {"loaded"}
    assert shop.query('select city, zip, "a.city", "o.a.zip" from shop.users order by id') == [
        ("B", "1", "C", "2"), ("B", "4", "C", "3"), ("D", None, None, None),
    ]  # fmt: skip
    assert ("column_added", "a.city") in changes(shop)


@pytest.mark.parametrize("kind", FORMATS)
def test_an_array_of_which_a_path_takes_one_place_is_kept_whole_where_it_holds_more(tmp_path: Path, kind: str) -> None:
    shop = shop_of(tmp_path, kind, 'first = { type = "text", path = "tags.0.name" }')
    shop.deliver(
        "shop/users",
        written(kind, {"id": "1", "tags": [{"name": "a"}]}, {"id": "2", "tags": [{"name": "b"}, {"name": "c"}]}),
    )
    assert shop.load_one().status == "loaded"
    assert shop.query("select first, tags from shop.users order by id") == [
        ("a", None), ("b", '[{"name":"b"},{"name":"c"}]'),
    ]  # fmt: skip


@pytest.mark.parametrize("in_list", [False, True])
def test_a_struct_of_parquet_with_a_field_twice_is_refused(tmp_path: Path, in_list: bool) -> None:
    user = pa.StructArray.from_arrays([pa.array(["a"]), pa.array(["b"])], ["email", "email"])
    table = pa.table({"id": ["1"], "user": pa.ListArray.from_arrays([0, 1], user) if in_list else user})
    pq.write_table(table, buffer := io.BytesIO())
    shop = shop_of(tmp_path, "parquet", columns="")
    shop.deliver("shop/users", buffer.getvalue())
    assert shop.load_one().reason == "doubled_column"


def test_objects_of_thousands_of_keys_refuse_no_file(tmp_path: Path) -> None:
    content = written("jsonl", {"id": "1", "user": {"email": "a"} | {f"k{n}": n for n in range(1500)}})
    for word in ("ignore", "evolve"):
        shop = shop_of(tmp_path / word, "jsonl", rules=f'drift = "{word}"')
        shop.deliver("shop/users", content)
        assert shop.load_one().status == "loaded"
    assert shop.query("select email, len(json_keys(_extra)), _extra->>'user.k7' from shop.users") == [("a", 1500, "7")]


LINES = """
[children.lines]
path = "lines"
parent_key = { user = "whole", shop = "fixed" }
[children.lines.columns]
sku = { type = "text" }
"""


@pytest.mark.parametrize("kind", FORMATS)
def test_a_parents_joined_column_is_repeated_whole_in_its_children(tmp_path: Path, kind: str) -> None:
    joined = 'whole = { type = "text", concat = ["shop", "id", "gone"], separator = "-" }'
    shop = shop_of(tmp_path, kind, joined + '\nfixed = { type = "text", constant = "web" }', children=LINES)
    ann, bo = ({"id": each, "shop": "A", "gone": None, "lines": [{"sku": "x"}, {"sku": "y"}]} for each in ("1", "2"))
    shop.deliver(f"shop/users.{kind}", written(kind, ann, bo | {"shop": None}))
    assert shop.load_one().rows_loaded == 2
    found = shop.query('select "user", shop, sku from shop.users_lines order by _parent_row_number, _child_number')
    assert found == [("A-1", "web", "x"), ("A-1", "web", "y"), ("2", "web", "x"), ("2", "web", "y")]


TAXES = '[children.taxes]\npath = "{path}"\n[children.taxes.columns]\nrate = {{ type = "text" }}\n'


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize(("path", "is_told"), [("lines.taxes", True), ("user.taxes", False), ("lines", False)])
def test_a_child_whose_path_leads_through_another_array_is_told(
    tmp_path: Path, kind: str, path: str, is_told: bool
) -> None:
    shop = shop_of(tmp_path, kind, children=TAXES.format(path=path))
    ann = {"id": "1", "user": {"email": "a", "taxes": []}, "lines": [{"rate": "7", "taxes": [{"rate": "1"}]}]}
    shop.deliver(f"shop/users.{kind}", written(kind, ann, ann | {"id": "2"}, ann | {"id": "3", "lines": []}))
    assert shop.load_one().rows_loaded == 3
    told = shop.query("select column_name, detail from meta.schema_changes where change = 'child_unreached'")
    assert told == ([("taxes", "its path leads through another array in 2 records")] if is_told else [])
