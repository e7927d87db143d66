"""What commands and checks read from the ledger after real loads."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.home import Home
from ingestion.loader import load
from orchestration.exports import raw_history

_SPEC = """
files = ["orders*.csv"]
format = "csv"
mode = "append"
key = ["id"]
error_budget = 0.4
[columns]
id = { type = "integer" }
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("CX_SETTLE_SECONDS", "0")
    home = Home.at(tmp_path)
    for folder in (home.sources / "stall", home.exports / "stall"):
        folder.mkdir(parents=True)
    (home.sources / "stall" / "orders.toml").write_text(_SPEC)
    return home


def _deliver(home: Home, name: str, text: str) -> None:
    (home.exports / "stall" / name).write_text(text)
    load(home)


def test_an_empty_home_has_no_history(home: Home) -> None:
    assert raw_history.loads(home) == [] and raw_history.loads_by_export(home) == {}


def test_loads_rejects_and_facts_add_up(home: Home) -> None:
    _deliver(home, "orders_1.csv", "id\n1\n2\nx\n")
    (line,) = raw_history.loads(home)
    assert (line["status"], line["rows_loaded"], line["rows_rejected"]) == ("loaded", 2, 1)
    (reject,) = raw_history.rejects(home)
    assert reject["records"] == 1 and "raw_text" not in reject
    (text,) = raw_history.reject_texts(home, line["load_id"])
    assert text["line"] == 4
    details = raw_history.load_details(home, line["load_id"])
    assert details is not None and details["rejects"][0]["records"] == 1
    facts = raw_history.loads_by_export(home)["stall", "orders"]
    assert (facts["unreconciled"], facts["last_rows"], facts["usual_rows"]) == (0, 3, None)
    assert raw_history.row_counts(home)["stall", "orders"] == 2


def test_a_refused_file_that_was_taken_away_is_no_trouble_any_more(home: Home) -> None:
    _deliver(home, "orders_1.csv", "wrong\n1\n")
    (home.exports / "stall" / "orders_1.csv").unlink()
    assert raw_history.loads_by_export(home)["stall", "orders"]["files_refused"] == 0


def test_a_refused_file_that_was_mended_is_no_trouble_any_more(home: Home) -> None:
    _deliver(home, "orders_1.csv", "wrong\n1\n")
    assert raw_history.loads_by_export(home)["stall", "orders"]["files_refused"] == 1
    _deliver(home, "orders_1.csv", "id\n1\n")
    facts = raw_history.loads_by_export(home)["stall", "orders"]
    assert (facts["files_refused"], facts["files_loaded"]) == (0, 1)
