"""What a draft leaves out, or makes a number of, is no record's name and no digit that counts."""

import json
from pathlib import Path
from typing import Any

import pytest

from ingestion.drafting.draft import draft_spec
from ingestion.errors import FileRefused, SpecError
from tests.builders.shop_home import ShopHome
from tests.builders.workbooks import write_workbook


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


NESTED_ODDLY = {
    "paths of one name": [
        {"id": 1, "order": {"items": [{"a": 1}]}, "order_items": [{"b": 2}], "Order_Items": [{"c": 3}]}
    ],
    "empty objects alone": [{"id": 1, "items": [{}]}, {"id": 2, "items": [{}, {}]}],
    "arrays alone": [{"items": [{"a": 1}]}, {"items": [{"a": 2}]}],
    "texts and arrays": [{"id": 1, "error": [{"code": 1}]}, {"id": 2, "error": "none"}],
    "a child's own parent_id": [{"id": 1, "lines": [{"parent_id": "x", "a": 1}]}, {"id": 2, "lines": []}],
}


@pytest.mark.parametrize("records", NESTED_ODDLY.values(), ids=NESTED_ODDLY.keys())
def test_what_is_nested_oddly_is_drafted_whole_and_its_file_loads(
    tmp_path: Path, records: list[dict[str, Any]]
) -> None:
    shop = ShopHome(tmp_path)
    text = draft_spec(shop.deliver("acme/records.json", json.dumps(records)), "acme")
    shop.spec("acme/records", text)
    one = shop.load_one()
    assert (one.rows_loaded, one.rows_rejected, one.cells_failed) == (len(records), 0, 0)
    assert shop.query("select count(*) from meta.schema_changes") == [(0,)]
    columns, children = set(shop.query("from acme.records limit 1")[0]), text.count("[children.") // 2
    assert children or any(isinstance(value, str) and "[{" in value for value in columns)


def test_columns_whose_names_differ_in_case_alone_each_take_their_own(tmp_path: Path) -> None:
    shop = ShopHome(tmp_path)
    lines = "id,VER,mixed, Mixed,ver,Ver\n" + "".join(f"{at},1.8,a,{at},0.{at}5,x{at}\n" for at in range(1, 9))
    shop.spec("acme/drafted", draft_spec(shop.deliver("acme/parts.csv", lines), "acme"))
    assert (shop.load_one().cells_failed, shop.query("select count(*) from meta.schema_changes")) == (0, [(0,)])
    drafted = shop.query("select ver, mixed, mixed_2, ver_2, ver_3 from acme.drafted where id = 2")
    assert [str(value) for value in drafted[0]] == ["1.8000", "a", "2", "0.2500", "x2"]


IDS = {"data_order_id": 6012345678901, "database_id": 1700000001, "dataset": 20240105, "data_account": 4567890123}


@pytest.mark.parametrize(("name", "first"), [*IDS.items(), ("column_1", 4006381333931), ("datum_key", 1700000001)])
def test_ids_of_as_many_digits_as_a_moment_are_none(tmp_path: Path, name: str, first: int) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(f"x,{name}\n" + "".join(f"a,{first + at}\n" for at in range(20)))
    assert f'{name} = {{ type = "integer"' in draft_spec(path)


@pytest.mark.parametrize("name", ["data", "fecha", "date_placed", "created_at", "column_1"])
def test_a_number_that_may_be_a_moment_is_read_so_and_told(tmp_path: Path, name: str) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(f"x,{name}\n" + "".join(f"a,{1700000000 + at}\n" for at in range(20)))
    text = draft_spec(path)
    assert f'{name} = {{ type = "timestamp", format = "epoch_s"' in text
    assert f"Whole numbers are read as moments in {name}: if they are ids" in text


FIRST_CELL_BLANK = [
    [["discount_code", "product", "color"], ["", "Shirt", "red"], ["SALE", "Shoe", "blue"], ["", "Hat", "green"]],
    [["email", "name", "city"], ["", "Walk-in", "Berlin"], ["a@x.de", "Ann", "Ulm"], ["b@x.de", "Bob", "Bonn"]],
    [["parent", "category", "label"], ["", "Root", "main"], ["Root", "Shoes", "kids"], ["Root", "Hats", "men"]],
    [["id", "a", "b", "c"], ["", "no", "no", "no"], ["A1", "yes", "no", "yes"], ["A2", "yes", "yes", "yes"]],
]


@pytest.mark.parametrize("rows", FIRST_CELL_BLANK)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_first_record_whose_first_cell_is_empty_is_no_second_header(
    tmp_path: Path, rows: list[list[str]], kind: str
) -> None:
    shop = ShopHome(tmp_path)
    path = shop.deliver(f"acme/rows.{kind}", "".join(f"{','.join(row)}\n" for row in rows))
    if kind == "xlsx":
        write_workbook(path, rows)
    shop.spec("acme/drafted", draft_spec(path, "acme"))
    assert shop.load_one().rows_loaded == 3
    assert set(rows[0]) <= {name for (name,) in shop.query("select column_name from duckdb_columns()")}


@pytest.mark.parametrize("word", ["Response", "Open-Ended Response"])
def test_a_surveys_second_header_row_is_no_record(tmp_path: Path, word: str) -> None:
    shop = ShopHome(tmp_path)
    path = shop.deliver("acme/rows.csv", f"person,smokes,gambles,age\n,{word},{word},{word}\nA1,yes,no,\nA2,no,,> 60\n")
    shop.spec("acme/drafted", draft_spec(path, "acme"))
    assert shop.load_one().rows_loaded == 2


