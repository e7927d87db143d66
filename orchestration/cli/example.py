"""`cx example`: a night over a public data set.

Belongs here: its words and what it shows. Never here: how it is done.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import typer

from orchestration.cli.output import shown_if_possible
from orchestration.cli.screen import JsonOption, end_progress, say, show_json, show_progress


def command(
    name: str = typer.Argument(..., help="Name of a folder in examples/."),
    data: Path = typer.Option(..., exists=True, file_okay=False, help="The folder with the data set's files."),
    into: Path | None = typer.Option(None, help="Home of the example (default: examples/<name> in the home)."),
    as_of: datetime | None = typer.Option(None, formats=["%Y-%m-%d"], help="Business date of the night."),
    json: bool = JsonOption,
) -> None:
    """Run a night on a public data set, in a separate home, with entity specs alone."""
    from ingestion.home import Home
    from orchestration.nights.examples import run_example
    from orchestration.nights.night import NightPlan

    ours = Home.from_environment().root
    root = (into or ours / "examples" / name).absolute()
    plan = NightPlan(as_of.date() if as_of else None)
    report = run_example(name, data, root, plan, None if json else show_progress)
    end_progress()
    with shown_if_possible(f"the summary is in {report.folder}"):
        if json:
            show_json(report.as_json())
        else:
            look = "" if report.exit_code else f'Look at it: cx --home {root} sql "show tables"'
            say(report.as_text() + look)
    raise typer.Exit(report.exit_code)
