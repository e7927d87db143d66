"""One night with every hostile file at once: each is refused with what, where and what to do; the good are taken."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.advice import ADVICE
from ingestion.deliveries import Delivery
from tests.builders.hostile_files import (
    ROWS,
    deep_json,
    flagged_zip,
    flipped,
    gzip_of_zeros,
    laughs,
    lying_zip,
    parquet,
    zipped,
    zstd,
)
from tests.builders.old_workbooks import compound, old_workbook
from tests.builders.shop_home import ShopHome
from tests.builders.workbooks import write_workbook

KINDS = ("csv", "json", "jsonl", "yaml", "parquet", "xlsx", "xls")
THINGS = """
description = "Things, one row a thing"
files = ["things*.{kind}"]
format = "{kind}"
mode = "append"
key = ["id"]
[columns]
id = {{ type = "text", personal = "none" }}
text = {{ type = "text", personal = "none" }}
"""
GOOD = {
    "things_good.csv": b"id,text\n1,a\n", "things_good.json": b'[{"id":"1","text":"b"}]',
    "things_good.yaml": b"- {id: 1, text: y}\n", "things_good.xls": old_workbook({"T": [["id", "text"], ["1", "x"]]}),
    "things_good.jsonl": b'{"id":"1","text":"c"}\n', "things_good.parquet": parquet({"id": ["1"], "text": ["d"]}),
}  # fmt: skip
ENTITIES = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
GZIPPED = gzip.compress(ROWS)
PARQUET = parquet({"id": [str(n) for n in range(5000)], "text": ["x" * (n % 50) for n in range(5000)]})

# name -> content, reason, words that say what and where
CASES: dict[str, tuple[bytes, str, str]] = {
    "things_empty.csv": (b"", "empty_file", "the file has no bytes"),
    "things_empty.json": (b" \n", "empty_file", "the file holds no JSON value"),
    "things_empty.parquet": (b"", "empty_file", "the file has no bytes"),
    "things_nulls.csv": (bytes(5000), "null_bytes", "begins with NUL bytes"),
    "things_nulls.jsonl": (bytes(5000), "null_bytes", "begins with NUL bytes"),
    "things_nulls.xlsx": (bytes(5000), "null_bytes", "begins with NUL bytes"),
    "things_pdf.csv": (b"%PDF-1.7 not a table", "wrong_content", "expected csv, found a PDF document"),
    "things_book.csv": (zipped({"[Content_Types].xml": b"<x/>"}), "wrong_content", "an office document"),
    "things_text.xlsx": (ROWS, "wrong_content", "expected xlsx, found text"),
    "things_text.parquet": (b"<html>Sign in", "wrong_content", "expected parquet, found an HTML page"),
    "things_cut.csv.gz": (GZIPPED[:-9], "damaged_archive", "the gzip is cut or damaged"),
    "things_crc.csv.gz": (flipped(GZIPPED, -6), "damaged_archive", "the gzip is cut or damaged"),
    "things_length.csv.gz": (flipped(GZIPPED, -2), "damaged_archive", "the gzip is cut or damaged"),
    "things_plain.csv.gz": (ROWS, "damaged_archive", "the name says gzip"),
    "things_cut.csv.zst": (zstd(ROWS)[:-9], "damaged_archive", "the zstd is cut or damaged"),
    "things_crc.csv.zst": (flipped(zstd(ROWS), -2), "damaged_archive", "the zstd is cut or damaged"),
    "things_cut.csv.zip": (zipped({"a.csv": ROWS})[:-40], "damaged_archive", "the zip is cut or damaged"),
    "things_crc.csv.zip": (flipped(zipped({"a.csv": ROWS}), 200), "damaged_archive", "the zip is cut or damaged"),
    "things_liar.csv.zip": (lying_zip(ROWS * 50, 99), "damaged_archive", "the zip is cut or damaged"),
    "things_boast.csv.zip": (lying_zip(ROWS, 0xFFFFFFF0), "damaged_archive", "the zip is cut or damaged"),
    "things_two.csv.zip": (zipped({"a.csv": ROWS, "b.csv": ROWS}), "zip_members", "this one holds 2"),
    "things_none.csv.zip": (zipped({}), "zip_members", "this one holds 0"),
    "things_nested.csv.zip": (zipped({"a.zip": zipped({"a.csv": ROWS})}), "wrong_content", "found a zip archive"),
    "things_nested.csv.gz": (gzip.compress(GZIPPED), "wrong_content", "found a gzip inside the archive"),
    "things_secret.csv.zip": (flagged_zip(ROWS), "encrypted", "the zip is encrypted"),
    "things_bomb.csv.gz": (gzip_of_zeros(270), "unpack_ratio", "unpacks to more than 300 times its size"),
    "things_deep.json": (deep_json(100_000), "too_deep", "nested deeper than about 250 levels (line 1, column 2)"),
    "things_broken.json": (b'[{"id":"1"},\n {"id":}]', "invalid_json", "not whole (line 2, column 8)"),
    "things_cut.json": (b'[{"id":"1"},\n {"id":"2"', "invalid_json", "not valid JSON, or not whole (line 2"),
    "things_latin.json": (b'[{"id":"\xe9"}]', "wrong_encoding", "the document is not UTF-8"),
    "things_deep.jsonl": (deep_json(100_000)[1:-1], "error_budget", "1 too_deep from line 1"),
    "things_wrong.jsonl": (b"[1]\nno\n", "error_budget", "1 not_an_object from line 1, 1 invalid_json from line 2"),
    "things_keyless.csv": (b"id,text\n,a\n,b\n", "error_budget", "2 missing_key in id from line 2"),
    "things_other.csv": (b"ident,text\n1,a\n", "missing_column", "expected 'id'; found columns the spec"),
    "things_twice.csv": (b"id,id,text\n1,2,a\n", "doubled_column", "'id'"),
    "things_quotes.csv": (b'id,"text\n1,a\n', "broken_header", "line 1"),
    "things_wide.csv": (b"id,text," + b"x," * 5000 + b"y\n", "too_many_columns", "more than 4096 columns"),
    "things_latin.csv": (b"id,te\xfft\n1,a\n", "wrong_encoding", "line 1: the header is not utf-8"),
    "things_empty.yaml": (b"", "empty_file", "the file holds no YAML value"),
    "things_nulls.yaml": (bytes(5000), "null_bytes", "begins with NUL bytes"),
    "things_cut.yaml": (b"- id: 1\n- {id: 2", "invalid_yaml", "did not find expected ',' or '}' (line 3, column 1)"),
    "things_deep.yaml": (b"[" * 1_000_000, "too_deep", "nested deeper than about 250 levels (line 1, column 252)"),
    "things_laughs.yaml": (laughs(), "too_many_aliases", "aliases add more than 16777216 characters (line 7"),
    "things_twice.yaml": (b"- id: 1\n  id: 2\n", "doubled_column", "twice in one mapping (line 2, column 3)"),
    "things_latin.yaml": (b"- id: \xe9\n", "wrong_encoding", "the file is not UTF-8"),
    "things_pdf.yaml": (b"%PDF-1.7 no YAML", "wrong_content", "expected yaml, found a PDF document"),
    "things_nulls.xls": (bytes(5000), "null_bytes", "begins with NUL bytes"),
    "things_text.xls": (ROWS, "wrong_content", 'it is read with format = "csv"'),
    "things_page.xls": (b"\n<html><table>", "wrong_content", "expected xls, found an HTML page"),
    "things_cut.xls": (old_workbook({"T": [["id", "text"]]})[:1500], "damaged_workbook", "cannot be read"),
    "things_letter.xls": (compound({"WordDocument": b"x"}), "wrong_content", "that holds no workbook"),
    "things_old.xlsx": (old_workbook({"T": []}), "wrong_content", 'is read with format = "xls"'),
    "things_cut.parquet": (PARQUET[:-1000], "damaged_parquet", "damaged"),
    "things_flip.parquet": (flipped(PARQUET, 2000), "damaged_parquet", "damaged"),
}  # fmt: skip


def with_specs(root: Path, **options: bool) -> ShopHome:
    shop = ShopHome(root, **options)
    for kind in KINDS:
        shop.spec(f"shop/things_{kind}", THINGS.format(kind=kind))
    return shop


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Delivery]]:
    """What became of each file, by its name."""
    shop = with_specs(tmp_path_factory.mktemp("hostile") / "home")
    folder = shop.home.exports / "shop"
    for name, content in GOOD.items() | {name: case[0] for name, case in CASES.items()}.items():
        shop.deliver(f"shop/{name}", content)
    write_workbook(folder / "things_good.xlsx", [["id", "text"], ["1", "e"]])
    write_workbook(
        folder / "things_laughs.xlsx", [["id"], ['<c t="inlineStr"><is><t>&a;</t></is></c>']], prologue=ENTITIES
    )
    shop.deliver("shop/things_cut.xlsx", (folder / "things_good.xlsx").read_bytes()[:-300])
    deliveries = shop.load().deliveries
    yield {each.file_name.removeprefix("shop/"): each for each in deliveries}


@pytest.mark.parametrize("name", CASES)
def test_it_is_refused_with_what_where_and_what_to_do(night: dict[str, Delivery], name: str) -> None:
    _, reason, words = CASES[name]
    assert (night[name].status, night[name].reason) == ("refused", reason), night[name]
    assert words in night[name].detail
    assert night[name].detail.endswith(ADVICE[reason])
    assert "\x00" not in night[name].detail and "\\x00" not in night[name].detail


def test_a_workbook_with_entities_and_a_cut_one_are_told_apart(night: dict[str, Delivery]) -> None:
    assert "declares entities or a document type" in night["things_laughs.xlsx"].detail
    assert "Error" not in night["things_laughs.xlsx"].detail
    assert night["things_cut.xlsx"].reason == "damaged_archive"


def test_the_good_files_beside_them_are_all_taken(night: dict[str, Delivery]) -> None:
    assert {name for name, each in night.items() if each.status == "loaded"} == {*GOOD, "things_good.xlsx"}
    assert len(night) == len(CASES) + len(GOOD) + 3
