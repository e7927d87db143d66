"""Nulls, line numbers and footers of whole loads: the same on both ways through a file, and all accounted for."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from ingestion.readers import CsvDialect, csv_marks, open_content
from ingestion.readers.csv_exact import read_csv_exact
from ingestion.readers.csv_scan import Regularity, duckdb_read_csv, scan_csv
from ingestion.worker import staging_grid
from tests.builders.one_reading import memory
from tests.builders.shop_home import ShopHome

STALL = """
files = ["stall*"]
format = "{kind}"
mode = "append"
key = ["id"]
error_budget = 1.0
[dialect]
{dialect}
[columns]
id = {{ type = "text", personal = "none" }}
b = {{ type = "text", personal = "none" }}
"""


@pytest.fixture
def shop(tmp_path: Path) -> ShopHome:
    return ShopHome(tmp_path / "home")


NULL = csv_marks.NEVER.decode()
CELLS = [NULL, f'"{NULL}"', f'"\n{NULL}"', f"x{NULL}", NULL[:-1], "\x01\x02", "\x01", "", '""', "\\N", "NULL"]


@pytest.mark.parametrize("cell", CELLS)
def test_no_text_of_a_cell_is_a_null(shop: ShopHome, cell: str) -> None:
    shop.spec("shop/stall", STALL.format(kind="csv", dialect=""))
    shop.deliver("shop/stall.csv", f"id,b\n1,2\n2,{cell}\n3,4\n")
    assert shop.load_one().rows_loaded == 3
    assert shop.query("select b from shop.stall where id = '2'") == [(cell.strip('"') or None,)]


ENDS = [
    b'id,b\n1,"a\rb"\n2,y\n,nokey\n', b'id,b,"\r",n\n1,2,3,4\n,nokey,3,4\n', b'id,b\r\n1,"a\rb"\r\n,nokey\r\n',
    b'id,b\r\n1,"a\nb"\r\n,nokey\r\n', b'id,b\r\n1,"a\nb\r"\r\n,nokey\r\n', b'id,b\n1,"a\r\nb"\n,nokey\n',
    b"id,b\n1,2\n,nokey\n", b"id,b\r\n1,2\r\n,nokey\r\n",
]  # fmt: skip


@pytest.mark.parametrize("content", ENDS)
def test_a_reject_has_the_same_line_on_both_ways(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    lines = []
    for way in ("as it comes", "exact"):
        if way == "exact":
            monkeypatch.setattr(staging_grid, "scan_csv", lambda *_: Regularity(False, "forced"))
        shop = ShopHome(tmp_path / way)
        shop.spec("shop/stall", STALL.format(kind="csv", dialect=""))
        shop.deliver("shop/stall.csv", content)
        shop.load()
        lines += shop.query("select line from meta.rejects")
    assert lines[0] == lines[1] == (content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n"),)


FOOTERS = [
    ("id,b\n1,x\n2,REAL ORDER\n", 1, (2, 1, 1)),
    ("id,b\n1,x\n2,y\nSum,2\nthe end\n", 2, (4, 2, 2)),
    ("id,b\n1,x\n\nthe end\n\n\n", 1, (2, 1, 1)),
    ("id,b\n1,x\nSum,2\n\n#a note\nmade 2026-01-03,x\n#the end\n", 2, (3, 1, 2)),
    ('id,b\n1,x\n"Sum\nof ""all""",5', 1, (2, 1, 1)),
    ('id,b\n1,x\n2,"y\nSum,5\n', 1, (3, 1, 1)),
    ("id,b\nthe end", 1, (1, 0, 1)),
    ("id,b\n" + "1,x\n" * 30_000 + "the end\n", 1, (30_001, 30_000, 1)),
    ("id,b\n1,x\nSum,2\n" + "\r\n" * 40_000, 1, (2, 1, 1)),
    ("id,b\n1,x\nSum,2\n" + "# a note\n\n" * 9_000, 1, (2, 1, 1)),
]


