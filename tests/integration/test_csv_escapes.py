"""An escape that is no quote: what it makes plain, in quotes and outside, and what a stray one may cost."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.readers import CsvDialect
from tests.builders.delimited import tables
from tests.builders.one_reading import read_exactly

BACKSLASH = CsvDialect(escape="\\")


def written(path: Path, content: str) -> Path:
    path.write_bytes(content.encode())
    return path


@pytest.mark.parametrize(
    ("line", "expected"),
    {
        r"a\,b,c,d": ("a,b", "c", "d"),
        r"a\"b,c,d": ('a"b', "c", "d"),
        r"\"a,c,d": ('"a', "c", "d"),
        r"a\\b,c\\,d": ("a\\b", "c\\", "d"),
        r'"a\,b","c\"x",d': ("a,b", 'c"x', "d"),
        "a\\\nb,c,d": ("a\nb", "c", "d"),
        r'C:\x,"C:\x",\N': ("C:\\x", "C:\\x", "\\N"),
    }.items(),
)
def test_an_escape_makes_marks_plain_in_quotes_and_outside(
    line: str, expected: tuple[str, ...], tmp_path: Path
) -> None:
    path = written(tmp_path / "t.csv", f"x,y,z\n{line}\n1,2,3\n")
    for width in (0, 300):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("ingestion.readers.csv_exact.PATTERN_COLUMNS", width)
            reading = read_exactly(path, BACKSLASH)
            assert (reading.rows, reading.rejects) == ([expected, ("1", "2", "3")], [])
    with path.open(newline="") as stream:
        told = list(csv.reader(stream, escapechar="\\", doublequote=False))[1]
    assert tuple(told) == expected or "C:" in line or "\\\\" in line


def test_an_escape_before_the_line_end_never_shifts_a_row_unseen(tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", "x,y\n1,C:\\\n2,b\n3,c\n")
    reading = read_exactly(path, BACKSLASH)
    assert reading.rows == [("3", "c")]
    assert [(each.line, each.reason, each.raw_text) for each in reading.rejects] == [
        (2, "too_many_cells", "1,C:\\\n2,b")
    ]
    assert reading.stats.records_in == 2


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=tables, quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONE]))
def test_what_python_escapes_is_read_letter_for_letter(table: list[list[str]], quoting: int, tmp_path: Path) -> None:
    text = io.StringIO()
    plain: dict[str, Any] = {"escapechar": "\\", "doublequote": False, "quoting": quoting, "lineterminator": "\r\n"}
    table = [["x", *row] for row in table]
    csv.writer(text, **plain).writerows([[f"h{i}" for i, _ in enumerate(table[0])], *table])
    path = written(tmp_path / "t.csv", text.getvalue())
    reading = read_exactly(path, BACKSLASH)
    assert (reading.rows, reading.rejects) == ([tuple(row) for row in table], [])


def test_without_quotes_the_escape_still_works_and_the_default_one_is_none(tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", 'x,y\na\\,b,"c"\n')
    assert read_exactly(path, CsvDialect(quote="", escape="\\")).rows == [("a,b", '"c"')]
    path = written(tmp_path / "t.csv", 'x,y\n5" pipe,7""\n')
    assert read_exactly(path, CsvDialect(quote="")).rows == [('5" pipe', '7""')]


def test_a_declared_quote_is_its_own_escape_unless_told() -> None:
    from ingestion.specs.dialect import Dialect

    assert Dialect.model_validate({"quote": "'"}).escape == "'"
    assert Dialect.model_validate({"quote": ""}).escape == ""
    assert Dialect.model_validate({"quote": "'", "escape": "\\"}).escape == "\\"
    assert Dialect.model_validate({}).escape == '"'


@pytest.mark.parametrize("delimiter", ["||", "::,"])
@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_a_delimiter_of_several_characters_may_lie_across_two_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, delimiter: str, size: int
) -> None:
    lines = ["a||b", '"x\nk||m\ny"||z', "1|||2", '"c"||"d"', '"e"|f', "|||"]
    content = "\n".join(line.replace("||", delimiter) for line in lines)
    monkeypatch.setattr("ingestion.readers.csv_text.PIECE", size)
    reading = read_exactly(written(tmp_path / "t.csv", content), CsvDialect(delimiter=delimiter))
    told = [("x\nk||m\ny", "z"), ("1", "|2"), ("c", "d"), ("", "|")]
    assert reading.rows == [tuple(cell.replace("||", delimiter) for cell in row) for row in told]
    assert [(each.line, each.reason) for each in reading.rejects] == [(7, "broken_quote")]


@pytest.mark.parametrize("width", [0, 300])
def test_a_declared_skip_sees_the_cell_as_it_is_trimmed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setattr("ingestion.readers.csv_exact.PATTERN_COLUMNS", width)
    path = written(tmp_path / "t.csv", 'a,b\n1,2\n Total,4\n\u00a0Total,4\n "Total",4\n')
    reading = read_exactly(path, CsvDialect(trim=True, skip_where="^Total"))
    assert (reading.rows, reading.stats.skipped, reading.rejects) == ([("1", "2")], 3, [])
    reading = read_exactly(path, CsvDialect(skip_where="^Total"))
    assert (len(reading.rows), reading.stats.skipped) == (3, 0)
