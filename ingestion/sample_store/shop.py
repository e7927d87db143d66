"""The whole simulated shop as arrays: people, orders, refunds, tickets up to the horizon.

Belongs here: putting the stages together. Never here: files, layouts, truths.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ingestion.sample_store.baskets import Baskets, fill_baskets
from ingestion.sample_store.catalogue import Catalogue, make_catalogue
from ingestion.sample_store.clocks import Floats, Ints
from ingestion.sample_store.conversations import Conversations
from ingestion.sample_store.histories import Histories, Refunds, draw_histories, draw_refunds
from ingestion.sample_store.people import PLACES, make_people, tax_per_mille
from ingestion.sample_store.purchases import Purchases, simulate_purchases
from ingestion.sample_store.schedules import DeskClocks
from ingestion.sample_store.settings import SampleSettings
from ingestion.sample_store.ticket_steps import hold_conversations

NOBODY = -1
FIRST_NUMBER, FIRST_ORDER_ID, FIRST_LINE_ID = 1001, 6_100_000_000_001, 15_000_000_000_001


@dataclass(frozen=True)
class Orders:
    """One row an order by time; `purchase` leads to the process's row, -1 for test and counter orders."""

    created: Ints
    person: Ints
    purchase: Ints
    is_test: NDArray[np.bool_]
    is_counter_sale: NDArray[np.bool_]


@dataclass(frozen=True)
class Shop:
    """Everything that will have happened up to the horizon; what is known at an instant is decided when writing."""

    settings: SampleSettings
    catalogue: Catalogue
    purchases: Purchases
    people: pa.Table
    orders: Orders
    baskets: Baskets
    histories: Histories
    refunds: Refunds
    conversations: Conversations
    clocks: DeskClocks
    calendar_days: tuple[date, date]


def simulate(settings: SampleSettings, tests_from: int) -> Shop:
    """Run all stages. Test orders happen only after `tests_from`, where an export can tell them."""
    purchases = simulate_purchases(settings)
    first_seen = np.full(purchases.people, settings.horizon, np.int64)
    np.minimum.at(first_seen, purchases.person, purchases.at)
    people = make_people(settings, purchases.people, first_seen)
    orders, spend = _orders(settings, purchases, tests_from)
    place = people["place"].to_numpy()[np.maximum(orders.person, 0)]
    catalogue = make_catalogue()
    baskets = fill_baskets(settings, catalogue, spend, tax_per_mille(np.where(orders.person < 0, 0, place)))
    has_goods = baskets.gross > baskets.gift_cards
    histories = draw_histories(settings, orders.created, orders.is_counter_sale, has_goods)
    refunds = draw_refunds(settings, orders.created, baskets, histories)
    first, last = settings.start_day - timedelta(days=2), settings.end_day + timedelta(days=settings.spare_days + 90)
    clocks = DeskClocks(first, last)
    conversations = hold_conversations(settings, clocks, purchases, _order_of_purchase(orders, purchases))
    return Shop(
        settings,
        catalogue,
        purchases,
        people,
        orders,
        baskets,
        histories,
        refunds,
        conversations,
        clocks,
        (first, last),
    )


def _order_of_purchase(orders: Orders, purchases: Purchases) -> Ints:
    found = np.full(len(purchases.at), NOBODY, np.int64)
    mine = orders.purchase >= 0
    found[orders.purchase[mine]] = np.flatnonzero(mine)
    return found


def _orders(settings: SampleSettings, purchases: Purchases, tests_from: int) -> tuple[Orders, Floats]:
    rng, n = settings.generator(7), len(purchases.at)
    reach = (settings.horizon - settings.start) / (settings.end - settings.start)
    counter = round(settings.orders * settings.order.customerless_share * reach)
    # a CSV cannot tell a test order
    tests = max(2, round(settings.orders * settings.order.test_share)) if "bulk" in settings.formats else 0
    extra = np.concatenate([
        rng.integers(settings.start, settings.horizon, counter),
        rng.integers(min(max(tests_from, settings.start), settings.end - 1), settings.end, tests),
    ])  # fmt: skip
    at = np.concatenate([purchases.at, extra])
    person = np.concatenate([purchases.person, np.full(counter + tests, NOBODY)])
    purchase = np.concatenate([np.arange(n), np.full(counter + tests, NOBODY)])
    kind = np.concatenate([np.zeros(n, int), np.ones(counter, int), np.full(tests, 2)])
    spend = np.concatenate([purchases.spend, 10 + 60 * rng.random(counter + tests)])
    rank = np.argsort(at, kind="stable")
    orders = Orders(at[rank], person[rank], purchase[rank], kind[rank] == 2, kind[rank] == 1)
    return orders, spend[rank]


__all__ = ["PLACES", "Orders", "Shop", "simulate"]
