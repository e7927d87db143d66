"""Churn by month, person by person, from orders alone: instants on one side, the store's midnights on the other.

Never here: anything of the warehouse, and no sum on a wall clock: days of the rule pass by the hour, in every zone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd


def churn_of(
    orders: dict[str, list[datetime]], lost_after: timedelta, months: Iterable[datetime], zone: str
) -> dict[datetime, tuple[int, int]]:
    """By month: how many were customers at the store's midnight that begins it, and the lost among them."""
    held = {person: _stretches(sorted(times), lost_after) for person, times in orders.items()}
    return {month: _counted(held.values(), *_edges(month, zone)) for month in months}


def people_of(bought: pd.DataFrame) -> dict[str, list[datetime]]:
    """Each person's orders as aware instants."""
    return {
        str(email): [time.to_pydatetime() for time in times.dt.tz_convert("UTC")]
        for email, times in bought.groupby("email")["ordered_at"]
    }


def _stretches(times: list[datetime], lost_after: timedelta) -> list[tuple[datetime, datetime]]:
    """From when to when the person was a customer: orders that follow each other soon enough make one stretch."""
    found = [(times[0], times[0] + lost_after)]
    for time in times[1:]:
        begun, lost = found[-1]
        found[-1:] = [(begun, time + lost_after)] if time <= lost else [found[-1], (time, time + lost_after)]
    return found


def _counted(people: Iterable[list[tuple[datetime, datetime]]], begins: datetime, ends: datetime) -> tuple[int, int]:
    customers = lost = 0
    for stretches in people:
        if any(begun < begins <= gone for begun, gone in stretches):
            customers += 1
            lost += any(begins <= gone < ends for _, gone in stretches)
    return customers, lost


def _edges(month: datetime, zone: str) -> tuple[datetime, datetime]:
    """The instants at which a month begins and ends on the store's clock."""
    following = datetime(month.year + month.month // 12, month.month % 12 + 1, 1)
    midnights = (datetime(each.year, each.month, 1, tzinfo=ZoneInfo(zone)) for each in (month, following))
    begins, ends = (midnight.astimezone(UTC) for midnight in midnights)
    return begins, ends
