"""Tickets of the sample shop replayed from their audits, one after the other, by the words of the metrics' definitions.

Never here: anything of the warehouse itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from tests.builders import independent_exports as exports
from tests.builders.independent_exports import Row, email_key
from tests.builders.independent_hours import Calendar, Span

FCR_WINDOW = pd.Timedelta(days=7)
WAITS = {"requester_wait": ("new", "open", "hold"), "agent_wait": ("pending",), "on_hold": ("hold",)}


class Roles:
    """Who was an agent when: each version of a user holds since it was made, the first one before that too."""

    def __init__(self, zendesk: Path) -> None:
        self.versions: dict[int, dict[pd.Timestamp, str]] = {}
        for _, row in exports.json_records(zendesk, "users_*.jsonl"):
            self.versions.setdefault(row["id"], {})[pd.Timestamp(row["updated_at"])] = row["role"]

    def is_agent(self, number: int, at: pd.Timestamp) -> bool:
        versions = self.versions.get(number, {})
        known = [since for since in versions if since <= at] or sorted(versions)[:1]
        return bool(known) and versions[max(known)] != "end-user"


@dataclass
class History:
    """What happened to one ticket."""

    created: pd.Timestamp
    status: str = ""
    since: pd.Timestamp | None = None
    spans: list[tuple[str, pd.Timestamp, pd.Timestamp]] = field(default_factory=list)
    solved: list[pd.Timestamp] = field(default_factory=list)
    reopens: int = 0
    agent: str | None = None
    group: str | None = None
    agent_changes: int = 0
    group_changes: int = 0
    replies: list[tuple[pd.Timestamp, int]] = field(default_factory=list)
    comments: int = 0
    asked: list[pd.Timestamp] = field(default_factory=list)

    def take(self, audit: Row, roles: Roles) -> None:
        """Replay one audit."""
        at = pd.Timestamp(audit["created_at"])
        for event in audit["events"]:
            if event["type"] == "Comment":
                self._comment(event, audit, at, roles)
            elif event.get("field_name") == "status":
                self._turn(event["value"], at)
            elif event.get("field_name") == "assignee_id":
                self.agent_changes += _changes(self.agent, event["value"])
                self.agent = event["value"]
            elif event.get("field_name") == "group_id":
                self.group_changes += _changes(self.group, event["value"])
                self.group = event["value"]

    def _comment(self, event: Row, audit: Row, at: pd.Timestamp, roles: Roles) -> None:
        self.comments += 1
        is_automatic = event["author_id"] == -1 or audit["via"]["channel"] == "rule"
        is_agent = roles.is_agent(event["author_id"], at)
        if event["public"] and is_agent and not is_automatic and self.comments > 1:
            self.replies.append((at, event["author_id"]))
        elif event["public"] and not is_agent and not is_automatic:
            self.asked.append(at)

    def _turn(self, status: str, at: pd.Timestamp) -> None:
        if self.since is not None:
            self.spans.append((self.status, self.since, at))
        if self.status == "solved" and status in ("new", "open", "pending", "hold"):
            self.reopens += 1
        if status == "solved":
            self.solved.append(at)
        self.status, self.since = status, at

    def in_status(self, statuses: tuple[str, ...]) -> list[Span]:
        """The ended spans in any of these statuses."""
        return [(start, end) for status, start, end in self.spans if status in statuses]


def _changes(before: str | None, after: str | None) -> int:
    return int(before is not None and after is not None and before != after)


def histories_of(zendesk: Path) -> dict[int, History]:
    """Ticket id -> what happened to it."""
    roles = Roles(zendesk)
    audits = {row["id"]: row for _, row in exports.json_records(zendesk, "ticket_audits_*.jsonl")}
    histories: dict[int, History] = {}
    for audit in sorted(audits.values(), key=lambda row: (row["created_at"], row["id"])):
        at = pd.Timestamp(audit["created_at"])
        histories.setdefault(audit["ticket_id"], History(at)).take(audit, roles)
    return histories


def _reason(ticket: Row, now: pd.Timestamp) -> str | None:
    if pd.Timestamp(ticket["created_at"]) >= now:
        return "after_as_of"
    if "closed_by_merge" in ticket["tags"]:
        return "merged"
    if "spam" in ticket["tags"]:
        return "spam"
    if ticket["status"] == "deleted":
        return "permanently_deleted" if ticket["subject"] == "SCRUBBED" else "deleted"
    return None


def tickets_of(zendesk: Path, calendar: Calendar, now: pd.Timestamp) -> pd.DataFrame:
    """One row a ticket with its durations in minutes and its counts."""
    newest = exports.newest_of(
        (row["id"], (row["generated_timestamp"], row["updated_at"], day), row)
        for day, row in exports.json_records(zendesk, "tickets_*.jsonl")
    )
    users = exports.newest_of((row["id"], day, row) for day, row in exports.json_records(zendesk, "users_*.jsonl"))
    histories = histories_of(zendesk)
    rows = []
    for number, ticket in newest.items():
        row = _base(number, ticket, email_key(users[ticket["requester_id"]]["email"]), now)
        rows.append(row | _counts(histories[number], row) | _durations(number, histories[number], row, calendar))
    tickets = pd.DataFrame(rows)
    verdicts = [_first_contact_resolved(row, tickets, now) for row in tickets.to_dict("records")]
    tickets["is_first_contact_resolved"] = pd.Series(verdicts, dtype="boolean")
    return tickets


def _base(number: int, ticket: Row, email: str | None, now: pd.Timestamp) -> Row:
    return {
        "number": number,
        "created_at": pd.Timestamp(ticket["created_at"]),
        "email": email,
        "status": ticket["status"],
        "channel": ticket["via"]["channel"],
        "priority": ticket["priority"],
        "group": ticket["group_id"],
        "reason": _reason(ticket, now),
        "is_solved": ticket["status"] in ("solved", "closed"),
    }


def _counts(history: History, row: Row) -> Row:
    return {
        "replies": len(history.replies),
        "answering_agents": len({agent for _, agent in history.replies}),
        "reopens": history.reopens,
        "reassignments": history.agent_changes,
        "group_reassignments": history.group_changes,
        "is_one_touch": row["is_solved"] and len(history.replies) == 1,
        "is_opened_by_agent": not history.asked or history.asked[0] > history.created,
    }


def _durations(number: int, history: History, row: Row, calendar: Calendar) -> Row:
    created, solved = row["created_at"], history.solved
    spans: dict[str, list[Span] | None] = {
        "first_response": [(created, history.replies[0][0])] if history.replies else None,
        "first_resolution": [(created, solved[0])] if solved else None,
        "full_resolution": [(created, solved[-1])] if solved and row["is_solved"] else None,
    }
    for name, statuses in WAITS.items():
        spans[name] = history.in_status(statuses) if row["is_solved"] else None
    found: Row = {"solved_at": solved[-1] if solved and row["is_solved"] else None}
    for name, own in spans.items():
        by_all, by_last = calendar.minutes(number, created, own) if own is not None else (None, None)
        found[f"{name}_calendar"] = sum((b - a).total_seconds() for a, b in own) / 60 if own is not None else None
        found[f"{name}_business_all_schedules"], found[f"{name}_business_last_schedule"] = by_all, by_last
    return found


def _first_contact_resolved(row: Row, tickets: pd.DataFrame, now: pd.Timestamp) -> bool | None:
    """One-touch, never reopened, and no other ticket that counts until some days after; unknown while they run."""
    if not row["is_solved"]:
        return None
    if not row["is_one_touch"] or row["reopens"]:
        return False
    until = row["solved_at"] + FCR_WINDOW
    is_other = (tickets["email"] == row["email"]) & (tickets["number"] != row["number"])
    others = tickets[is_other & tickets["reason"].isna()]["created_at"]
    if ((others >= row["created_at"]) & (others <= until)).any():
        return False
    return True if until <= now else None
