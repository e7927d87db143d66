"""Business minutes of the warehouse against a count of open minutes, one by one, that shares no line with it."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest

from ingestion.home import Home
from ingestion.loader import load
from tests.builders.dbt import environment, run_dbt
from tests.builders.desk import Desk

# Around clock changes: Newfoundland at 00:01, half an hour on Lord Howe, Brazil's last summers, Ramadan in Morocco.
WINDOWS = [("2010-03-01", 30), ("2018-10-20", 35), ("2024-03-04", 45), ("2024-10-20", 25)]
ZONES = {
    1: "Europe/Berlin", 2: "Eastern Time (US & Canada)", 3: "Australia/Lord_Howe", 4: "Newfoundland",
    5: "Brasilia", 6: "Casablanca", 7: "UTC", 8: "Asia/Kathmandu", 9: "Pacific/Chatham", 10: "America/Santiago",
}  # fmt: skip
IANA = {2: "America/New_York", 4: "America/St_Johns", 5: "America/Sao_Paulo", 6: "Africa/Casablanca"}
DAY, TICKETS = 1440, 2000
MINUTE = timedelta(minutes=1)

Schedules = dict[int, tuple[list[tuple[int, int]], list[date]]]
Under = list[tuple[datetime, int]]
Minutes = dict[tuple[str, str], tuple[float, float]]  # by ticket and duration: sum rule, last-schedule rule


def _schedules(dice: random.Random) -> Schedules:
    found: Schedules = {}
    for number in ZONES:
        days = dice.sample(range(7), 5)
        intervals = [
            (day * DAY + opens, day * DAY + opens + dice.randrange(30, 700))
            for day in days
            for opens in [dice.randrange(0, 700)]
        ]
        intervals += [(6 * DAY + 1200, 7 * DAY)] if number % 2 else [(0, 5)]
        if number == 7:
            intervals = [(0, 7 * DAY)]
        holidays = [date(2024, 3, 29), date(2018, 11, 2), date(2010, 3, 17), date(2024, 10, 31)]
        found[number] = (intervals, dice.sample(holidays, 2))
    return found


def _open_minutes(number: int, schedules: Schedules) -> dict[datetime, int]:
    """For each minute of the windows, how many minutes the schedule had been open since its window began."""
    intervals, holidays = schedules[number]
    zone = ZoneInfo(IANA.get(number, ZONES[number]))
    week = {minute for opens, closes in intervals for minute in range(opens, closes)}
    so_far: dict[datetime, int] = {}
    for first, days in WINDOWS:
        instant, total = datetime.fromisoformat(first).replace(tzinfo=UTC), 0
        for _ in range((days + 1) * DAY):
            so_far[instant] = total
            local = instant.astimezone(zone)
            of_week = (local.isoweekday() % 7) * DAY + local.hour * 60 + local.minute
            total += of_week in week and local.date() not in holidays
            instant += MINUTE
    return so_far


def _expected(start: datetime, end: datetime, under: Under, counts: dict[int, dict[datetime, int]]) -> tuple[int, int]:
    ends = [since for since, _ in under[1:]] + [datetime(2200, 1, 1, tzinfo=UTC)]
    summed = 0
    for place, ((since, number), until) in enumerate(zip(under, ends, strict=True)):
        first, last = (start if place == 0 else max(start, since)), min(end, until)
        if first < last:
            summed += counts[number][last] - counts[number][first]
    last_counts = counts[under[-1][1]]
    return summed, last_counts[end] - last_counts[start]


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[Minutes, Minutes]:
    """What the warehouse says and what counting says, by ticket and duration."""
    dice, desk = random.Random(20240310), Desk().staff()
    truth: Minutes = {}
    schedules = _schedules(dice)
    counts = {number: _open_minutes(number, schedules) for number in ZONES}
    for number, zone in ZONES.items():
        desk.schedule(number, zone, *schedules[number])
    for ticket in range(1, TICKETS + 1):
        first, days = dice.choice(WINDOWS)
        opened = datetime.fromisoformat(first).replace(tzinfo=UTC)
        created, replied, solved = (opened + m * MINUTE for m in sorted(dice.sample(range(days * DAY), 3)))
        changes = sorted(dice.sample(range(int((solved - created) / MINUTE) + 2), dice.choice([0, 0, 1, 2])))
        under = [(created, dice.choice(list(ZONES)))] + [
            (created + m * MINUTE, dice.choice(list(ZONES))) for m in changes if m > 1
        ]
        desk.ticket(ticket, created, replied, solved)
        for since, number in under:
            desk.give_schedule(ticket, number, since)
        truth[str(ticket), "first_response"] = _expected(created, replied, under, counts)
        truth[str(ticket), "full_resolution"] = _expected(created, solved, under, counts)
    return _warehouse(tmp_path_factory.mktemp("home"), desk), truth


def _warehouse(home: Path, desk: Desk) -> Minutes:
    desk.write(home / "exports" / "zendesk")
    with environment(CX_HOME=str(home), CX_SETTLE_SECONDS="0"):
        summary = load(Home.from_environment())
    assert {delivery.status for delivery in summary.deliveries} == {"loaded"}
    run_dbt(home, "seed", "--select", "path:seeds/service", as_of="2024-12-31")
    run_dbt(home, "run", "--select", "+int_tickets__timed", as_of="2024-12-31")
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "select source_ticket_id, duration, business_all_schedules_minutes, business_last_schedule_minutes "
            "from core.int_tickets__timed join core.int_tickets__unioned using (ticket_id)"
        ).fetchall()
    return {(ticket, duration): (summed, last) for ticket, duration, summed, last in rows}


@pytest.mark.parametrize("rule", [0, 1], ids=["sum_of_every_schedule", "last_schedule_only"])
def test_business_minutes_equal_a_minute_by_minute_count(measured: tuple[Minutes, Minutes], rule: int) -> None:
    warehouse, truth = measured
    wrong = {
        key: (warehouse[key][rule], value[rule]) for key, value in truth.items() if warehouse[key][rule] != value[rule]
    }
    assert not wrong, f"{len(wrong)} of {len(truth)}, such as {list(wrong.items())[:5]}"
