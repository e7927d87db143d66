"""How the commands show things: tables and sentences for people, JSON for machines.

Belongs here: showing. Never here: asking or deciding.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

_PIPE_WIDTH = 200
_LONGEST_CELL = 300
_FOLDS_FROM = 30
_BETWEEN = " | "
_LOAD_IDS = ("load_id", "duplicate_of")
MOST_LINES, LARGEST_ID = 1_000_000, 2**63 - 1
JsonOption = typer.Option(False, "--json", help="Print JSON instead of text.")


def unwrapped(text: str | None) -> str:
    """A docstring's paragraphs, each on one line: the terminal folds them at its own width."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in (text or "").split("\n\n")).strip()


def say(text: str) -> None:
    """One sentence, as it is."""
    typer.echo(text)


def show_json(facts: Any) -> None:
    """Anything as JSON; days, times and bytes as text, ids of loads too: many programs round numbers above 2**53."""
    typer.echo(json.dumps(_for_machines(facts), indent=2, default=_as_text, ensure_ascii=False))


def _for_machines(facts: Any) -> Any:
    if isinstance(facts, Mapping):
        return {
            _key(key): str(value) if isinstance(value, int) and str(key).endswith(_LOAD_IDS) else _for_machines(value)
            for key, value in facts.items()
        }
    if isinstance(facts, float) and not math.isfinite(facts):
        return {math.inf: "Infinity", -math.inf: "-Infinity"}.get(facts, "NaN")  # JSON has no such numbers
    return [_for_machines(each) for each in facts] if isinstance(facts, list | tuple) else facts


def _key(name: Any) -> str:
    return name if isinstance(name, str) else str(name)


def _as_text(value: Any) -> str:
    return f"\\x{value.hex()}" if isinstance(value, bytes) else str(value)


def show_json_rows(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A list of objects, written row by row, so that a long answer needs no memory."""
    before = "["
    for row in rows:
        cells = _for_machines(dict(zip(columns, row, strict=True)))
        sys.stdout.write(f"{before}\n  {json.dumps(cells, default=_as_text, ensure_ascii=False)}")
        before = ","
    sys.stdout.write("[]\n" if before == "[" else "\n]\n")


def show_table(rows: Sequence[Mapping[str, Any]], empty: str, title: str | None = None) -> None:
    """Rows with the same keys as a table, or the sentence for none. A cell is text, never markup."""
    if not rows:
        typer.echo(empty)
        return
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left", show_edge=False, pad_edge=False, header_style="bold")
    for name in rows[0]:
        is_number = all(isinstance(row[name], int | float) or row[name] is None for row in rows)
        table.add_column(Text(_cell(name)), justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row.values()))
    _screen().print(table)


def show_table_or_records(columns: Sequence[str], rows: Sequence[Sequence[Any]], empty: str, elsewhere: str) -> None:
    """A table if it fits the screen; else a block a record, a line a column, and where to have the rows otherwise."""
    width = _screen().width
    if not rows or _least_width(columns, rows) <= width:
        show_table([dict(zip(columns, row, strict=True)) for row in rows], empty)
        return
    names = [_cell(name) for name in columns]
    indent = max(map(len, names))
    for at, row in enumerate(rows, 1):
        typer.echo(f"-- record {at} of {len(rows)} --")
        for name, value in zip(names, row, strict=True):
            typer.echo(f"{name:<{indent}} | {_cell(value)}".rstrip())
    typer.echo(f"A table of {len(names)} columns does not fit {width} characters. {elsewhere}")


def _screen() -> Console:
    """A pipe has no width of its own; without one Rich would fold everything into 80 columns."""
    from rich.console import Console

    screen = Console()
    return screen if screen.is_terminal else Console(width=_PIPE_WIDTH)


def _least_width(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> int:
    """The width below which a table would tear names and short values apart; long texts may fold."""
    widest = [max(len(_cell(cell)) for cell in (name, *(row[at] for row in rows))) for at, name in enumerate(columns)]
    return sum(min(width, _FOLDS_FROM) for width in widest) + len(_BETWEEN) * (len(columns) - 1)


def _cell(value: Any) -> str:
    """As it is, so that a name or a number can be copied into the next question; very long texts are cut."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else str(value)
    shown = text if len(text) <= _LONGEST_CELL else f"{text[:_LONGEST_CELL]}... ({len(text)} characters)"
    # Control characters could rewrite what the terminal shows.
    return "".join(character if character.isprintable() else " " for character in shown)


def show_progress(text: str) -> None:
    """One line that each next one overwrites; nothing where no person watches."""
    if sys.stderr.isatty():
        line = "".join(character if character.isprintable() else " " for character in text)
        sys.stderr.write(f"\r\x1b[K{line[:100]}")
        sys.stderr.flush()


def end_progress() -> None:
    """Wipe the progress line."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
