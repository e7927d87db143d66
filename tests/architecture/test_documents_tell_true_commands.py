"""Every `cx` command that a document shows is one the program takes. Running them is another test's."""

from __future__ import annotations

import click
import pytest
import typer

from orchestration.cli.main import app
from tests.builders.documents import Command, documents, fenced_commands, inline_commands

COMMANDS = sorted({c for d in documents() for c in (*fenced_commands(d), *inline_commands(d))}, key=str)


def _parsed(words: list[str]) -> None:
    """Follow the words down the command groups; click raises where an option or a command is unknown."""
    command: click.Command = typer.main.get_command(app)
    context = click.Context(command, info_name="cx")
    while isinstance(command, click.Group):
        _, rest, _ = command.make_parser(context).parse_args(list(words))
        if not rest:
            return
        name, found, words = command.resolve_command(context, rest)
        assert found is not None
        command, context = found, click.Context(found, info_name=name, parent=context)
    command.make_parser(context).parse_args(words)


def test_the_documents_show_commands() -> None:
    assert len(COMMANDS) > 20


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: f"{c.document}: {c.line}")
def test_a_documented_command_is_one_that_cx_takes(command: Command) -> None:
    _parsed(command.words)


def test_an_unknown_option_would_be_noticed() -> None:
    with pytest.raises(click.NoSuchOption):
        _parsed(["night", "--no-such-option"])
    with pytest.raises(click.UsageError):
        _parsed(["no-such-command"])


def _example(command: Command) -> list[str]:
    """The words of an example's command without the folder of its data."""
    words = command.words
    return [word for word, before in zip(words, ["", *words], strict=False) if before != "--data"]


def test_the_front_page_shows_each_example_with_its_own_day() -> None:
    shown = {
        path.parent.name: fenced_commands(path)[0] for path in documents() if path.parent.parent.name == "examples"
    }
    told = [command for command in COMMANDS if command.document == "README.md" and command.words[0] == "example"]
    assert len(told) == len(shown) > 0
    for command in told:
        assert _example(command) == _example(shown[command.words[1]])
