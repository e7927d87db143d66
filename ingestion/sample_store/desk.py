"""The help desk's fixed things: kinds and states of tickets, groups, agents, user ids.

Belongs here: words and numbers that several modules share. Never here: what happens.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from ingestion.sample_store.clocks import Floats, Ints

NORMAL, AGENT_OPENED, UNANSWERED, MERGED, SPAM, DELETED = range(6)
OTHER_KIND_SHARES = (0.49, 0.15, 0.08, 0.12, 0.09, 0.07)
STATUSES = ("new", "open", "pending", "hold", "solved", "closed", "deleted")
NEW, OPEN, PENDING, HOLD, SOLVED, CLOSED, GONE = range(7)
UNCHANGED, SYSTEM = -9, -1
GROUPS = ((301, "Tier 1"), (302, "Returns"), (303, "Escalations"))
AGENTS_PER_GROUP = 4
FIRST_AGENT = 7001
LEAVER, SUCCESSOR = 7004, 7001  # of one group
LIGHT_AGENT = 7090  # writes private notes only
HOUR = 3600
PRIVATE, PUBLIC = 1, 2
TRIGGER, AUTOMATION, BOT, MERGE = 1, 2, 3, 4
BY_PERSON = 0  # the rule of what nobody's machine did
FIRST_REQUESTER, FIRST_STRANGER = 900_000_000, 950_000_000


class Step(IntEnum):
    """What happens in a ticket, in the order in which things of one instant happen."""

    OPENED = 0
    CONFIRMED = 1
    LEFT_OUT = 5
    ABSORBED = 6
    RESTORED = 7
    ASKED_AGAIN = 8
    ANSWERED = 10
    ASKED_BACK = 15
    HANDED_OVER = 16
    HANDED_BACK = 17
    HELD = 18
    RESUMED = 19
    SOLVED = 20
    REOPENED = 30
    SOLVED_AGAIN = 31
    CLOSED = 40


def agent_of(group: Ints, draw: Floats) -> Ints:
    """A user id of an agent of the group."""
    return FIRST_AGENT + group * AGENTS_PER_GROUP + (draw * AGENTS_PER_GROUP).astype(np.int64)


def hand_over(agent: Ints, at: Ints, leaves_at: int) -> Ints:
    """From when one agent has left, another does what he would have done."""
    return np.where((agent == LEAVER) & (at >= leaves_at), SUCCESSOR, agent)


def requester_id(requester: Ints) -> Ints:
    """Help-desk user ids: people of the shop and strangers have their own series."""
    return np.where(requester >= 0, FIRST_REQUESTER + requester, FIRST_STRANGER - requester)
