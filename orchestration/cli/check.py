"""`cx check`: what loading would do, without loading.

Belongs here: its words and what it shows. Never here: how it is done.
"""

from __future__ import annotations

import typer

from orchestration.cli.deliveries import show_deliveries, show_file
from orchestration.cli.screen import JsonOption, end_progress


def command(
    only: str | None = typer.Argument(None, metavar="[SOURCE[.EXPORT]]", help="What to check (default: everything)."),
    json: bool = JsonOption,
) -> None:
    """Dry run: read every new file and report what loading it would do. Use it after writing a spec."""
    from ingestion.home import Home
    from ingestion.loader import load
    from orchestration.cli.known_names import require_known

    home = Home.from_environment()
    require_known(home, only)
    summary = load(home, only=only, dry_run=True, progress=None if json else show_file)
    end_progress()
    show_deliveries(summary, home, only, json=json)
