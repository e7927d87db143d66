"""The alert of a night fits a message, however much there is to look at."""

from datetime import UTC, date, datetime
from pathlib import Path

from orchestration.nights.attention import alert_of_night
from orchestration.nights.night_report import NightReport


def lines_of(count: int) -> list[str]:
    report = NightReport("n1", date(2026, 3, 14), datetime(2026, 3, 15, tzinfo=UTC), Path("home"), exit_code=0)
    report.alarming = [f"shop/orders_{at}.csv: refused" for at in range(count)]
    alert = alert_of_night(report)
    assert alert and alert.title.endswith(f", {count} to look at")
    return alert.lines


def test_twenty_lines_are_told_and_of_more_how_many() -> None:
    *told, where = lines_of(20)
    assert len(told) == 20 and where.startswith("Summary: ")
    *told, rest, where = lines_of(10_000)
    assert len(told) == 20 and rest == "... and 9,980 more, in the summary" and where.startswith("Summary: ")
