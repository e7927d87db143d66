"""The middle of a ticket's life: changes of hands, holds, reopenings.

Belongs here: turns between answer and end. Never here: opening, first answer, what is measured.
"""

from __future__ import annotations

import numpy as np

from ingestion.sample_store.clocks import Ints
from ingestion.sample_store.columns import NEVER
from ingestion.sample_store.conversations import Events, Tickets
from ingestion.sample_store.desk import (
    AGENTS_PER_GROUP,
    FIRST_AGENT,
    GROUPS,
    HOLD,
    HOUR,
    LIGHT_AGENT,
    OPEN,
    PRIVATE,
    PUBLIC,
    SOLVED,
    UNCHANGED,
    Step,
    agent_of,
    requester_id,
)
from ingestion.sample_store.schedules import SCHEDULE_OF_GROUP, DeskClocks
from ingestion.sample_store.settings import SampleSettings


def change_hands(
    settings: SampleSettings,
    rng: np.random.Generator,
    events: Events,
    t: Tickets,
    who: Ints,
    answered: Ints,
    solved: Ints,
) -> None:
    """Between answer and solution: a question, a change of hands (A -> B -> A too), a time on hold."""
    service = settings.service
    rest = who[solved[who] > answered[who]]
    span = solved[rest] - answered[rest]
    draw, back, hold = rng.random(len(rest)), rng.random(len(rest)), rng.random(len(rest))
    customer = requester_id(t.requester[rest])
    events.add(rest, answered[rest] + span // 10, Step.ASKED_BACK, customer, status=OPEN, comment=PUBLIC)
    moved = draw < service.reassign_share
    other = t.agent[rest] + np.where((t.agent[rest] - FIRST_AGENT) % AGENTS_PER_GROUP == AGENTS_PER_GROUP - 1, -3, 1)
    over = moved & (draw < service.reassign_share / 3) & (t.contacts.group[rest] < 2)
    other = np.where(over, agent_of(np.full(len(rest), 2), back), other)
    at = answered[rest] + span * 3 // 10
    for mask, group in ((moved & ~over, UNCHANGED), (over, GROUPS[2][0])):
        by, to = t.agent[rest][mask], other[mask]
        events.add(rest[mask], at[mask], Step.HANDED_OVER, by, assignee=to, group=group, comment=PRIVATE)
    returned = moved & ~over & (back < service.reassign_back_share)
    back_at = np.where(rest % 2 == 0, at, answered[rest] + span * 4 // 10)  # half of them within the same second
    events.add(
        rest[returned],
        back_at[returned],
        Step.HANDED_BACK,
        other[returned],
        assignee=t.agent[rest][returned],
    )
    owner = np.where(moved & ~returned, other, t.agent[rest])
    held = hold < service.hold_share
    noted_by = np.where(rest % 2 == 0, LIGHT_AGENT, owner)[held]
    events.add(rest[held], (answered[rest] + span // 2)[held], Step.HELD, noted_by, status=HOLD, comment=PRIVATE)
    events.add(rest[held], (answered[rest] + span * 8 // 10)[held], Step.RESUMED, owner[held], status=OPEN)
    events.add(rest, solved[rest], Step.SOLVED, owner, status=SOLVED, comment=PUBLIC)


def reopen_some(
    settings: SampleSettings,
    clocks: DeskClocks,
    rng: np.random.Generator,
    events: Events,
    t: Tickets,
    who: Ints,
    solved: Ints,
) -> Ints:
    """Some come back before the closing; some of these are still open. Returns the last solution, NEVER while open."""
    service = settings.service
    again = who[rng.random(len(who)) < service.reopen_share]
    at = solved[again] + rng.integers(HOUR, (service.close_after_hours - 1) * HOUR, len(again))
    events.add(again, at, Step.REOPENED, requester_id(t.requester[again]), status=OPEN, comment=PUBLIC)
    open_still = rng.random(len(again)) < service.stays_open_after_reopen_share
    which = SCHEDULE_OF_GROUP[t.contacts.group[again]]
    second = np.maximum(clocks.later(which, at, rng.exponential(300.0, len(again))), at + 60)
    done = again[~open_still]
    events.add(done, second[~open_still], Step.SOLVED_AGAIN, t.agent[done], status=SOLVED, comment=PUBLIC)
    ended = solved.copy()
    ended[again] = np.where(open_still, NEVER, second)
    return ended
