"""`cx loads`: the history of deliveries.

Belongs here: its words and what it shows. Never here: how it is done.
"""

from __future__ import annotations

from enum import StrEnum

import typer

from orchestration.cli.screen import LARGEST_ID, MOST_LINES, JsonOption, show_json, show_table

_NOTHING = "Nothing was loaded yet: run `cx load` or `cx night`."


class LoadStatus(StrEnum):
    """How a load ended, as the ledger writes it."""

    loaded = "loaded"
    duplicate = "duplicate"
    refused = "refused"


def command(
    load_id: int | None = typer.Argument(None, max=LARGEST_ID, help="One load in detail (default: the newest loads)."),
    source: str | None = typer.Option(None, help="Only this source."),
    status: LoadStatus | None = typer.Option(None, help="Only loads with this status."),
    limit: int = typer.Option(20, min=1, max=MOST_LINES, help="Maximum number of loads."),
    json: bool = JsonOption,
) -> None:
    """Show which files were delivered and what became of them, newest first."""
    from ingestion.home import Home
    from orchestration.cli.known_names import require_known
    from orchestration.errors import NothingPublished
    from orchestration.exports import raw_history

    home = Home.from_environment()
    if load_id is None:
        rows = raw_history.loads(home, source, status, limit)
        if not rows and not raw_history.loads(home, source):  # one whose spec is gone has loads all the same
            require_known(home, source)
        nothing = "No load matches; `cx loads` shows all." if source or status else _NOTHING
        show_json(rows) if json else show_table(rows, nothing)
        return
    facts = raw_history.load_details(home, load_id)
    if facts is None:
        raise NothingPublished(f"no load has the id {load_id}", "Run `cx loads` to see them.")
    if json:
        show_json(facts)
        return
    parts = {name: facts.pop(name) for name in ("rejects", "failed_cells", "schema_changes")}
    show_table([{"fact": name, "value": str(value)} for name, value in facts.items() if value is not None], "")
    for name, rows in parts.items():
        title = name.replace("_", " ")
        is_unkept = name == "failed_cells" and facts["status"] == "refused" and facts["cells_failed"]
        show_table(rows, f"No {title} are kept of a refused file." if is_unkept else f"No {title}.", title=title)
