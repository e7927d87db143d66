"""Exports of an invented help desk: schedules, holidays, tickets with their audits. Asserts nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

AGENT, CUSTOMER = 7001, 9001
Json = dict[str, Any]


def iso(instant: datetime) -> str:
    """An instant as the vendor writes it."""
    return instant.strftime("%Y-%m-%dT%H:%M:%S.%f").rstrip("0").rstrip(".") + "Z"


@dataclass
class Desk:
    """Collects what a help desk would export, and writes it as API bodies."""

    tickets: list[Json] = field(default_factory=list)
    audits: list[Json] = field(default_factory=list)
    schedules: list[Json] = field(default_factory=list)
    holidays: list[Json] = field(default_factory=list)
    ticket_schedules: list[Json] = field(default_factory=list)
    users: list[Json] = field(default_factory=list)

    def staff(self) -> Desk:
        """One agent and one customer."""
        for number, role in ((AGENT, "agent"), (CUSTOMER, "end-user")):
            made = "2009-01-01T00:00:00Z"
            self.users.append({"id": number, "role": role, "active": True, "created_at": made, "updated_at": made})
        return self

    def schedule(self, number: int, zone: str, intervals: list[tuple[int, int]], holidays: Sequence[date] = ()) -> None:
        """A schedule with its weekly intervals (minutes since Sunday 00:00 local) and its one-day holidays."""
        made = "2009-01-01T00:00:00Z"
        weekly = [{"start_time": opens, "end_time": closes} for opens, closes in intervals]
        self.schedules.append(
            {"id": number, "name": f"S{number}", "time_zone": zone, "created_at": made, "updated_at": made}
            | {"intervals": weekly}
        )
        for day in holidays:
            one = {"id": 100 * number + len(self.holidays), "schedule_id": number, "name": "Holiday"}
            self.holidays.append(one | {"start_date": day.isoformat(), "end_date": day.isoformat()})

    def ticket(self, number: int, created: datetime, replied: datetime, solved: datetime) -> None:
        """A ticket of the customer that the agent answered and then solved."""
        common = {"requester_id": CUSTOMER, "submitter_id": CUSTOMER, "assignee_id": AGENT, "status": "solved"}
        times = {"created_at": iso(created), "updated_at": iso(solved), "generated_timestamp": int(solved.timestamp())}
        self.tickets.append({"id": number, "via": {"channel": "email"}} | common | times)
        opening = [self._comment(CUSTOMER), {"type": "Create", "field_name": "status", "value": "open"}]
        self._audit(number, created, CUSTOMER, opening)
        self._audit(number, replied, AGENT, [self._comment(AGENT)])
        change = {"type": "Change", "field_name": "status", "value": "solved", "previous_value": "open"}
        self._audit(number, solved, AGENT, [change])

    def give_schedule(self, ticket: int, schedule: int, since: datetime) -> None:
        """The ticket is under this schedule from now on."""
        self.ticket_schedules.append({"ticket_id": ticket, "schedule_id": schedule, "created_at": iso(since)})

    def _comment(self, author: int) -> Json:
        return {"type": "Comment", "author_id": author, "public": True, "body": "text"}

    def _audit(self, ticket: int, at: datetime, author: int, events: list[Json]) -> None:
        number = 1000 + len(self.audits)
        numbered = [{"id": 10 * number + place} | event for place, event in enumerate(events)]
        head = {"id": number, "ticket_id": ticket, "created_at": iso(at), "author_id": author}
        self.audits.append(head | {"via": {"channel": "web"}, "events": numbered})

    def write(self, folder: Path) -> None:
        """Write everything collected as envelopes, one file an export."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("tickets", "schedules", "holidays", "ticket_schedules", "users"):
            self._write_body(folder / f"{name}_2024-12-31.json", name, getattr(self, name))
        self._write_body(folder / "ticket_audits_2024-12-31.json", "audits", self.audits)

    def _write_body(self, path: Path, records: str, rows: list[Json]) -> None:
        path.write_text(json.dumps({records: rows}), encoding="utf-8")
