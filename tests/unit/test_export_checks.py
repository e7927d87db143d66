"""What the questions to an export answer, from the ledger's facts alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ingestion.specs.files import read_spec
from orchestration.exports import export_checks as raw
from orchestration.exports.raw_history import state_of

NOW = datetime(2026, 3, 15, 2)
_SPEC = """
files = ["orders*.csv"]
format = "csv"
mode = "append"
cadence = "{cadence}"
error_budget = 0.01
columns = {{ id = {{ type = "text" }} }}
"""


def _export(tmp_path: Path, cadence: str = "daily", **facts: Any) -> raw.Export:
    file = tmp_path / "stall" / "orders.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(_SPEC.format(cadence=cadence))
    return raw.Export(read_spec(file), facts, NOW)


@pytest.mark.parametrize(
    ("question", "good", "bad"),
    [
        (raw.every_file_was_taken, {"files_refused": 0}, {"files_refused": 1}),
        (raw.counts_reconcile, {"unreconciled": 0}, {"unreconciled": 1}),
        (raw.rejects_are_within_budget, {"last_rows": 100, "last_rejected": 1}, {"last_rows": 100, "last_rejected": 2}),
        (raw.columns_are_readable, {"last_unreadable": None}, {"last_unreadable": "stall/orders.csv: 9 of 9 filled"}),
        (raw.volume_is_usual, {"last_rows": 50, "usual_rows": 100.0}, {"last_rows": 49, "usual_rows": 100.0}),
        (
            raw.is_fresh,
            {"last_exported_at": NOW - timedelta(hours=35)},
            {"last_exported_at": NOW - timedelta(hours=37)},
        ),
    ],
)
def test_a_check_passes_and_fails_as_its_sentence_says(
    tmp_path: Path, question: raw.Question, good: dict[str, Any], bad: dict[str, Any]
) -> None:
    assert question(_export(tmp_path, **good))[0]
    assert not question(_export(tmp_path, **bad))[0]


@pytest.mark.parametrize(
    "question", [raw.volume_is_usual, raw.is_fresh, raw.rejects_are_within_budget, raw.columns_are_readable]
)
def test_an_export_that_never_came_fails_no_check(tmp_path: Path, question: raw.Question) -> None:
    assert question(_export(tmp_path))[0]


def test_an_export_without_a_rhythm_is_never_late(tmp_path: Path) -> None:
    assert raw.is_fresh(_export(tmp_path, cadence="none", last_exported_at=NOW - timedelta(days=999)))[0]


def test_a_file_named_by_its_day_counts_from_that_days_end(tmp_path: Path) -> None:
    day = datetime(2026, 3, 13)
    assert raw.is_fresh(_export(tmp_path, last_exported_at=day))[0]
    assert not raw.is_fresh(_export(tmp_path, last_exported_at=day - timedelta(days=1)))[0]


@pytest.mark.parametrize(("cadence", "days"), [("daily", 14), ("weekly", 35), ("monthly", 124)])
def test_an_export_that_stays_away_for_long_counts_as_given_up(tmp_path: Path, cadence: str, days: int) -> None:
    late = NOW - timedelta(days=days)
    assert not raw.is_fresh(_export(tmp_path, cadence, last_exported_at=late))[0]
    passed, said = raw.is_fresh(_export(tmp_path, cadence, last_exported_at=late - timedelta(hours=1)))
    assert passed and "no longer delivered" in said


@pytest.mark.parametrize(
    ("cadence", "age", "told"),
    [
        ("daily", None, "waiting"), ("none", None, "waiting"), ("none", timedelta(days=999), "any time"),
        ("daily", timedelta(hours=36), "on time"), ("daily", timedelta(hours=37), "late"),
        ("weekly", timedelta(days=35), "late"), ("weekly", timedelta(days=36), "given up"),
    ],
)  # fmt: skip
def test_sources_say_of_each_export_how_it_stands_to_its_rhythm(
    tmp_path: Path, cadence: str, age: timedelta | None, told: str
) -> None:
    spec = _export(tmp_path, cadence).spec
    assert state_of(spec, None if age is None else NOW - age, NOW) == told


def test_a_small_count_that_varies_by_chance_is_usual(tmp_path: Path) -> None:
    assert raw.volume_is_usual(_export(tmp_path, last_rows=1, usual_rows=2.0))[0]
    assert raw.volume_is_usual(_export(tmp_path, last_rows=4, usual_rows=10.0))[0]
    assert not raw.volume_is_usual(_export(tmp_path, last_rows=0, usual_rows=10.0))[0]
