"""What is known of every ticket at an instant: state, durations and counts from its events.

Belongs here: the simulator's own measures of tickets. Never here: durations (ticket_minutes), texts, files.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingestion.sample_store.clocks import Floats, Ints
from ingestion.sample_store.columns import NEVER
from ingestion.sample_store.conversations import Conversations
from ingestion.sample_store.desk import (
    BY_PERSON,
    FIRST_AGENT,
    FIRST_REQUESTER,
    GROUPS,
    HOLD,
    NEW,
    OPEN,
    PENDING,
    PUBLIC,
    SOLVED,
    UNCHANGED,
    Step,
)
from ingestion.sample_store.schedules import SCHEDULE_OF_GROUP, DeskClocks

REQUESTER, AGENT, ON_HOLD = (NEW, OPEN, HOLD), (PENDING,), (HOLD,)


Waits = dict[str, tuple[Floats, Floats, Floats]]


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
class Schedules:
    """Which schedule each ticket had first and has now, and when it changed (once at most; NEVER where it did not)."""

    first: Ints
    last: Ints
    changed: Ints
    of_event: Ints


@dataclass(frozen=True, kw_only=True)
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
    schedules: Schedules
    waits: Waits
    is_open_again: NDArray[np.bool_]


@dataclass(frozen=True)
class _PerTicket:
    """Events as seen from their tickets: `at` when, `row` of which of so many."""

    at: Ints
    row: Ints
    tickets: int

    def earliest(self, mask: NDArray[np.bool_]) -> Ints:
        found = np.full(self.tickets, NEVER)
        np.minimum.at(found, self.row[mask], self.at[mask])
        return found

    def latest(self, mask: NDArray[np.bool_]) -> Ints:
        found = np.full(self.tickets, np.int64(-1))
        np.maximum.at(found, self.row[mask], self.at[mask])
        return np.where(found < 0, NEVER, found)

    def count(self, mask: NDArray[np.bool_]) -> Ints:
        return np.bincount(self.row[mask], minlength=self.tickets).astype(np.int64)


def states_at(history: History, clocks: DeskClocks, at: int, first: int, last: int) -> TicketStates:
    """The state of tickets first..last-1 just before the instant `at`."""
    keep = (history.events["at"] < at) & (history.events["ticket"] >= first) & (history.events["ticket"] < last)
    e, after, before = (
        {name: values[keep] for name, values in each.items()}
        for each in (history.events, history.after, history.before)
    )
    ticket, row = np.unique(e["ticket"], return_inverse=True)
    end = np.searchsorted(e["ticket"], ticket, side="right") - 1
    events = _PerTicket(e["at"], row, len(ticket))
    reply = _is_by_agent(e) & (e["comment"] == PUBLIC) & (e["rule"] == BY_PERSON) & (e["step"] > Step.OPENED)
    moved = after["status"] != before["status"]
    reopened = moved & (before["status"] == SOLVED) & (after["status"] < SOLVED)
    given = (after["assignee"] != before["assignee"]) & (after["assignee"] > 0)
    schedules = _schedules(events, SCHEDULE_OF_GROUP[after["group"] - GROUPS[0][0]], e["ticket"], ticket)
    solved, status = moved & (after["status"] == SOLVED), after["status"][end]
    first_solved = events.earliest(solved)
    return TicketStates(
        ticket=ticket,
        status=status,
        assignee=after["assignee"][end],
        group=after["group"][end],
        updated=e["at"][end],
        first_assigned=events.earliest(given),
        assigned=events.latest(given),
        requester_updated=events.latest(e["author"] >= FIRST_REQUESTER),
        commented=events.latest(e["comment"] > 0),
        first_reply=events.earliest(reply),
        first_solved=first_solved,
        last_solved=events.latest(solved),
        status_updated=events.latest(moved),
        reopens=events.count(reopened),
        replies=events.count(reply),
        assignee_stations=events.count(given),
        group_stations=events.count(after["group"] != before["group"]),
        schedules=schedules,
        waits=_waits(e, after["status"], row, schedules, clocks),
        is_open_again=(first_solved < NEVER) & (status < SOLVED),
    )


def _schedules(events: _PerTicket, of_event: Ints, event_ticket: Ints, ticket: Ints) -> Schedules:
    first = of_event[np.searchsorted(event_ticket, ticket)]
    last = of_event[np.searchsorted(event_ticket, ticket, side="right") - 1]
    return Schedules(first, last, events.earliest(of_event != first[events.row]), of_event)


def _is_by_agent(e: dict[str, Ints]) -> NDArray[np.bool_]:
    return (e["author"] >= FIRST_AGENT) & (e["author"] < FIRST_AGENT + 1000)


def _waits(e: dict[str, Ints], status: Ints, row: Ints, schedules: Schedules, clocks: DeskClocks) -> Waits:
    """Minutes in ended spans: by the clock, by each schedule while it was in force, by the last schedule alone."""
    ended = np.flatnonzero(e["ticket"][1:] == e["ticket"][:-1])
    start, stop, mine = e["at"][ended], e["at"][ended + 1], row[ended]
    by_all = clocks.minutes_between(schedules.of_event[ended], start, stop)
    by_last = clocks.minutes_between(schedules.last[mine], start, stop)
    waits: Waits = {}
    for name, words in (("requester", REQUESTER), ("agent", AGENT), ("hold", ON_HOLD)):
        inside = np.isin(status[ended], words)

        def sums(minutes: Floats, inside: NDArray[np.bool_] = inside) -> Floats:
            return np.bincount(mine[inside], minutes[inside], len(schedules.first)).astype(np.float64)

        waits[name] = (sums((stop - start) / 60.0), sums(by_all), sums(by_last))
    return waits
