"""How long tickets took, by the clock and in business time under both rules of schedules.

Belongs here: the simulator's own minutes of ticket states. Never here: events, texts, files, SQL.
"""

from __future__ import annotations

import numpy as np

from ingestion.sample_store.clocks import Floats, Ints
from ingestion.sample_store.columns import NEVER
from ingestion.sample_store.schedules import DeskClocks
from ingestion.sample_store.ticket_states import Schedules, TicketStates

KINDS = (
    "calendar",
    "business",
    "business_last",
)  # business: each schedule in force, or the last alone


def durations(states: TicketStates, created: Ints, clocks: DeskClocks) -> dict[str, Floats]:
    """Minutes by name and clock; nan until both ends exist. Full resolution is unknown while a ticket is open again."""
    start = created[states.ticket]
    solved_now = (states.last_solved < NEVER) & ~states.is_open_again
    ends = {
        "first_reply": states.first_reply,
        "first_resolution": states.first_solved,
        "full_resolution": np.where(solved_now, states.last_solved, NEVER),
    }
    spans = dict(states.waits)
    known = {name: (states.first_solved < NEVER) | (name == "hold") for name in spans}
    for name, end in ends.items():
        known[name] = end < NEVER
        spans[name] = _minutes(start, np.where(known[name], end, start), states.schedules, clocks)
    return {
        f"{name}_{kind}": np.where(known[name], minutes, np.nan)
        for name in (*ends, *states.waits)
        for kind, minutes in zip(KINDS, spans[name], strict=True)
    }


def _minutes(start: Ints, stop: Ints, of: Schedules, clocks: DeskClocks) -> tuple[Floats, Floats, Floats]:
    before, after = np.minimum(stop, of.changed), np.maximum(start, np.minimum(stop, of.changed))
    by_all = clocks.minutes_between(of.first, start, before) + clocks.minutes_between(of.last, after, stop)
    return (stop - start) / 60.0, by_all, clocks.minutes_between(of.last, start, stop)
