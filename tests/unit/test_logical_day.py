"""Which day a night is about."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from orchestration.errors import SettingsWrong
from orchestration.nights.night import logical_day
from orchestration.settings import Settings


@pytest.mark.parametrize(("zone", "day"), [("UTC", 14), ("Pacific/Honolulu", 13)])
def test_a_night_is_about_the_last_day_that_ended_in_the_stores_zone(
    monkeypatch: pytest.MonkeyPatch, zone: str, day: int
) -> None:
    monkeypatch.delenv("CX_ASOF", raising=False)
    settings = Settings({"store_time_zone": zone}, {})
    assert logical_day(None, settings, datetime(2026, 3, 15, 2, tzinfo=UTC)) == date(2026, 3, day)


def test_a_day_that_only_a_slip_of_the_pen_can_mean_is_refused() -> None:
    settings = Settings({"store_time_zone": "UTC"}, {})
    now = datetime(2026, 3, 15, 2, tzinfo=UTC)
    assert logical_day(date(2027, 3, 15), settings, now) == date(2027, 3, 15)
    with pytest.raises(SettingsWrong, match="2206-11-21 lies more than ten years ahead"):
        logical_day(date(2206, 11, 21), settings, now)
    with pytest.raises(SettingsWrong, match="0026-03-14 lies before 1970-01-01"):
        logical_day(date(26, 3, 14), settings, now)
