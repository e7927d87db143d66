"""`cx sources`: what is expected and how fresh it is.

Belongs here: its words and what it shows. Never here: how it is done.
"""

from __future__ import annotations

import typer

from orchestration.cli.screen import JsonOption, say, show_json, show_table


def command(
    all_specs: bool = typer.Option(False, "--all", help="Include exports that never delivered a file."),
    json: bool = JsonOption,
) -> None:
    """Show which exports are expected, what has arrived, and how fresh it is."""
    from ingestion.home import Home
    from ingestion.specs.files import read_all_specs
    from orchestration.exports import raw_history
    from orchestration.exports.spec_mistakes import by_spec
    from orchestration.nights.night import utc_now

    home = Home.from_environment()
    reading = read_all_specs(home)
    rows = raw_history.arrivals(home, reading.specs, utc_now().replace(tzinfo=None))
    shown = rows if all_specs else [row for row in rows if row["files_loaded"] or row["files_refused"]]
    if json:
        show_json(shown)
    else:
        for sentence in by_spec(reading.mistakes):
            say(sentence)
        show_table(shown, f"Nothing came yet. {len(rows)} exports are known: `cx sources --all` lists them.")
