"""The sample shop's help desk: audits, tickets and metric sets tell one story, and the truth tells it too."""

import json
from collections import defaultdict
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import mean, median
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.builders.shop import SampleShop, sample_shop

ZONES = {"Eastern Time (US & Canada)": "America/New_York", "Berlin": "Europe/Berlin"}
GROUP_SCHEDULES = {"301": 360001, "302": 360002, "303": 360002}
FIELDS = ("status", "assignee_id", "group_id")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> SampleShop:
    return sample_shop(tmp_path_factory.mktemp("shop"), tickets=500)


@pytest.fixture(scope="module")
def tickets(shop: SampleShop) -> dict[int, dict[str, Any]]:
    return shop.newest("zendesk/tickets_*.jsonl")


@pytest.fixture(scope="module")
def audits(shop: SampleShop) -> dict[int, list[dict[str, Any]]]:
    found = defaultdict(list)
    for audit in shop.newest("zendesk/ticket_audits_*.jsonl").values():
        found[audit["ticket_id"]].append(audit)
    return {key: sorted(items, key=lambda a: (a["created_at"], a["id"])) for key, items in found.items()}


def _minutes(start: str, end: str) -> float:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds() / 60


def _changes(history: list[dict[str, Any]], field: str) -> list[tuple[str, Any, Any]]:
    return [(audit["created_at"], event.get("previous_value"), event["value"]) for audit in history
            for event in audit["events"] if event.get("field_name") == field]  # fmt: skip


def _replies(history: list[dict[str, Any]]) -> list[str]:
    """Public comments of agents, without the opening one and without the bot's."""
    return [audit["created_at"] for audit in history[1:] for event in audit["events"]
            if event["type"] == "Comment" and event["public"] and 7000 < audit["author_id"] < 8000]  # fmt: skip


def _counted(tickets: dict[int, dict[str, Any]]) -> list[dict[str, Any]]:
    return [t for t in tickets.values() if t["status"] != "deleted" and "closed_by_merge" not in t["tags"]]


def test_every_ticket_has_its_audits(tickets: dict[int, Any], audits: dict[int, Any]) -> None:
    assert tickets.keys() == audits.keys()


def test_previous_values_continue_the_running_ones(tickets: dict[int, Any], audits: dict[int, Any]) -> None:
    for key, history in audits.items():
        for field in FIELDS:
            changes = _changes(history, field)
            running = changes[0][2]
            for _, before, after in changes[1:]:
                assert (before, after) == (running, after) and after != before
                running = after
            now = tickets[key][field]
            assert running == (now if field == "status" or now is None else str(now))


def test_metric_sets_equal_the_audits(tickets: dict[int, Any], audits: dict[int, Any]) -> None:
    for ticket in _counted(tickets):
        history, metrics = audits[ticket["id"]], ticket["metric_set"]
        replies, statuses = _replies(history), _changes(history, "status")
        solved = [at for at, _, value in statuses if value == "solved"]
        reopened = [at for at, before, after in statuses if before == "solved" and after != "closed"]
        expected = int(_minutes(ticket["created_at"], replies[0])) if replies else None
        assert metrics["reply_time_in_minutes"]["calendar"] == expected
        assert metrics["replies"] == len(replies)
        assert metrics["reopens"] == len(reopened)
        first = int(_minutes(ticket["created_at"], solved[0])) if solved else None
        assert metrics["first_resolution_time_in_minutes"]["calendar"] == first
        open_again = bool(solved) and ticket["status"] not in ("solved", "closed")
        full = int(_minutes(ticket["created_at"], solved[-1])) if solved and not open_again else None
        assert metrics["full_resolution_time_in_minutes"]["calendar"] == full
        given = [after for _, before, after in _changes(history, "assignee_id") if after is not None]
        assert metrics["assignee_stations"] == len(given)


