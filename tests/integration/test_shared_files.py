"""Several specs take from one file where each has a sheet or an array of its own, and never otherwise."""

import json
from pathlib import Path

import openpyxl
import pytest

from ingestion.specs.files import read_all_specs
from tests.builders.shop_home import ShopHome

SPEC = """
description = "A part of a book"
files = ["book*.{kind}"]
format = "{kind}"
mode = "append"
{place}
[columns]
id = {{ type = "text", personal = "none" }}
"""
SHEETS = {"orders": 'sheet = "Orders"', "people": 'sheet = "People"'}
ARRAYS = {"orders": 'records = "data.orders"', "people": 'records = "data.people"'}


def book(path: Path) -> None:
    made = openpyxl.Workbook()
    made.active.title = "Orders"
    for row in (["id"], ["o1"], ["o2"]):
        made.active.append(row)
    for row in (["id"], ["p1"]):
        (made["People"] if "People" in made else made.create_sheet("People")).append(row)
    made.save(path)


def document(path: Path) -> None:
    path.write_text(json.dumps({"data": {"orders": [{"id": "o1"}, {"id": "o2"}], "people": [{"id": "p1"}]}}))


def shop_of(tmp_path: Path, kind: str, places: dict[str, str]) -> ShopHome:
    shop = ShopHome(tmp_path / "home")
    for name, place in places.items():
        shop.spec(f"shop/{name}", SPEC.format(kind=kind, place=place))
    return shop


@pytest.mark.parametrize(("kind", "places", "write"), [("xlsx", SHEETS, book), ("json", ARRAYS, document)])
def test_two_specs_share_a_file_by_sheets_or_arrays(tmp_path: Path, kind: str, places: dict, write: object) -> None:
    shop = shop_of(tmp_path, kind, places)
    assert not read_all_specs(shop.home).mistakes
    write(shop.deliver(f"shop/book.{kind}", b""))  # type: ignore[operator]
    assert [each.status for each in shop.load().deliveries] == ["loaded", "loaded"]
    assert shop.query("select id from shop.orders order by 1") == [("o1",), ("o2",)]
    assert shop.query("select id from shop.people") == [("p1",)]
    again = shop.load()
    assert (again.deliveries, again.known_files) == ([], 1)


@pytest.mark.parametrize(
    "places",
    [SHEETS | {"people": 'sheet = "Orders"'}, SHEETS | {"people": ""}, {"orders": "", "people": ""}],
)
def test_two_specs_of_one_sheet_do_not(tmp_path: Path, places: dict[str, str]) -> None:
    shop = shop_of(tmp_path, "xlsx", places)
    assert ["also claimed by" in each.mistake for each in read_all_specs(shop.home).mistakes] == [True, True]
    book(shop.deliver("shop/book.xlsx", b""))
    assert shop.load_one().reason == "claimed_twice"


@pytest.mark.parametrize("only", ["other", "shop.orders"])
def test_a_load_of_some_exports_leaves_what_a_new_spec_claims_to_the_next(tmp_path: Path, only: str) -> None:
    shop = shop_of(tmp_path, "xlsx", {"orders": SHEETS["orders"]})
    book(shop.deliver("shop/book.xlsx", b""))
    shop.load()
    shop.spec("shop/people", SPEC.format(kind="xlsx", place=SHEETS["people"]))
    assert shop.load(only=only).deliveries == []
    assert shop.load_one().export == "people"


def test_a_file_known_to_one_spec_is_taken_by_a_second_that_is_written_later(tmp_path: Path) -> None:
    shop = shop_of(tmp_path, "xlsx", {"orders": SHEETS["orders"]})
    book(shop.deliver("shop/book.xlsx", b""))
    shop.load()
    shop.spec("shop/people", SPEC.format(kind="xlsx", place=SHEETS["people"]))
    assert [(each.export, each.status) for each in shop.load().deliveries] == [("people", "loaded")]
