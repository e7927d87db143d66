"""The help desk's schedules: which group works when, in which zone, with which holidays; and their clocks together.

Belongs here: schedules and the choice among their clocks. Never here: tickets, arithmetic on one clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from ingestion.sample_store.clocks import BusinessClock, Floats, Holiday, Intervals, Ints


@dataclass(frozen=True)
class Schedule:
    """Weekly intervals in minutes since Sunday 00:00 of its zone; fixed holidays are (name, month, day, days)."""

    schedule_id: int
    name: str
    zone: str
    zone_word: str  # as help desks name zones
    intervals: Intervals
    fixed_holidays: tuple[tuple[str, int, int, int], ...]
    has_thanksgiving: bool = False

    def holidays_between(self, first: date, last: date) -> list[Holiday]:
        """The holidays that touch the range, by their first day."""
        found = []
        for year in range(first.year, last.year + 1):
            for name, month, day, days in self.fixed_holidays:
                starts = date(year, month, day)
                found.append((f"{name} {year}", starts, starts + timedelta(days=days - 1)))
            if self.has_thanksgiving:
                november = date(year, 11, 1)
                fourth_thursday = november + timedelta(days=(3 - november.weekday()) % 7 + 21)
                found.append((f"Thanksgiving {year}", fourth_thursday, fourth_thursday))
        return sorted((h for h in found if h[2] >= first and h[1] <= last), key=lambda h: h[1])


def _days(days: tuple[int, ...], opens: int, closes: int) -> Intervals:
    return tuple((day * 1440 + opens, day * 1440 + closes) for day in days)


SCHEDULES = (
    Schedule(
        360001, "Help desk", "America/New_York", "Eastern Time (US & Canada)",
        (*_days((1, 2, 3, 4, 5), 540, 1080), *_days((6,), 600, 840)),
        (("New Year", 1, 1, 1), ("Independence Day", 7, 4, 1), ("Christmas", 12, 24, 3)), has_thanksgiving=True,
    ),
    Schedule(
        360002, "Returns desk", "Europe/Berlin", "Berlin",
        (*_days((0,), 720, 960), *_days((1, 2, 3, 4), 450, 1035), *_days((5,), 450, 840)),
        (("New Year", 1, 1, 1), ("Labour Day", 5, 1, 1), ("Unity Day", 10, 3, 1), ("Christmas", 12, 24, 3)),
    ),
)  # fmt: skip
SCHEDULE_OF_GROUP = np.array([0, 1, 1])  # by the group's place; whoever changes hands over this border changes schedule


class DeskClocks:
    """One clock a schedule; `which` says for each row whose clock counts."""

    def __init__(self, first: date, last: date) -> None:
        self._clocks = [
            BusinessClock(s.zone, s.intervals, first, last, s.holidays_between(first, last)) for s in SCHEDULES
        ]

    def later(self, which: Ints, at: Ints, minutes: Floats) -> Ints:
        """Each instant moved on by business minutes (at least one second)."""
        found = np.empty(len(at), np.int64)
        for n, clock in enumerate(self._clocks):
            mine = which == n
            found[mine] = clock.later(at[mine], minutes[mine])
        return found

    def minutes_between(self, which: Ints, start: Ints, end: Ints) -> Floats:
        """Open minutes from start to end."""
        found = np.empty(len(start), np.float64)
        for n, clock in enumerate(self._clocks):
            mine = which == n
            found[mine] = clock.minutes_between(start[mine], end[mine])
        return found
