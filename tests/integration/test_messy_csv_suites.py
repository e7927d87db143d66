"""csv-spectrum, csv-test-data, rust-csv, CleverCSV, frictionless: the expected table, or a refusal with its reason."""

import csv
import json
from pathlib import Path

import pytest

from ingestion.readers import CsvDialect, FileRefused
from tests.builders.one_reading import Reading, read_as_the_loader, read_exactly

BARE = CsvDialect(header_rows=0)
SEPARATORS = {"carets": "^", "colon": ":", "comma": ",", "pipes": "|", "semicolon": ";", "tab": "\t"}
ENCODINGS = {"iso8859": "iso-8859-1", "western-macos-roman": "mac-roman", "big-western-macos-roman": "mac-roman"}


def cases(root: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in (root / "EXPECTED.jsonl").read_text().splitlines()]


def both_ways(path: Path, dialect: CsvDialect, width: int | None = None) -> Reading:
    """The loader's way must give what the exact reader gives."""
    reading, exact = read_as_the_loader(path, dialect, width), read_exactly(path, dialect, width)
    assert (reading.columns, reading.rows, reading.rejects) == (exact.columns, exact.rows, exact.rejects)
    return reading


def by_python(path: Path, dialect: CsvDialect) -> list[list[str]]:
    """The same file by Python's csv module, which is lenient where we are strict."""
    twice = dialect.escape == dialect.quote
    with path.open(encoding=dialect.codec, newline="") as stream:
        reader = csv.reader(
            stream,
            delimiter=dialect.delimiter,
            quotechar=dialect.quote,
            doublequote=twice,
            escapechar=None if twice else dialect.escape,
        )
        return [row for row in reader if row and not (dialect.comment and row[0].startswith(dialect.comment))]


def test_csv_spectrum(messy_data: Path, tmp_path: Path) -> None:
    root = messy_data / "csv-spectrum"
    for case in cases(root):
        # degrees, minutes and seconds: the marks are plain characters there, and the file quotes nothing
        dialect = CsvDialect(quote="") if "coordinates" in case["file"] else CsvDialect()
        data = (root / case["file"]).read_bytes()
        if "_crlf" in case["file"] and b"\r" not in data:  # a checkout may have taken the CRs away
            data = data.replace(b"\n", b"\r\n")
        (tmp_path / "t.csv").write_bytes(data)
        reading = both_ways(tmp_path / "t.csv", dialect)
        table = [dict(zip(reading.columns, row, strict=True)) for row in reading.rows]
        expected = json.loads((root / case["expected"]).read_text())
        if "coordinates" in case["file"]:  # the suite's answer is a bare object with another number than its file
            expected = [expected | {"Contact Phone Number": "2095257564"}]
        assert (table, reading.rejects) == (expected, []), case["file"]


def test_csv_test_data(messy_data: Path) -> None:
    root = messy_data / "csv-test-data"
    loaded = refused = 0
    for case in cases(root):
        has_header = "header-" in case["file"] or "bad-" in case["file"]
        width = 1 if "one-column" in case["file"] or "one-field" in case["file"] or "all-empty" in case["file"] else 3
        try:
            reading = both_ways(root / case["file"], CsvDialect() if has_header else BARE, width)
            if has_header and reading.columns != ["foo", "bar", "baz"]:
                raise FileRefused("header", "not the declared header")
        except FileRefused as refusal:
            assert case["verdict"] == "refuse-or-quarantine" and refusal.reason, case["file"]
            refused += 1
            continue
        if case["verdict"] == "refuse-or-quarantine":
            assert reading.rows == [] and reading.rejects, case["file"]
            refused += 1
            continue
        table = [dict(zip(reading.columns, r, strict=True)) if has_header else list(r) for r in reading.rows]
        assert (table, reading.rejects) == (json.loads((root / case["expected"]).read_text()), []), case["file"]
        loaded += 1
    print(f"\ncsv-test-data: {loaded} exact, {refused} refused or quarantined")  # noqa: T201 - the figure
    assert (loaded, refused) == (18, 7)


def dialect_of(file: str) -> CsvDialect:
    stem = Path(file).stem
    if stem == "strange":
        return CsvDialect(delimiter=";", escape="\\", comment="#", header_rows=0)
    if stem == "milk":
        return CsvDialect(delimiter="\t")
    if stem == "imdb":
        return CsvDialect(escape="\\")
    if stem == "smallpop-colon":
        return CsvDialect(delimiter=":")
    encoding = ENCODINGS.get(stem, "iso-8859-1" if "latin1" in stem else "utf-8")
    return CsvDialect(
        delimiter=SEPARATORS.get(stem, ","), encoding=encoding, header_rows=0 if "no-headers" in stem else 1
    )


@pytest.mark.parametrize("suite", ["rust-csv", "clevercsv", "frictionless-datasets"])
def test_other_suites_load_exactly_or_say_why_not(messy_data: Path, suite: str) -> None:
    root = messy_data / suite
    outcomes = {"exact": 0, "quarantined": 0, "refused": 0}
    for case in cases(root):
        dialect = dialect_of(case["file"])
        try:
            reading = both_ways(root / case["file"], dialect)
        except FileRefused as refusal:
            assert case["verdict"] != "load-exact" and refusal.reason, (case["file"], refusal)
            outcomes["refused"] += 1
            continue
        expected = by_python(root / case["file"], dialect)[dialect.header_rows :]
        rows = [list(row) for row in reading.rows]
        if not reading.rejects:
            assert rows == expected, case["file"]
            assert case["verdict"] != "refuse-or-quarantine", case["file"]
            outcomes["exact"] += 1
            continue
        print(case["file"], case["verdict"], len(rows), "rows,", {(r.line, r.reason) for r in reading.rejects})  # noqa: T201 - the figure
        assert all(row in expected for row in rows), case["file"]
        assert len(rows) + len(reading.rejects) >= len(expected), case["file"]
        outcomes["quarantined"] += 1
    print(f"\n{suite}: {outcomes}")  # noqa: T201 - the figure