@pytest.mark.parametrize(("text", "footer", "counts"), FOOTERS)
@pytest.mark.parametrize("packed", [False, True])
def test_what_the_footer_takes_is_counted_as_skipped(
    shop: ShopHome, text: str, footer: int, counts: tuple[int, int, int], packed: bool
) -> None:
    shop.spec("shop/stall", STALL.format(kind="csv", dialect=f'skip_footer_rows = {footer}\ncomment = "#"'))
    shop.deliver("shop/stall.csv", gzip.compress(text.encode()) if packed else text)
    found = shop.load_one()
    assert (found.rows_in, found.rows_loaded, found.rows_skipped) == counts


def test_a_footer_that_takes_the_header_is_told_so(shop: ShopHome) -> None:
    shop.spec("shop/stall", STALL.format(kind="csv", dialect="skip_footer_rows = 3"))
    shop.deliver("shop/stall.csv", "id,b\n1,x\n")
    found = shop.load_one()
    assert found.reason == "empty_file" and "skip_footer_rows takes the last 2 records" in found.detail


def test_a_footer_that_reaches_too_far_up_refuses_the_file(shop: ShopHome) -> None:
    shop.spec("shop/stall", STALL.format(kind="csv", dialect="skip_footer_rows = 2"))
    shop.deliver("shop/stall.csv", f"id,b\n1,x\nSum,2\nOf,{'x' * (1 << 16)}\n")
    found = shop.load_one()
    assert found.reason == "footer_too_long" and "its last 2 records have more than 65536 characters" in found.detail


def test_any_mark_of_a_dialect_is_read_alike_both_ways(tmp_path: Path) -> None:
    marks = [chr(code) for code in range(1, 128) if chr(code) not in "\r\n"]
    fast, path = 0, tmp_path / "t.csv"
    for delimiter, quote in [
        *((mark, '"') for mark in marks if mark != '"'),
        *((",", mark) for mark in marks if mark != ","),
    ]:
        dialect = CsvDialect(delimiter=delimiter, quote=quote, escape=quote)
        text = f"{quote}k{quote}{delimiter}{quote}v{quote}\n~{delimiter}~\n{quote}~{delimiter}~{quote}{delimiter}~~~\n"
        path.write_text(text)
        with open_content(path, "csv") as content:
            proof = scan_csv(content, dialect)
            if proof.is_regular:
                fast += 1
                rows = memory().execute(f"from {duckdb_read_csv(content, dialect, proof)}").fetchall()
                batches = read_csv_exact(content, dialect, None).batches()
                exact = [tuple(row.values())[:-2] for batch in batches for row in batch.to_pylist()]
                assert rows == exact, (delimiter, quote)
                assert len(rows) == proof.data_rows == 2
    assert fast > 40


CHANGES = """
files = ["stall*"]
format = "csv"
mode = "append"
error_budget = 1.0
[columns]
named = { type = "timestamp", format = "%Y-%m-%d %H:%M %Z", personal = "none" }
plain = { type = "timestamp", zone = "Europe/Berlin", personal = "none" }
"""


def test_the_hours_of_a_clock_change_are_the_same_by_name_and_by_zone_on_both_ways(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    days, halves = ("2024-03-31", "2024-10-27"), ("00", "30")
    texts = [f"{day} 0{hour}:{half}" for day in days for hour in range(5) for half in halves]
    for way in ("fast", "exact"):
        if way == "exact":
            monkeypatch.setattr(staging_grid, "scan_csv", lambda *_: Regularity(False, "forced"))
        shop = ShopHome(tmp_path / way)
        shop.spec("shop/stall", CHANGES)
        shop.deliver("shop/stall.csv", "named,plain\n" + "".join(f"{text} Europe/Berlin,{text}\n" for text in texts))
        assert shop.load_one().path == way
        assert shop.query("select count(*) from shop.stall where named is not distinct from plain") == [(len(texts),)]
        assert shop.query("select count(*), sum(len(_cast_errors)) from shop.stall where named is null") == [(2, 4)]
