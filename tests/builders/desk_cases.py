"""A help desk's hard cases, an account each: other exports than audits, changed or unknown schedules. No assertions."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from tests.builders.desk import AGENT, CUSTOMER, Desk, Json, iso

MONDAY = datetime(2024, 3, 4, 12, 0, tzinfo=UTC)
WEEK = [(day * 1440 + 540, day * 1440 + 1020) for day in range(1, 6)]  # Monday to Friday, 9 to 17
SHORT_WEEK = [(day * 1440 + 600, day * 1440 + 960) for day in range(1, 6)]  # 10 to 16


def at(hours: float, start: datetime = MONDAY) -> datetime:
    """So many hours after the start."""
    return datetime.fromtimestamp(start.timestamp() + hours * 3600, tz=UTC)


def write_cases(exports: Path) -> None:
    """All accounts, each in its folder."""
    _other_exports(exports / "other")
    _changed_schedule(exports / "changed")
    _unknown_zone(exports / "mars")
    _no_schedule(exports / "bare")
    _lost_role(exports / "lost")
    _changed_history(exports / "moved")


def _ticket(number: int, status: str = "solved", **more: Any) -> Json:
    times = {"created_at": iso(MONDAY), "updated_at": iso(at(9)), "generated_timestamp": int(at(9).timestamp())}
    people = {"requester_id": CUSTOMER, "submitter_id": CUSTOMER, "assignee_id": AGENT}
    return {"id": number, "status": status, "via": {"channel": "web"}} | times | people | more


def _lines(path: Path, rows: list[Json]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def _other_exports(folder: Path) -> None:
    """1: ticket events. 2: metric set. 3: comments. 4: solved early. 5: odd words. 6: unreadable time. 7: imported."""
    metrics: Json = {"reopens": 2, "replies": 3, "reply_time_in_minutes": {"calendar": 77, "business": 33}}
    comments = [
        {"id": 31, "author_id": CUSTOMER, "public": True, "created_at": iso(MONDAY)},
        {"id": 32, "author_id": AGENT, "public": True, "created_at": iso(at(2))},
    ]
    embedded: Json = {"requester_id": None, "requester": {"id": CUSTOMER}, "comments": comments}
    odd: Json = {"via": {"channel": "carrier_pigeon"}, "priority": "whenever"}
    desk = Desk().staff()
    desk.ticket(4, MONDAY, at(1), at(2))
    desk.tickets[0]["created_at"] = iso(at(5))
    desk.ticket(7, at(600), at(601), at(602))
    desk.tickets[1]["created_at"] = iso(MONDAY)
    desk.tickets += [_ticket(1), _ticket(2, metric_set=metrics), _ticket(3, **embedded), _ticket(5, "limbo", **odd)]
    desk.tickets.append(_ticket(6, created_at="yesterday"))
    desk.write(folder)
    _lines(folder / "ticket_events_2024-12-31.jsonl", _events())


def _changed_history(folder: Path) -> None:
    """Audits first; then the shop pulled ticket events, which tell the solve again and go on. 2: nothing goes on."""
    desk = Desk().staff()
    desk.ticket(1, MONDAY, at(0.5), at(1))
    desk.ticket(2, MONDAY, at(0.5), at(1))
    desk.tickets[1] |= {"status": "open", "updated_at": iso(at(9))}
    desk.write(folder)
    _lines(folder / "ticket_events_2025-01-01.jsonl", _events()[1:])


def _events() -> list[Json]:
    changes: list[tuple[float, int, list[Json]]] = [
        (0, CUSTOMER, [{"event_type": "Create", "status": "new"}, _comment(CUSTOMER)]),
        (1, AGENT, [_comment(AGENT), _changed("status", "solved", "new"), _changed("assignee_id", str(AGENT), None)]),
        (3, CUSTOMER, [_changed("status", "open", "solved")]),
        (4, AGENT, [_changed("status", "solved", "open")]),
    ]
    return [
        {"id": 500 + place, "ticket_id": 1, "created_at": iso(at(hours)), "timestamp": int(at(hours).timestamp())}
        | {"updater_id": author, "via": "Web form"}
        | {"child_events": [{"id": 9000 + 10 * place + n} | child for n, child in enumerate(children)]}
        for place, (hours, author, children) in enumerate(changes)
    ]


def _comment(author: int) -> Json:
    return {"event_type": "Comment", "type": "Comment", "author_id": author, "public": True, "body": "text"}


def _changed(field: str, value: str, before: str | None) -> Json:
    return {"event_type": "Change", field: value, "previous_value": before}


def _changed_schedule(folder: Path) -> None:
    """The same stretch of a Monday before and after the shop shortened its hours on 1 June; no day off any more."""
    june = datetime(2024, 6, 3, 0, 0, tzinfo=UTC)
    desk = Desk().staff()
    desk.schedule(1, "UTC", SHORT_WEEK, [date(2024, 12, 24)])
    desk.schedules[0]["updated_at"] = "2024-06-01T00:00:00Z"
    desk.ticket(1, at(-12), at(11), at(12))
    desk.ticket(2, june, at(23, june), at(24, june))
    desk.write(folder)
    earlier = Desk()
    earlier.schedule(1, "UTC", WEEK, [date(2024, 12, 24), MONDAY.date()])
    for name, rows in (("schedules", earlier.schedules), ("holidays", earlier.holidays)):
        (folder / f"{name}_2024-01-15.json").write_text(json.dumps({name: rows}), encoding="utf-8")


def _unknown_zone(folder: Path) -> None:
    desk = Desk().staff()
    desk.schedule(1, "Olympus Mons", WEEK)
    desk.ticket(1, MONDAY, at(1), at(2))
    desk.write(folder)


def _no_schedule(folder: Path) -> None:
    desk = Desk().staff()
    desk.ticket(1, at(-12), at(11), at(12))
    desk.write(folder)


def _lost_role(folder: Path) -> None:
    """An agent who became an end-user between two nights; a promise kept for one of two tickets, renamed since."""
    desk = Desk().staff()
    desk.ticket(1, MONDAY, at(1), at(2))
    desk.ticket(2, at(24 * 30), at(24 * 30 + 1), at(24 * 30 + 2))
    desk.tickets[1]["assignee_id"] = None
    desk.write(folder)
    gone = desk.users[0] | {"role": "end-user", "updated_at": iso(at(24 * 7))}
    (folder / "users_2025-01-01.json").write_text(json.dumps({"users": [gone]}), encoding="utf-8")
    promise = {"target": 60, "business_hours": False, "policy": {"id": 1, "title": "Fast"}}
    rows: list[Json] = []
    for ticket, hours in ((1, 0), (2, 24 * 30)):
        rows.append({"ticket_id": ticket, "type": "apply_sla", "time": iso(at(hours)), "sla": promise})
        rows.append({"ticket_id": ticket, "type": "breach", "time": iso(at(hours + 1)), "deleted": ticket == 1})
        rows.append({"ticket_id": ticket, "type": "fulfill", "time": iso(at(hours + 1))})
    numbered = [{"id": number, "metric": "reply_time", "instance_id": 1} | row for number, row in enumerate(rows)]
    _lines(folder / "ticket_metric_events_2024-12-31.jsonl", numbered)
    policies = {"sla_policies": [{"id": 1, "title": "Faster", "policy_metrics": []}]}
    (folder / "sla_policies_2024-12-31.json").write_text(json.dumps(policies), encoding="utf-8")
