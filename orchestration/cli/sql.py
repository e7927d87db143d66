"""`cx sql`: questions to the published file.

Belongs here: its words and what it shows. Never here: how it is done.
"""

from __future__ import annotations

import sys
from enum import StrEnum

import typer

from orchestration.cli.screen import say, show_json_rows, show_table

_MOST_SHOWN = 200


class Form(StrEnum):
    """How an answer is written."""

    table = "table"
    csv = "csv"
    json = "json"


def command(
    question: str = typer.Argument(..., help='One SQL question, such as "from fct_orders limit 5"; "-" reads stdin.'),
    form: Form = typer.Option(Form.table, "--format", "-f", help="How to write the answer."),
    seconds: float = typer.Option(60, min=0.1, help="Stop after this long."),
    memory: str = typer.Option("1GB", help="Memory it may use."),
) -> None:
    """Ask the published file one question. It is opened read-only and locked: no files, no network, no settings.

    `show tables` lists what there is. CSV output writes texts that look like formulas with a leading apostrophe.
    """
    from ingestion.home import Home
    from orchestration.csv_guard import write_csv
    from orchestration.published_sql import Limits, ask, asking

    text = sys.stdin.read() if question == "-" else question
    published, limits = Home.from_environment().published_db, Limits(memory=memory, seconds=seconds)
    if form is Form.table:
        answer = ask(published, text, limits, _MOST_SHOWN)
        show_table([dict(zip(answer.columns, row, strict=True)) for row in answer.rows], "No rows.")
        if answer.is_cut:
            say(f"... the first {_MOST_SHOWN} rows; use --format csv for all")
        return
    with asking(published, text, limits) as (columns, batches):
        rows = (row for batch in batches for row in batch)
        if form is Form.csv:
            write_csv(sys.stdout, columns, rows)
        else:
            show_json_rows(columns, rows)
