"""`cx audit`: what failed in the last build, and the rows that failed.

Belongs here: its words and what it shows. Never here: how it is done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from orchestration.cli.screen import MOST_LINES, JsonOption, say, show_json, show_json_rows, show_table_or_records

if TYPE_CHECKING:
    from ingestion.home import Home
    from orchestration.building.build_report import Failure

_ELSEWHERE = "For machines: --json."


def command(
    test: str | None = typer.Argument(None, help="One test, to see its failing rows (default: all that failed)."),
    limit: int = typer.Option(20, min=1, max=MOST_LINES, help="Maximum number of rows."),
    json: bool = JsonOption,
) -> None:
    """Show which tests and models failed or warned in the last build, or the rows that failed one test.

    The rows may hold personal data: keep them on your screen. `cx trace MODEL KEY` leads from a key to file and line.
    """
    from dataclasses import asdict

    from ingestion.home import Home

    home = Home.from_environment()
    failures = _failures(home)
    if test is not None:
        _show_rows(home, failures, test, limit, json)
    elif json:
        show_json([asdict(failure) for failure in failures])
    else:
        for failure in failures:
            say("\n    ".join(failure.lines()))
        if not failures:
            say("Every test of the last build passed.")


def _failures(home: Home) -> list[Failure]:
    from orchestration.errors import NothingPublished
    from orchestration.nights.past_nights import last_build

    build = last_build(home)
    if build is None:
        raise NothingPublished("no night has built anything in this home yet", "Run `cx night` first.")
    return build.failures


def _show_rows(home: Home, failures: list[Failure], test: str, limit: int, json: bool) -> None:
    from orchestration.building.failing_rows import rows_of
    from orchestration.errors import WrongUse

    failure = next((one for one in failures if one.name == test and one.stored_in), None)
    if failure is None:
        known = ", ".join(one.name for one in failures if one.stored_in) or "none"
        raise WrongUse(f"no failing rows of {test!r} are kept", f"Tests with rows to show: {known}")
    columns, rows = rows_of(home, failure, limit)
    if json:
        show_json_rows(columns, rows)
        return
    show_table_or_records(columns, rows, "No rows.", _ELSEWHERE)
    if failure.row_count and failure.row_count > len(rows):
        say(f"... the first {len(rows):,} of {failure.row_count:,} rows; --limit shows more")
