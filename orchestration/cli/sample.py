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
    if_empty: bool = typer.Option(False, "--if-empty", help="Do nothing if there are export files already."),
    next_day: bool = typer.Option(False, "--next-day", help="Add what the shop exports after one further day."),
) -> None:
    """Write a synthetic shop's exports into the exports folder, with the truths that were planted beside them.

    Where the home has no settings.toml, one with the shop's time zone is written, so that its months are its own.
    """
    from ingestion.home import Home
    from orchestration.night import utc_now
    from orchestration.sample_home import has_exports, write_next_day, write_shop

    home = Home.from_environment()
    if if_empty and has_exports(home):
        say(f"{home.exports} has files already; no sample was written.")
        return
    if next_day:
        summary = write_next_day(home, show_progress)
    else:
        last = as_of.date() if as_of else None
        summary = write_shop(
            home, orders=orders, days=days, seed=seed, end_day=last, now=utc_now(), progress=show_progress
        )
    end_progress()
    say(f"{summary}; settings in {home.settings}. Now run `cx night`.")
