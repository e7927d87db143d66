"""`cx trace`: from a published row to file and record.

Belongs here: its words and what it shows. Never here: how it is done.
"""

from __future__ import annotations

import typer

from orchestration.cli.screen import JsonOption, show_json, show_table


def command(
    table: str = typer.Argument(..., help="A published table, such as fct_orders."),
    key: str = typer.Argument(..., help="The value of its first column in the row you ask about."),
    json: bool = JsonOption,
) -> None:
    """Follow a published row back to the delivered file and the record in it."""
    from dataclasses import asdict

    from ingestion.home import Home
    from orchestration.trace import trace

    rows = [asdict(origin) for origin in trace(Home.from_environment(), table, key)]
    if json:
        show_json(rows)
    else:
        shown = [{name: value for name, value in row.items() if name != "content_sha256"} for row in rows]
        show_table(shown, "The tables behind this row keep no lineage to single records: it is a summary of many.")
