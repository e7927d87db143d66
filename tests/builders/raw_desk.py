"""Rows of a help desk's hours and figures for the raw store, random ones and one desk that changes its mind.

Belongs here: rows. Never here: writing them, or a check.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from tests.builders.raw_surroundings import BEGIN, Row, day_of

Tables = dict[str, list[Row]]
NOON = datetime(2026, 3, 2, 12)  # a Monday
DAY = 24 * 60


def random_schedules(random: Random) -> Tables:
    """One of two schedules, open for a stretch of each Monday."""
    return _schedule(random.randrange(1, 3), random.randrange(6, 12), NOON + timedelta(days=random.randrange(4)))


def random_given_schedules(random: Random) -> Tables:
    """A ticket is put under one of the schedules."""
    given = {"ticket_id": random.randrange(1, 5), "schedule_id": random.randrange(1, 3)}
    return {"zendesk.ticket_schedules": [given | {"created_at": NOON + timedelta(hours=random.randrange(48))}]}


def random_metrics(random: Random) -> Tables:
    """The desk's own figures of a ticket."""
    ticket = random.randrange(1, 6)
    figures = {"replies": random.randrange(3), "reopens": random.randrange(2), "reply_time_calendar": 7}
    changed = {"updated_at": NOON + timedelta(hours=random.randrange(48))}
    return {"zendesk.ticket_metrics": [{"id": 10 * ticket, "ticket_id": ticket} | figures | changed]}


def random_audits(random: Random) -> Tables:
    """Audits of a few tickets, each a change of status, a comment or a change of hands; some hold the creation."""
    audits: list[Row] = []
    events: list[Row] = []
    for number in range(1, random.randrange(2, 5)):
        audit, ticket, at = random.randrange(10, 20), random.randrange(1, 5), day_of(random)
        audits.append({"id": audit, "ticket_id": ticket, "created_at": at, "author_id": 7})
        event = {"audit_id": audit, "ticket_id": ticket, "audited_at": at, "audit_author_id": 7}
        event |= {"_parent_row_number": number, "_child_number": 1, "id": 100 * audit}
        changes = random.choice(["new", "open", "pending", "solved", "closed"])
        kind = {"type": "Change", "field_name": "status", "value": changes}
        if random.choice([True, False]):
            kind |= {"type": "Create", "audited_at": random.choice([BEGIN, at])}
        comment = {"type": "Comment", "public": random.choice([True, False])}
        holder = {"type": "Change", "field_name": "assignee_id", "value": random.choice(["7", "8"])}
        events += [event | random.choice([kind, kind, comment, holder])]
    return {"zendesk.ticket_audits": audits, "zendesk.ticket_audits_events": events}


def random_events(random: Random) -> Tables:
    """Ticket events of the same tickets, each with one child: a status, somebody given the ticket, or a comment."""
    events: list[Row] = []
    children: list[Row] = []
    for number in range(1, random.randrange(2, 4)):
        event, ticket, at = random.randrange(50, 60), random.randrange(1, 5), day_of(random)
        events.append({"id": event, "ticket_id": ticket, "created_at": at, "updater_id": 7})
        child = {"event_id": event, "ticket_id": ticket, "event_created_at": at, "updater_id": 7, "id": 100 * event}
        status = {"type": "Change", "status": random.choice(["open", "pending", "solved"])}
        begun = {"type": "Create", "status": "new", "event_created_at": random.choice([BEGIN, at])}
        holder = {"type": "Change", "assignee_id": random.choice(["7", "8"])}
        comment = {"type": "Comment", "public": random.choice([True, False])}
        place = {"_parent_row_number": number, "_child_number": 1}
        children.append(child | place | random.choice([status, begun, holder, comment]))
    return {"zendesk.ticket_events": events, "zendesk.ticket_events_child_events": children}


