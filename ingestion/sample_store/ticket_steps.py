"""The steps of a ticket's life, each for all tickets at once.

Belongs here: which event follows which, after how long. Never here: who opens tickets, what is measured.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ingestion.sample_store.clocks import Ints
from ingestion.sample_store.columns import NEVER
from ingestion.sample_store.conversations import Conversations, Events, Tickets, open_tickets
from ingestion.sample_store.desk import (
    AGENT_OPENED,
    AUTOMATION,
    BOT,
    CLOSED,
    DELETED,
    GONE,
    GROUPS,
    HOUR,
    MERGE,
    MERGED,
    NEW,
    NORMAL,
    OPEN,
    PENDING,
    PRIVATE,
    PUBLIC,
    SOLVED,
    SPAM,
    SYSTEM,
    TRIGGER,
    Step,
    requester_id,
)
from ingestion.sample_store.purchases import Purchases
from ingestion.sample_store.schedules import SCHEDULE_OF_GROUP, DeskClocks
from ingestion.sample_store.settings import SampleSettings
from ingestion.sample_store.ticket_turns import change_hands, reopen_some


def hold_conversations(
    settings: SampleSettings, clocks: DeskClocks, purchases: Purchases, order_of: Ints
) -> Conversations:
    """Let every ticket happen."""
    rng = settings.generator(8)
    tickets = open_tickets(settings, rng, purchases, order_of)
    events = Events()
    _open(events, tickets)
    _leave_out(events, rng, tickets)
    talked = np.flatnonzero((tickets.kind == NORMAL) | (tickets.kind == AGENT_OPENED))
    answered_at, solved_at = _answer_and_solve(settings, clocks, rng, events, tickets, talked)
    change_hands(settings, rng, events, tickets, talked, answered_at, solved_at)
    ended_at = reopen_some(settings, clocks, rng, events, tickets, talked, solved_at)
    stays_solved = talked[ended_at[talked] < NEVER]
    closes_at = ended_at[stays_solved] + settings.service.close_after_hours * HOUR
    events.add(stays_solved, closes_at, Step.CLOSED, SYSTEM, status=CLOSED, rule=AUTOMATION)
    rated = (rng.random(len(tickets.created)) < settings.service.rating_share) & (ended_at < NEVER)
    slow = tickets.contacts.response_minutes > settings.purchase.slow_response_minutes
    good = rng.random(len(rated)) < np.where(slow, settings.service.good_share_slow, settings.service.good_share_fast)
    rating_at = np.where(rated, ended_at + rng.integers(2 * HOUR, 60 * HOUR, len(rated)), NEVER)
    return Conversations(
        replace(tickets, solves_at=ended_at, rating_at=rating_at, is_good=good), events.sorted(settings.agent_leaves_at)
    )


def _open(events: Events, t: Tickets) -> None:
    by_agent = t.kind == AGENT_OPENED
    group = np.array([g for g, _ in GROUPS])[t.contacts.group]
    theirs, ours = np.flatnonzero(~by_agent), np.flatnonzero(by_agent)
    events.add(
        theirs,
        t.created[theirs],
        Step.OPENED,
        requester_id(t.requester[theirs]),
        status=NEW,
        assignee=0,
        group=group[theirs],
        comment=PUBLIC,
    )
    events.add(
        ours,
        t.created[ours],
        Step.OPENED,
        t.agent[ours],
        status=OPEN,
        assignee=t.agent[ours],
        group=group[ours],
        comment=PUBLIC,
    )
    mail = np.flatnonzero(~by_agent & (t.contacts.channel < 2))
    events.add(mail, t.created[mail] + 2, Step.CONFIRMED, SYSTEM, rule=TRIGGER)
    chat = np.flatnonzero(~by_agent & (t.contacts.channel == 2))
    events.add(chat, t.created[chat] + 3, Step.CONFIRMED, SYSTEM, comment=PUBLIC, rule=BOT)


def _leave_out(events: Events, rng: np.random.Generator, t: Tickets) -> None:
    merged = np.flatnonzero(t.kind == MERGED)
    at = t.created[merged] + rng.integers(300, 2 * HOUR, len(merged))
    agent = t.agent[merged]
    events.add(merged, at, Step.LEFT_OUT, agent, status=CLOSED, assignee=agent, comment=PRIVATE, rule=MERGE)
    events.add(t.winner[merged], at, Step.ABSORBED, agent, comment=PRIVATE, rule=MERGE)
    gone = np.flatnonzero((t.kind == SPAM) | (t.kind == DELETED))
    at = t.created[gone] + rng.integers(600, 30 * HOUR, len(gone))
    events.add(gone, at, Step.LEFT_OUT, t.agent[gone], status=GONE)
    restored = (t.kind[gone] == DELETED) & (gone % 3 == 1)  # a restore is not a reopening
    events.add(gone[restored], at[restored] + 2 * HOUR, Step.RESTORED, t.agent[gone][restored], status=NEW)


def _answer_and_solve(settings: SampleSettings, clocks: DeskClocks, rng: np.random.Generator, events: Events,
                      t: Tickets, who: Ints) -> tuple[Ints, Ints]:  # fmt: skip
    service, n = settings.service, len(who)
    answered_at = np.full(len(t.created), NEVER)
    solved_at = np.full(len(t.created), NEVER)
    opened_by_agent = t.kind[who] == AGENT_OPENED
    asks_again = t.created[who] + rng.integers(HOUR, 10 * HOUR, n)
    start = np.where(opened_by_agent, asks_again, t.created[who])
    which = SCHEDULE_OF_GROUP[t.contacts.group[who]]
    answered_at[who] = np.maximum(clocks.later(which, start, t.contacts.response_minutes[who]), start + 5)
    ours = who[opened_by_agent]
    events.add(ours, asks_again[opened_by_agent], Step.ASKED_AGAIN, requester_id(t.requester[ours]), comment=PUBLIC)
    once = rng.random(n) < service.one_touch_share
    channel, group = t.contacts.channel[who], t.contacts.group[who]
    median = np.array(service.handling_median_minutes)[channel] * np.array(service.group_factors)[group]
    handling = median * np.exp(np.array(service.handling_sigma)[channel] * rng.standard_normal(n))
    later = np.maximum(clocks.later(which, answered_at[who], handling), answered_at[who] + 120)
    solved_at[who] = np.where(once, answered_at[who], later)
    first, rest = who[once], who[~once]
    for some, status in ((first, SOLVED), (rest, PENDING)):
        agent = t.agent[some]
        events.add(some, answered_at[some], Step.ANSWERED, agent, status=status, assignee=agent, comment=PUBLIC)
    return answered_at, solved_at
