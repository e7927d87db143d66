"""`cx check`."""

from __future__ import annotations

import typer

from orchestration.cli.deliveries import show_deliveries
from orchestration.cli.screen import JsonOption


def command(
    only: list[str] | None = typer.Argument(None, help="Sources or source.export to check; all by default."),
    json: bool = JsonOption,
) -> None:
    """Read every new file and say what loading it would do, without loading it. Use it after writing a spec."""
    from ingestion.loader import load

    from ingestion.home import Home

    show_deliveries(load(Home.from_environment(), only=only or None, dry_run=True), json=json)
