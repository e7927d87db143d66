"""Every `cx` command and every spec that a document shows is one the program takes. Running them is another test's."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
import typer

from ingestion.home import Home
from ingestion.specs.files import read_all_specs
from orchestration.cli.main import app
from tests.builders.documents import Command, blocks, documents, fenced_commands, inline_commands

COMMANDS = sorted({c for d in documents() for c in (*fenced_commands(d), *inline_commands(d))}, key=str)
SPECS = [(d.name, n, text) for d in documents() for n, text in enumerate(blocks(d, "toml")) if "files = " in text]


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


def test_the_documents_show_commands_and_specs() -> None:
    assert len(COMMANDS) > 20
    assert len(SPECS) >= 2


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: f"{c.document}: {c.line}")
def test_a_documented_command_is_one_that_cx_takes(command: Command) -> None:
    _parsed(command.words)


def test_an_unknown_option_would_be_noticed() -> None:
    with pytest.raises(click.NoSuchOption):
        _parsed(["night", "--no-such-option"])
    with pytest.raises(click.UsageError):
        _parsed(["no-such-command"])


@pytest.mark.parametrize(("document", "number", "text"), SPECS, ids=[f"{name}-{n}" for name, n, _ in SPECS])
def test_a_documented_spec_is_taken_as_it_stands(tmp_path: Path, document: str, number: int, text: str) -> None:
    spec = tmp_path / "sources" / "documented" / "example.toml"
    spec.parent.mkdir(parents=True)
    spec.write_text(text, encoding="utf-8")
    reading = read_all_specs(Home.at(tmp_path))
    assert reading.mistakes == []
    assert "documented" in {one.source for one in reading.specs}
