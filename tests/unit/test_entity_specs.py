"""Entity specs: what they make of an odd file, and their mistakes."""

from pathlib import Path

import pytest

from ingestion.specs.files import read_spec
from tests.builders.specs import mistakes_of_text, typed_rows, write_spec

ENTITY = """
entity = "orders"
files = ["shop*.csv"]
format = "csv"
split = "shop"
where = { column = "Qty", matches = '^[0-9]+$' }
[map]
order_key = { from = ["Invoice", "InvoiceNo"] }
ordered_at = { from = "Date", format = "%d/%m/%Y %H:%M", zone = "Europe/London" }
currency = { constant = "GBP" }
status = { from = "State", values = { "Closed" = "closed", "*" = "open" } }
is_cancelled = { from = "Invoice", extract = "^C", as = "exists" }
note = { concat = ["Title", "Text"], separator = ": " }
"""


def test_an_entity_spec_lays_an_odd_file_on_its_shape(tmp_path: Path) -> None:
    spec = read_spec(write_spec(tmp_path, "acme/shop", ENTITY))
    assert spec.table.qualified() == '"raw"."entity"."orders"'
    header = ["invoice", "Date", "State", "Title", "Text", "Qty", "Colour"]
    (row,) = typed_rows(spec, header, [("C7", "01/07/2024 12:30", "Lost", "Hello", "", "3", "red")])
    assert (row["order_key"], str(row["ordered_at"]), row["currency"]) == ("C7", "2024-07-01 11:30:00", "GBP")
    assert (row["status"], row["is_cancelled"], row["note"]) == ("open", True, "Hello")
    assert (row["phone"], row["_cast_errors"], row["_extra"]) == (None, None, '{"Qty":"3","Colour":"red"}')


def test_a_price_of_more_digits_than_its_shape_has_is_rounded_and_not_lost(tmp_path: Path) -> None:
    spec = read_spec(
        write_spec(tmp_path, "acme/shop", ENTITY + 'gross_amount = { from = "Net", decimal_mark = "," }\n')
    )
    rows = typed_rows(spec, ["Invoice", "Net", "Qty"], [("1", "8,40336", "1"), ("2", "0,00001", "1")])
    assert [str(row["gross_amount"]) for row in rows] == ["8.4034", "None"]
    assert [error["reason"] for error in rows[1]["_cast_errors"]] == ["too_many_digits"]


@pytest.mark.parametrize(
    ("change", "key", "words"),
    [
        (('"orders"', '"ordrs"'), "entity", "no shape is called 'ordrs'; allowed: customers,"),
        (("order_key =", "order_nr ="), "map.order_nr", "no column is called 'order_nr'"),
        (("order_key =", "order_name ="), "map", "the key column 'order_key' of shape 'orders' is not mapped"),
        (('{ constant = "GBP" }', "{ }"), "map.currency", "allowed: one of from, constant, concat"),
        (('{ constant = "GBP" }', '{ constant = "GBP", from = "x" }'), "map.currency.constant", "one place"),
        (('{ constant = "GBP" }', '{ constant = "GBP", scale = 3 }'), "map.currency.scale", "is not a key here"),
        (('{ constant = "GBP" }', '{ constant = "GBP", format = "iso" }'), "map.currency.format", "only with date"),
        (("matches", "matchs"), "where.matchs", "did you mean 'matches'"),
        (("matches = '^[0-9]+$'", "matches = '('"), "where.matches", "not a regular expression"),
        (("matches = '^[0-9]+$'", "matches_not = '(?=1)'"), "where.matches_not", "look-around"),
    ],
)  # fmt: skip
def test_mistakes_of_an_entity_spec_are_named(tmp_path: Path, change: tuple[str, str], key: str, words: str) -> None:
    found = mistakes_of_text(tmp_path, ENTITY.replace(*change))
    assert words in found[key], found
