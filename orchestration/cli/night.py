"""`cx night`: one honest night.

Belongs here: its words and what it shows. Never here: how it is done.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import typer

from orchestration.cli.output import complain, shown_if_possible
from orchestration.cli.screen import JsonOption, end_progress, say, show_json, show_progress

if TYPE_CHECKING:
    from ingestion.home import Home
    from orchestration.building.build import Progress
    from orchestration.nights.night import NightPlan
    from orchestration.nights.night_report import NightReport


def command(
    as_of: datetime | None = typer.Option(
        None,
        formats=["%Y-%m-%d"],
        help="Business date of the night (default: $CX_ASOF, else yesterday in the store's time zone).",
    ),
    rebuild: bool = typer.Option(False, "--rebuild", help="Build and publish even if nothing is new."),
    full_refresh: bool = typer.Option(
        False, "--full-refresh", help="Rebuild incremental models from all of raw.duckdb."
    ),
    quiet: bool = typer.Option(False, "--quiet", "-q", help="No progress, only the summary."),
    json: bool = JsonOption,
) -> None:
    """Load new files, build and test, publish if no error-severity test failed, and print a summary.

    The file people read (published/cx.duckdb) is replaced in one step at the very end. Whatever goes wrong before that,
    last night's file stays in place, and running the command again is always safe.

    Exit codes: 0 published, or nothing was new; 3 the audit failed; 4 another night runs; 5 a mistake in the settings;
    6 the disk is full; 10 another program holds a working file. All of them: docs/how_to/run_it_every_night.md.
    """
    from ingestion.home import Home
    from orchestration.nights.night import NightPlan

    home = Home.from_environment()
    plan = NightPlan(as_of.date() if as_of else None, rebuild=rebuild, full_refresh=full_refresh)
    report = _run(home, plan, None if quiet or json else show_progress)
    with shown_if_possible(f"the summary is in {report.folder}"):
        if json:
            show_json(report.as_json())
        else:
            published = f"Published file: {home.published_db}\n" if home.published_db.exists() else ""
            file = report.folder / "summary.txt"
            say((report.as_text() + published + (f"Summary: {file}" if file.exists() else "")).rstrip())
    raise typer.Exit(report.exit_code)


def _run(home: Home, plan: NightPlan, progress: Progress | None) -> NightReport:
    """The night, and the alert it is worth."""
    from orchestration.ingestion_errors import cause_of
    from orchestration.nights import alerts, attention
    from orchestration.nights.night import run_night, utc_now

    try:
        report = run_night(home, plan, progress=progress)
    except Exception as error:
        named = cause_of(error) or error
        _warn(alerts.send(attention.alert_of_error(named, f"{utc_now():%Y-%m-%dT%H-%M-%SZ}")))
        raise
    finally:
        end_progress()
    alert = attention.alert_of_night(report)
    _warn(alerts.send(alert) if alert else [])
    return report


def _warn(problems: list[str]) -> None:
    for problem in problems:
        complain(f"the alert was not sent: {problem}")
