"""What `cx load`, `check`, `loads` and `rejects` say of deliveries, good and bad."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingestion.home import Home
from orchestration.nights.night import load_step, start_report, utc_now
from orchestration.settings import read_settings
from tests.builders.command import cx

_SPEC = """
files = ["orders*.csv"]
format = "csv"
mode = "append"
key = ["id"]
error_budget = 0.5
[columns]
id = { type = "integer" }
paid = { type = "integer" }
"""
_SKIPPING = '[dialect]\nskip_where = "^2$"\n[columns]'
_ROWS = "id,paid\n1,10\n2,many\nx,12\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shop with one file: two good rows, one of them with a cell that does not fit, and one reject."""
    monkeypatch.setenv("CX_SETTLE_SECONDS", "0")
    for folder in ("sources/stall", "exports/stall"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "sources" / "stall" / "orders.toml").write_text(_SPEC)
    (tmp_path / "exports" / "stall" / "orders_1.csv").write_text(_ROWS)
    return tmp_path


def test_a_check_says_what_would_be_and_loads_nothing(home: Path) -> None:
    found = cx(home, "check")
    assert found.returncode == 0 and "would be loaded" in found.stdout
    assert "Nothing was loaded yet" in cx(home, "loads").stdout


def test_one_load_is_shown_in_detail(home: Path) -> None:
    assert "cx rejects list" in cx(home, "load").stdout
    (line,) = json.loads(cx(home, "loads", "--json").stdout)
    found = cx(home, "loads", str(line["load_id"]))
    assert found.returncode == 0, found.stderr
    assert "not_integer" in found.stdout and "many" not in found.stdout
    assert str(line["load_id"]) in found.stdout
    facts = json.loads(cx(home, "loads", str(line["load_id"]), "--json").stdout)
    cell = {"raw_table": "stall.orders", "column_name": "paid", "reason": "not_integer", "cells": 1}
    assert facts["failed_cells"] == [cell]


def test_ids_of_loads_are_texts_in_json_since_many_programs_round_large_numbers(home: Path) -> None:
    (told,) = json.loads(cx(home, "load", "--json").stdout)
    (line,) = json.loads(cx(home, "loads", "--json").stdout)
    (rejects,) = json.loads(cx(home, "rejects", "list", "--json").stdout)
    assert {type(each["load_id"]) for each in (told, line, rejects)} == {str}
    assert told["load_id"] == line["load_id"] == rejects["load_id"]


def test_the_counts_of_a_refused_file_add_up_and_its_cells_are_said_to_be_gone(home: Path) -> None:
    (home / "sources" / "stall" / "orders.toml").write_text(_SPEC.replace("0.5", "0.0"))
    cx(home, "load")
    (line,) = json.loads(cx(home, "loads", "--json").stdout)
    facts = json.loads(cx(home, "loads", line["load_id"], "--json").stdout)
    counts = ("rows_in", "rows_loaded", "rows_rejected", "rows_skipped", "rows_refused")
    assert [facts[name] for name in counts] == [3, 0, 1, 0, 2]
    assert "No failed cells are kept of a refused file." in cx(home, "loads", line["load_id"]).stdout


def test_words_that_match_no_load_are_told_from_an_empty_history(home: Path) -> None:
    cx(home, "load")
    assert "No load matches" in cx(home, "loads", "--source", "stall", "--status", "refused").stdout
    assert cx(home, "loads", "--status", "nonsense").returncode == 2


def test_rejects_of_the_newest_load_are_shown_without_naming_it(home: Path) -> None:
    assert "No record was rejected" in cx(home, "rejects", "show").stdout
    cx(home, "load")
    shown = cx(home, "rejects", "show").stdout
    assert "x,12" in shown and "the newest with rejects; `cx rejects list` names the others" in shown


def test_a_replay_says_each_thing_once(home: Path) -> None:
    cx(home, "load")
    found = cx(home, "rejects", "replay")
    assert found.returncode == 0
    assert (found.stdout.count("orders_1.csv"), found.stdout.count("spec_unchanged")) == (1, 1)


