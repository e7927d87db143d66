"""Exact figures of the help desk, from the simulator's own state.

Belongs here: counts and durations at an instant. Never here: SQL, files.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingestion.sample_store.clocks import Floats
from ingestion.sample_store.columns import NEVER
from ingestion.sample_store.desk import DELETED, MERGED, SPAM, STATUSES
from ingestion.sample_store.shop import Shop
from ingestion.sample_store.ticket_minutes import durations
from ingestion.sample_store.ticket_states import TicketStates, states_at, with_running_values


def ticket_truths(shop: Shop, at: int) -> dict[str, Any]:
    """Counted tickets leave out merged losers, spam and deleted ones."""
    tickets = shop.conversations.tickets
    states = states_at(with_running_values(shop.conversations), shop.clocks, at, 0, 2**60)
    kind = tickets.kind[states.ticket]
    gone = states.status == STATUSES.index("deleted")
    merged = (kind == MERGED) & (states.status == STATUSES.index("closed"))
    counted = ~gone & ~merged
    minutes = durations(states, tickets.created, shop.clocks)
    channel = tickets.contacts.channel[states.ticket]
    rated = (tickets.rating_at[states.ticket] < at) & counted
    return {
        "counts": {"tickets": len(kind), "counted": int(counted.sum()), "deleted": int(gone.sum()),
        "merged": int(merged.sum()),
                   "spam": int((gone & (kind == SPAM)).sum()), "soft_deleted": int((gone & (kind == DELETED)).sum())},
        "by_status": {name: int((states.status == n).sum()) for n, name in enumerate(STATUSES)},
        "counted_by_status": {name: int((counted & (states.status == n)).sum()) for n, name in enumerate(STATUSES)},
        "minutes": {name: _spread(values[counted]) for name, values in minutes.items() if "_re" in name},
        # waits of tickets that are solved: of others a part is still running
        "waits_of_solved": {
            name: _spread(values[counted & (states.first_solved < NEVER) & ~states.is_open_again])
            for name, values in minutes.items()
            if "_re" not in name
        },
        "first_reply_business_by_channel": {
            name: _spread(minutes["first_reply_business"][counted & (channel == n)])
            for n, name in enumerate(shop.settings.service.channels)
        },
        **_counts(states, counted),
        "ratings": {"good": int((rated & tickets.is_good[states.ticket]).sum()),
        "bad": int((rated & ~tickets.is_good[states.ticket]).sum())},
    }  # fmt: skip


def _counts(states: TicketStates, counted: NDArray[np.bool_]) -> dict[str, Any]:
    solved = counted & (states.first_solved < NEVER)
    reassigned = np.maximum(states.assignee_stations - 1, 0)
    return {
        "answered": int((counted & (states.first_reply < NEVER)).sum()),
        "ever_solved": int(solved.sum()),
        "reopens": int(states.reopens[counted].sum()),
        "reopened_tickets": int((counted & (states.reopens > 0)).sum()),
        "reopened_and_open": int((counted & states.is_open_again).sum()),
        "reassignments": int(reassigned[counted].sum()),
        "reassigned_twice": int((counted & (reassigned >= 2)).sum()),
        "one_touch": int((solved & ~states.is_open_again & (states.replies == 1)).sum()),
        "public_agent_replies": int(states.replies[counted].sum()),
    }


def _spread(values: Floats) -> dict[str, float | int]:
    known = values[~np.isnan(values)]
    if not len(known):
        return {"count": 0}
    return {
        "count": len(known), "mean": round(float(known.mean()), 6), "median": round(float(np.median(known)), 6),
        "p90": round(float(np.quantile(known, 0.9)), 6),
    }  # fmt: skip
