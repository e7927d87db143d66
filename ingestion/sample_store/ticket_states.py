"""What is known of every ticket at an instant: state, durations and counts from its events.

Belongs here: the simulator's own measures of tickets. Never here: texts, files, SQL.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingestion.sample_store.clocks import BusinessClock, Floats, Ints
from ingestion.sample_store.columns import NEVER
from ingestion.sample_store.conversations import Conversations
from ingestion.sample_store.desk import FIRST_AGENT, HOLD, NEW, OPEN, PENDING, SOLVED, UNCHANGED

REQUESTER, AGENT, ON_HOLD = (NEW, OPEN, HOLD), (PENDING,), (HOLD,)


@dataclass(frozen=True)
class History:
    """Events with the running values before and after each."""

    events: dict[str, Ints]
    after: dict[str, Ints]
    before: dict[str, Ints]
    starts: NDArray[np.bool_]
    audit_id: Ints


def with_running_values(conversations: Conversations) -> History:
    """Carry status, assignee and group forward inside each ticket; the first event of a ticket sets all three."""
    events = conversations.events
    n = len(events["at"])
    starts = np.concatenate([[True], events["ticket"][1:] != events["ticket"][:-1]])
    after, before = {}, {}
    for name in ("status", "assignee", "group"):
        last_set = np.maximum.accumulate(np.where(events[name] != UNCHANGED, np.arange(n), 0))
        after[name] = events[name][last_set]
        before[name] = np.where(starts, UNCHANGED, np.concatenate([[UNCHANGED], after[name][:-1]]))
    audit_id = np.empty(n, np.int64)
    audit_id[np.lexsort((events["step"], events["ticket"], events["at"]))] = 880_000_000_001 + np.arange(n)
    return History(events, after, before, starts, audit_id)


@dataclass(frozen=True)
class TicketStates:
    """One row a ticket that exists at the instant (`ticket` is its number); NEVER and nan where nothing happened."""

    ticket: Ints
    status: Ints
    assignee: Ints
    group: Ints
    updated: Ints
    first_assigned: Ints
    assigned: Ints
    requester_updated: Ints
    commented: Ints
    first_reply: Ints
    first_solved: Ints
    last_solved: Ints
    status_updated: Ints
    reopens: Ints
    replies: Ints
    assignee_stations: Ints
    group_stations: Ints
    waits: dict[str, tuple[Floats, Floats]]
    is_open_again: NDArray[np.bool_]


def states_at(history: History, clock: BusinessClock, at: int, first: int, last: int) -> TicketStates:
    """The state of tickets first..last-1 just before the instant `at`."""
    keep = (history.events["at"] < at) & (history.events["ticket"] >= first) & (history.events["ticket"] < last)
    e = {name: values[keep] for name, values in history.events.items()}
    after = {name: values[keep] for name, values in history.after.items()}
    before = {name: values[keep] for name, values in history.before.items()}
    ticket, row = np.unique(e["ticket"], return_inverse=True)
    n = len(ticket)
    end = np.searchsorted(e["ticket"], ticket, side="right") - 1

    def earliest(mask: NDArray[np.bool_]) -> Ints:
        found = np.full(n, NEVER)
        np.minimum.at(found, row[mask], e["at"][mask])
        return found

    def latest(mask: NDArray[np.bool_]) -> Ints:
        found = np.full(n, np.int64(-1))
        np.maximum.at(found, row[mask], e["at"][mask])
        return np.where(found < 0, NEVER, found)

    def count(mask: NDArray[np.bool_]) -> Ints:
        return np.bincount(row[mask], minlength=n).astype(np.int64)

    by_agent = (e["author"] >= FIRST_AGENT) & (e["author"] < FIRST_AGENT + 1000)
    reply = by_agent & (e["comment"] == 2) & (e["rule"] == 0) & (e["step"] > 0)
    moved = after["status"] != before["status"]
    solved = moved & (after["status"] == SOLVED)
    reopened = moved & (before["status"] == SOLVED) & (after["status"] < SOLVED)
    given = (after["assignee"] != before["assignee"]) & (after["assignee"] > 0)
    last_solved, first_solved = latest(solved), earliest(solved)
    status = after["status"][end]
    return TicketStates(
        ticket, status, after["assignee"][end], after["group"][end], e["at"][end], earliest(given), latest(given),
        latest(e["author"] >= 900_000_000), latest(e["comment"] > 0), earliest(reply), first_solved, last_solved,
        latest(moved), count(reopened), count(reply), count(given), count(after["group"] != before["group"]),
        _waits(e, after["status"], row, n, clock), (first_solved < NEVER) & (status < SOLVED),
    )  # fmt: skip


def _waits(
    e: dict[str, Ints], status: Ints, row: Ints, n: int, clock: BusinessClock
) -> dict[str, tuple[Floats, Floats]]:
    """Minutes in ended spans, (calendar, business)."""
    ended = np.flatnonzero(e["ticket"][1:] == e["ticket"][:-1])
    start, stop = e["at"][ended], e["at"][ended + 1]
    calendar, business = (stop - start) / 60.0, clock.minutes_between(start, stop)
    waits = {}
    for name, words in (("requester", REQUESTER), ("agent", AGENT), ("hold", ON_HOLD)):
        inside = np.isin(status[ended], words)
        waits[name] = tuple(np.bincount(row[ended][inside], m[inside], n) for m in (calendar, business))
    return waits  # type: ignore[return-value]


def durations(states: TicketStates, created: Ints, clock: BusinessClock) -> dict[str, Floats]:
    """Minutes by name and clock; nan until both ends exist. Full resolution is unknown while a ticket is open again."""
    start = created[states.ticket]
    solved_now = (states.last_solved < NEVER) & ~states.is_open_again
    ends = {
        "first_reply": states.first_reply,
        "first_resolution": states.first_solved,
        "full_resolution": np.where(solved_now, states.last_solved, NEVER),
    }
    minutes: dict[str, Floats] = {}
    for name, end in ends.items():
        known = end < NEVER
        stop = np.where(known, end, start)
        minutes[f"{name}_calendar"] = np.where(known, (stop - start) / 60.0, np.nan)
        minutes[f"{name}_business"] = np.where(known, clock.minutes_between(start, stop), np.nan)
    for name, (calendar, business) in states.waits.items():
        known = (states.first_solved < NEVER) | (name == "hold")
        minutes[f"{name}_calendar"] = np.where(known, calendar, np.nan)
        minutes[f"{name}_business"] = np.where(known, business, np.nan)
    return minutes
