"""`cx load`: loading alone.

Belongs here: its words and what it shows. Never here: how it is done.
"""

from __future__ import annotations

import typer

from orchestration.cli.deliveries import show_deliveries, show_file
from orchestration.cli.screen import JsonOption, end_progress


def command(
    only: str | None = typer.Argument(None, metavar="[SOURCE[.EXPORT]]", help="What to load (default: everything)."),
    json: bool = JsonOption,
) -> None:
    """Load new export files into raw.duckdb, without building or publishing anything.

    The same content is never loaded twice, whatever the file is called, and your files are never changed.
    """
    from ingestion.home import Home
    from ingestion.loader import load
    from orchestration.cli.known_names import require_known
    from orchestration.nights.night_lock import night_lock

    home = Home.from_environment()
    require_known(home, only)
    with night_lock(home, "a load"):
        summary = load(home, only=only, progress=None if json else show_file)
    end_progress()
    show_deliveries(summary, home, only, json=json)
