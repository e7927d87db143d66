"""Sheets are read to the letter: shared texts bit for bit, each cell at its address, no day that no calendar has."""

import string
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.readers import CsvDialect, FileRefused, open_content
from ingestion.readers.xlsx_rows import read_xlsx
from ingestion.readers.xlsx_xml import ROW_LIMIT
from tests.builders.workbooks import write_shared, write_sheet

LAWS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
HEADER = '<row r="1"><c r="A1" t="str"><v>a</v></c><c r="B1" t="str"><v>b</v></c></row>'
DAYS = ("yyyy-mm-dd", "yyyy-mm-dd hh:mm", "h:mm", "[h]:mm", "[Red]h:mm")


def read(path: Path) -> list[tuple[str, ...]]:
    with open_content(path, "xlsx") as content:
        batches = list(read_xlsx(content, "Orders", CsvDialect()).batches())
    return [tuple(row.values())[:-2] for batch in batches for row in batch.to_pylist()]


def body(path: Path, rows: str, **rest: object) -> list[tuple[str, ...]]:
    return read(write_sheet(path / "t.xlsx", HEADER + rows, **rest))  # type: ignore[arg-type]


def moment(path: Path, value: str, style: int, *, is_1904: bool = False) -> str:
    return body(path, f'<row><c s="{style}"><v>{value}</v></c></row>', formats=DAYS, is_1904=is_1904)[0][0]


@LAWS
@given(texts=st.lists(st.text(st.sampled_from("_x005Fa14 \n\x1b\r" + string.ascii_letters), min_size=1), min_size=1))
def test_shared_texts_come_back_bit_for_bit(texts: list[str], tmp_path: Path) -> None:
    rows = read(write_shared(tmp_path / "t.xlsx", [["h"], *[[text] for text in texts]]))
    assert [row[0] for row in rows] == texts


def test_what_was_escaped_is_unescaped_once_and_run_by_run(tmp_path: Path) -> None:
    shared = (
        "<si><t>_x005F_x0041_</t></si><si><t>code x005F_ here</t></si>"
        "<si><r><t>_x00</t></r><r><t>41_ B</t></r><rPh><t>guide</t></rPh></si>"
    )
    cells = "".join(f'<row><c t="s"><v>{at}</v></c></row>' for at in range(3))
    assert [row[0] for row in body(tmp_path, cells, shared=shared)] == ["_x0041_", "code x005F_ here", "_x0041_ B"]


def test_cells_stand_at_their_addresses_in_whatever_order_they_come(tmp_path: Path) -> None:
    rows = '<row r="2"><c r="B2"><v>2</v></c><c r="A2"><v>1</v></c></row><row r="9"><c r="B9"><v>3</v></c></row>'
    assert body(tmp_path, rows) == [("1", "2"), ("", "3")]


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="3"><c><v>1</v></c></row><row r="2"><c><v>2</v></c></row>',
        '<row r="2"><c><v>1</v></c></row><row r="2"><c><v>2</v></c></row>',
        '<row r="2"><c r="A2"><v>1</v></c><c r="A2"><v>2</v></c></row>',
        '<row r="2"><c r="A3"><v>1</v></c></row>',
        '<row r="2"><c r="XFE2"><v>1</v></c></row>',
        '<row r="2"><c r="12"><v>1</v></c></row>',
        '<row r="2"><c t="s"><v>-1</v></c></row>',
        '<row r="2"><c t="new"><v>1</v></c></row>',
        f'<row r="{ROW_LIMIT + 1}"><c><v>1</v></c></row>',
        '<row r="4000000000"/>',
    ],
)
def test_a_sheet_of_which_something_would_be_lost_is_refused(tmp_path: Path, rows: str) -> None:
    with pytest.raises(FileRefused, match="damaged_workbook"):
        body(tmp_path, rows)


def test_the_last_row_a_sheet_can_have_is_read(tmp_path: Path) -> None:
    assert body(tmp_path, f'<row r="{ROW_LIMIT}"><c><v>1</v></c></row>') == [("1", "")]


@pytest.mark.parametrize(
    ("value", "style", "text"),
    [
        ("2958465", 1, "9999-12-31"), ("2958466", 1, "2958466"), ("1e10", 1, "10000000000"), ("-1", 1, "-1"),
        ("59", 1, "1900-02-28"), ("60", 1, "1900-02-29"), ("61", 1, "1900-03-01"), ("1", 1, "1900-01-01"),
        ("0", 1, "1900-01-00"), ("0.5", 2, "1900-01-00 12:00:00"), ("0.5", 3, "12:00:00"), ("0.5", 5, "12:00:00"),
        ("45355.5", 1, "2024-03-04 12:00:00"), ("45355", 2, "2024-03-04 00:00:00"),
        ("45355.9999999999", 1, "2024-03-05"),
        ("1.5", 4, "129600"), ("1e12", 4, "86400000000000000"), ("0.1234567", 4, "10666.659"),
    ],
)  # fmt: skip
def test_a_number_shown_as_a_day_is_that_day_or_stays_a_number(
    tmp_path: Path, value: str, style: int, text: str
) -> None:
    assert moment(tmp_path, value, style) == text


def test_the_calendar_of_1904_begins_with_a_day(tmp_path: Path) -> None:
    texts = [moment(tmp_path, value, 1, is_1904=True) for value in ("0", "60", "2957003", "2957004")]
    assert texts == ["1904-01-01", "1904-03-01", "9999-12-31", "2957004"]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<c><v>1E3</v></c>", "1000"), ("<c><v>NaN</v></c>", "NaN"), ("<c><v>1_000</v></c>", "1_000"),
        ("<c><v>1e999</v></c>", "1e999"), ('<c t="b"><v>0</v></c>', "false"), ('<c t="b"><v>true</v></c>', "true"),
        ('<c t="e"><v>#N/A</v></c>', "#N/A"), ('<c t="inlineStr"><v>x</v></c>', "x"), ("<c><is><t>x</t></is></c>", "x"),
        ('<c t="d"><v>2024-03-04T05:06:07.123456</v></c>', "2024-03-04 05:06:07.123456"),
        ('<c t="d" s="1"><v>2024-03-04T00:00:00</v></c>', "2024-03-04"), ('<c t="d"><v>05:06</v></c>', "05:06"),
        ('<c t="str"><f>"x"</f><v>_x005F_x0041_</v></c>', "_x0041_"), ("<c><f>1+1</f></c>", ""),
    ],
)  # fmt: skip
def test_values_of_every_type_are_written_as_they_are(tmp_path: Path, cell: str, text: str) -> None:
    assert body(tmp_path, f"<row>{cell}<c><v>7</v></c></row>", formats=DAYS) == [(text, "7")]


def test_workbooks_saved_as_strict_are_read_too(tmp_path: Path) -> None:
    assert body(tmp_path, "<row><c><v>1</v></c></row>", main=STRICT) == [("1", "")]
