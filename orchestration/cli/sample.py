"""`cx sample`: a synthetic shop to try everything on.

Belongs here: its words and what it shows. Never here: how it is done.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import typer

from orchestration.cli.screen import LARGEST_ID, end_progress, say, show_progress

if TYPE_CHECKING:
    from ingestion.home import Home
    from ingestion.sample_store import SampleSummary

_MOST = 1_000_000_000
_SEED = "The same seed, sizes and last day write the same bytes; another seed, another shop."


def command(
    orders: int = typer.Option(
        5_000, min=50, max=_MOST, help="Approximate number of orders. A million takes about a minute."
    ),
    tickets: int | None = typer.Option(
        None, min=20, max=_MOST, help="Number of help-desk tickets (default: one fifth of the orders)."
    ),
    days: int = typer.Option(400, min=30, max=20_000, help="Number of days, ending with the last one."),
    seed: int = typer.Option(1, min=0, max=LARGEST_ID, help=_SEED),
    as_of: datetime | None = typer.Option(None, formats=["%Y-%m-%d"], help="The last day (default: yesterday)."),
    if_empty: bool = typer.Option(False, "--if-empty", help="Do nothing if there are export files, or were."),
    next_day: bool = typer.Option(
        False, "--next-day", help="Add one more day of exports to this home's sample shop (at most 31 times)."
    ),
) -> None:
    """Generate a synthetic shop's exports in the exports folder, and the ground truth behind them.

    One simulated shop, exported as its vendors would: CSV files first, bulk JSON Lines later, help-desk tickets, and
    typical data-quality problems (duplicate and late files, corrections, bad cells). The ground truth is written to
    sample_truth.json beside the exports folder. Existing files are never overwritten: the command refuses if the home
    already has exports.

    If the home has no settings.toml, one with the shop's time zone is written.

    Example: cx sample --orders 20000 --seed 7, then cx night; then cx sample --next-day and the command it prints.
    """
    from ingestion.home import Home
    from orchestration.nights.sample_home import has_shop

    home = Home.from_environment()
    if if_empty and has_shop(home):
        say(f"{home.exports} has files already, or had; no sample was written.")
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
