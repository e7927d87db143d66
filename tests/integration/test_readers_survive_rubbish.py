"""Any bytes at all are read or refused with a reason: no other error leaves a reader, and every record is counted."""

import zipfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.readers import CsvDialect, FileRefused, open_content
from ingestion.readers.csv_exact import read_csv_exact
from ingestion.readers.json_rows import JsonLayout, JsonTable, read_json
from ingestion.readers.xlsx_rows import read_xlsx
from tests.builders.workbooks import write_workbook

LAWS = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
DIALECTS = st.builds(
    CsvDialect,
    delimiter=st.sampled_from([",", ";", "\t", "||", " ", ", "]),
    quote=st.sampled_from(['"', "'", ""]),
    escape=st.sampled_from(['"', "\\", "'", ""]),
    encoding=st.sampled_from(["utf-8", "utf-16", "cp1252", "latin-1", "utf-16-le", "utf-7", "shift_jis"]),
    header_rows=st.integers(0, 3),
    skip_rows=st.integers(0, 2),
    skip_footer_rows=st.integers(0, 3),
    skip_where=st.sampled_from([None, "^a", "1"]),
    comment=st.sampled_from(["", "#"]),
    trim=st.booleans(),
)
CSV_SCRAPS = [bytes([byte]) for byte in b"a,\";\n\r\t\\ |\xff\xc3\xa9\x00#1'"]
JSON_SCRAPS = [
    b'{"id":1}',
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b'"rows"',
    b"\n",
    b" ",
    b"-1.5e3",
    b"null",
    b'"\\ud800"',
    b"\xff",
]
JSON_SCRAPS += [b'{"rows":[{"id":{"x":[1,"a"]}}],"b":2}', b'{"id":{"x":{"y":1}}}']
LAYOUT = JsonLayout(
    JsonTable("", {"id": "id", "x": "id.x.0"}, frozenset({"id"})),
    (JsonTable("child", {"v": "."}, path="id.x", parent_key={"parent": "id"}),),
    records="rows",
)


def rubbish(scraps: list[bytes], most: int) -> st.SearchStrategy[bytes]:
    return st.lists(st.sampled_from(scraps), max_size=most).map(b"".join)


@LAWS
@given(content=rubbish(CSV_SCRAPS, 40), dialect=DIALECTS, width=st.sampled_from([None, 1, 2]))
def test_csv_rubbish_is_counted_or_refused(
    content: bytes, dialect: CsvDialect, width: int | None, tmp_path: Path
) -> None:
    (tmp_path / "t.csv").write_bytes(content)
    try:
        with open_content(tmp_path / "t.csv", "csv") as opened:
            reading = read_csv_exact(opened, dialect, width)
            rows = sum(batch.num_rows for batch in reading.batches())
    except FileRefused as refusal:
        assert refusal.reason
        return
    assert (rows, len(reading.rejects())) == (reading.stats.rows, reading.stats.rejected)


@LAWS
@given(content=rubbish(JSON_SCRAPS, 12), file_format=st.sampled_from(["json", "jsonl"]))
def test_json_rubbish_is_counted_or_refused(content: bytes, file_format: str, tmp_path: Path) -> None:
    (tmp_path / "t").write_bytes(content)
    try:
        with open_content(tmp_path / "t", file_format) as opened:
            reading = read_json(opened, LAYOUT, file_format)
            rows = sum(batch.batch.num_rows for batch in reading.batches() if not batch.table)
    except FileRefused as refusal:
        assert refusal.reason
        return
    assert (rows, len(reading.rejects())) == (reading.stats.rows, reading.stats.rejected)


@LAWS
@given(part=st.integers(0, 4), place=st.integers(0, 600), scrap=st.binary(max_size=6), cut=st.integers(0, 12))
def test_damaged_workbooks_are_read_or_refused(part: int, place: int, scrap: bytes, cut: int, tmp_path: Path) -> None:
    rows = [["a", "b"], ["1", '<c t="n"><v>2</v></c>'], ['<c t="b"><v>1</v></c>', '<c t="d"><v>2024-01-01</v></c>']]
    whole = write_workbook(tmp_path / "whole.xlsx", rows)
    with zipfile.ZipFile(whole) as archive, zipfile.ZipFile(tmp_path / "t.xlsx", "w") as damaged:
        for number, name in enumerate(archive.namelist()):
            data = archive.read(name)
            damaged.writestr(name, data[:place] + scrap + data[place + cut :] if number == part else data)
    try:
        with open_content(tmp_path / "t.xlsx", "xlsx") as opened:
            reading = read_xlsx(opened, None, CsvDialect())
            assert sum(batch.num_rows for batch in reading.batches()) == reading.stats.rows
    except FileRefused as refusal:
        assert refusal.reason
