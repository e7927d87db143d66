"""`cx sample`: a synthetic shop to try everything on.

Belongs here: its words and what it shows. Never here: how it is done.
"""

from __future__ import annotations

from datetime import datetime

import typer

from orchestration.cli.screen import end_progress, say, show_progress


def command(
    orders: int = typer.Option(5_000, min=1, help="How many orders the shop has, about."),
    days: int = typer.Option(400, min=1, help="Over how many days."),
    seed: int = typer.Option(1, help="The same seed writes the same shop."),
    as_of: datetime | None = typer.Option(None, formats=["%Y-%m-%d"], help="The last day; yesterday by default."),
) -> None:
    """Write a synthetic shop's exports into the exports folder, with the truths that were planted beside them."""
    from datetime import timedelta

    from ingestion.home import Home
    from ingestion.sample_store import write_sample
    from orchestration.night import utc_now

    home = Home.from_environment()
    last_day = as_of.date() if as_of else (utc_now() - timedelta(days=1)).date()
    summary = write_sample(home.exports, orders=orders, days=days, seed=seed, end_day=last_day, progress=show_progress)
    end_progress()
    say(f"{summary}. Now run `cx night`.")