def test_a_replay_shows_what_it_mended_and_what_is_left(home: Path) -> None:
    (home / "exports" / "stall" / "orders_2.csv").write_text("id,paid\n7,70\n")
    cx(home, "load")
    assert "1 cells of 1 loads" in cx(home, "rejects", "list").stdout
    (home / "sources" / "stall" / "orders.toml").write_text(
        _SPEC.replace('id = { type = "integer"', 'id = { type = "text"')
    )
    found = cx(home, "rejects", "replay")
    assert found.returncode == 0, found.stderr
    assert "cells_mended" in found.stdout and "orders_2.csv" not in found.stdout
    assert "1 loads without a fault were read under an earlier spec" in found.stdout
    (again,) = json.loads(cx(home, "rejects", "replay", "--all", "--json").stdout)
    assert (again["file_name"], again["rows_loaded"], again["cells_failed"]) == ("stall/orders_2.csv", 0, 0)


@pytest.mark.parametrize("command", ["check", "load"])
def test_mistakes_in_specs_are_said_and_the_other_specs_go_on(home: Path, command: str) -> None:
    (home / "sources" / "stall" / "broken.toml").write_text('files = ["b*.csv"]\nformat = "csw"\n')
    (home / "sources" / "stall" / "syntax.toml").write_text("files = [\n")
    found = cx(home, command)
    assert found.returncode == 5
    assert "broken.toml" in found.stderr and "syntax.toml" in found.stderr and "csw" in found.stderr
    assert "loaded" in found.stdout


def test_the_summary_of_a_night_names_mistakes_in_specs_files_and_where_to_look(home: Path) -> None:
    (home / "sources" / "stall" / "syntax.toml").write_text("files = [\n")
    (home / "exports" / "stall" / "nobody.txt").write_text("x")
    shop = Home.at(home)
    report = start_report(shop, read_settings(shop), None, utc_now())
    load_step(shop, report, lambda _: None)
    said = "\n".join(report.troubles)
    assert "syntax.toml" in report.troubles[0]
    assert "nobody.txt: unclaimed: " in said
    assert "cx rejects list" in said and "orders_1.csv: 1 record rejected, 1 cell failed" in said


def test_dirt_is_called_planted_where_the_sample_shop_wrote_it_and_nowhere_else(home: Path) -> None:
    shop = Home.at(home)
    reports = []
    for files in (["stall/orders_1.csv"], ["stall/others.csv"]):
        shop.sample_truth.write_text(json.dumps({"files": files}))
        reports.append(start_report(shop, read_settings(shop), None, utc_now()))
        load_step(shop, reports[-1], lambda _: None)
        shop.raw_db.unlink()
    ours, mixed = reports
    assert "These problems are intentional: the sample shop" in ours.troubles[0] and ours.notes == []
    assert "sample shop" not in "".join(mixed.troubles) and "1 file of another shop" in mixed.notes[0]


def test_sources_are_shown_although_one_spec_has_a_mistake(home: Path) -> None:
    (home / "sources" / "stall" / "syntax.toml").write_text("files = [\n")
    cx(home, "load")
    found = cx(home, "sources")
    assert found.returncode == 0 and "syntax.toml" in found.stdout
    (shown,) = (line for line in found.stdout.splitlines() if "orders" in line)
    assert shown.split()[-2:] == ["any", "time"]


@pytest.mark.parametrize("words", [("load", "nope"), ("check", "stall.nope"), ("rejects", "replay", "nope")])
def test_a_source_or_export_that_nobody_knows_is_refused_by_name(home: Path, words: tuple[str, ...]) -> None:
    found = cx(home, *words)
    assert found.returncode == 2
    assert "nope" in found.stderr and "stall" in found.stderr


def test_rows_that_a_pattern_skips_are_shown(home: Path) -> None:
    assert "rows_skipped" not in cx(home, "check").stdout
    (home / "sources" / "stall" / "orders.toml").write_text(_SPEC.replace("[columns]", _SKIPPING))
    for command in ("check", "load"):
        (header, _, line) = cx(home, command).stdout.splitlines()[:3]
        assert header.split()[-1] == "rows_skipped" and line.split()[-1] == "1"


