"""What earlier nights said is read back; where it may not be read, that is said, and not that there was none."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ingestion.home import Home
from orchestration.building.build_report import BuildReport
from orchestration.nights.night_report import NightReport
from orchestration.nights.past_nights import last_build
from tests.builders.rights import modes_that_count


def _night(home: Home, night_id: str, seconds: float | None) -> NightReport:
    report = NightReport(night_id, date(2026, 3, 14), datetime.now(UTC), home.root)
    report.build = None if seconds is None else BuildReport({}, seconds)
    report.write()
    return report


def test_the_newest_build_is_told_and_nights_that_built_nothing_are_passed_over(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    assert last_build(home) is None
    for night_id, seconds in (("2026-03-14", 1.0), ("2026-03-15", 2.0), ("2026-03-16", None)):
        _night(home, night_id, seconds)
    (home.root / "nights" / "a file").write_text("x")
    build = last_build(home)
    assert build is not None and build.seconds == 2.0


@pytest.mark.parametrize("closed", ["nights", "nights/2026-03-14"])
def test_nights_that_may_not_be_read_are_not_none(tmp_path: Path, closed: str) -> None:
    home = Home.at(tmp_path)
    _night(home, "2026-03-14", 1.0)
    (home.root / closed).chmod(0)
    with modes_that_count(), pytest.raises(PermissionError):
        last_build(home)
    (home.root / closed).chmod(0o700)
