"""`cx sample`: a synthetic shop to try everything on.

Belongs here: its words and what it shows. Never here: how it is done.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import typer

from orchestration.cli.screen import end_progress, say, show_progress

if TYPE_CHECKING:
    from ingestion.home import Home
    from ingestion.sample_store import SampleSummary


def command(
    orders: int = typer.Option(
        5_000, min=50, help="How many orders the shop has, about. A million takes a minute or two."
    ),
    tickets: int | None = typer.Option(
        None, min=20, help="How many help-desk tickets; a fifth of the orders unless told."
    ),
    days: int = typer.Option(400, min=30, help="Over how many days, up to the last one."),
    seed: int = typer.Option(
        1, min=0, help="The same seed, sizes and last day write the same bytes; another, another shop."
    ),
    as_of: datetime | None = typer.Option(None, formats=["%Y-%m-%d"], help="The last day; yesterday by default."),
    if_empty: bool = typer.Option(False, "--if-empty", help="Do nothing if there are export files already."),
    next_day: bool = typer.Option(
        False, "--next-day", help="Add what the shop of this home exports after one further day; up to 31 days."
    ),
) -> None:
    """Write a synthetic shop's exports into the exports folder, with the truths that were planted beside them.

    One simulated shop, exported as its vendors would: CSV files first, bulk JSON Lines later, help-desk tickets, and
    the usual dirt (files twice, late files, corrections, bad cells). What is true of it stands in sample_truth.json
    beside the exports folder. Files that are there are never written over: with exports in the home it refuses.

    Where the home has no settings.toml, one with the shop's time zone is written, so that its months are its own.

    Example: cx sample --orders 20000 --seed 7, then cx night; then cx sample --next-day, and the night that it names.
    """
    from ingestion.home import Home
    from orchestration.nights.sample_home import has_exports

    home = Home.from_environment()
    if if_empty and has_exports(home):
        say(f"{home.exports} has files already; no sample was written.")
        return
    size = {"orders": orders, "tickets": tickets, "days": days, "seed": seed}
    summary = _write(home, None if next_day else size, as_of)
    end_progress()
    say(f"Exports are in {home.exports}: {summary}; settings in {home.settings}.")
    if not if_empty:  # that is for scripts, which run the night themselves
        _say_next(home)


def _write(home: Home, size: dict[str, int | None] | None, as_of: datetime | None) -> SampleSummary:
    """A whole shop of a size, or without one a further day of the shop that is there."""
    from orchestration.nights.night import utc_now
    from orchestration.nights.night_lock import ensure_home
    from orchestration.nights.sample_home import write_next_day, write_shop

    ensure_home(home)
    if size is None:
        return write_next_day(home, show_progress)
    return write_shop(home, size, end_day=as_of.date() if as_of else None, now=utc_now(), progress=show_progress)


def _say_next(home: Home) -> None:
    from orchestration.nights.night import utc_now
    from orchestration.nights.sample_home import night_of

    say(f"Now run `{night_of(home, utc_now())}`.")
