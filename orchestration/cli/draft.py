"""`cx draft`: a spec to begin with, out of one file.

Belongs here: its words and what it shows. Never here: how it is done.
"""

from __future__ import annotations

from pathlib import Path

import typer

from orchestration.cli.screen import say


def command(
    file: Path = typer.Argument(..., help="One export file, as it arrived (compressed files work too)."),
    source: str | None = typer.Option(None, help="Name of the source (default: the name of the file's folder)."),
    entity: str | None = typer.Option(
        None, "--entity", "--shape", help="Draft an entity spec for this shape: orders, tickets, reviews, ..."
    ),
    save: bool = typer.Option(False, "--save", help="Write it to <CX_HOME>/sources/<source>/<export>.toml."),
    output: Path | None = typer.Option(None, "--output", "-o", help="Write it to this file."),
    force: bool = typer.Option(False, "--force", help="With --save or --output: replace an existing spec."),
) -> None:
    """Generate a commented draft spec from one file, for you to review.

    Everything in it is a guess and marked as one; its first lines say what to check, the riskiest first: which columns
    hold personal data, what identifies a row, which dates may be swapped. Without --save or --output it is only shown.

    Start with: cx draft home/exports/acme/orders_2026-03-01.csv --save, review and correct the file it names, then
    run `cx check`. A vendor spec keeps the columns of the file; --entity orders maps them to an entity shape that the
    marts know (docs/entities.md lists the shapes).
    """
    from ingestion.drafting.draft import draft_spec, place_of
    from ingestion.drafting.saving import save_draft
    from ingestion.home import Home
    from orchestration.errors import WrongUse

    if save:
        output = Home.from_environment().sources.joinpath(*place_of(file, source))
    if output is None:
        say(draft_spec(file, source=source, shape=entity).rstrip("\n"))
        return
    if output.exists() and output.samefile(file):
        raise WrongUse(f"{output} is the export itself", "Name another file; exports are never changed.")
    save_draft(lambda: draft_spec(file, source=source, shape=entity), output, force)
    say(f"Written: {output}\nRead its first lines, fix what they name, then run `cx check`.")
