"""What `cx load` and `cx check` show of few files and of thousands."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from ingestion.deliveries import Delivery, LoadSummary
from ingestion.home import Home
from orchestration.cli.deliveries import show_deliveries


def delivery(at: int, status: str = "loaded", reason: str = "", **counts: int) -> Delivery:
    place = {"source": "shop", "export": f"orders{at % 2}", "instance": "", "file_name": f"shop/o{at:05}.csv"}
    return Delivery(**place, status=status, reason=reason, detail="why", rows_loaded=2, **counts)


def shown(summary: LoadSummary, home: Path, capsys: pytest.CaptureFixture[str], *, as_json: bool = False) -> str:
    show_deliveries(summary, Home.at(home), None, json=as_json)
    return capsys.readouterr().out


def many(**settings: bool) -> LoadSummary:
    plain = [delivery(at) for at in range(8_000)]
    known = [delivery(at, "duplicate", "same_content") for at in range(8_000, 8_050)]
    partly = [delivery(at, rows_rejected=at, cells_failed=1) for at in range(9_000, 9_030)]
    refused = [delivery(at, "refused", "empty_file") for at in range(10_000, 10_100)]
    odd = [delivery(at, "loaded", "column_unreadable") for at in range(11_000, 11_024)]
    return LoadSummary([*plain, *known, *partly, *refused, *odd], **settings)


def test_of_few_files_each_has_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = shown(LoadSummary([delivery(at) for at in range(20)]), tmp_path, capsys)
    assert [told.count(f"shop/o{at:05}.csv") for at in range(20)] == [1] * 20
    assert " files" not in told


def test_thousands_of_files_are_some_dozen_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = shown(many(), tmp_path, capsys)
    lines = told.splitlines()
    assert len(lines) < 80
    assert "shop/o09029.csv" in lines[2] and "... and 10 more; `--json` tells of each" in told  # the worst first
    counts = [line.split() for line in lines if line.startswith("shop ") and " files " in line]
    assert counts == [
        ["shop", "│", "orders0", "│", "25", "files", "│", "duplicate", "│", "50", "│", "0", "│", "0"],
        ["shop", "│", "orders0", "│", "4,027", "files", "│", "loaded", "│", "8054", "│", "135210", "│", "15"],
        ["shop", "│", "orders1", "│", "25", "files", "│", "duplicate", "│", "50", "│", "0", "│", "0"],
        ["shop", "│", "orders1", "│", "4,027", "files", "│", "loaded", "│", "8054", "│", "135225", "│", "15"],
    ]
    assert told.count(": refused, empty_file: why") == 20 and "... and 80 more; `--json` tells of each" in told
    assert told.count(": loaded, column_unreadable: why") == 20 and "... and 4 more; `--json` tells of each" in told


def test_a_check_of_thousands_says_what_would_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = shown(many(dry_run=True), tmp_path, capsys)
    assert "4,027 files │ would be loaded" in told and len(told.splitlines()) < 80


def test_a_files_name_cannot_forge_a_line_and_its_shop_is_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = replace(delivery(0, "refused", "empty_file"), file_name="shop/o\n\x1b]0;x.csv")
    told = shown(LoadSummary([bad, replace(delivery(1), instance="old")]), tmp_path, capsys)
    assert "shop/o\\n\\x1b]0;x.csv: refused, empty_file: why\n" in told
    assert "instance" in told and "old" in told.splitlines()[2].split()


def test_machines_are_told_of_every_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(shown(many(), tmp_path, capsys, as_json=True))
    assert len(told) == 8_000 + 50 + 30 + 100 + 24
