"""`cx draft`: a spec to begin with, out of one file.

Belongs here: its words and what it shows. Never here: how it is done.
"""

from __future__ import annotations

from pathlib import Path

import typer

from orchestration.cli.screen import say


def command(
    file: Path = typer.Argument(..., exists=True, dir_okay=False, help="One export file, as it came."),
    source: str | None = typer.Option(None, help="Name of the source; guessed from the folder by default."),
    shape: str | None = typer.Option(None, help="Draft an entity spec for this shape (orders, tickets, ...)."),
) -> None:
    """Look at one file and write a commented spec for a person to accept.

    Everything in it is a guess, marked as one. Read it, mend it, save it as home/sources/<source>/<export>.toml, then
    run `cx check`.
    """
    from ingestion.drafting.draft import draft_spec

    say(draft_spec(file, source=source, shape=shape))
