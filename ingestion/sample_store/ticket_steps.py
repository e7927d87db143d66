"""The steps of a ticket's life, each for all tickets at once.

Belongs here: which event follows which, after how long. Never here: who opens tickets, what is measured.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ingestion.sample_store.clocks import BusinessClock, Ints
from ingestion.sample_store.columns import NEVER
from ingestion.sample_store.conversations import (
    AGENT_OPENED,
    CLOSED,
    DELETED,
    GONE,
    GROUPS,
    HOLD,
    HOUR,
    MERGED,
    NEW,
    NORMAL,
    OPEN,
    PENDING,
    SOLVED,
    SPAM,
    SYSTEM,
    Conversations,
    Events,
    Tickets,
    agent_of,
    requester_id,
)
from ingestion.sample_store.settings import SampleSettings

PRIVATE, PUBLIC = 1, 2
TRIGGER, AUTOMATION, BOT, MERGE = 1, 2, 3, 4


def play(settings: SampleSettings, clock: BusinessClock, rng: np.random.Generator, tickets: Tickets) -> Conversations:
    """Let every ticket happen."""
    events = Events()
    _open(events, tickets)
    _leave_out(events, rng, tickets)
    talked = np.flatnonzero((tickets.kind == NORMAL) | (tickets.kind == AGENT_OPENED))
    answered_at, solved_at = _answer_and_solve(settings, clock, rng, events, tickets, talked)
    _middle(settings, rng, events, tickets, talked, answered_at, solved_at)
    ended_at = _reopen(settings, clock, rng, events, tickets, talked, solved_at)
    stays_solved = talked[ended_at[talked] < NEVER]
    closes_at = ended_at[stays_solved] + settings.service.close_after_hours * HOUR
    events.add(stays_solved, closes_at, 40, SYSTEM, status=CLOSED, rule=AUTOMATION)
    rated = (rng.random(len(tickets.created)) < settings.service.rating_share) & (ended_at < NEVER)
    slow = tickets.contacts.response_minutes > settings.purchase.slow_response_minutes
    good = rng.random(len(rated)) < np.where(slow, settings.service.good_share_slow, settings.service.good_share_fast)
    rating_at = np.where(rated, ended_at + rng.integers(2 * HOUR, 60 * HOUR, len(rated)), NEVER)
    return Conversations(replace(tickets, solves_at=ended_at, rating_at=rating_at, is_good=good), events.sorted())


def _open(events: Events, t: Tickets) -> None:
    by_agent = t.kind == AGENT_OPENED
    group = np.array([g for g, _ in GROUPS])[t.contacts.group]
    theirs, ours = np.flatnonzero(~by_agent), np.flatnonzero(by_agent)
    events.add(
        theirs,
        t.created[theirs],
        0,
        requester_id(t.requester[theirs]),
        status=NEW,
        assignee=0,
        group=group[theirs],
        comment=PUBLIC,
    )
    events.add(
        ours, t.created[ours], 0, t.agent[ours], status=OPEN, assignee=t.agent[ours], group=group[ours], comment=PUBLIC
    )
    mail = np.flatnonzero(~by_agent & (t.contacts.channel < 2))
    events.add(mail, t.created[mail] + 2, 1, SYSTEM, rule=TRIGGER)
    chat = np.flatnonzero(~by_agent & (t.contacts.channel == 2))
    events.add(chat, t.created[chat] + 3, 1, SYSTEM, comment=PUBLIC, rule=BOT)


def _leave_out(events: Events, rng: np.random.Generator, t: Tickets) -> None:
    merged = np.flatnonzero(t.kind == MERGED)
    at = t.created[merged] + rng.integers(300, 2 * HOUR, len(merged))
    events.add(merged, at, 5, t.agent[merged], status=CLOSED, assignee=t.agent[merged], comment=PRIVATE, rule=MERGE)
    events.add(t.winner[merged], at, 6, t.agent[merged], comment=PRIVATE, rule=MERGE)
    gone = np.flatnonzero((t.kind == SPAM) | (t.kind == DELETED))
    events.add(gone, t.created[gone] + rng.integers(600, 30 * HOUR, len(gone)), 5, t.agent[gone], status=GONE)


def _answer_and_solve(settings: SampleSettings, clock: BusinessClock, rng: np.random.Generator, events: Events,
                      t: Tickets, who: Ints) -> tuple[Ints, Ints]:  # fmt: skip
    service, n = settings.service, len(who)
    answered_at = np.full(len(t.created), NEVER)
    solved_at = np.full(len(t.created), NEVER)
    opened_by_agent = t.kind[who] == AGENT_OPENED
    asks_again = t.created[who] + rng.integers(HOUR, 10 * HOUR, n)
    start = np.where(opened_by_agent, asks_again, t.created[who])
    answered_at[who] = np.maximum(clock.later(start, t.contacts.response_minutes[who]), start + 5)
    ours = who[opened_by_agent]
    events.add(ours, asks_again[opened_by_agent], 8, requester_id(t.requester[ours]), comment=PUBLIC)
    once = rng.random(n) < service.one_touch_share
    channel, group = t.contacts.channel[who], t.contacts.group[who]
    median = np.array(service.handling_median_minutes)[channel] * np.array(service.group_factors)[group]
    handling = median * np.exp(np.array(service.handling_sigma)[channel] * rng.standard_normal(n))
    later = np.maximum(clock.later(answered_at[who], handling), answered_at[who] + 120)
    solved_at[who] = np.where(once, answered_at[who], later)
    first, rest = who[once], who[~once]
    events.add(first, answered_at[first], 10, t.agent[first], status=SOLVED, assignee=t.agent[first], comment=PUBLIC)
    events.add(rest, answered_at[rest], 10, t.agent[rest], status=PENDING, assignee=t.agent[rest], comment=PUBLIC)
    return answered_at, solved_at


def _middle(
    settings: SampleSettings,
    rng: np.random.Generator,
    events: Events,
    t: Tickets,
    who: Ints,
    answered: Ints,
    solved: Ints,
) -> None:
    """Between answer and solution: the customer asks back, the ticket changes hands (A -> B -> A too), waits on hold."""
    service = settings.service
    rest = who[solved[who] > answered[who]]
    span = solved[rest] - answered[rest]
    draw, back, hold = rng.random(len(rest)), rng.random(len(rest)), rng.random(len(rest))
    events.add(rest, answered[rest] + span // 10, 15, requester_id(t.requester[rest]), status=OPEN, comment=PUBLIC)
    moved = draw < service.reassign_share
    other = t.agent[rest] + np.where((t.agent[rest] - 7001) % 4 == 3, -3, 1)
    over = moved & (draw < service.reassign_share / 3) & (t.contacts.group[rest] < 2)
    other = np.where(over, agent_of(np.full(len(rest), 2), back), other)
    at = answered[rest] + span * 3 // 10
    for mask, group in ((moved & ~over, -9), (over, GROUPS[2][0])):
        events.add(rest[mask], at[mask], 16, t.agent[rest][mask], assignee=other[mask], group=group, comment=PRIVATE)
    returned = moved & ~over & (back < service.reassign_back_share)
    events.add(
        rest[returned],
        (answered[rest] + span * 4 // 10)[returned],
        17,
        other[returned],
        assignee=t.agent[rest][returned],
    )
    owner = np.where(moved & ~returned, other, t.agent[rest])
    held = hold < service.hold_share
    events.add(rest[held], (answered[rest] + span // 2)[held], 18, owner[held], status=HOLD, comment=PRIVATE)
    events.add(rest[held], (answered[rest] + span * 8 // 10)[held], 19, owner[held], status=OPEN)
    events.add(rest, solved[rest], 20, owner, status=SOLVED, comment=PUBLIC)


def _reopen(
    settings: SampleSettings,
    clock: BusinessClock,
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
    events.add(again, at, 30, requester_id(t.requester[again]), status=OPEN, comment=PUBLIC)
    open_still = rng.random(len(again)) < service.stays_open_after_reopen_share
    second = np.maximum(clock.later(at, rng.exponential(300.0, len(again))), at + 60)
    done = again[~open_still]
    events.add(done, second[~open_still], 31, t.agent[done], status=SOLVED, comment=PUBLIC)
    ended = solved.copy()
    ended[again] = np.where(open_still, NEVER, second)
    return ended
