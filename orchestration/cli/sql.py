"""`cx sql`: questions to the published file.

Belongs here: its words and what it shows. Never here: how it is done.
"""

from __future__ import annotations

import math
import sys
from enum import StrEnum

import typer

from orchestration.cli.screen import JsonOption, say, show_json_rows, show_table_or_records

_MOST_SHOWN = 200
_ELSEWHERE = "For machines: --json or --format csv; for a table name fewer columns."


class Form(StrEnum):
    """How an answer is written."""

    table = "table"
    csv = "csv"
    json = "json"


def _number(seconds: float) -> float:
    if math.isnan(seconds):  # it is neither below a least nor above a most
        raise typer.BadParameter("nan is not a number of seconds")
    return seconds


def _size(memory: str) -> str:
    from orchestration.memory_sizes import memory_bytes

    try:
        memory_bytes(memory)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    return memory


def _from_stdin() -> str:
    try:
        return sys.stdin.buffer.read().decode()
    except UnicodeDecodeError as error:
        raise typer.BadParameter(f"stdin is not UTF-8 text (byte {error.start + 1})") from None


def command(
    query: str = typer.Argument(..., help='One SQL query, such as "from fct_orders limit 5"; "-" reads it from stdin.'),
    form: Form = typer.Option(Form.table, "--format", "-f", help="Output format."),
    json: bool = JsonOption,
    seconds: float = typer.Option(60, min=0.1, max=86_400, callback=_number, help="Time limit."),
    memory: str = typer.Option("1GB", callback=_size, help="Memory limit."),
) -> None:
    """Run one SQL query on the published file (read-only; no files, network or settings).

    Records too wide for the screen are shown one below the other, one column per line.

    `show tables` lists the tables. CSV output puts an apostrophe before texts that look like spreadsheet formulas.
    """
    from ingestion.home import Home
    from orchestration.querying.csv_guard import write_csv
    from orchestration.querying.published_sql import Limits, ask, asking

    text = _from_stdin() if query == "-" else query
    published, limits = Home.from_environment().published_db, Limits(memory=memory, seconds=seconds)
    if form is Form.table and not json:
        answer = ask(published, text, limits, _MOST_SHOWN)
        show_table_or_records(answer.columns, answer.rows, "No rows.", _ELSEWHERE)
        if answer.is_cut:
            say(f"... the first {_MOST_SHOWN} rows; use --format csv for all")
        return
    with asking(published, text, limits) as (columns, batches):
        rows = (row for batch in batches for row in batch)
        if form is Form.csv and not json:
            write_csv(sys.stdout, columns, rows)
        else:
            show_json_rows(columns, rows)
