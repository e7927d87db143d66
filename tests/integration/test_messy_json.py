"""JSONTestSuite: what is JSON loads, what is not is refused or quarantined, and nothing crashes."""

import json
from collections import Counter
from pathlib import Path

import pytest

from ingestion.readers import FileRefused, open_content
from ingestion.readers.json_rows import JsonLayout, JsonTable, read_json

BOM = b"\xef\xbb\xbf"
LAYOUT = JsonLayout(JsonTable("", {"document": "."}, frozenset({"document"})))


def outcome(path: Path, file_format: str) -> str:
    try:
        with open_content(path, file_format) as content:
            reading = read_json(content, LAYOUT, file_format)
            for _ in reading.batches():
                pass
            return "refused" if reading.rejects() else "loaded"
    except FileRefused:
        return "refused"


@pytest.mark.parametrize("file_format", ["json", "jsonl"])
def test_json_test_suite(messy_data: Path, file_format: str, tmp_path: Path) -> None:
    root = messy_data / "json-test-suite"
    outcomes: Counter[tuple[str, str]] = Counter()
    wrong = []
    for case in map(json.loads, (root / "EXPECTED.jsonl").read_text().splitlines()):
        path = root / case["file"]
        if file_format == "jsonl":  # the same text as one line of JSON Lines
            path = tmp_path / "line.jsonl"
            path.write_bytes((root / case["file"]).read_bytes().strip(b"\r\n ").replace(b"\n", b" ") + b"\n")
            if not path.read_bytes().removeprefix(BOM).strip() or "unescaped_newline" in case["file"]:
                continue  # an empty file of JSON Lines is whole, and a line end cannot stand inside a line
        result = outcome(path, file_format)
        outcomes[case["verdict"], result] += 1
        if (case["verdict"], result) in {("load-exact", "refused"), ("refuse-or-quarantine", "loaded")}:
            wrong.append(case["file"])
    print(f"\njson-test-suite as {file_format}: {dict(outcomes)}")  # noqa: T201 - the figure
    assert wrong == []
    if file_format == "json":
        assert outcomes["load-exact", "loaded"] == 95
        assert outcomes["refuse-or-quarantine", "refused"] == 188
