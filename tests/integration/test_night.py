"""A whole night over a tiny dbt project: what it publishes, when it does nothing, and what stops it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

import duckdb
import pytest

from ingestion.home import Home
from orchestration.errors import AnotherNightRuns, SettingsWrong
from orchestration.nights.night import NightPlan, run_night
from orchestration.nights.night_lock import night_lock
from orchestration.nights.night_report import NightReport
from tests.builders import tiny_project as tiny

_TICKS = count()
DAY = date(2026, 3, 14)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    for name in ("CX_ASOF", "CX_PSEUDONYM_KEY", "CX_HOME"):
        monkeypatch.delenv(name, raising=False)
    old_mask = os.umask(0o022)
    monkeypatch.setenv("CX_SETTLE_SECONDS", "0")
    tiny.write_tiny_project(tmp_path / "project")
    yield Home.at(tiny.write_tiny_home(tmp_path / "home"))
    os.umask(old_mask)


def _clock() -> datetime:
    return datetime(2026, 3, 15, 2, tzinfo=UTC) + timedelta(seconds=next(_TICKS))


def _night(home: Home, as_of: date | None = DAY, **asked: bool) -> NightReport:
    return run_night(home, NightPlan(as_of, dbt_project=home.root.parent / "project", **asked), clock=_clock)


def _set(home: Home, visits: str) -> None:
    tiny.write_tiny_project(home.root.parent / "project", visits)


def _published(home: Home, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(home.published_db), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def _bytes_holding(folder: Path, needle: bytes) -> list[str]:
    return [str(file) for file in folder.rglob("*") if file.is_file() and needle in file.read_bytes()]


def test_the_first_night_publishes_and_leaves_a_summary(home: Home) -> None:
    report = _night(home)
    assert (report.outcome, report.exit_code) == ("published", 0)
    assert _published(home, "select count(*) from fct_visits") == [(5,)]
    assert _published(home, "select night_facts.as_of_date, night_id from night_facts, published_night") == [
        (DAY, report.night_id)
    ]
    facts = json.loads((report.folder / "summary.json").read_text())
    assert facts["published"]["row_counts"]["fct_visits"] == 5
    assert list(facts["seconds"]) == ["load", "build", "publish"]
    text = (report.folder / "summary.txt").read_text()
    assert "fct_visits: 5 rows\n" in text and "night_facts: 1 row\n" in text and "operation" not in text


def test_the_first_night_of_a_home_that_was_not_there_names_the_folder_it_made(home: Home) -> None:
    elsewhere = Home.at(home.root.parent / "mistyped")
    plan = NightPlan(DAY, dbt_project=home.root.parent / "project")
    first = run_night(elsewhere, plan, clock=_clock)
    assert first.exit_code == 11 and f"created the home folder {elsewhere.root}" in first.as_text()
    assert "created the home folder" not in run_night(elsewhere, plan, clock=_clock).as_text()


def test_a_project_that_dbt_could_not_read_its_seeds_from_is_told(home: Home) -> None:
    with pytest.raises(SettingsWrong, match=r"project lies in .*o'x"):
        run_night(home, NightPlan(dbt_project=home.root / "o'x"), clock=_clock)


def test_a_night_with_the_same_inputs_builds_nothing(home: Home) -> None:
    first = _night(home)
    second = _night(home)
    assert (second.outcome, second.exit_code, second.build) == ("nothing_new", 0, None)
    assert _published(home, "select night_id from published_night") == [(first.night_id,)]


def test_what_a_killed_publishing_left_is_deleted_by_a_night_with_nothing_new(home: Home) -> None:
    _night(home)
    (home.published / ".cx.new.duckdb").write_bytes(b"half")
    (home.published / ".parquet.new").mkdir()
    assert _night(home).outcome == "nothing_new"
    assert sorted(path.name for path in home.published.iterdir()) == ["cx.duckdb", "parquet"]


@pytest.mark.parametrize("change", ["day", "rebuild", "model", "setting", "lost copy"])
def test_any_changed_input_brings_a_new_night(home: Home, change: str) -> None:
    _night(home)
    if change == "model":
        _set(home, tiny.WARNS)
    if change == "setting":
        home.settings.write_text('store_time_zone = "Europe/Berlin"\n')
    if change == "lost copy":
        (home.published_parquet / "published_night.parquet").unlink()
    report = _night(home, date(2026, 3, 15) if change == "day" else DAY, rebuild=change == "rebuild")
    assert report.outcome == "published"
    zone = "Europe/Berlin" if change == "setting" else "UTC"
    assert _published(home, "select time_zone from night_facts") == [(zone,)]


def test_a_failed_test_keeps_last_nights_file_and_says_which_how_many_and_where(home: Home) -> None:
    first = _night(home)
    _set(home, tiny.DUPLICATES)
    report = _night(home)
    assert (report.outcome, report.exit_code) == ("audit_failed", 3)
    assert _published(home, "select night_id from published_night") == [(first.night_id,)]
    (failure,) = report.build.errors if report.build else []
    assert (failure.name, failure.row_count) == ("unique_fct_visits_visit_id", 1)
    assert Path(failure.where).exists()
    text = (report.folder / "summary.txt").read_text()
    assert failure.where in text and "NOT published" in text
    assert "test unique_fct_visits_visit_id of fct_visits failed: 1 row\n" in text
    for command in ("cx audit unique_fct_visits_visit_id", "cx trace fct_visits 1"):
        assert f": {command}\n" in text
    assert "canary" not in json.dumps(report.as_json())
    with duckdb.connect(str(home.warehouse_db), read_only=True) as connection:
        assert connection.execute(f"select count(*) from {failure.stored_in}").fetchall() == [(1,)]
    _set(home, tiny.GOOD)
    assert _night(home).outcome == "nothing_new"


def test_a_warning_is_told_and_published_all_the_same(home: Home) -> None:
    _set(home, tiny.WARNS)
    report = _night(home)
    assert report.outcome == "published"
    assert [(one.name, one.row_count) for one in (report.build.warnings if report.build else [])] == [
        ("not_null_fct_visits_email", 2)
    ]
    assert "test not_null_fct_visits_email of fct_visits warns: 2 rows (Ask the desk.)\n" in report.as_text()


def test_a_model_that_breaks_on_a_cell_names_the_model_and_never_the_cell(
    home: Home, capfd: pytest.CaptureFixture[str]
) -> None:
    _set(home, tiny.BREAKS_ON_A_CELL)
    report = _night(home)
    assert report.outcome == "audit_failed"
    (failure,) = [one for one in (report.build.errors if report.build else []) if one.kind == "model"]
    assert failure.name == "fct_visits" and failure.message.startswith("Conversion Error")
    assert "p0@canary" not in capfd.readouterr().out + json.dumps(report.as_json())
    assert _bytes_holding(home.root, b"p0@canary.example") == []


def test_a_model_with_broken_code_shows_what_the_database_says_of_the_code(home: Home) -> None:
    _set(home, tiny.BROKEN_CODE)
    report = _night(home)
    assert "no_such_column" in report.error


def test_a_damaged_warehouse_is_set_aside_and_built_anew(home: Home) -> None:
    _night(home)
    content = bytearray(home.warehouse_db.read_bytes())
    content[0:4096] = bytes(4096)
    home.warehouse_db.write_bytes(content)
    report = _night(home, rebuild=True)
    assert report.outcome == "published"
    assert any("was damaged: kept as" in note for note in report.notes)
    assert len(list((home.root / "damaged").iterdir())) == 1


def test_a_home_of_a_newer_release_is_refused_unchanged(home: Home) -> None:
    _night(home)
    with duckdb.connect(str(home.raw_db)) as connection:
        connection.execute("update meta.versions set version = '999' where component = 'raw_store'")
    before = home.raw_db.read_bytes()
    report = _night(home)
    assert (report.outcome, report.exit_code) == ("stopped", 8)
    assert "newer cx-warehouse" in report.error
    assert home.raw_db.read_bytes() == before


def test_a_working_file_held_by_another_program_is_named(home: Home) -> None:
    _night(home)
    program = "import duckdb,sys\nc = duckdb.connect(sys.argv[1])\nprint(flush=True)\nsys.stdin.read()"
    command = [sys.executable, "-c", program, str(home.warehouse_db)]
    holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    holder.stdout.readline()
    report = _night(home, rebuild=True)
    holder.communicate()
    assert (report.outcome, report.exit_code) == ("stopped", 10)
    assert "never warehouse.duckdb" in report.hint


def test_a_second_night_ends_within_five_seconds_and_changes_nothing(home: Home) -> None:
    started = time.monotonic()
    with night_lock(home), pytest.raises(AnotherNightRuns, match=f"process {os.getpid()}"):
        _night(home)
    assert time.monotonic() - started < 5
    assert not home.raw_db.exists() and not (home.root / "nights").exists()


def test_a_lock_whose_holder_was_killed_is_free(home: Home) -> None:
    program = (
        "import os, sys; from ingestion.home import Home; from orchestration.nights.night_lock import night_lock\n"
        "with night_lock(Home.at(sys.argv[1])): os.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", program, str(home.root)], check=False).returncode == -9
    with night_lock(home, patience=0):
        assert f"process {os.getpid()}" in home.night_lock.read_text()


def test_databases_and_summaries_are_the_owners_alone(home: Home) -> None:
    report = _night(home)
    for path in (home.raw_db, home.warehouse_db, home.pseudonym_key, report.folder / "summary.json"):
        assert path.stat().st_mode & 0o077 == 0, path
    assert report.folder.stat().st_mode & 0o077 == 0


def test_a_night_about_a_day_that_has_not_ended_says_so(home: Home) -> None:
    assert "has not ended" in _night(home, date(2026, 3, 15)).as_text()
    assert "has not ended" not in _night(home, DAY).as_text()


def test_the_summary_says_what_a_duplicate_is_and_where_the_rest_stands(home: Home) -> None:
    report = _night(home)
    report.files = {"known": 2, "duplicate": 3}
    report.troubles = [f"file {number}" for number in range(25)]
    assert "duplicate (the same bytes were loaded before): 3" in report.as_text()
    assert "... and 5 more, in summary.json" in report.as_text()
    assert len(report.as_json()["troubles"]) == 25
