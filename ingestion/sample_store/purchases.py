"""Who buys when, and who leaves: the purchase process with the planted effect of slow answers.

Belongs here: draws of the process. Never here: what is in an order or how it is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingestion.sample_store.clocks import Floats, Ints
from ingestion.sample_store.settings import SampleSettings, ServiceProcess

DAY = 86_400
PILOT_PEOPLE = 20_000


@dataclass(frozen=True)
class Contacts:
    """What a help-desk contact will be like: channel and group numbers, business minutes to the first answer."""

    channel: Ints
    group: Ints
    response_minutes: Floats


@dataclass(frozen=True)
class Purchases:
    """One row a purchase, ordered by time; people are numbered by their first purchase."""

    person: Ints
    at: Ints
    spend: Floats
    has_ticket: NDArray[np.bool_]
    contacts: Contacts
    is_slow: NDArray[np.bool_]
    stays: NDArray[np.bool_]
    people: int


def draw_contacts(rng: np.random.Generator, service: ServiceProcess, count: int) -> Contacts:
    """Channels, groups and lognormal response times."""
    channel = np.searchsorted(np.cumsum(service.channel_shares)[:-1], rng.random(count), side="right")
    group = np.searchsorted(np.cumsum(service.group_shares)[:-1], rng.random(count), side="right")
    median = np.array(service.response_median_minutes)[channel] * np.array(service.group_factors)[group]
    response = median * np.exp(np.array(service.response_sigma)[channel] * rng.standard_normal(count))
    return Contacts(channel.astype(np.int64), group.astype(np.int64), response)


def _rounds(settings: SampleSettings, rng: np.random.Generator, people: int) -> dict[str, NDArray[Any]]:
    planted = settings.purchase
    rate = rng.gamma(planted.rate_shape, 1 / planted.rate_scale_days, people)
    dropout = rng.beta(planted.dropout_a, planted.dropout_b, people)
    spend_rate = rng.gamma(planted.spend_q, 1 / planted.spend_v, people)
    at = np.sort(rng.integers(settings.start, settings.horizon, people))
    who = np.arange(people)
    ticket_share = settings.tickets_of_orders / settings.orders
    rounds: list[dict[str, NDArray[Any]]] = []
    while len(who):
        n = len(who)
        contacts = draw_contacts(rng, settings.service, n)
        has_ticket = rng.random(n) < ticket_share
        slow = has_ticket & (contacts.response_minutes > planted.slow_response_minutes)
        stay = (1 - dropout[who]) * np.where(slow, planted.stay_multiplier_after_slow_response, 1.0)
        stays = rng.random(n) < stay
        spend = rng.gamma(planted.spend_p, 1.0, n) / spend_rate[who]
        gap = rng.exponential(1.0, n) / rate[who] * DAY
        rounds.append({"person": who, "at": at, "spend": spend, "has_ticket": has_ticket, "is_slow": slow,
                       "stays": stays, "channel": contacts.channel, "group": contacts.group,
                       "response": contacts.response_minutes})  # fmt: skip
        following = np.minimum(at + gap, settings.horizon).astype(np.int64) + 1
        goes_on = stays & (following < settings.horizon)
        who, at = who[goes_on], following[goes_on]
    return {name: np.concatenate([r[name] for r in rounds]) for name in rounds[0]}


def people_needed(settings: SampleSettings, orders: int) -> int:
    """How many people make about this many orders up to the end day, by a pilot run with its own stream."""
    pilot = _rounds(settings, settings.generator(1), PILOT_PEOPLE)
    per_person = np.count_nonzero(pilot["at"] < settings.end) / PILOT_PEOPLE
    return max(10, round(orders / per_person))


def simulate_purchases(settings: SampleSettings) -> Purchases:
    """All purchases up to the horizon."""
    share = 1 - settings.order.customerless_share - settings.order.test_share
    people = people_needed(settings, round(settings.orders * share))
    drawn = _rounds(settings, settings.generator(2), people)
    order = np.lexsort((drawn["person"], drawn["at"]))
    d = {name: values[order] for name, values in drawn.items()}
    contacts = Contacts(d["channel"], d["group"], d["response"])
    return Purchases(d["person"], d["at"], d["spend"], d["has_ticket"], contacts, d["is_slow"], d["stays"], people)
