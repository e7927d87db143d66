"""515 naughty strings come through every format bit for bit, mixed and alone in their column."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from ingestion.readers import CsvDialect, open_content
from ingestion.readers.json_rows import JsonLayout, JsonTable, read_json
from ingestion.readers.parquet_rows import read_parquet
from ingestion.readers.xls_rows import read_xls
from ingestion.readers.xlsx_rows import read_xlsx
from ingestion.readers.yaml_records import read_yaml
from tests.builders.old_workbooks import old_workbook
from tests.builders.one_reading import read_as_the_loader, read_exactly
from tests.builders.workbooks import write_shared, write_workbook

LAYOUT = JsonLayout(JsonTable("", {"id": "id", "text": "text"}))
Pairs = list[tuple[str, str]]


def by_csv(path: Path, rows: Pairs) -> Pairs:
    out = io.StringIO()
    csv.writer(out).writerows([("id", "text"), *rows])
    path.write_bytes(out.getvalue().encode())
    fast, exact = read_as_the_loader(path, CsvDialect()), read_exactly(path, CsvDialect())
    assert (fast.way, fast.rows, fast.rejects) == ("fast", exact.rows, [])
    return fast.rows


def by_exact_csv(path: Path, rows: Pairs) -> Pairs:
    out = io.StringIO()
    csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL).writerows([("id", "text"), *rows])
    path.write_bytes(out.getvalue().encode("utf-16"))
    return read_exactly(path, CsvDialect(delimiter=";", encoding="utf-16")).rows


def by_json(path: Path, rows: Pairs) -> Pairs:
    path.write_text("".join(json.dumps({"id": i, "text": t}, ensure_ascii=False) + "\n" for i, t in rows), newline="")
    with open_content(path, "jsonl") as content:
        batches = [b.batch for b in read_json(content, LAYOUT, "jsonl").batches()]
    return [(row["id"], row["text"]) for batch in batches for row in batch.to_pylist()]


def by_parquet(path: Path, rows: Pairs) -> Pairs:
    pq.write_table(pa.table({"id": [i for i, _ in rows], "text": [t for _, t in rows]}), path)
    with open_content(path, "parquet") as content:
        batches = [b.batch for b in read_parquet(content, LAYOUT).batches()]
    return [(row["id"], row["text"]) for batch in batches for row in batch.to_pylist()]


def by_xlsx(path: Path, rows: Pairs, write: Callable[[Path, list[list[str]]], Path] = write_workbook) -> Pairs:
    write(path, [["id", "text"], *map(list, rows)])
    with open_content(path, "xlsx") as content:
        batches = list(read_xlsx(content, "Orders", CsvDialect()).batches())
    return [(row["c1"], row["c2"]) for batch in batches for row in batch.to_pylist()]


def by_shared_xlsx(path: Path, rows: Pairs) -> Pairs:
    return by_xlsx(path, rows, write_shared)


def by_xls(path: Path, rows: Pairs) -> Pairs:
    path.write_bytes(old_workbook({"Orders": [("id", "text"), *rows]}))
    with open_content(path, "xls") as content:
        batches = list(read_xls(content, "Orders", CsvDialect()).batches())
    return [(row["c1"], row["c2"]) for batch in batches for row in batch.to_pylist()]


def by_yaml(path: Path, rows: Pairs) -> Pairs:
    path.write_text(yaml.dump([{"id": i, "text": t} for i, t in rows], Dumper=yaml.CSafeDumper, allow_unicode=True))
    with open_content(path, "yaml") as content:
        batches = [b.batch for b in read_yaml(content, LAYOUT).batches()]
    return [(row["id"], row["text"]) for batch in batches for row in batch.to_pylist()]


WAYS: dict[str, Callable[[Path, Pairs], Pairs]] = {
    "csv": by_csv,
    "utf16": by_exact_csv,
    "jsonl": by_json,
    "parquet": by_parquet,
    "xlsx": by_xlsx,
    "shared xlsx": by_shared_xlsx,
    "xls": by_xls,
    "yaml": by_yaml,
}


@pytest.mark.parametrize("way", list(WAYS))
def test_naughty_strings_survive_together(messy_data: Path, tmp_path: Path, way: str) -> None:
    strings = json.loads((messy_data / "blns" / "blns.json").read_text())
    assert len(strings) == 515
    rows = [(f"k{i}", text) for i, text in enumerate(strings)]
    read = WAYS[way](tmp_path / "all.csv", rows)
    print(f"\nblns by {way}: {sum(a == b for a, b in zip(read, rows, strict=True))} of {len(rows)} intact")  # noqa: T201 - the figure
    assert read == rows


@pytest.mark.parametrize("way", list(WAYS))
def test_naughty_strings_survive_alone_in_their_column(messy_data: Path, tmp_path: Path, way: str) -> None:
    strings = json.loads((messy_data / "blns" / "blns.json").read_text())
    for text in strings:
        assert WAYS[way](tmp_path / "one.csv", [("k", text)]) == [("k", text)]


def test_naughty_strings_are_harmless_as_column_names(messy_data: Path, tmp_path: Path) -> None:
    strings = list(dict.fromkeys(json.loads((messy_data / "blns" / "blns.json").read_text())))
    out = io.StringIO()
    csv.writer(out).writerows([strings, ["x"] * len(strings)])
    (tmp_path / "names.csv").write_bytes(out.getvalue().encode())
    reading = read_as_the_loader(tmp_path / "names.csv", CsvDialect())
    assert (reading.columns, reading.rows) == (strings, [("x",) * len(strings)])