def test_waits_equal_the_status_spans(tickets: dict[int, Any], audits: dict[int, Any]) -> None:
    names = {"agent_wait": ("pending",), "requester_wait": ("new", "open", "hold"), "on_hold": ("hold",)}
    for ticket in _counted(tickets):
        history = audits[ticket["id"]]
        statuses = _changes(history, "status")
        spans = [(value, _minutes(at, following[0])) for (at, _, value), following in pairwise(statuses)]
        for name, words in names.items():
            shown = ticket["metric_set"][f"{name}_time_in_minutes"]["calendar"]
            if shown is not None and ticket["status"] == "closed":
                assert shown == int(round(sum(m for status, m in spans if status in words), 6))


def test_truth_equals_the_files(shop: SampleShop, tickets: dict[int, Any], audits: dict[int, Any]) -> None:
    truth, counted = shop.truth["tickets"], _counted(tickets)
    assert truth["counts"]["tickets"] == len(tickets)
    assert truth["counts"]["counted"] == len(counted)
    for status, count in truth["by_status"].items():
        assert count == sum(t["status"] == status for t in tickets.values())
    waits = [_minutes(t["created_at"], replies[0]) for t in counted if (replies := _replies(audits[t["id"]]))]
    shown = truth["minutes"]["first_reply_calendar"]
    assert (len(waits), mean(waits), median(waits)) == pytest.approx((shown["count"], shown["mean"], shown["median"]))
    assert truth["reopens"] == sum(t["metric_set"]["reopens"] for t in counted)


def _business_minutes(shop: SampleShop, schedule_id: int, start: str, end: str) -> float:
    """Minute by minute arithmetic on days, from an exported schedule and its holidays alone."""
    told = json.loads(shop.files("zendesk/schedules_*.json")[0].read_text("utf-8"))["schedules"]
    schedule = next(item for item in told if item["id"] == schedule_id)
    closed = set()
    for holiday in json.loads(shop.files("zendesk/holidays_*.json")[-1].read_text("utf-8"))["holidays"]:
        first_day, last_day = (date.fromisoformat(holiday[key]) for key in ("start_date", "end_date"))
        if holiday["schedule_id"] == schedule_id:
            closed |= {first_day + timedelta(days=n) for n in range((last_day - first_day).days + 1)}
    zone = ZoneInfo(ZONES[schedule["time_zone"]])
    first, last = (datetime.fromisoformat(at).astimezone(zone) for at in (start, end))
    total, day = 0.0, first.date()
    while day <= last.date():
        for interval in schedule["intervals"] if day not in closed else []:
            if interval["start_time"] // 1440 == (day.weekday() + 1) % 7:
                midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
                opens, closes = (midnight + timedelta(minutes=interval[k] % 1440) for k in ("start_time", "end_time"))
                total += max(0.0, (min(last, closes).timestamp() - max(first, opens).timestamp()) / 60)
        day += timedelta(days=1)
    return total


@pytest.fixture(scope="module")
def schedules(shop: SampleShop) -> dict[int, list[int]]:
    """Ticket id -> the schedules it had, in their order, as far as anybody said so."""
    told = {
        (row["ticket_id"], row["created_at"], row["schedule_id"])
        for path in shop.files("zendesk/ticket_schedules_*.json")
        for row in json.loads(path.read_text("utf-8"))["ticket_schedules"]
    }
    found: dict[int, list[int]] = defaultdict(list)
    for ticket, _, schedule in sorted(told):
        found[ticket].append(schedule)
    return found


def test_business_minutes_follow_the_last_of_the_exported_schedules(
    shop: SampleShop, tickets: dict[int, Any], audits: dict[int, Any], schedules: dict[int, list[int]]
) -> None:
    """As the desk's own screen counts them; a ticket of which nothing is told lies under the desk's first schedule."""
    seen: dict[int, int] = defaultdict(int)
    for ticket in _counted(tickets)[::3]:
        replies, own = _replies(audits[ticket["id"]]), schedules.get(ticket["id"], [360001])
        if replies:
            expected = _business_minutes(shop, own[-1], ticket["created_at"], replies[0])
            assert ticket["metric_set"]["reply_time_in_minutes"]["business"] == int(expected + 1e-9)
            seen[own[-1]] += 1
    assert min(seen[360001], seen[360002]) > 25


