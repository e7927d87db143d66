"""Deliveries as offices make them: preambles, totals, several header rows, code pages, packed, by folder and sheet."""

import gzip
import io
import json
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from tests.builders.shop_home import ShopHome

SPEC = """
description = "Orders of an office"
files = ["list*.{kind}"]
format = "{kind}"
mode = "upsert"
key = ["order_no"]
{more}
[dialect]
{dialect}
[columns]
order_no = {{ type = "text", header = ["Nr", "Auftrag / Nr"], personal = "none" }}
customer = {{ type = "text", header = ["Kunde", "Auftrag / Kunde"], personal = "direct" }}
total = {{ type = "decimal", decimal_mark = ",", thousands_mark = ".", header = ["Summe", "Betrag / Summe"] }}
day = {{ type = "date", format = "%d.%m.%Y", header = ["Tag", "Betrag / Tag"], personal = "none" }}
"""
HEADER = "Nr;Kunde;Summe;Tag\n"
RECORDS = "A1;Jürgen Müßig;1.234,56;01.02.2026\nA2;Zoë;7,00;28.02.2026\n"
PLAIN = HEADER + RECORDS
WANTED = [
    ("A1", "Jürgen Müßig", Decimal("1234.56"), date(2026, 2, 1)),
    ("A2", "Zoë", Decimal("7.00"), date(2026, 2, 28)),
]
PREAMBLE = "Auftragsliste;;;\nErstellt von Ann;;;\n\n"
TOTALS = "Zwischensumme;;3,00;\n"
CASES = {
    "plain": ("", PLAIN.encode()),
    "BOM": ("", PLAIN.encode("utf-8-sig")),
    "UTF-16 with a mark": ('encoding = "utf-16"', PLAIN.encode("utf-16")),
    "UTF-16, the other byte order": ('encoding = "utf-16"', b"\xfe\xff" + PLAIN.encode("utf-16-be")),
    "UTF-16 declared by its order": ('encoding = "utf-16-be"', b"\xfe\xff" + PLAIN.encode("utf-16-be")),
    "UTF-16 without a mark": ('encoding = "utf-16"', PLAIN.encode("utf-16-le")),
    "Windows": ('encoding = "windows-1252"', PLAIN.encode("cp1252")),
    "Windows lines": ("", PLAIN.replace("\n", "\r\n").encode()),
    "preamble": ("skip_rows = 3", (PREAMBLE + PLAIN).encode()),
    "preamble and totals": (
        'skip_rows = 3\nskip_where = "^Zwischensumme"\nskip_footer_rows = 2',
        (PREAMBLE + HEADER + RECORDS.replace("A2", TOTALS + "A2") + "Summe;;1.241,56;\nEnde;;;\n\n").encode(),
    ),
    "two header rows": ("header_rows = 2", ("Auftrag;Auftrag;Betrag;Betrag\n" + PLAIN).encode()),
    "tabs without quotes": ('delimiter = "\\t"\nquote = ""', PLAIN.replace(";", "\t").encode()),
    "no header": ("header_rows = 0", RECORDS.encode()),
}


def rows(shop: ShopHome) -> list[tuple[object, ...]]:
    return shop.query("select order_no, customer, total, day from shop.list order by all")


@pytest.mark.parametrize("name", CASES)
def test_a_text_file_gives_the_same_two_orders(name: str, tmp_path: Path) -> None:
    dialect, content = CASES[name]
    shop = ShopHome(tmp_path / "home")
    rules = dialect if "delimiter" in dialect else 'delimiter = ";"\n' + dialect
    toml = SPEC.format(kind="csv", more="", dialect=rules)
    if name == "no header":
        toml = toml.replace('header = ["Nr", "Auftrag / Nr"], ', "").replace(
            'header = ["Kunde", "Auftrag / Kunde"], ', ""
        )
        toml = toml.replace(', header = ["Summe", "Betrag / Summe"]', "").replace(
            'header = ["Tag", "Betrag / Tag"], ', ""
        )
    shop.spec("shop/list", toml)
    shop.deliver("shop/list.csv", content)
    delivery = shop.load_one()
    assert (delivery.status, delivery.rows_rejected, delivery.cells_failed) == ("loaded", 0, 0), delivery
    assert rows(shop) == WANTED


