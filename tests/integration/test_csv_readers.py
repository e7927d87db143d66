"""The two ways through a CSV file: what the scan proves regular, DuckDB and the exact reader see alike."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.readers import CsvDialect, FileRefused, Reject, csv_marks, csv_scan, open_content
from ingestion.readers.csv_exact import read_csv_exact
from ingestion.readers.csv_scan import duckdb_read_csv, scan_csv
from tests.builders.delimited import nearly_regular_files, ragged_files, tables
from tests.builders.one_reading import memory

LAWS = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def exact(path: Path, dialect: CsvDialect = CsvDialect(), width: int | None = None):  # noqa: B008
    with open_content(path, "csv") as content:
        reading = read_csv_exact(content, dialect, width)
        rows = [tuple(row.values()) for batch in reading.batches() for row in batch.to_pylist()]
        return reading.columns, rows, reading.rejects(), reading.stats


def cells(rows: list[tuple]) -> list[tuple]:
    return [row[:-2] for row in rows]


def written(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def fast_equals_exact(path: Path) -> bool:
    try:
        opened = open_content(path, "csv")
    except FileRefused:  # by its first bytes: no reader sees it
        return False
    with opened as content:
        proof = scan_csv(content, CsvDialect())
        if not proof.is_regular:
            return False
        fast = memory().execute(f"from {duckdb_read_csv(content, CsvDialect(), proof)}").fetchall()
    columns, rows, rejects, _ = exact(path)
    assert (columns, cells(rows), rejects) == (proof.columns, fast, [])
    assert proof.data_rows == len(fast)
    return True


@LAWS
@given(content=nearly_regular_files())
def test_what_the_scan_calls_regular_both_readers_see_alike(content: bytes, tmp_path: Path) -> None:
    fast_equals_exact(written(tmp_path / "t.csv", content))


@LAWS
@given(content=ragged_files)
def test_ragged_text_never_passes_as_regular_unless_both_agree(content: bytes, tmp_path: Path) -> None:
    fast_equals_exact(written(tmp_path / "t.csv", content))


@LAWS
@given(
    content=st.one_of(nearly_regular_files(), ragged_files),
    comment=st.sampled_from(["", "#", "a", '"', "1,", "\u00fc"]),
    skip=st.sampled_from([None, "^a", "1", "^$", '"']),
)
def test_a_run_of_records_is_taken_as_each_alone(
    content: bytes, comment: str, skip: str | None, tmp_path: Path
) -> None:
    path = written(tmp_path / "t.csv", content)
    answers = []
    for width in (0, 300):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("ingestion.readers.csv_exact.PATTERN_COLUMNS", width)
            try:
                answers.append(exact(path, CsvDialect(comment=comment, skip_where=skip)))
            except FileRefused as refusal:
                answers.append(refusal.reason)
    assert answers[0] == answers[1]


@LAWS
@given(content=nearly_regular_files())
def test_the_scan_says_the_same_for_any_block_size(content: bytes, tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", content)
    proofs = []
    for size in (1 << 20, 24, 40):
        with pytest.MonkeyPatch.context() as patch, open_content(path, "csv") as content_now:
            patch.setattr(csv_scan, "BLOCK", size)
            patch.setattr(csv_marks, "BLOCK", size)
            proofs.append(scan_csv(content_now, CsvDialect()))
    regular = [p for p in proofs if p.is_regular]
    assert len({(p.data_rows, p.has_multiline_cells) for p in regular}) <= 1
    assert proofs[0].is_regular or not regular


@LAWS
@given(table=tables)
def test_any_text_comes_back_from_the_exact_reader(table: list[list[str]], tmp_path: Path) -> None:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(table)
    _, rows, rejects, _ = exact(written(tmp_path / "t.csv", out.getvalue()), CsvDialect(header_rows=0), len(table[0]))
    assert (cells(rows), rejects) == ([tuple(row) for row in table], [])


@LAWS
@given(content=ragged_files)
def test_every_record_is_a_row_or_a_reject_at_any_piece_size(content: bytes, tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", content)
    try:
        whole = exact(path)
    except FileRefused:
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ingestion.readers.csv_text.PIECE", 3)
        pieces = exact(path)
    assert pieces == whole
    numbers = sorted([row[-2] for row in whole[1]])
    assert len(numbers) == len(set(numbers)) == whole[3].rows
    assert whole[3].rejected == len(whole[2])


def test_a_block_ends_where_a_record_does(tmp_path: Path) -> None:
    assert csv_marks.end_of_records(b'1,2\n3,"a\nb\nc', ord('"')) == 4
    assert csv_marks.end_of_records(b'1,"a\n"\n3,4\n5', ord('"')) == 11
    assert csv_marks.end_of_records(b'1,"a\nb\nc', ord('"')) == 7  # no record ends: any line will do
    assert csv_marks.end_of_records(b"1,2", ord('"')) == 3
    rows = "".join(f'{number},"a\nb\n"\n' for number in range(500))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_scan, "BLOCK", 100)
        patch.setattr(csv_marks, "BLOCK", 100)
        again: list[object] = []
        patch.setattr(
            csv_scan,
            "examine",
            lambda block, shape, state: again.append(state) or csv_marks.examine(block, shape, state),
        )
        with open_content(written(tmp_path / "t.csv", "a,b\n" + rows), "csv") as content:
            assert scan_csv(content, CsvDialect()).is_regular
    assert set(again) == {csv_marks.CLEAN}  # so no block was examined twice


def test_regular_files_are_proven_regular(tmp_path: Path) -> None:
    for text in ("a,b\n1,2\n", "a,b\r\n1,2\r\n", 'a,b\n"x,\ny",""\n,\n', "a,b\n1,2", "\ufeffa,b\nü,2\n"):
        assert fast_equals_exact(written(tmp_path / "t.csv", text)), text


def test_irregular_files_name_their_reason(tmp_path: Path) -> None:
    cases = {
        "a,b\n1,2,3\n": "cells",
        "a,b\n1,2,\n": "cells",
        "a,b\n1\n2,3,4\n": "cells",
        "a,b\n\n1,2\n": "cells",
        'a,b\n1,x"y"\n': "quotes",
        'a,b\n1,"x\n': "open_quote",
        "a,b\r\n1,2\n": "cells",
        "a,b\n1,2\r\n": "cells",
        "a,b\n1,\0\n": "not_text",
        "": "empty",
        "a\n1\n": "columns",
    }
    for text, reason in cases.items():
        with open_content(written(tmp_path / "t.csv", text), "csv") as content:
            assert scan_csv(content, CsvDialect()).reason == reason, text
    with open_content(written(tmp_path / "t.csv", b"a,b\n1,\xff\n"), "csv") as content:
        assert scan_csv(content, CsvDialect()).reason == "not_utf8"


def test_a_broken_quote_costs_one_line_and_reading_goes_on(tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", 'a,b\n1,2\n3,"4\n5,6\n"7"x,8\n9,"1\n0"\n')
    _, rows, rejects, stats = exact(path)
    assert rows == [("1", "2", 1, 2), ("5", "6", 3, 4), ("9", "1\n0", 5, 6)]
    assert rejects == [Reject(3, "row", "broken_quote", '3,"4'), Reject(5, "row", "broken_quote", '"7"x,8')]
    assert stats.records_in == 5


def test_a_record_of_another_width_costs_all_of_its_lines(tmp_path: Path) -> None:
    _, rows, rejects, _ = exact(written(tmp_path / "t.csv", 'a,b\n"1\n2,3",x,y\n4\n5,6\n'))
    assert cells(rows) == [("5", "6")]
    assert [(r.line, r.reason, r.raw_text) for r in rejects] == [
        (2, "too_many_cells", '"1\n2,3",x,y'),
        (4, "too_few_cells", "4"),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_are_taken_from_the_file(tmp_path: Path, end: str) -> None:
    _, rows, rejects, _ = exact(written(tmp_path / "t.csv", end.join(["a,b", "1,2", '"3",4', "5,6"])))
    assert (rows, rejects) == ([("1", "2", 1, 2), ("3", "4", 2, 3), ("5", "6", 3, 4)], [])


def test_mixed_line_ends_all_end_a_line(tmp_path: Path) -> None:
    _, rows, _, _ = exact(written(tmp_path / "t.csv", "a,b\r\n1,2\n3,4\r5,6\r\n"))
    assert rows == [("1", "2", 1, 2), ("3", "4", 2, 3), ("5", "6", 3, 4)]


def test_every_word_of_the_dialect_is_obeyed(tmp_path: Path) -> None:
    text = "made by x\n\nName||Sum\nfull||net\n# note\n'it\\'s||ok' || 1\nTotal||5\nend\nof file\n\n"
    dialect = CsvDialect("||", "'", "\\", "cp1252", 2, 2, 2, "^Total", "#", True)
    columns, rows, rejects, stats = exact(written(tmp_path / "t.csv", text), dialect)
    assert columns == ["Name / full", "Sum / net"]
    assert cells(rows) == [("it's||ok", " 1")]
    assert (rejects, stats.skipped, stats.comment_lines) == ([], 3, 1)  # a total and two lines of footer


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "windows-1252", "iso-8859-15", "mac-roman"]
)
def test_declared_encodings_are_decoded(tmp_path: Path, encoding: str) -> None:
    _, rows, _, _ = exact(written(tmp_path / "t.csv", "a,b\né,ß\n".encode(encoding)), CsvDialect(encoding=encoding))
    assert cells(rows) == [("é", "ß")]


def test_utf_16_is_read_with_and_without_its_mark(tmp_path: Path) -> None:
    for declared, written_as in (("utf-16", "utf-16-le"), ("utf-16", "utf-16-be"), ("utf-16-le", "utf-16")):
        path = written(tmp_path / "t.csv", "a,b\né,ß\n".encode(written_as))
        assert exact(path, CsvDialect(encoding=declared))[:2] == (["a", "b"], [("é", "ß", 1, 2)])


def test_undecodable_rows_are_quarantined_and_the_rest_is_read(tmp_path: Path) -> None:
    _, rows, rejects, _ = exact(written(tmp_path / "t.csv", b"a,b\n1,2\n\xff,3\n4,\xc3\xbc\n"))
    assert cells(rows) == [("1", "2"), ("4", "ü")]
    assert [(r.line, r.reason) for r in rejects] == [(3, "wrong_encoding")]


def test_a_file_without_the_declared_encoding_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="wrong_encoding"):
        exact(written(tmp_path / "t.csv", b"a,b\n1,2\n3"), CsvDialect(encoding="utf-16-le"))


def test_a_line_above_the_limit_refuses_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingestion.readers.csv_window.LINE_LIMIT", 1000)
    monkeypatch.setattr("ingestion.readers.csv_text.PIECE", 100)
    with pytest.raises(FileRefused, match="line_too_long"):
        exact(written(tmp_path / "t.csv", "a,b\n" + "x" * 5000))


def test_blank_lines_are_no_records_except_in_one_column(tmp_path: Path) -> None:
    _, rows, rejects, stats = exact(written(tmp_path / "t.csv", "a,b\n\n1,2\n\n\n"))
    assert (cells(rows), rejects, stats.blank_lines) == ([("1", "2")], [], 3)
    assert cells(exact(written(tmp_path / "t.csv", "a\n\n1\n"))[1]) == [("",), ("1",)]


def test_rejects_without_end_refuse_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingestion.readers.results.REJECT_LIMIT", 50)
    with pytest.raises(FileRefused, match="too_many_rejects"):
        exact(written(tmp_path / "t.csv", "a,b\n" + "x\n" * 60))
