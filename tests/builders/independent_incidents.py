"""The ServiceNow incidents replayed from their log with pandas, row by row, by the words of the definitions.

Never here: anything of the warehouse itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

STATUSES = {
    "New": "new", "Active": "open", "Awaiting User Info": "pending", "Awaiting Problem": "hold",
    "Awaiting Vendor": "hold", "Awaiting Evidence": "hold", "Resolved": "solved", "Closed": "closed",
}  # fmt: skip
WAITS = {"requester_wait": {"new", "open", "hold"}, "agent_wait": {"pending"}, "on_hold": {"hold"}}
TIMES = "%d/%m/%Y %H:%M"


@dataclass
class Incident:
    """One incident: new from its opening until its log says otherwise."""

    opened: pd.Timestamp
    since: pd.Timestamp
    status: str = "new"
    minutes: dict[str, float] = field(default_factory=lambda: dict.fromkeys(WAITS, 0.0))
    solved: list[pd.Timestamp] = field(default_factory=list)
    reopens: int = 0
    holders: dict[str, str] = field(default_factory=dict)
    moves: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("assigned_to", "assignment_group"), 0))

    def turn(self, status: str, at: pd.Timestamp) -> None:
        """The log says it has this status now."""
        if status == self.status:
            return
        waited = max((at - self.since).total_seconds() / 60, 0)
        for wait, statuses in WAITS.items():
            self.minutes[wait] += waited if self.status in statuses else 0
        is_over = self.status in ("solved", "closed")
        if not is_over and status in ("solved", "closed"):
            self.solved.append(at)
        self.reopens += is_over and status not in ("solved", "closed")
        self.status, self.since = status, max(at, self.opened)

    def hand_to(self, kind: str, holder: str) -> None:
        """The log says it lies here now."""
        self.moves[kind] += self.holders.get(kind, holder) != holder
        self.holders[kind] = holder


def incidents_of(log: Path) -> pd.DataFrame:
    """One row an incident, by its number."""
    rows = pd.read_csv(log, dtype=str, keep_default_na=False)
    rows["at"] = pd.to_datetime(rows["sys_updated_at"], format=TIMES)
    rows["opened"] = pd.to_datetime(rows["opened_at"], format=TIMES)
    rows["change"] = rows["sys_mod_count"].astype(int)
    rows = rows.sort_values(["at", "change"], kind="stable")
    incidents: dict[str, Incident] = {}
    columns = rows[["number", "opened", "at", "incident_state", "assigned_to", "assignment_group"]]
    for number, opened, at, state, agent, group in columns.itertuples(index=False, name=None):
        incident = incidents.setdefault(number, Incident(opened, opened))
        if state in STATUSES:
            incident.turn(STATUSES[state], at)
        for kind, holder in (("assigned_to", agent), ("assignment_group", group)):
            if holder != "?":
                incident.hand_to(kind, holder)
    return pd.DataFrame.from_dict({number: _figures(each) for number, each in incidents.items()}, orient="index")


def _figures(incident: Incident) -> dict[str, object]:
    is_solved = incident.status in ("solved", "closed")
    resolved = [(at - incident.opened).total_seconds() / 60 for at in incident.solved]
    waits = {f"{wait}_calendar_minutes": minutes if is_solved else None for wait, minutes in incident.minutes.items()}
    return waits | {
        "created_at": incident.opened,
        "status": incident.status,
        "reopen_count": incident.reopens,
        "reassignment_count": incident.moves["assigned_to"],
        "group_reassignment_count": incident.moves["assignment_group"],
        "first_solved_at": incident.solved[0] if resolved else None,
        "fully_solved_at": incident.solved[-1] if resolved and is_solved else None,
        "first_resolution_calendar_minutes": resolved[0] if resolved else None,
        "full_resolution_calendar_minutes": resolved[-1] if resolved and is_solved else None,
    }
