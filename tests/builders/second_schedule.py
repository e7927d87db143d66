"""Adds a second schedule to a sample shop's help desk, and which ticket had which: the two business rules then differ.

Belongs here: files in the help desk's own format. Never here: any expectation about numbers.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

OTHER = 360002
_CHANGE_AFTER_HOURS = 5


def plant_second_schedule(zendesk: Path) -> int:
    """Write a schedule of another zone beside the shop's own, with words for two of three tickets; how many changed."""
    for path in sorted(zendesk.glob("schedules_*.json")):
        body = json.loads(path.read_text(encoding="utf-8"))
        first = body["schedules"][0]
        body["schedules"] = [first, _other(first)]
        path.write_text(json.dumps(body), encoding="utf-8")
    created = _creations(zendesk)
    rows = [row for number, at in sorted(created.items()) for row in _words(number, at, first["id"])]
    newest = max(path.stem.rpartition("_")[2] for path in zendesk.glob("schedules_*.json"))
    target = zendesk / f"ticket_schedules_{newest}.json"
    target.write_text(json.dumps({"ticket_schedules": rows}), encoding="utf-8")
    return sum(number % 3 == 0 for number in created)


def _other(first: dict[str, Any]) -> dict[str, Any]:
    """Open on Sundays too, later in the day, in a zone three hours behind."""
    intervals = [{"start_time": day * 1440 + 615, "end_time": day * 1440 + 1185} for day in (0, 1, 2, 4, 5)]
    return first | {"id": OTHER, "name": "Late desk", "time_zone": "Pacific Time (US & Canada)", "intervals": intervals}


def _creations(zendesk: Path) -> dict[int, datetime]:
    created: dict[int, datetime] = {}
    for path in zendesk.glob("ticket_audits_*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            audit = json.loads(line)
            at = datetime.fromisoformat(audit["created_at"])
            created[audit["ticket_id"]] = min(at, created.get(audit["ticket_id"], at))
    return created


def _words(number: int, created: datetime, first: int) -> list[dict[str, Any]]:
    """Nothing for a third; one word for a third, at once or after hours; a change for the rest."""
    if number % 3 == 2:
        return []
    if number % 3 == 1:
        return [_word(number, OTHER, created + (timedelta(hours=3) if number % 2 else timedelta(seconds=2)))]
    started = _word(number, first, created + timedelta(seconds=2))
    change = created + timedelta(hours=_CHANGE_AFTER_HOURS * (1 + number % 7), seconds=number % 60)
    return [started, _word(number, OTHER, change)]


def _word(number: int, schedule: int, at: datetime) -> dict[str, Any]:
    return {"ticket_id": number, "schedule_id": schedule, "created_at": at.strftime("%Y-%m-%dT%H:%M:%SZ")}
