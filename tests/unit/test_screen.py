"""What the commands print: names and numbers as they are, so that they can be copied into the next question."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import date

import pytest

from orchestration.cli.main import app
from orchestration.cli.screen import end_progress, show_json_rows, show_progress, show_table, show_table_or_records


def test_names_and_numbers_are_shown_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    show_table([{"load_id": 1234567, "count_star()": 2016, "[bold]x": "[red]y"}], "")
    shown = capsys.readouterr().out
    for word in ("load_id", "count_star()", "1234567", "2016", "[bold]x", "[red]y"):
        assert word in shown


@pytest.fixture
def screen_of(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """A terminal of a width; without it the tests' own output is a pipe."""

    def widen(width: int) -> None:
        monkeypatch.setenv("COLUMNS", str(width))
        monkeypatch.setenv("TTY_COMPATIBLE", "1")
        monkeypatch.setenv("FORCE_COLOR", "1")
        monkeypatch.setenv("NO_COLOR", "1")
        monkeypatch.setenv("TERM", "xterm")

    return widen


@pytest.mark.parametrize("width", [80, 120])
def test_records_too_wide_for_the_screen_stand_one_below_the_other(
    width: int, screen_of: Callable[[int], None], capsys: pytest.CaptureFixture[str]
) -> None:
    screen_of(width)
    names = [f"a_column_{at}" for at in range(20)]
    show_table_or_records(names, [range(20), [None, "[red]x\x1b", *range(18)]], "", "Use --json.")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 * 21 + 1
    assert lines[0] == "-- record 1 of 2 --" and lines[21] == "-- record 2 of 2 --"
    assert lines[1] == "a_column_0  | 0" and lines[20] == "a_column_19 | 19"
    assert lines[22] == "a_column_0  |" and lines[23] == "a_column_1  | [red]x"
    assert lines[-1] == f"A table of 20 columns does not fit {width} characters. Use --json."


def test_records_that_fit_stay_a_table_and_long_texts_fold_in_it(
    screen_of: Callable[[int], None], capsys: pytest.CaptureFixture[str]
) -> None:
    screen_of(80)
    show_table_or_records(["key", "text"], [["k1", "word " * 40], ["k2", ""]], "", "Use --json.")
    shown = capsys.readouterr().out
    assert "record" not in shown and "k1" in shown and "k2" in shown
    assert max(map(len, shown.splitlines()[2:])) <= 80
    show_table_or_records(["key"], [], "No rows.", "Use --json.")
    assert capsys.readouterr().out == "No rows.\n"


def test_the_widest_table_that_fits_is_one(
    screen_of: Callable[[int], None], capsys: pytest.CaptureFixture[str]
) -> None:
    row = ["x" * 10] * 6
    screen_of(6 * 10 + 5 * 3)
    show_table_or_records(row, [row], "", "")
    assert "record" not in capsys.readouterr().out
    screen_of(6 * 10 + 5 * 3 - 1)
    show_table_or_records(row, [row], "", "")
    assert "record 1 of 1" in capsys.readouterr().out


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


def test_what_json_has_no_word_for_is_a_text(capsys: pytest.CaptureFixture[str]) -> None:
    row = (float("nan"), [float("inf"), {"low": float("-inf")}], b"\x00x", {1: date(2026, 3, 14)})
    show_json_rows(["a", "b", "c", "d"], iter([row]))
    (told,) = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    assert told == {"a": "NaN", "b": ["Infinity", {"low": "-Infinity"}], "c": "\\x0078", "d": {"1": "2026-03-14"}}
