"""`cx trace`: from a published row to file and record.

Belongs here: its words and what it shows. Never here: how it is done.
"""

from __future__ import annotations

import typer

from orchestration.cli.screen import JsonOption, show_json, show_table


def command(
    table: str = typer.Argument(
        ..., help="A published table, such as fct_orders, or a core table named by a failed audit."
    ),
    key: str = typer.Argument(..., help="The row's key: the value of its first column that ends in _id."),
    json: bool = JsonOption,
) -> None:
    """Trace a published row back to the delivered file and the line (or sheet row) of its record.

    Copy the key from a query result: cx sql "select order_id from fct_orders limit 1", then cx trace fct_orders KEY.
    """
    from dataclasses import asdict

    from ingestion.home import Home
    from orchestration.querying.trace import trace

    rows = [asdict(origin) for origin in trace(Home.from_environment(), table, key)]
    if json:
        show_json(rows)
    else:
        hidden = {"content_sha256", *(() if any(row["remark"] for row in rows) else ("remark",))}
        shown = [{name: value for name, value in row.items() if name not in hidden} for row in rows]
        show_table(shown, "The tables behind this row keep no lineage to single records: it is a summary of many.")