CREATED = ["Created", "2026-01-01"]
TITLES = [
    (2, [["Report"]]), (2, [["Report"], ["Created"], ["x"]]), (3, [["Report"]]), (3, [CREATED]), (5, [["Report"]]),
    (5, [CREATED, ["Shop", "ACME"]]),
]  # fmt: skip


@pytest.mark.parametrize(("width", "titles"), TITLES)
def test_titles_right_above_the_names_of_a_sheet_are_no_names(
    tmp_path: Path, width: int, titles: list[list[str]]
) -> None:
    names = [["name", "a", "b", "c", "d"][:width]]
    records = [[f"r{at}", *(f"<c><v>{at * 10 + place}</v></c>" for place in range(1, width))] for at in range(25)]
    shop = ShopHome(tmp_path)
    path = write_workbook(shop.deliver("acme/rows.xlsx", b""), titles + names + records)
    shop.spec("acme/drafted", draft_spec(path, "acme"))
    assert (shop.load_one().rows_loaded, shop.query("select count(name) from acme.drafted")) == (25, [(25,)])


def test_names_that_do_not_fill_the_sheet_are_no_title(tmp_path: Path) -> None:
    rows = [["name", "city"], ["Ann", "Ulm", "kind"], ["Bob", "Bonn", "7"], ["Cy", "Rom"]]
    shop = ShopHome(tmp_path)
    shop.spec("acme/drafted", draft_spec(write_workbook(shop.deliver("acme/rows.xlsx", b""), rows), "acme"))
    assert (shop.load_one().rows_loaded, shop.query("select count(name) from acme.drafted")) == (3, [(3,)])


def test_quotes_that_never_stand_round_a_cell_are_letters(tmp_path: Path) -> None:
    shop = ShopHome(tmp_path)
    rows = ["id\tname", '1\ta"b', '2\t"x', '3\tc"', '4\t5" pipe']
    shop.spec("acme/drafted", draft_spec(shop.deliver("acme/rows.tsv", "\n".join(rows) + "\n"), "acme"))
    assert shop.load_one().rows_loaded == 4
    names = [name for (name,) in shop.query("select name from acme.drafted order by id")]
    assert names == [row.split("\t")[1] for row in rows[1:]]


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_word_that_is_a_text_somewhere_means_missing_in_numbers_alone(tmp_path: Path, kind: str) -> None:
    shop = ShopHome(tmp_path)
    rows = [(1, "DE", "1.50", "NA"), (2, "NA", "2.25", "0.7"), (3, "FR", "NA", "1.2"), (4, "US", "9.99", "3.1")]
    names = ("order_id", "country", "price", "weight")
    if kind == "csv":
        text = "".join(",".join(map(str, row)) + "\n" for row in [names, *rows])
    else:
        text = "".join(json.dumps(dict(zip(names, row, strict=True))) + "\n" for row in rows)
    path = shop.deliver(f"acme/orders_2026-01-02.{kind}", text)
    toml = draft_spec(path, "acme")
    shop.spec("acme/orders", toml)
    assert "stay texts in country (NA)" in toml and shop.load_one().cells_failed == 0
    found = "select country, price::varchar, weight::varchar from acme.orders order by order_id"
    assert shop.query(found)[1:3] == [("NA", "2.2500", "0.7000"), ("FR", None, "1.2000")]
    if kind == "csv":
        plain = shop.deliver("acme/plain.csv", text.replace("NA", "none").replace("2,none", "2,ES"))
        assert '\nnull_tokens = ["", "none"]' in draft_spec(plain, "acme")


@pytest.mark.parametrize("rows", ["1\n\n2\n", "1\r\n2\r\n  \r\n", "1\n2\n\n"])
def test_a_blank_line_of_one_column_is_an_empty_cell_and_so_its_column_no_key(tmp_path: Path, rows: str) -> None:
    shop = ShopHome(tmp_path)
    shop.spec("acme/drafted", draft_spec(shop.deliver("acme/ids_2026-01-02.csv", f"id\n{rows}"), "acme"))
    found = shop.load_one()
    assert (found.status, found.rows_loaded) == ("loaded", 3)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
@pytest.mark.parametrize("name", ["acme/orders.json", "acme/orders.jsonl"])
def test_json_that_is_not_utf8_is_called_so_by_draft_and_load(tmp_path: Path, encoding: str, name: str) -> None:
    shop = ShopHome(tmp_path)
    good = shop.deliver(name, b'{"id": 1}\n{"id": 2}\n' if name.endswith("l") else b'[{"id": 1}]')
    shop.spec("acme/orders", draft_spec(good, "acme"))
    bad = shop.deliver(name, good.read_text().encode(encoding))
    with pytest.raises(FileRefused, match="wrong_encoding: JSON is UTF-8, and this is UTF-16 or UTF-32"):
        draft_spec(bad, "acme")
    assert shop.load_one().reason == "wrong_encoding"


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_column_with_the_databases_word_for_a_rows_number_gets_another_name(tmp_path: Path, kind: str) -> None:
    shop = ShopHome(tmp_path)
    lines = ["ROWID,v", "7,a", "9,b"] if kind == "csv" else ['{"ROWID": 7, "v": "a"}', '{"ROWID": 9, "v": "b"}']
    toml = draft_spec(shop.deliver(f"acme/t_2026-01-02.{kind}", "\n".join(lines) + "\n"), "acme")
    shop.spec("acme/t", toml)
    shop.load()
    assert shop.query("select row_id, v, _row_number from acme.t order by 3") == [(7, "a", 1), (9, "b", 2)]
    with pytest.raises(SpecError, match=r"rowid: is the database's own word for a row's number; call it row_id"):
        shop.spec("acme/t", toml.replace("row_id", "rowid"))
