"""What the commands print: names and numbers as they are, so that they can be copied into the next question."""

from __future__ import annotations

import json
import sys
import time

import pytest

from orchestration.cli.main import app
from orchestration.cli.screen import end_progress, show_json_rows, show_progress, show_table


def test_names_and_numbers_are_shown_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    show_table([{"load_id": 1234567, "count_star()": 2016, "[bold]x": "[red]y"}], "")
    shown = capsys.readouterr().out
    for word in ("load_id", "count_star()", "1234567", "2016", "[bold]x", "[red]y"):
        assert word in shown


def test_a_very_long_cell_is_cut_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    started = time.monotonic()
    show_table([{"a": "x" * 50_000_000}], "")
    assert time.monotonic() - started < 2
    shown = capsys.readouterr().out
    assert len(shown) < 2_000 and "50000000 characters" in shown


def test_control_characters_never_reach_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    show_table([{"a": "\x1b[2Jgone"}], "")
    assert "\x1b" not in capsys.readouterr().out


def test_rows_become_one_json_list(capsys: pytest.CaptureFixture[str]) -> None:
    show_json_rows(["a", "b"], iter([(1, "x"), (2, None)]))
    assert json.loads(capsys.readouterr().out) == [{"a": 1, "b": "x"}, {"a": 2, "b": None}]
    show_json_rows(["a"], iter([]))
    assert json.loads(capsys.readouterr().out) == []


def test_progress_is_shown_to_a_person_and_to_nobody_else(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    show_progress("1/2 orders.csv")
    end_progress()
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    show_progress("1/2 orders.csv")
    end_progress()
    assert capsys.readouterr().err == "\r\x1b[K1/2 orders.csv\r\x1b[K"


def test_every_command_says_what_it_does_in_paragraphs_that_the_terminal_may_fold() -> None:
    groups = [group.typer_instance for group in app.registered_groups if group.typer_instance]
    commands = [command for one in (app, *groups) for command in one.registered_commands]
    assert len(commands) > 10
    for command in commands:
        assert command.help and all("\n" not in paragraph for paragraph in command.help.split("\n\n"))