def test_loads_of_a_spec_that_was_mended_since_are_told_until_they_are_replayed(home: Path) -> None:
    assert "earlier spec" not in cx(home, "load").stdout
    (home / "sources" / "stall" / "orders.toml").write_text(_SPEC.replace("0.5", "0.6"))
    for command in ("check", "load"):
        assert (
            "Read under an earlier spec: 1 load of stall.orders. `cx rejects replay --all`" in cx(home, command).stdout
        )
    assert cx(home, "rejects", "replay", "--all").returncode == 0
    assert "earlier spec" not in cx(home, "check").stdout


def test_one_export_can_be_loaded_alone(home: Path) -> None:
    assert "orders_1.csv" in cx(home, "load", "stall.orders").stdout


def test_wrong_use_is_never_called_damage(home: Path) -> None:
    picture = home / "picture.bin"
    picture.write_bytes(bytes(range(256)))
    shape = ("draft", str(home / "exports" / "stall" / "orders_1.csv"), "--shape", "nonsense")
    for words in (("draft", str(picture)), shape, ("sample", "--orders", "1")):
        found = cx(home, *words)
        assert found.returncode == 2, (words, found.stderr)
        assert "Traceback" not in found.stderr


def test_rejects_of_a_refused_try_are_gone_when_the_file_was_taken(home: Path) -> None:
    spec = home / "sources" / "stall" / "orders.toml"
    spec.write_text(_SPEC.replace("0.5", "0.01"))
    cx(home, "load")
    assert "orders_1.csv" in cx(home, "rejects", "list").stdout
    spec.write_text(_SPEC)
    cx(home, "load")
    (line,) = json.loads(cx(home, "rejects", "list", "--json").stdout)
    assert line["records"] == 1 and line["load_id"] in {
        row["load_id"] for row in json.loads(cx(home, "loads", "--status", "loaded", "--json").stdout)
    }


@pytest.mark.parametrize("words", [("loads", "--source"), ("rejects", "list", "--source")])
def test_a_misspelt_source_is_no_good_news(home: Path, words: tuple[str, ...]) -> None:
    found = cx(home, *words, "stal")
    assert found.returncode == 2 and "Did you mean 'stall'?" in found.stderr
    assert cx(home, *words, "stall").returncode == 0


def test_a_source_whose_spec_is_gone_keeps_its_history(home: Path) -> None:
    cx(home, "load")
    (home / "sources" / "stall" / "orders.toml").unlink()
    assert cx(home, "loads", "--source", "stall", "--status", "duplicate").returncode == 0
    assert "orders_1.csv" in cx(home, "rejects", "list", "--source", "stall").stdout


def test_a_word_that_is_no_utf8_is_named(home: Path) -> None:
    cx(home, "load")
    found = cx(home, "loads", "--source", "\udcff")
    assert found.returncode == 2 and "is not UTF-8 text" in found.stderr, found.stderr


@pytest.mark.parametrize("words", [("loads", "--limit"), ("loads",), ("rejects", "show")])
def test_a_number_that_no_database_holds_is_out_of_range(home: Path, words: tuple[str, ...]) -> None:
    found = cx(home, *words, "99999999999999999999")
    assert found.returncode == 2 and "is not in the range" in found.stderr


def test_a_sample_is_not_mixed_with_a_shop_whose_files_are_gone(home: Path) -> None:
    cx(home, "load")
    (home / "exports" / "stall" / "orders_1.csv").unlink()
    refused = cx(home, "sample", "--orders", "60")
    assert refused.returncode == 2 and "Choose another home" in refused.stderr
    assert cx(home, "sample", "--if-empty").returncode == 0
    assert [file for file in (home / "exports").rglob("*") if file.is_file()] == []


def test_an_export_that_holds_what_it_held_before_has_come_all_the_same(home: Path) -> None:
    (home / "exports" / "stall" / "orders_1.csv").unlink()  # it has no day, so it would be as new as this test
    for day in (1, 9):
        (home / "exports" / "stall" / f"orders_2026-03-0{day}.csv").write_text(_ROWS + "3,30\n")
    cx(home, "load")
    assert len(json.loads(cx(home, "loads", "--status", "duplicate", "--json").stdout)) == 1
    (stall,) = [row for row in json.loads(cx(home, "sources", "--json").stdout) if row["source"] == "stall"]
    assert stall["last_exported_at"].startswith("2026-03-09")
