"""What happens to each order after it was placed: payment, shipping, cancelling, refunds.

Belongs here: dated events of orders. Never here: amounts as sold (baskets), texts, files.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingestion.sample_store.baskets import Baskets
from ingestion.sample_store.clocks import Floats, Ints
from ingestion.sample_store.columns import NEVER
from ingestion.sample_store.settings import OrderProcess, SampleSettings

DAY = 86_400
SECOND_REFUND_DAYS = 4  # the last window export that shows an order is after its last refund

SALE, AUTHORIZED, RETRIED, SPLIT, MANUAL = range(5)
PAYMENT_SHARES = (0.78, 0.14, 0.03, 0.02, 0.03)
NOT_CANCELLED, VOIDED, CANCELLED_PAID = 0, 1, 2


@dataclass(frozen=True)
class Histories:
    """One row an order; NEVER where an event does not happen."""

    payment: Ints
    paid_at: Ints
    cancelled_at: Ints
    cancel_kind: Ints
    fulfilled_at: Ints
    delivered_at: Ints


@dataclass(frozen=True)
class Refunds:
    """One row a refund and one row a refunded line; `line` counts the shop's lines, `step` the order's refunds."""

    order: Ints
    step: Ints
    at: Ints
    shipping: Ints
    is_full: NDArray[np.bool_]
    refund: Ints
    line: Ints
    quantity: Ints
    goods: Ints
    tax: Ints
    tax_included: bool

    @property
    def amount(self) -> Ints:
        """What each refund pays back, tax and shipping in it."""
        n = len(self.order)
        lines = np.bincount(self.refund, self.goods + (0 if self.tax_included else self.tax), n).astype(np.int64)
        return lines + self.shipping

    @property
    def goods_amount(self) -> Ints:
        """The goods in it: after discounts, without tax and shipping."""
        goods = self.goods - (self.tax if self.tax_included else 0)
        return np.bincount(self.refund, goods, len(self.order)).astype(np.int64)


def draw_histories(
    settings: SampleSettings, created: Ints, is_counter_sale: NDArray[np.bool_], has_goods: NDArray[np.bool_]
) -> Histories:
    """Payments follow the order within days, parcels after it, a cancelled order is never shipped."""
    rng, n = settings.generator(4), len(created)
    payment = np.searchsorted(np.cumsum(PAYMENT_SHARES)[:-1], rng.random(n), side="right")
    payment = np.where(is_counter_sale, SALE, payment)
    cancelled = (rng.random(n) < settings.order.cancelled_share) & ~is_counter_sale & has_goods
    kind = np.where(cancelled, np.where(payment == AUTHORIZED, VOIDED, CANCELLED_PAID), NOT_CANCELLED)
    kind = np.where(cancelled & (payment == MANUAL), VOIDED, kind)
    cancelled_at = np.where(cancelled, created + rng.integers(600, 20 * 3600, n), NEVER)
    ship = created + np.minimum(0.9 * DAY * np.exp(0.6 * rng.standard_normal(n)), 8 * DAY).astype(np.int64) + 1800
    arrive = ship + np.minimum(3.2 * DAY * np.exp(0.45 * rng.standard_normal(n)), 20 * DAY).astype(np.int64)
    ships = ~cancelled & has_goods
    fulfilled_at = np.where(is_counter_sale, created + 60, np.where(ships, ship, NEVER))
    delivered_at = np.where(ships & ~is_counter_sale & (rng.random(n) < 0.97), arrive, NEVER)
    manual_at = created + rng.integers(DAY // 2, 4 * DAY, n)
    late = np.where(payment == AUTHORIZED, np.minimum(ship, created + 6 * DAY), manual_at)
    paid_at = np.where((payment == AUTHORIZED) | (payment == MANUAL), late, created + 3)
    return Histories(payment, np.where(kind == VOIDED, NEVER, paid_at), cancelled_at, kind, fulfilled_at, delivered_at)


def draw_refunds(settings: SampleSettings, created: Ints, baskets: Baskets, histories: Histories) -> Refunds:
    """Full ones give back everything, partial ones a line, some another later; an order cancelled when paid is full."""
    rng, n, planted = settings.generator(5), len(created), settings.order
    no_gift_card = baskets.gift_cards == 0
    draw = (rng.random(n) < planted.refund_share) & (histories.cancel_kind == NOT_CANCELLED) & no_gift_card
    lag = _refund_lag(rng, planted, n)
    at = np.maximum(created + lag, np.minimum(histories.paid_at, NEVER) + 3600)
    cancelled = histories.cancel_kind == CANCELLED_PAID
    at = np.where(cancelled, np.maximum(histories.cancelled_at, histories.paid_at) + 5, at)
    full = cancelled | (rng.random(n) < planted.full_refund_share)
    lines = baskets.lines
    count = np.bincount(lines.order, minlength=n)
    pick = np.floor(rng.random(n) * count).astype(np.int64)
    again = draw & ~full & (count > 1) & (rng.random(n) < planted.second_refund_share)
    later = at + rng.integers(DAY // 4, SECOND_REFUND_DAYS * DAY, n)
    first, second = np.flatnonzero(draw | cancelled), np.flatnonzero(again)
    order, step = np.concatenate([first, second]), np.repeat([1, 2], [len(first), len(second)])
    rank = np.lexsort((step, order))
    order, step = order[rank], step[rank]
    chosen = (pick[order] + step - 1) % np.maximum(count[order], 1) + 1  # a second refund is of another line
    when = np.where(step == 1, at[order], later[order])
    return _of_lines(baskets, order, step, when, full[order], chosen)


def _of_lines(baskets: Baskets, order: Ints, step: Ints, at: Ints, full: NDArray[np.bool_], chosen: Ints) -> Refunds:
    """The lines of each refund: all of the order, or one unit of the chosen one."""
    lines, starts = baskets.lines, np.searchsorted(baskets.lines.order, order)
    size = np.where(full, np.searchsorted(baskets.lines.order, order, side="right") - starts, 1)
    refund = np.repeat(np.arange(len(order)), size)
    within = np.arange(len(refund)) - np.repeat(np.cumsum(size) - size, size)
    line = starts[refund] + np.where(full[refund], within, chosen[refund] - 1)
    quantity = np.where(full[refund], lines.quantity[line], 1)
    net = lines.gross[line] - lines.discount[line]
    goods, tax = net * quantity // lines.quantity[line], lines.tax[line] * quantity // lines.quantity[line]
    shipping = np.where(full, baskets.shipping[order], 0)
    return Refunds(order, step, at, shipping, full, refund, line, quantity, goods, tax, baskets.tax_included)


def _refund_lag(rng: np.random.Generator, planted: OrderProcess, n: int) -> Ints:
    days: Floats = planted.refund_lag_median_days * np.exp(planted.refund_lag_sigma * rng.standard_normal(n))
    return (np.minimum(days, planted.longest_lag_days) * DAY).astype(np.int64)