def test_a_ticket_that_changes_to_a_group_of_the_other_schedule_changes_schedule(
    audits: dict[int, Any], schedules: dict[int, list[int]]
) -> None:
    for key, history in audits.items():
        groups = [GROUP_SCHEDULES[group] for _, _, group in _changes(history, "group_id")]
        own = [schedule for n, schedule in enumerate(groups) if n == 0 or schedule != groups[n - 1]]
        assert schedules.get(key, [360001]) == own
    assert any(own == [360001, 360002] for own in schedules.values())
    assert set(audits) - set(schedules)


def test_hard_cases_are_there(tickets: dict[int, Any], audits: dict[int, Any]) -> None:
    def there_and_back(history: list[dict[str, Any]]) -> bool:
        given = [after for _, _, after in _changes(history, "assignee_id") if after]
        return len(given) == 3 and given[0] == given[2] != given[1]

    assert any(there_and_back(history) for history in audits.values())
    assert any(t["metric_set"]["reopens"] == 1 and t["status"] == "open" for t in tickets.values())
    assert any(t["submitter_id"] < 8000 for t in tickets.values())
    assert any(t["subject"] == "SCRUBBED" and t["description"] == "X" for t in tickets.values())
    assert any("spam" in t["tags"] for t in tickets.values())
    restored = [audits[t["id"]] for t in tickets.values() if t["status"] != "deleted"]
    assert any(value == "deleted" for history in restored for _, _, value in _changes(history, "status"))
    notes = [a for history in audits.values() for a in history if a["author_id"] == 7090]
    assert notes and not any(event.get("public") for a in notes for event in a["events"])
    losers = {t["id"] for t in tickets.values() if "closed_by_merge" in t["tags"]}
    named = {key for history in audits.values() for a in history
             for key in (a["via"]["source"]["from"] or {}).get("ticket_ids", [])}  # fmt: skip
    assert losers and losers <= named
    bots = [
        a
        for history in audits.values()
        for a in history
        if a["author_id"] == -1 and a["events"][0]["type"] == "Comment"
    ]
    assert bots


def test_an_agent_who_loses_his_role_does_nothing_after_it(shop: SampleShop, audits: dict[int, Any]) -> None:
    versions = [user for user in shop.json_lines("zendesk/users_*.jsonl") if user["id"] == 7004]
    assert {user["role"] for user in versions} == {"agent", "end-user"}
    left = min(user["updated_at"] for user in versions if user["role"] == "end-user")
    assert all(user["updated_at"] < left for user in versions if user["role"] == "agent")
    his = [audit["created_at"] for history in audits.values() for audit in history if audit["author_id"] == 7004]
    assert his and max(his) < left


def test_some_people_write_to_the_desk_from_another_address(shop: SampleShop) -> None:
    desk = {user["email"] for user in shop.newest("zendesk/users_*.jsonl").values() if user["role"] == "end-user"}
    assert any(email.strip().lower().endswith("@work.example") for email in desk)


def test_customers_are_the_same_people_in_both_places(shop: SampleShop) -> None:
    desk = {u["email"] for u in shop.newest("zendesk/users_*.jsonl").values() if u["role"] == "end-user"}
    store = {o["email"] for o in shop.newest("shopify/orders_2*.jsonl", "Order").values() if o["email"]}
    store |= {rows[0]["Email"] for rows in shop.newest_csv_orders().values() if rows[0]["Email"]}
    folded = {email.strip().lower() for email in desk} & {email.strip().lower() for email in store}
    assert len(folded) > len(desk & store) > 0
    assert any(email.startswith("visitor") for email in desk)
