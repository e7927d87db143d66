"""`cx rejects`: list, show, replay."""

from __future__ import annotations

import typer

from orchestration.cli.screen import JsonOption, show_json, show_table

app = typer.Typer(
    help="Records that were not taken: list them, look at them, and load them again after mending a spec.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)


@app.command("list")
def list_rejects(
    source: str | None = typer.Option(None, help="Only this source."),
    limit: int = typer.Option(50, min=1, help="How many lines at most."),
    json: bool = JsonOption,
) -> None:
    """Count rejects by file and reason."""
    from ingestion.home import Home
    from orchestration import raw_history

    rows = raw_history.rejects(Home.from_environment(), source, limit)
    show_json(rows) if json else show_table(rows, "No record was rejected.")


@app.command()
def show(
    load_id: int | None = typer.Argument(None, help="The load, as `cx rejects list` names it; else the newest."),
    limit: int = typer.Option(20, min=1, help="How many at most."),
    json: bool = JsonOption,
) -> None:
    """Show rejected records as they came. This is personal data: keep it on your screen."""
    from ingestion.home import Home
    from orchestration import raw_history

    home = Home.from_environment()
    shown = raw_history.newest_with_rejects(home) if load_id is None else load_id
    rows = [] if shown is None else raw_history.reject_texts(home, shown, limit)
    empty = "No record was rejected." if shown is None else f"Load {shown} rejected nothing."
    show_json(rows) if json else show_table(rows, empty)


@app.command()
def replay(
    source: str | None = typer.Argument(None, help="Only this source."),
    json: bool = JsonOption,
) -> None:
    """Load rejected records again, after their spec was mended."""
    from ingestion.home import Home
    from ingestion.replay import replay_rejects
    from orchestration.cli.deliveries import show_deliveries
    from orchestration.cli.known_names import require_known
    from orchestration.night_lock import night_lock

    home = Home.from_environment()
    require_known(home, source)
    with night_lock(home, "a replay"):
        summary = replay_rejects(home, source)
    show_deliveries(summary, json=json, nothing="There are no open rejects: nothing to replay.")