def random_stated_tickets(random: Random) -> Tables:
    """Tickets of another desk, which says a status or leaves it to its log."""
    return {
        "entity.tickets": [
            {
                "ticket_key": f"k{random.randrange(3)}",
                "created_at": NOON,
                "status": random.choice([None, "open", "odd"]),
            }
            | {"solved_at": random.choice([None, NOON + timedelta(hours=5)]), "updated_at": _some_hour(random)}
            for _ in range(2)
        ]
    }


def random_log(random: Random) -> Tables:
    """Rows of its log, which may begin before and after the creation."""
    return {
        "entity.ticket_events": [
            {"ticket_key": f"k{random.randrange(3)}", "event_key": f"{random.randrange(6)}"}
            | {"occurred_at": _some_hour(random), "status": random.choice(["new", "pending", "solved", "closed"])}
            for _ in range(3)
        ]
    }


def _some_hour(random: Random) -> datetime:
    return NOON + timedelta(hours=random.randrange(-2, 48))


def desk_with_hours() -> list[tuple[str, Tables]]:
    """A desk with an agent, hours, and a ticket that the agent answers and solves within them."""
    ticket = {"id": 1, "created_at": NOON, "requester_id": 9, "submitter_id": 9, "status": "solved"}
    audits = [{"id": n, "ticket_id": 1, "created_at": _after(n), "author_id": 9 if n == 1 else 7} for n in (1, 2, 3)]
    said = {"type": "Comment", "public": True}
    status = {"field_name": "status"}
    events = [
        _event(1, 1, status | {"type": "Create", "value": "open"}),
        _event(1, 2, said),
        _event(2, 1, said),
        _event(3, 1, status | {"type": "Change", "value": "solved", "previous_value": "open"}),
    ]
    return [
        ("zendesk.users", _users("agent", NOON)),
        ("zendesk.schedules", _schedule(1, 9, NOON)),
        ("zendesk.tickets", {"zendesk.tickets": [ticket | {"generated_timestamp": _after(3)}]}),
        ("zendesk.ticket_audits", {"zendesk.ticket_audits": audits, "zendesk.ticket_audits_events": events}),
    ]


def what_happens(what: str) -> tuple[str, Tables]:
    """A delivery that says nothing of the ticket, and yet changes what is known of it."""
    holiday = {"id": 1, "schedule_id": 1, "name": "closed", "start_date": NOON.date(), "end_date": NOON.date()}
    deliveries: dict[str, tuple[str, Tables]] = {
        "the agent had lost the role": ("zendesk.users", _users("end-user", NOON + timedelta(minutes=30))),
        "the schedule was another": ("zendesk.schedules", _schedule(1, 13, NOON)),
        "the day was a holiday": ("zendesk.holidays", {"zendesk.holidays": [holiday]}),
    }
    return deliveries[what]


def _after(hours: int) -> datetime:
    return NOON + timedelta(hours=hours - 1)


def _users(role: str, since: datetime) -> Tables:
    agents = [{"id": 7, "role": role, "updated_at": since}, {"id": 8, "role": "agent", "updated_at": NOON}]
    return {"zendesk.users": [*agents, {"id": 9, "role": "end-user", "updated_at": NOON}]}


def _schedule(number: int, opens: int, since: datetime) -> Tables:
    schedule = {"id": number, "name": "hours", "time_zone": "Etc/UTC", "created_at": NOON, "updated_at": since}
    hours = {"schedule_id": number, "start_time": DAY + 60 * opens, "end_time": DAY + 60 * 18}
    return {
        "zendesk.schedules": [schedule],
        "zendesk.schedules_intervals": [hours | {"_parent_row_number": 1, "_child_number": 1}],
    }


def _event(audit: int, number: int, fields: Row) -> Row:
    place = {"_parent_row_number": audit, "_child_number": number, "id": 10 * audit + number, "audit_id": audit}
    return place | {"ticket_id": 1, "audited_at": _after(audit), "audit_author_id": 9 if audit == 1 else 7} | fields