def test_the_same_content_packed_or_in_an_instances_folder_is_known_by_content_and_instance(tmp_path: Path) -> None:
    shop = ShopHome(tmp_path / "home")
    shop.spec("shop/list", SPEC.format(kind="csv", more="", dialect='delimiter = ";"'))
    shop.deliver("shop/list_1.csv", PLAIN)
    shop.deliver("shop/list_2.csv.gz", gzip.compress(PLAIN.encode()))
    shop.deliver("shop/list_3.csv.zst", zstandard.ZstdCompressor().compress(PLAIN.encode()))
    with zipfile.ZipFile(shop.deliver("shop/list_4.csv.zip", b""), "w") as archive:
        archive.writestr("a folder/any name.txt", PLAIN)
    shop.deliver("shop/de/list_1.csv", PLAIN)
    shop.deliver("shop/de/2026-03-01/list_1.csv", PLAIN)
    assert [each.status for each in shop.load().deliveries].count("duplicate") == 4
    assert shop.query("select _instance, count(*) from shop.list group by 1 order by 1") == [("", 2), ("de", 2)]


def test_a_sheet_is_found_by_name_behind_its_preamble_and_its_totals_are_no_orders(tmp_path: Path) -> None:
    shop = ShopHome(tmp_path / "home")
    shop.spec(
        "shop/list",
        SPEC.format(kind="xlsx", more='sheet = "Liste"', dialect='skip_rows = 2\nskip_where = "^Summe"'),
    )
    book = openpyxl.Workbook()
    book.active.append(["Deckblatt"])
    sheet = book.create_sheet("Liste")
    for row in (
        ["Auftragsliste"],
        [None],
        *(line.split(";") for line in PLAIN.splitlines()),
        ["Summe", None, "1.241,56"],
    ):
        sheet.append(row)
    (shop.home.exports / "shop").mkdir(parents=True)
    book.save(shop.home.exports / "shop" / "list.xlsx")
    delivery = shop.load_one()
    assert (delivery.status, delivery.rows_in, delivery.rows_loaded, delivery.rows_skipped) == ("loaded", 3, 2, 1)
    assert rows(shop) == WANTED


MARKS = """
description = "Amounts, some typed as numbers and some as texts"
files = ["list*"]
format = "{kind}"
mode = "append"
key = []
[columns]
amount = {{ type = "decimal", decimal_mark = ",", thousands_mark = ".", personal = "none" }}
pieces = {{ type = "integer", thousands_mark = ".", personal = "none" }}
"""


def test_a_workbooks_own_numbers_have_no_marks_beside_texts_that_have(tmp_path: Path) -> None:
    shop = ShopHome(tmp_path / "home")
    shop.spec("shop/list", MARKS.format(kind="xlsx"))
    book = openpyxl.Workbook()
    for row in (["amount", "pieces"], [1.234, 2], ["1.234", "1.234"], [1234.5, 1.234], ["1.234,5", 1234]):
        book.active.append(row)
    (shop.home.exports / "shop").mkdir(parents=True)
    book.save(shop.home.exports / "shop" / "list.xlsx")
    assert_numbers_are_read_as_numbers_and_texts_by_their_marks(shop)


@pytest.mark.parametrize("kind", ["json", "jsonl", "yaml"])
def test_numbers_of_json_and_yaml_have_no_marks_beside_texts_that_have(tmp_path: Path, kind: str) -> None:
    shop = ShopHome(tmp_path / "home")
    shop.spec("shop/list", MARKS.format(kind=kind))
    rows = [(1.234, 2), ("1.234", "1.234"), (1234.5, 1.234), ("1.234,5", 1234)]
    lines = [json.dumps({"amount": amount, "pieces": pieces}) for amount, pieces in rows]
    shop.deliver(f"shop/list.{kind}", "\n".join(lines) if kind == "jsonl" else f"[{', '.join(lines)}]")
    assert_numbers_are_read_as_numbers_and_texts_by_their_marks(shop)


def assert_numbers_are_read_as_numbers_and_texts_by_their_marks(shop: ShopHome) -> None:
    assert shop.load_one().cells_failed == 1
    assert shop.query("select amount::double, pieces from shop.list order by _row_number") == [
        (1.234, 2), (1234.0, 1234), (1234.5, None), (1234.5, 1234),
    ]  # fmt: skip


@pytest.mark.parametrize("with_children", [False, True])
def test_numbers_of_parquet_have_no_marks_whatever_the_column_declares(tmp_path: Path, with_children: bool) -> None:
    shop = ShopHome(tmp_path / "home")
    child = '[children.lines]\npath = "lines"\n[children.lines.columns]\nsku = { type = "text" }\n'
    shop.spec("shop/list", MARKS.format(kind="parquet") + child * with_children)
    amounts = pa.array([Decimal("1.234"), Decimal("1234.5")], pa.decimal128(9, 3))
    table = pa.table({"amount": amounts, "pieces": ["1.234", "7"], "lines": [[{"sku": "a"}], []]})
    pq.write_table(table, out := io.BytesIO())
    shop.deliver("shop/list.parquet", out.getvalue())
    assert shop.load_one().cells_failed == 0
    found = shop.query("select amount::double, pieces from shop.list order by _row_number")
    assert found == [(1.234, 1234), (1234.5, 7)]
