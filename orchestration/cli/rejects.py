"""`cx rejects`: list, show, replay.

Belongs here: its words and what it shows. Never here: how a replay is done.
"""

from __future__ import annotations

from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING

import typer

from orchestration.cli.screen import LARGEST_ID, MOST_LINES, JsonOption, say, show_json, show_table

if TYPE_CHECKING:
    from ingestion.deliveries import Delivery, LoadSummary

_NAMED = 5
_SHOWN = ("source", "export", "file_name", "rows_loaded", "cells_mended", "rows_rejected", "cells_failed")
app = typer.Typer(
    help="List, inspect and replay rejected records.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)


@app.command("list")
def list_rejects(
    source: str | None = typer.Option(None, help="Only this source."),
    limit: int = typer.Option(50, min=1, max=MOST_LINES, help="Maximum number of lines."),
    json: bool = JsonOption,
) -> None:
    """Count rejects by file and reason."""
    from ingestion.home import Home
    from orchestration.cli.known_names import require_known
    from orchestration.exports import raw_history

    home = Home.from_environment()
    rows = raw_history.rejects(home, source, limit)
    if not rows and not raw_history.loads(home, source):  # one whose spec is gone has loads all the same
        require_known(home, source)
    if json:
        show_json(rows)
        return
    show_table(rows, "No record was rejected. Whole files that were refused: `cx loads --status refused`.")
    cells = raw_history.failed_cells_in_all(home, source)
    if cells["loads"]:
        say(
            f"Beside these, {cells['cells']:,} cells of {cells['loads']:,} loads did not fit their type and are null: "
            "`cx loads` names the loads, `cx loads LOAD` counts a load's cells by column."
        )


@app.command()
def show(
    load_id: int | None = typer.Argument(
        None, max=LARGEST_ID, help="The load, as listed by `cx rejects list` (default: the newest)."
    ),
    limit: int = typer.Option(20, min=1, max=MOST_LINES, help="Maximum number of records."),
    json: bool = JsonOption,
) -> None:
    """Show rejected records as they arrived. They may hold personal data: keep them on your screen."""
    from ingestion.home import Home
    from orchestration.errors import NothingPublished
    from orchestration.exports import raw_history

    home = Home.from_environment()
    if load_id is not None and raw_history.load_details(home, load_id) is None:
        raise NothingPublished(f"no load has the id {load_id}", "Run `cx rejects list` to see them.")
    shown = raw_history.newest_with_rejects(home) if load_id is None else load_id
    rows = [] if shown is None else raw_history.reject_texts(home, shown, limit)
    empty = "No record was rejected." if shown is None else f"Load {shown} rejected nothing."
    if json:
        show_json(rows)
        return
    show_table(rows, empty)
    if load_id is None and shown is not None:
        say(f"Of load {shown}, the newest with rejects; `cx rejects list` names the others.")


@app.command()
def replay(
    source: str | None = typer.Argument(None, help="Only this source."),
    every_load: bool = typer.Option(
        False, "--all", help="Include loads without rejects or failed cells that were read under an earlier spec."
    ),
    json: bool = JsonOption,
) -> None:
    """Re-read files with rejected records or failed cells after their spec was fixed.

    Each load's rows become what a first load under today's spec would have made of them. A load whose spec has not
    changed, or whose file is gone, stays as it is.
    """
    from ingestion.home import Home
    from ingestion.replay import replay_rejects
    from orchestration.cli.known_names import require_known
    from orchestration.errors import SettingsWrong
    from orchestration.nights.night_lock import night_lock
    from orchestration.nights.not_taken import spec_sentences

    home = Home.from_environment()
    require_known(home, source)
    with night_lock(home, "a replay"):
        summary = replay_rejects(home, source, every_load=every_load)
    if json:
        show_json([asdict(delivery) for delivery in summary.deliveries])
    else:
        _show_replay(summary)
    if summary.spec_mistakes:
        raise SettingsWrong("\n    ".join(spec_sentences(summary)), "The loads of all other specs were dealt with.")


def _show_replay(summary: LoadSummary) -> None:
    """A table of what was repaired; one sentence for each reason why others were not."""
    good = [delivery for delivery in summary.deliveries if delivery.is_good]
    nothing = (
        "Nothing was replayed."
        if summary.deliveries
        else "There are no open rejects or failed cells: nothing to replay."
    )
    show_table([{name: getattr(delivery, name) for name in _SHOWN} for delivery in good], nothing)
    others = sorted((one for one in summary.deliveries if not one.is_good), key=_why)
    for _, alike in groupby(others, key=_why):
        say(_sentence(list(alike)))
    if summary.earlier_spec:
        say(
            f"{summary.earlier_spec:,} loads without a fault were read under an earlier spec; if it was wrong for them "
            "too, `cx rejects replay --all` reads them again."
        )


def _why(delivery: Delivery) -> tuple[str, str, str]:
    return delivery.status, delivery.reason, delivery.detail


def _sentence(alike: list[Delivery]) -> str:
    names = ", ".join(delivery.file_name for delivery in alike[:_NAMED])
    more = f" and {len(alike) - _NAMED:,} more" if len(alike) > _NAMED else ""
    return f"{names}{more}: {alike[0].status}, {alike[0].reason}: {alike[0].detail}"
