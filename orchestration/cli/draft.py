"""`cx draft`: a spec to begin with, out of one file.

Belongs here: its words and what it shows. Never here: how it is done.
"""

from __future__ import annotations

from pathlib import Path

import typer

from orchestration.cli.screen import say


def command(
    file: Path = typer.Argument(..., help="One export file, as it came (packed ones too)."),
    source: str | None = typer.Option(None, help="Name of the source; by default the name of the file's folder."),
    entity: str | None = typer.Option(
        None, "--entity", "--shape", help="Draft an entity spec for this shape: orders, tickets, reviews, ..."
    ),
    save: bool = typer.Option(False, "--save", help="Write it to home/sources/<source>/<export>.toml."),
    output: Path | None = typer.Option(None, "--output", "-o", help="Write it to this file."),
    force: bool = typer.Option(False, "--force", help="With --save or --output: replace a spec that is there."),
) -> None:
    """Look at one file and write a commented spec for a person to accept.

    Everything in it is a guess and marked so; its first lines say what to check, the riskiest first: whose data a
    column holds, what tells rows apart, which dates may be swapped. Without --save or --output it is only shown.

    Begin with: cx draft home/exports/acme/orders_2026-03-01.csv --save, read and mend the file it names, then run
    `cx check`. A vendor spec keeps the columns of the file; --entity orders lays them on a shape the marts know
    (docs/entities.md lists the shapes).
    """
    from ingestion.drafting.draft import draft_spec, place_of
    from ingestion.drafting.saving import save_draft
    from ingestion.home import Home

    if save:
        output = Home.from_environment().sources.joinpath(*place_of(file, source))
    if output is None:
        say(draft_spec(file, source=source, shape=entity).rstrip("\n"))
        return
    save_draft(lambda: draft_spec(file, source=source, shape=entity), output, force)
    say(f"Written: {output}\nRead its first lines, mend what they name, then run `cx check`.")
