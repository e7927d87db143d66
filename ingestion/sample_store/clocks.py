"""The store's clock: local offsets with DST, and a clock that runs only in business hours.

Belongs here: time arithmetic on epoch seconds, vectorised. Never here: what happens at those times.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

Intervals = tuple[tuple[int, int], ...]  # minutes since Sunday 00:00 in a zone, as help desks write them
Holiday = tuple[str, date, date]  # name, first day, last day


def zone_changes(zone: str, first: int, last: int) -> list[tuple[int, int]]:
    """(instant, offset seconds in force from it on); the first entry covers everything before."""
    tz = ZoneInfo(zone)

    def offset(at: int) -> int:
        return int(datetime.fromtimestamp(at, tz).utcoffset().total_seconds())  # type: ignore[union-attr]

    changes = [(first, offset(first))]
    for hour in range(first - first % 3600, last, 3600):
        if (now := offset(hour)) != changes[-1][1]:
            changes.append((hour, now))
    return changes


class BusinessClock:
    """Counts open seconds since an origin; `read` and `instant` are each other's inverse inside open hours."""

    def __init__(self, zone: str, intervals: Intervals, first: date, last: date, holidays: list[Holiday]) -> None:
        tz = ZoneInfo(zone)
        closed = {a + timedelta(days=i) for _, a, b in holidays for i in range((b - a).days + 1)}
        opens, closes = [], []
        for n in range((last - first).days + 1):
            day = first + timedelta(days=n)
            if day in closed:
                continue
            sunday_based = (day.weekday() + 1) % 7
            for start, end in intervals:
                if start // 1440 == sunday_based:
                    opens.append(self._instant(day, start % 1440, tz))
                    closes.append(self._instant(day, (end - 1) % 1440 + 1, tz))
        self._opens = np.array(opens, np.int64)
        lengths = np.array(closes, np.int64) - self._opens
        self._lengths = lengths
        self._before = np.concatenate([[0], np.cumsum(lengths)])

    @staticmethod
    def _instant(day: date, minutes: int, tz: ZoneInfo) -> int:
        return int((datetime.combine(day, time(), tz) + timedelta(minutes=minutes)).timestamp())

    def read(self, at: Ints) -> Ints:
        """Open seconds from the origin to each instant."""
        k = np.searchsorted(self._opens, at, side="right") - 1
        inside = np.clip(at - self._opens[np.maximum(k, 0)], 0, self._lengths[np.maximum(k, 0)])
        return np.where(k < 0, 0, self._before[np.maximum(k, 0)] + inside).astype(np.int64)

    def instant(self, reading: Ints) -> Ints:
        """The instant at which the clock shows this reading; past the last open hour it is the last close."""
        k = np.clip(np.searchsorted(self._before, reading, side="left") - 1, 0, len(self._opens) - 1)
        found: Ints = self._opens[k] + np.minimum(reading - self._before[k], self._lengths[k])
        return found

    def later(self, at: Ints, minutes: Floats) -> Ints:
        """Each instant moved on by business minutes (at least one second)."""
        return self.instant(self.read(at) + np.maximum(1, np.rint(minutes * 60)).astype(np.int64))

    def minutes_between(self, start: Ints, end: Ints) -> Floats:
        """Open minutes from start to end."""
        return (self.read(end) - self.read(start)) / 60.0
