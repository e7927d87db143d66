"""Workbooks as rows of text: values, sheets by name, and hostile files."""

import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ingestion.readers import CsvDialect, FileRefused, open_content
from ingestion.readers.sheet_rows import SheetReading
from ingestion.readers.xlsx_rows import read_xlsx
from tests.builders.workbooks import write_workbook

PLAIN = CsvDialect()
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "&{a};&{a};&{a};">' for a, b in zip("abcdef", "bcdefg", strict=True))
    + "]>"
)


def read(path: Path, sheet: str | None = "Orders", dialect: CsvDialect = PLAIN) -> tuple[list[tuple], SheetReading]:
    with open_content(path, "xlsx") as content:
        reading = read_xlsx(content, sheet, dialect)
        return [tuple(row.values()) for batch in reading.batches() for row in batch.to_pylist()], reading


def workbook(path: Path, rows: list[list[Any]], formats: dict[str, str] | None = None) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "Orders"
    for row in rows:
        book.active.append(row)
    for place, style in (formats or {}).items():
        book.active[place].number_format = style
    book.create_sheet("Notes").append(["something else"])
    book.save(path)
    return path


def test_values_become_canonical_text(tmp_path: Path) -> None:
    values = [
        1,
        2.50,
        1e21,
        19.989999,
        True,
        None,
        "007",
        datetime(2024, 3, 4, 5, 6, 7),
        date(2024, 3, 4),
        time(9, 30),
        "=1+1",
    ]
    texts = [
        "1",
        "2.5",
        "1000000000000000000000",
        "19.989999",
        "true",
        "",
        "007",
        "2024-03-04 05:06:07",
        "2024-03-04",
        "09:30:00",
        "",
    ]
    path = workbook(tmp_path / "t.xlsx", [[f"h{i}" for i in range(len(values))], values])
    rows, _ = read(path)
    assert list(rows[0][:-2]) == texts


def test_the_sheet_is_taken_by_name(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", [["a"], ["x"]])
    assert read(path, "Notes")[1].columns == ["something else"]
    for name in ("Other", None):
        with pytest.raises(FileRefused, match="sheet_missing"):
            read(path, name)


def test_headers_footers_blank_rows_and_surplus_cells(tmp_path: Path) -> None:
    rows = [
        ["made by x"],
        [],
        ["a", "b"],
        ["x", "y"],
        ["1", "2"],
        [],
        ["3"],
        ["4", "5", "6"],
        ["Sum", "9"],
        ["end"],
        [],
    ]
    dialect = CsvDialect(header_rows=2, skip_rows=1, skip_footer_rows=1, skip_where="^Sum")
    read_rows, reading = read(write_workbook(tmp_path / "t.xlsx", rows), dialect=dialect)
    assert reading.columns == ["a / x", "b / y"]
    assert read_rows == [("1", "2", 1, 5), ("3", "", 2, 7)]
    assert [(r.line, r.reason, r.raw_text) for r in reading.rejects()] == [(8, "too_many_cells", '["4", "5", "6"]')]
    assert (reading.stats.skipped, reading.stats.records_in) == (2, 5)


def test_control_characters_survive_their_escapes(tmp_path: Path) -> None:
    texts = ["\x1b[0m", "_x001B_", "a\rb\x00", "_x005F_"]
    rows, _ = read(write_workbook(tmp_path / "t.xlsx", [["h"], *[[text] for text in texts]]))
    assert [row[0] for row in rows] == texts


def test_a_false_dimension_is_not_believed(tmp_path: Path) -> None:
    rows, _ = read(write_workbook(tmp_path / "t.xlsx", [["a"], ["1"]], dimension="A1:XFD1048576"))
    assert rows == [("1", 1, 2)]


def test_a_workbook_whose_sheets_are_not_in_it_is_damaged(tmp_path: Path) -> None:
    whole, path = write_workbook(tmp_path / "whole.xlsx", [["a"], ["1"]]), tmp_path / "t.xlsx"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            target.writestr(name.replace("sheet1", "other"), source.read(name))
    with pytest.raises(FileRefused, match="damaged_workbook: none of the sheets"):
        read(path, None)


def test_hostile_workbooks_are_refused_with_a_reason(tmp_path: Path) -> None:
    outside = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
    cases = {
        "damaged_workbook": write_workbook(
            tmp_path / "laughs.xlsx", [["a"], ['<c t="inlineStr"><is><t>&g;</t></is></c>']], prologue=LAUGHS
        ),
        "unpack_ratio": write_workbook(tmp_path / "bomb.xlsx", [["a"], ["x" * (65 << 20)]]),
        "sheet_missing": write_workbook(tmp_path / "sheet.xlsx", [["a"]], sheet="Other"),
        "empty_file": write_workbook(tmp_path / "empty.xlsx", []),
    }
    xxe = write_workbook(tmp_path / "xxe.xlsx", [["a"], ['<c t="inlineStr"><is><t>&a;</t></is></c>']], prologue=outside)
    for reason, path in [*cases.items(), ("damaged_workbook", xxe)]:
        with pytest.raises(FileRefused, match=reason):
            read(path)
    whole = cases["sheet_missing"].read_bytes()
    (tmp_path / "cut.xlsx").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(FileRefused, match="damaged_archive"):
        read(tmp_path / "cut.xlsx")
    (tmp_path / "text.xlsx").write_text("a,b\n1,2\n")
    with pytest.raises(FileRefused, match="wrong_content"):
        read(tmp_path / "text.xlsx")
