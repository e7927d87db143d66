"""Business minutes of the sample shop counted minute by minute: every minute of the shop's life is open or shut.

Never here: anything of the warehouse itself, and no arithmetic on intervals: a minute counts if it is open, parts of
a minute by the second.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from tests.builders import independent_exports as exports
from tests.builders.independent_exports import Row

ZONES = {"Eastern Time (US & Canada)": "America/New_York", "Berlin": "Europe/Berlin"}
Assigned = list[tuple[pd.Timestamp, int]]
Span = tuple[pd.Timestamp, pd.Timestamp]


class OpenMinutes:
    """One schedule over the shop's life: how many open minutes lie before each minute."""

    def __init__(self, schedule: Row, holidays: list[Row], first: pd.Timestamp, last: pd.Timestamp) -> None:
        self.first = first.floor("min")
        minutes = pd.date_range(self.first, last.ceil("min"), freq="min")
        local = minutes.tz_convert(ZONES[schedule["time_zone"]])
        of_week = ((local.day_of_week + 1) % 7) * 1440 + local.hour * 60 + local.minute  # weeks begin on Sunday
        is_open = np.zeros(len(minutes), dtype=bool)
        for interval in schedule["intervals"]:
            is_open |= (of_week >= interval["start_time"]) & (of_week < interval["end_time"])
        shut = _shut_days([holiday for holiday in holidays if holiday["schedule_id"] == schedule["id"]])
        is_open &= ~pd.Series(local.date).isin(shut).to_numpy()
        self.is_open = is_open
        self.before = np.concatenate([[0], np.cumsum(is_open)])

    def until(self, instant: pd.Timestamp) -> float:
        """Open minutes from the beginning to an instant."""
        seconds = int((instant - self.first).total_seconds())
        minute, rest = divmod(seconds, 60)
        return float(self.before[minute] + (rest / 60 if self.is_open[minute] else 0))

    def between(self, start: pd.Timestamp, end: pd.Timestamp) -> float:
        """Open minutes between two instants."""
        return self.until(end) - self.until(start) if end > start else 0.0


def _shut_days(holidays: list[Row]) -> set[date]:
    days: set[date] = set()
    for holiday in holidays:
        first, last = (date.fromisoformat(holiday[name]) for name in ("start_date", "end_date"))
        days |= {first + timedelta(days=n) for n in range((last - first).days + 1)}
    return days


class Calendar:
    """The help desk's schedules and which of them each ticket had, and when."""

    def __init__(self, zendesk: Path, first: pd.Timestamp, last: pd.Timestamp) -> None:
        days = sorted(exports.export_day(path) for path in zendesk.glob("schedules_*.json"))
        newest = [row for day, row in exports.json_records(zendesk, "schedules_*.json", "schedules") if day == days[-1]]
        holidays = exports.newest_of(
            (row["id"], day, row) for day, row in exports.json_records(zendesk, "holidays_*.json", "holidays")
        )
        self.open = {row["id"]: OpenMinutes(row, list(holidays.values()), first, last) for row in newest}
        self.assigned: dict[int, Assigned] = {}
        for _, row in exports.json_records(zendesk, "ticket_schedules_*.json", "ticket_schedules"):
            own = self.assigned.setdefault(row["ticket_id"], [])
            if (change := (pd.Timestamp(row["created_at"]), row["schedule_id"])) not in own:
                own.append(change)

    def schedules_of(self, ticket: int, created: pd.Timestamp) -> Assigned:
        """The ticket's schedules in order: the desk's first one until a word, unless that came within a minute."""
        told = sorted(self.assigned.get(ticket, []))
        if told and told[0][0] <= created + pd.Timedelta(minutes=1):
            return told
        return [(created, min(self.open)), *told]

    def minutes(self, ticket: int, created: pd.Timestamp, spans: list[Span]) -> tuple[float, float]:
        """Business minutes in a ticket's spans: each schedule while it was in force, and the last schedule alone."""
        own = self.schedules_of(ticket, created)
        starts = [pd.Timestamp(0, tz="UTC"), *(since for since, _ in own[1:])]
        ends = [*starts[1:], pd.Timestamp("2100-01-01", tz="UTC")]
        by_all = sum(
            self.open[schedule].between(max(start, since), min(end, until))
            for start, end in spans
            for since, until, (_, schedule) in zip(starts, ends, own, strict=True)
        )
        return by_all, sum(self.open[own[-1][1]].between(start, end) for start, end in spans)
