"""`cx settings`: the business settings that hold.

Belongs here: its words and what it shows. Never here: how it is done.
"""

from __future__ import annotations

import typer

from orchestration.cli.screen import show_json, show_table


def command(
    json: bool = typer.Option(False, "--json", help="Print only the shop's own values, as `dbt --vars` takes them."),
) -> None:
    """Show the effective business settings and where each comes from: settings.toml or the default.

    Plain dbt does not read settings.toml: pass them with dbt build --vars "$(cx settings --json)".
    """
    from ingestion.home import Home
    from orchestration.settings import as_toml, read_settings

    home = Home.from_environment()
    settings = read_settings(home)
    if json:
        show_json(dict(settings.overrides))
        return
    rows = [
        {"setting": name, "value": as_toml(value), "from": "settings.toml" if name in settings.overrides else "default"}
        for name, value in settings.values.items()
    ]
    show_table(rows, "No settings.")
