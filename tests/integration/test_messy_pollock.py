"""Pollock's polluted files with the declared dialect: no silent damage, and nearly every good row loaded."""

import csv
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingestion.readers import CsvDialect, FileRefused
from tests.builders.one_reading import Reading, read_as_the_loader


@dataclass(frozen=True)
class Score:
    file: str
    verdict: str  # exact | quarantined | refused | missing | invented
    expected: int
    loaded: int


def declared(parameters: dict[str, Any]) -> CsvDialect:
    return CsvDialect(
        delimiter=parameters["delimiter"] or ",",
        quote=parameters["quotechar"],
        escape=parameters["escapechar"],
        header_rows=parameters["header_lines"],
        skip_rows=parameters["preamble_lines"],
        skip_footer_rows=parameters["footnote_lines"],
    )


def read_by_contract(path: Path, parameters: dict[str, Any]) -> Reading:
    """Read, and hold the header to the declared names, as the loader does (it joins header rows by " / ")."""
    names = parameters["column_names"]
    reading = read_as_the_loader(path, declared(parameters), len(names) or None)
    if parameters["header_lines"] and [c.replace(" / ", " ") for c in reading.columns] != names:
        raise FileRefused("header", "the header is not the declared one")
    return reading


def score(root: Path, case: dict[str, str]) -> Score:
    parameters = json.loads((root / case["dialect"]).read_text())
    with (root / case["expected"]).open(newline="") as stream:
        expected = [tuple(row) for row in csv.reader(stream)][1 if parameters["header_lines"] else 0 :]
    try:
        reading = read_by_contract(root / case["file"], parameters)
    except FileRefused:
        return Score(case["file"], "refused", len(expected), 0)
    loaded, wanted = Counter(reading.rows), Counter(expected)
    kept = (loaded & wanted).total()
    if loaded - wanted:
        return Score(case["file"], "invented", len(expected), kept)
    # no record of the suite spans lines, so record i stands on line i behind preamble and header
    first = parameters["preamble_lines"] + parameters["header_lines"] + 1
    absent = wanted - loaded
    lines = {first + i for i, row in enumerate(expected) if absent[row]}
    if lines <= reading.quarantined_lines():
        return Score(case["file"], "quarantined" if lines else "exact", len(expected), kept)
    return Score(case["file"], "missing", len(expected), kept)


def test_pollock_files_load_without_silent_damage(messy_data: Path) -> None:
    root = messy_data / "pollock"
    cases = [json.loads(line) for line in (root / "EXPECTED.jsonl").read_text().splitlines()]
    scores = [score(root, case) for case in cases]
    verdicts = Counter(s.verdict for s in scores)
    unharmed = sum(s.verdict in ("exact", "quarantined", "refused") for s in scores) / len(scores)
    loaded = sum(s.loaded for s in scores) / sum(s.expected for s in scores)
    print(f"\npollock: {len(scores)} files, {dict(verdicts)}, {unharmed:.2%} unharmed, {loaded:.2%} of rows loaded")  # noqa: T201 - the figure
    print("damaged:", [s.file for s in scores if s.verdict in ("invented", "missing")])  # noqa: T201 - the figure
    assert unharmed >= 0.997
    assert loaded >= 0.97
