"""Odd files are drafted rightly or refused with one reason, and what is drafted loads unread."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ingestion.drafting.draft import draft_spec
from ingestion.drafting.saving import save_draft
from ingestion.errors import FileRefused
from ingestion.home import Home
from ingestion.loader import load
from ingestion.specs.files import read_spec
from tests.builders.draft_files import (
    GERMAN,
    NESTED,
    blank_parted,
    huge_csv,
    nested_parquet,
    packed,
    workbook_of_sheets,
)
from tests.builders.old_workbooks import old_workbook


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CX_SETTLE_SECONDS", "0")


def loaded(tmp_path: Path, name: str, content: bytes | Path, shape: str | None = None) -> tuple[str, int, int, int]:
    """Status, rows, rejects and failed cells of a file loaded by its own unread draft."""
    home = Home.at(tmp_path / "home")
    path = home.exports / "acme" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(content if isinstance(content, bytes) else content.read_bytes())
    save_draft(lambda: draft_spec(path, shape=shape), home.sources / "acme" / "drafted.toml")
    (one,) = load(home).deliveries
    return one.status, one.rows_loaded, one.rows_rejected, one.cells_failed


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "windows-1252"])
def test_semicolons_decimal_commas_and_any_encoding_load_by_their_unread_draft(tmp_path: Path, encoding: str) -> None:
    assert loaded(tmp_path, "bestellungen_2024-05-01.csv", GERMAN.encode(encoding)) == ("loaded", 40, 0, 0)


@pytest.mark.parametrize(
    ("content", "rows", "said"),
    [
        ("Orders of May\nMade 2024-06-01\n\nid,city,total\n1,Ulm,2.50\n2,Bonn,3.50\n", 2, "3 line(s) above"),
        (
            "Orders,,,,\n,,,,\nid,city,day,total,no\n1,Ulm,2024-01-02,2.5,7\n2,Bonn,2024-01-03,3.5,8\n",
            2,
            "2 line(s) above",
        ),
        ("Customer,,Order,\nname,email,no,total\nAnn,a@b.de,1,2.5\nBob,b@b.de,2,3.5\n", 2, "2 header rows"),
        ("id,city,total\n1,Ulm,2.5\n2,Bonn,3.5\nTotal,,6.0\n", 2, "skip_where"),
        ("name,city,total\nA,Ulm,2.5\nTotal Look,,3.5\nB,,4.5\nTotally,,4.5\n", 4, ""),
        ("name,city,total\nA,Ulm,2.5\nTotal Look,Ulm,3.5\nTotal EUR:,,6.0\n", 2, "skip_where"),
        ("id,city,total\n1,Ulm,2.5\n2,Bonn,3.5\n\nExported by the shop\n", 2, "skip_footer_rows"),
        ("1,ann@x.de,2024-01-02,5.5\n2,bob@x.de,2024-01-03,6.5\n", 2, "BY PLACE: no header row was found"),
        ("id,name\n'1','Ann, B'\n'2','Bob, C'\n", 2, ""),
        ('id,name\n1,"a \\"b\\" c"\n2,"d, e"\n', 2, ""),
        ("a,a,b\n1,2,3\n4,5,6\n", 2, "names in the header stand twice"),
        (blank_parted(), 60, "runs of blanks"),
        (blank_parted(header=" customer_id  date n_cds  dollar_value"), 60, "runs of blanks"),
    ],
)
def test_titles_totals_and_odd_cuts_load_by_their_unread_draft_and_are_said(
    tmp_path: Path, content: str, rows: int, said: str
) -> None:
    assert loaded(tmp_path, "odd.csv", content.encode()) == ("loaded", rows, 0, 0)
    assert said in draft_spec(tmp_path / "home" / "exports" / "acme" / "odd.csv")


@pytest.mark.parametrize(("suffix", "rows"), [(".gz", 40), (".zip", 40)])
def test_packed_files_are_looked_into(tmp_path: Path, suffix: str, rows: int) -> None:
    assert loaded(tmp_path, f"b.csv{suffix}", packed(GERMAN.encode(), suffix)) == ("loaded", rows, 0, 0)


def test_the_fullest_sheet_of_a_workbook_is_drafted_and_the_others_named(tmp_path: Path) -> None:
    rows = [
        ["Orders of May"],
        [],
        ["id", "city", "total"],
        ["1", "Ulm", "2.5"],
        ["2", "Bonn", "3.5"],
        ["Total", "", "6"],
    ]
    path = workbook_of_sheets(tmp_path / "book.xlsx", {"Cover": [["by Ann"]], "Orders": rows})
    assert loaded(tmp_path, "book.xlsx", path) == ("loaded", 2, 0, 0)
    text = draft_spec(path)
    assert "sheet 'Orders' was drafted, the one with most rows; the others are 'Cover'" in text
    assert 'sheet = "Orders"' in text


@pytest.mark.parametrize("kind", ["xls", "xlsx", "csv"])
def test_what_is_called_xls_is_drafted_by_what_it_is(tmp_path: Path, kind: str) -> None:
    rows = [["id", "city", "total"], ["1", "Ulm", "2.5"], ["2", "Bonn", "3.5"]]
    made = workbook_of_sheets(tmp_path / "book", {"Orders": rows}).read_bytes() if kind == "xlsx" else None
    text = "".join(",".join(row) + "\n" for row in rows).encode()
    content = made or (text if kind == "csv" else old_workbook({"Orders": rows}))
    assert loaded(tmp_path, "orders.xls", content) == ("loaded", 2, 0, 0)
    assert f'format = "{kind}"' in draft_spec(tmp_path / "home" / "exports" / "acme" / "orders.xls")


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (NESTED, "data.orders"),
        (b"interactions:\n- {id: 1, lines: [{sku: x}]}\n- {id: 2, lines: []}\nversion: 1\n", "interactions"),
        (b"id: 1\nlines: [{sku: x}]\n---\nid: 2\nlines: []\n", None),
        (b"- {id: 1, lines: [{sku: x}]}\n- {id: 2, lines: []}\n", None),
    ],
)
def test_documents_of_yaml_are_drafted_like_those_of_json(tmp_path: Path, content: bytes, place: str | None) -> None:
    assert loaded(tmp_path, "orders.yaml", content) == ("loaded", 2, 0, 0)
    spec = read_spec(tmp_path / "home" / "sources" / "acme" / "drafted.toml")
    assert (spec.format, spec.records, spec.key, list(spec.children)) == ("yaml", place, ("id",), ["lines"])


def test_nested_records_become_paths_and_children(tmp_path: Path) -> None:
    assert loaded(tmp_path, "orders.json", NESTED) == ("loaded", 2, 0, 0)
    spec = read_spec(tmp_path / "home" / "sources" / "acme" / "drafted.toml")
    assert (spec.records, spec.key, list(spec.children)) == ("data.orders", ("id",), ["lines"])
    assert spec.columns["customer_email"].personal == "direct"
    assert spec.children["lines"].parent_key == {"parent_id": "id"}


def test_structs_of_parquet_become_paths_and_its_arrays_children(tmp_path: Path) -> None:
    path = nested_parquet(tmp_path / "people.parquet")
    text = draft_spec(path)
    assert 'path = "person.email"' in text
    assert "[children.lines]" in text
    assert loaded(tmp_path, "people.parquet", path) == ("loaded", 3, 0, 0)


@pytest.mark.parametrize("content", [b"[1, 2, 3]", b'"a"\n"b"\n'])
def test_elements_that_are_no_objects_load_by_their_unread_draft(tmp_path: Path, content: bytes) -> None:
    name = "ids.json" if content.startswith(b"[") else "ids.jsonl"
    assert loaded(tmp_path, name, content)[::2] == ("loaded", 0)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("e.csv", b"", "nothing_to_draft"),
        ("e.csv", b"\n \n", "nothing_to_draft"),
        ("e.json", b"", "nothing_to_draft"),
        ("e.csv", bytes(range(256)) * 50, "wrong_content"),
        ("e.csv", b"%PDF-1.7 ...", "wrong_content"),
        ("e.csv", b"<!DOCTYPE html><html></html>", "wrong_content"),
        ("e.xlsx", b"id,total\n1,2\n", "wrong_content"),
        ("e.parquet", b"PAR1 cut PAR1", "damaged_parquet"),
        ("e.csv.gz", packed(GERMAN.encode(), ".gz")[:200], "damaged_archive"),
        ("e.csv.zip", packed(GERMAN.encode(), ".zip", members=2), "zip_members"),
        ("e.json", b'{"a": [1, 2', "invalid_json"),
        ("e.json", b"[" * 5000 + b"]" * 5000, "too_deep"),
        ("e.jsonl", b"{cut\n{cut\n", "not_json"),
        ("e.xls", b"\xd0\xcf\x11\xe0", "damaged_workbook"),
        ("e.xls", b"<html><table>", "wrong_content"),
        ("e.ods", b"PK", "unknown_format"),
        ("e.yaml", b"a: [1, 2", "invalid_yaml"),
        ("e.yml", b"# nothing\n", "empty_file"),
        ("e.yaml", b"- &a [*a]\n", "invalid_yaml"),
        ("missing.csv", None, "no_such_file"),
    ],
)
def test_what_is_no_table_is_refused_with_one_reason(
    tmp_path: Path, name: str, content: bytes | None, reason: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(FileRefused) as refused:
        draft_spec(tmp_path / name)
    assert refused.value.reason == reason
    assert "spec" not in str(refused.value), "there is none yet"


def test_a_file_of_five_gigabytes_is_answered_from_its_beginning(tmp_path: Path) -> None:
    path = huge_csv(tmp_path / "huge.csv")
    script = (
        "import json, resource, sys; from pathlib import Path; from ingestion.drafting.draft import draft_spec; "
        "text = draft_spec(Path(sys.argv[1])); "
        "print(json.dumps([text, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]))"
    )
    started = time.monotonic()
    told = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, check=True, timeout=120)
    text, peak_kilobytes = json.loads(told.stdout)
    assert "Only the beginning of the file was looked at" in text
    assert peak_kilobytes < 1_500_000
    assert time.monotonic() - started < 60


def test_a_line_without_end_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "line.csv"
    with path.open("wb") as file:
        file.write(b"x" * (33 << 20))
    with pytest.raises(FileRefused, match="line_too_long"):
        draft_spec(path)


def test_a_key_column_nobody_found_is_named_and_the_load_refuses_it(tmp_path: Path) -> None:
    status, rows, *_ = loaded(tmp_path, "odd.csv", b"colour,size\nred,1\nblue,2\n", shape="orders")
    assert (status, rows) == ("refused", 0)


def test_rows_beyond_the_sample_are_said_not_to_be_known(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("id,total\n" + "".join(f"{at},1.50\n" for at in range(100_050)) + "Total,9\n")
    text = draft_spec(path)
    assert "Only the beginning of the file was looked at" in text
    assert "skip_where" not in text
    path.write_text("id,total\n1,1.50\n2,1.50\n")
    assert "Only the beginning" not in draft_spec(path)
