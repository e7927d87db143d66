"""A shop's own seed rows: they win, they survive an upgrade, a mistake is named; by a night and by plain dbt alike."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from ingestion.home import Home
from ingestion.store.raw_store import ensure_raw_store
from orchestration.building.shop_seeds import check_shop_seeds
from orchestration.errors import SettingsWrong
from orchestration.nights.night import NightPlan, run_night
from orchestration.nights.night_report import NightReport
from orchestration.settings import DBT_PROJECT
from tests.builders.command import plain_dbt
from tests.builders.seeded_project import SHIPPED, write_seeded_project, write_shop_rows
from tests.builders.tiny_project import write_tiny_home

_HEADER = "source,word,meaning,is_final,reason"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("CX_SETTLE_SECONDS", "0")
    monkeypatch.delenv("CX_ASOF", raising=False)
    write_seeded_project(tmp_path / "project")
    return Home.at(write_tiny_home(tmp_path / "Ann's home [1]"))


def _night(home: Home) -> NightReport:
    return run_night(home, NightPlan(date(2026, 3, 14), dbt_project=home.root.parent / "project"))


def _words(home: Home) -> list[tuple[object, ...]]:
    with duckdb.connect(str(home.published_db), read_only=True) as connection:
        return connection.execute("from fct_words order by word").fetchall()


def test_a_shops_row_wins_over_a_shipped_one_and_another_is_added(home: Home) -> None:
    write_shop_rows(home.root, _HEADER, "*,shut,lost,false,ours", "*,gone,lost,true,ours")
    assert _night(home).outcome == "published"
    assert _words(home) == [("gone", "lost", True), ("open", "new", False), ("shut", "lost", False)]


def test_a_column_the_shops_file_leaves_out_keeps_its_shipped_value(home: Home) -> None:
    write_shop_rows(home.root, "word,source,meaning", "shut,*,lost")
    assert _night(home).outcome == "published"
    assert ("shut", "lost", True) in _words(home)


def test_after_an_upgrade_the_shops_rows_stand_and_new_shipped_ones_appear(home: Home) -> None:
    file = write_shop_rows(home.root, _HEADER, "*,shut,lost,false,ours")
    _night(home)
    before = file.read_bytes()
    write_seeded_project(home.root.parent / "project", [*SHIPPED, "*,fixed,done,true,shipped later"])
    assert _night(home).outcome == "published"
    assert _words(home) == [("fixed", "done", True), ("open", "new", False), ("shut", "lost", False)]
    assert file.read_bytes() == before


def test_a_home_goes_on_with_a_clone_of_the_project_in_another_folder(home: Home) -> None:
    _night(home)
    moved = home.root.parent / "clone of a later release"
    (home.root.parent / "project").rename(moved)
    report = run_night(home, NightPlan(date(2026, 3, 14), dbt_project=moved, rebuild=True))
    assert (report.outcome, report.error) == ("published", "")
    assert _words(home) == [("open", "new", False), ("shut", "done", True)]


def test_a_changed_row_makes_a_new_night_and_a_row_taken_out_gives_the_shipped_one_back(home: Home) -> None:
    file = write_shop_rows(home.root, _HEADER, "*,shut,lost,false,ours")
    _night(home)
    assert _night(home).outcome == "nothing_new"
    file.unlink()
    assert _night(home).outcome == "published"
    assert ("shut", "done", True) in _words(home)


def test_a_mistake_stops_the_night_in_words_and_leaves_last_nights_file_up(home: Home) -> None:
    assert _night(home).outcome == "published"
    write_shop_rows(home.root, _HEADER, "*,shut,lost,false,ours", "*,gone,vanished,true,ours")
    report = _night(home)
    assert (report.outcome, report.exit_code) == ("stopped", 5)
    assert "status_words.csv, line 3, column meaning: 'vanished' is not allowed" in report.error
    assert "new, done, lost" in report.error
    assert len(_words(home)) == 2


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([_HEADER, "*,gone,lost,maybe,x"], "line 2, column is_final: 'maybe' is not allowed; allowed are true, false"),
        ([_HEADER, "*,gone,,true,x"], "line 2, column meaning: is empty and must not be"),
        ([_HEADER, "*,Gone,lost,true,x"], "line 2, column word: 'Gone' must be written 'gone'"),
        ([_HEADER, "nowhere,gone,lost,true,x"], "line 2, column source: no source is called 'nowhere'"),
        ([_HEADER, '*,gone,lost,true,"two', 'lines"', "*,gone,lost,true,x"], "line 4: the same source, word as line 3"),
        ([_HEADER, "*,gone,lost,true"], "line 2: 4 cells under 5 columns"),
        (["source,word,meening", "*,gone,lost"], "line 1: unknown column 'meening'"),
        (["source,meaning", "*,lost"], "line 1: no column word"),
        (["source,word,word", "*,a,b"], "line 1: a column stands there twice"),
        (["source,word,meaning", "*,gone,lost"], "line 2: a new row needs the column is_final"),
        ([_HEADER.replace(",", ";"), "*;gone;lost;true;x"], "line 1: unknown column 'source;word"),
    ],
)
def test_a_mistake_is_named_by_line_and_column_with_what_is_allowed(home: Home, lines: list[str], message: str) -> None:
    file = write_shop_rows(home.root, *lines)
    with pytest.raises(SettingsWrong) as stopped:
        check_shop_seeds(home, home.root.parent / "project")
    assert str(stopped.value).startswith(str(file)) and message in str(stopped.value)


def test_a_file_that_is_no_seed_and_one_that_is_no_utf8_are_named(home: Home) -> None:
    file = write_shop_rows(home.root, _HEADER, name="status_word.csv")
    with pytest.raises(SettingsWrong, match="no seed has this name") as stopped:
        check_shop_seeds(home, home.root.parent / "project")
    assert "Did you mean status_words.csv?" in stopped.value.hint
    file.unlink()
    write_shop_rows(home.root, _HEADER, "*,geöffnet,new,false,x", encoding="cp1252")
    with pytest.raises(SettingsWrong, match="no CSV in UTF-8"):
        check_shop_seeds(home, home.root.parent / "project")


def test_a_rule_that_no_model_knows_is_refused_with_those_there_are(tmp_path: Path) -> None:
    write_shop_rows(
        tmp_path, "entity,rule,source,is_excluding,reason", "order,free_gift,*,true,x", name="exclusion_rules.csv"
    )
    with pytest.raises(SettingsWrong, match="line 2, column rule: the models know no 'order free_gift'") as stopped:
        check_shop_seeds(Home.at(tmp_path), DBT_PROJECT)
    assert "order test_order" in stopped.value.hint


def test_plain_dbt_lays_a_shops_rows_over_the_shipped_ones_and_says_that_it_reads_no_settings(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    ensure_raw_store(home, [])
    home.settings.write_text('store_time_zone = "Europe/Berlin"\n')
    columns = "entity,rule,source,is_excluding,reason"
    write_shop_rows(tmp_path, columns, "order,test_order,*,false,We test with real money", name="exclusion_rules.csv")
    for given in ((), ("--vars", '{"store_time_zone": "Europe/Berlin"}')):
        done = plain_dbt(tmp_path, "build", "--select", "exclusion_rules", *given)
        assert done.returncode == 0, done.stdout
        said = " ".join(done.stdout.split())
        assert ("settings.toml is not read by dbt itself" in said) == (not given)
        assert ('dbt build --vars "$(cx settings --json)"' in said) == (not given)
    with duckdb.connect(str(home.warehouse_db), read_only=True) as connection:
        asked = "select is_excluding from seeds.exclusion_rules where entity = 'order' and rule = 'test_order'"
        assert connection.execute(asked).fetchall() == [(False,)]
