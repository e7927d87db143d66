"""What only a sheet has, in old workbooks and new: cells that are empty at its end, sums with the dust of doubles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ingestion.drafting.draft import draft_spec
from tests.builders.old_workbooks import old_workbook
from tests.builders.shop_home import ShopHome
from tests.builders.workbooks import write_workbook

KINDS = ("xlsx", "xls")
SUMS = """
files = ["sums*"]
format = "{kind}"
mode = "append"
[columns]
amount = {{ type = "decimal" }}
count = {{ type = "integer" }}
share = {{ type = "double" }}
note = {{ type = "text" }}
fine = {{ type = "decimal", scale = 17, decimal_mark = "," }}
"""
PLACES = """
files = ["places*"]
format = "{kind}"
mode = "append"
{dialect}
[columns]
{columns}
"""


@pytest.fixture
def shop(tmp_path: Path) -> ShopHome:
    return ShopHome(tmp_path / "home")


def delivered(shop: ShopHome, name: str, rows: list[list[Any]]) -> Path:
    if name.endswith(".xls"):
        return shop.deliver(name, old_workbook({"Orders": rows}))
    cells = [["" if cell is None else cell if isinstance(cell, str) else number(cell) for cell in row] for row in rows]
    return write_workbook(shop.deliver(name, b""), cells)


def number(value: float) -> str:
    """With all its digits, as spreadsheet programs store them."""
    return f"<c><v>{value!r}</v></c>"


@pytest.mark.parametrize("kind", KINDS)
def test_a_number_of_too_many_digits_is_what_the_sheet_shows(shop: ShopHome, kind: str) -> None:
    shop.spec("shop/sums", SUMS.format(kind=kind))
    dust, nearly, third = 0.1 + 0.2, 2.9999999999999996, 1 / 3
    rows: list[list[Any]] = [
        [dust, nearly, dust, dust, dust],
        [1234567.8900000001, 7.0, third, "0.30000000000000004", -dust],
    ]
    delivered(
        shop, f"shop/sums.{kind}", [["amount", "count", "share", "note", "fine"], *rows, [third, 2.5, 1.0, 1.0, 1.0]]
    )
    assert shop.load_one().cells_failed == 2
    assert shop.query(
        "select amount::varchar, count, share, note, fine::varchar from shop.sums order by _row_number"
    ) == [
        ("0.3000", 3, dust, "0.30000000000000004", "0.30000000000000004"),
        ("1234567.8900", 7, third, "0.30000000000000004", "-0.30000000000000004"),
        (None, None, 1.0, "1", "1.00000000000000000"),
    ]
    errors = shop.query("select unnest(_cast_errors)::varchar from shop.sums")
    assert errors[0] == ("{'column': amount, 'text': 0.3333333333333333, 'reason': too_many_digits}",)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("dialect", "header", "columns"),
    [
        ("[dialect]\nheader_rows = 0", [], 'a = { type = "text" }\nb = { type = "text" }\nc = { type = "text" }'),
        (
            "",
            [["a", "b"]],
            'a = { type = "text" }\nb = { type = "text" }\nc = { type = "text", header = ["column_3"] }',
        ),
    ],
    ids=["no header", "no name in the header"],
)
def test_a_last_column_that_the_first_row_leaves_empty_is_a_column(
    shop: ShopHome, kind: str, dialect: str, header: list[list[Any]], columns: str
) -> None:
    shop.spec("shop/places", PLACES.format(kind=kind, dialect=dialect, columns=columns))
    delivered(shop, f"shop/places.{kind}", [*header, ["1", "x"], ["2", "y", "note"], ["3"]])
    assert shop.load_one().rows_rejected == 0
    found = shop.query("select a, b, c from shop.places order by _row_number")
    assert found == [("1", "x", None), ("2", "y", "note"), ("3", None, None)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_mapped_place_behind_the_first_row_is_a_column(shop: ShopHome, kind: str) -> None:
    mapped = '[map]\norder_key = { from = "column_1" }\ncurrency = { from = "column_4" }\n'
    shop.spec(
        "shop/orders", f'entity = "orders"\nfiles = ["o*"]\nformat = "{kind}"\n[dialect]\nheader_rows = 0\n{mapped}'
    )
    delivered(shop, f"shop/o.{kind}", [["1", "x"], ["2", "y", "z", "EUR"], ["3", "y", "z", "EUR"]])
    assert shop.load_one().rows_rejected == 0
    assert shop.query("select order_key, currency from entity.orders order by 1")[1] == ("2", "EUR")


@pytest.mark.parametrize(
    "rows",
    [
        [["id", "n", "n"], [1, 2.5, None], [2, 3.5, "note"], [3, 4, "q"]],
        [["id", "a", None], [1, "x", "u"], [2, "y", None], [3, "z", None]],
        [["id", "total"], [1, 0.1 + 0.2], [2, 19.99 * 3], [3, 4.5]],
    ],
    ids=["names that stand twice", "a column without a name", "sums"],
)
def test_the_draft_of_a_sheet_takes_the_sheet(shop: ShopHome, rows: list[list[Any]]) -> None:
    path = delivered(shop, "shop/orders.xlsx", rows)
    draft = draft_spec(path)
    shop.spec("shop/orders", draft)
    delivery = shop.load_one()
    assert (delivery.rows_loaded, delivery.rows_rejected, delivery.cells_failed) == (3, 0, 0)
    assert "double" not in draft


READ_TWICE = """
files = ["twice*"]
format = "{kind}"
mode = "append"
[columns]
d = {{ type = "decimal", scale = 2 }}
t = {{ type = "text", header = ["d"] }}
f = {{ type = "double", header = ["d"] }}
m = {{ type = "decimal", scale = 3, decimal_mark = ",", thousands_mark = ".", header = ["n"] }}
c = {{ type = "text", concat = ["n", "d"] }}
"""


@pytest.mark.parametrize("rows", [1, 0])
def test_columns_that_read_one_cell_each_get_it_their_own_way(tmp_path: Path, rows: int) -> None:
    shop = ShopHome(tmp_path / "home")
    shop.spec("shop/twice", READ_TWICE.format(kind="xlsx"))
    cells = [["d", "n"], [f"<c><v>{0.1 + 0.2}</v></c>", "<c><v>1.234</v></c>"]][: rows + 1]
    write_workbook(shop.deliver("shop/twice.xlsx", b""), cells)
    assert shop.load_one().rows_loaded == rows
    told = [("0.30", "0.30000000000000004", 0.1 + 0.2, "1.234", "1.234 0.30000000000000004")]
    assert shop.query("select d::varchar, t, f, m::varchar, c from shop.twice") == told[:rows]


WORDS = """
entity = "orders"
files = ["words*"]
format = "{kind}"
where = {{ column = "Type", {word} = "^O" }}
[dialect]
trim = true
apostrophe_guard = true
skip_where = "^Total"
[map]
order_key = {{ from = "Id" }}
status = {{ from = "Type" }}
"""


@pytest.mark.parametrize("kind", [*KINDS, "csv"])
@pytest.mark.parametrize(("word", "taken"), [("matches", ["1", "2", "3"]), ("matches_not", ["4"])])
def test_blanks_and_guards_hide_a_cell_neither_from_where_nor_from_skip_where(
    shop: ShopHome, kind: str, word: str, taken: list[str]
) -> None:
    shop.spec("shop/words", WORDS.format(kind=kind, word=word))
    rows = [["Id", "Type"], ["1", "O"], ["2", "\u00a0O"], ["3", "' O"], ["4", "x"]]
    rows += [[" Total", "O"], ["'Total", "O"], ["Total", "O"]]
    if kind == "csv":
        shop.deliver("shop/words.csv", "".join(",".join(row) + "\n" for row in rows))
    else:
        delivered(shop, f"shop/words.{kind}", rows)  # type: ignore[arg-type]
    assert shop.load_one().rows_skipped == 7 - len(taken)
    assert [key for (key,) in shop.query("select order_key from entity.orders order by 1")] == taken


@pytest.mark.parametrize("kind", KINDS)
def test_where_sees_a_number_as_the_workbook_holds_it_however_a_column_reads_it(shop: ShopHome, kind: str) -> None:
    for mark in (".", ","):
        shop.spec(
            f"shop{mark == ','}/lines".lower(),
            'entity = "order_lines"\nfiles = ["lines*"]\n'
            f'format = "{kind}"\nwhere = {{ column = "Amt", matches = "^(1\\\\.5|0\\\\.30{{15}}4)$" }}\n[map]\n'
            f'order_key = {{ from = "Id" }}\nunit_price_amount = {{ from = "Amt", decimal_mark = "{mark}" }}\n',
        )
        delivered(shop, f"shop{mark == ','}/lines.{kind}".lower(), [["Id", "Amt"], ["1", 1.5], ["2", 0.1 + 0.2]])
    assert [each.rows_loaded for each in shop.load().deliveries] == [2, 2]
    assert shop.query("select distinct unit_price_amount::double from entity.order_lines order by 1") == [
        (0.3,),
        (1.5,),
    ]
