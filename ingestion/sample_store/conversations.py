"""Help-desk tickets as dated events, from the first message to the closing.

Belongs here: what happens in a ticket and when. Never here: metrics over it (ticket_states), texts, files.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ingestion.sample_store.clocks import Ints
from ingestion.sample_store.columns import NEVER
from ingestion.sample_store.desk import (
    AGENT_OPENED,
    HOUR,
    MERGED,
    OTHER_KIND_SHARES,
    SPAM,
    UNCHANGED,
    Step,
    agent_of,
    hand_over,
)
from ingestion.sample_store.purchases import Contacts, Purchases, draw_contacts
from ingestion.sample_store.settings import SampleSettings


@dataclass(frozen=True)
class Tickets:
    """One row a ticket by time of creation. Requester: person index, or -2 - n for the n-th stranger."""

    created: Ints
    kind: Ints
    requester: Ints
    order: Ints
    contacts: Contacts
    agent: Ints
    winner: Ints
    solves_at: Ints
    rating_at: Ints
    is_good: NDArray[np.bool_]


@dataclass
class Events:
    """One row an event: who did what to which ticket; -9 means that the event leaves the field alone."""

    parts: dict[str, list[Ints]] = field(default_factory=dict)

    def add(self, ticket: Ints, at: Ints, step: Step, author: Ints | int, *, status: int = UNCHANGED,
    assignee: Ints | int = UNCHANGED,
            group: Ints | int = UNCHANGED, comment: int = 0, rule: int = 0) -> None:  # fmt: skip
        """comment: 0 none, 1 private, 2 public; rule: 0 a person, 1 trigger mail, 2 automation, 3 bot, 4 merge."""
        row = {"ticket": ticket, "at": at, "step": step, "author": author, "status": status, "assignee": assignee,
               "group": group, "comment": comment, "rule": rule}  # fmt: skip
        for name, value in row.items():
            self.parts.setdefault(name, []).append(np.broadcast_to(np.asarray(value, np.int64), len(ticket)))

    def sorted(self, agent_leaves_at: int) -> dict[str, Ints]:
        """All events by ticket and time, in the hands of those who are still there."""
        joined = {name: np.concatenate(values) for name, values in self.parts.items()}
        for name in ("author", "assignee"):
            joined[name] = hand_over(joined[name], joined["at"], agent_leaves_at)
        rank = np.lexsort((joined["step"], joined["at"], joined["ticket"]))
        return {name: values[rank] for name, values in joined.items()}


@dataclass(frozen=True)
class Conversations:
    """All tickets and their events."""

    tickets: Tickets
    events: dict[str, Ints]


def open_tickets(settings: SampleSettings, rng: np.random.Generator, purchases: Purchases, order_of: Ints) -> Tickets:
    """Tickets of orders, and other tickets of customers and strangers."""
    bought = np.flatnonzero(purchases.has_ticket)
    lag = (rng.random(len(bought)) * 60 * HOUR).astype(np.int64) + 900
    reach = (settings.horizon - settings.start) / (settings.end - settings.start)
    others = max(12, round((settings.tickets - settings.tickets_of_orders) * reach))
    kind = np.searchsorted(np.cumsum(OTHER_KIND_SHARES)[:-1], rng.random(others), side="right")
    kind[:6] = range(6)
    created = rng.integers(settings.start + 3 * HOUR, settings.horizon, others)
    seen = np.searchsorted(purchases.at, created)
    known = (rng.random(others) < 0.5) & (kind != SPAM) | (kind == AGENT_OPENED)
    person = purchases.person[(rng.random(others) * np.maximum(seen, 1)).astype(np.int64)]
    stranger = -2 - np.arange(others)
    more = draw_contacts(rng, settings.service, others)
    winner = np.full(len(bought) + others, -1, np.int64)
    loser = np.flatnonzero(kind == MERGED)
    won = rng.integers(0, len(bought), len(loser))
    winner[len(bought) + loser] = won
    created[loser] = purchases.at[bought[won]] + lag[won] + rng.integers(600, 2 * HOUR, len(loser))
    requester = np.concatenate([purchases.person[bought], np.where(known, person, stranger)])
    requester[len(bought) + loser] = purchases.person[bought[won]]
    at = np.concatenate([purchases.at[bought] + lag, created])
    rank = np.argsort(at, kind="stable")
    place = np.empty_like(rank)
    place[rank] = np.arange(len(rank))
    old, n = purchases.contacts, len(at)
    contacts = Contacts(
        *(
            np.concatenate([getattr(old, f)[bought], getattr(more, f)])[rank]
            for f in ("channel", "group", "response_minutes")
        )
    )
    order = np.concatenate([order_of[bought], np.full(others, -1)])[rank]
    all_kinds = np.concatenate([np.zeros(len(bought), np.int64), kind])[rank]
    agent = hand_over(agent_of(contacts.group, rng.random(n)), at[rank], settings.agent_leaves_at)
    winner = np.where(winner[rank] >= 0, place[winner[rank]], -1)
    never = np.full(n, NEVER)
    return Tickets(
        at[rank], all_kinds, requester[rank], order, contacts, agent, winner, never, never, np.zeros(n, bool)
    )
