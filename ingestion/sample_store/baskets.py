"""What is in each order: lines, discounts, shipping, taxes, in whole cents, so that every identity holds exactly.

Belongs here: amounts as sold. Never here: payments, refunds, time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingestion.sample_store.catalogue import GIFT_CARD_CENTS, Catalogue
from ingestion.sample_store.clocks import Floats, Ints
from ingestion.sample_store.settings import SampleSettings

FREE_SHIPPING_CENTS = 7_500
SHIPPING_CENTS = 595
NO_DISCOUNT, CODE, AUTOMATIC = 0, 1, 2
CODE_PER_MILLE, AUTOMATIC_PER_MILLE = 100, 50
MOST_LINES = 4


@dataclass(frozen=True)
class Lines:
    """One row a line, in the order of orders."""

    order: Ints
    number: Ints
    variant: Ints
    quantity: Ints
    price: Ints
    discount: Ints
    tax: Ints
    is_gift_card: NDArray[np.bool_]

    @property
    def gross(self) -> Ints:
        """Before discounts."""
        return self.price * self.quantity


@dataclass(frozen=True)
class Baskets:
    """One row an order, amounts in cents; `lines` belongs to them."""

    lines: Lines
    gross: Ints
    gift_cards: Ints
    discount: Ints
    discount_kind: Ints
    shipping: Ints
    goods_tax: Ints
    shipping_tax: Ints
    tax_included: bool

    @property
    def tax(self) -> Ints:
        """All of it; shipping is taxed where prices hold the tax."""
        return self.goods_tax + self.shipping_tax

    @property
    def goods_sold(self) -> Ints:
        """Goods as listed, without gift cards and without the tax that may be in their prices."""
        return self.gross - self.gift_cards - (self.goods_tax if self.tax_included else 0)

    @property
    def subtotal(self) -> Ints:
        """After discounts, before shipping; taxes as in the prices."""
        return self.gross - self.discount

    @property
    def total(self) -> Ints:
        """What the customer owes."""
        return self.subtotal + self.shipping + (0 if self.tax_included else self.tax)


def share_out(total: Ints, weight: Ints, group: Ints, groups: int) -> Ints:
    """Split each group's total by weight in whole cents; the parts add up to the total."""
    if not len(weight):
        return weight
    sums = np.bincount(group, weight, groups).astype(np.int64)
    running = np.cumsum(weight)
    starts = np.concatenate([[True], group[1:] != group[:-1]])
    before = np.maximum.accumulate(np.where(starts, np.arange(len(group)), 0))
    upto = running - (running[before] - weight[before])
    whole, parts = total[group], np.maximum(sums[group], 1)
    shared: Ints = (2 * whole * upto + parts) // (2 * parts) - (2 * whole * (upto - weight) + parts) // (2 * parts)
    return shared


def fill_baskets(settings: SampleSettings, catalogue: Catalogue, spend: Floats, tax_per_mille: Ints) -> Baskets:
    """Lines whose sum is as near to the drawn spend as the price ladder allows."""
    rng = settings.generator(3)
    n = len(spend)
    gift_draw = rng.random(n)
    gift_only = gift_draw < settings.order.gift_card_only_share
    gift_added = ~gift_only & (gift_draw < settings.order.gift_card_only_share + settings.order.gift_card_added_share)
    order, number, variant, quantity = _goods_lines(rng, catalogue, spend, gift_only)
    gifts = np.flatnonzero(gift_only | gift_added)
    order = np.concatenate([order, gifts])
    number = np.concatenate([number, np.full(len(gifts), MOST_LINES + 1)])
    variant = np.concatenate([variant, catalogue.goods + rng.integers(0, len(GIFT_CARD_CENTS), len(gifts))])
    quantity = np.concatenate([quantity, np.ones(len(gifts), np.int64)])
    rank = np.lexsort((number, order))
    return _priced(rng, settings, catalogue, order[rank], variant[rank], quantity[rank], tax_per_mille)


def _goods_lines(
    rng: np.random.Generator, catalogue: Catalogue, spend: Floats, gift_only: NDArray[np.bool_]
) -> tuple[Ints, Ints, Ints, Ints]:
    n = len(spend)
    count = np.where(gift_only, 0, np.minimum(1 + rng.poisson(0.6, n), MOST_LINES))
    order = np.repeat(np.arange(n), count)
    first = np.cumsum(count) - count
    number = np.arange(len(order)) - first[order]
    weight = 0.2 + rng.random(len(order))
    cents = spend[order] * 100 * weight / np.bincount(order, weight, n)[order]
    quantity = np.where(rng.random(len(order)) < 0.12, 2, 1)
    return order, number, catalogue.nearest(cents / quantity), quantity


def _priced(rng: np.random.Generator, settings: SampleSettings, catalogue: Catalogue, order: Ints, variant: Ints,
            quantity: Ints, tax_per_mille: Ints) -> Baskets:  # fmt: skip
    n = len(tax_per_mille)
    price = catalogue.price_cents[variant]
    is_gift = variant >= catalogue.goods
    goods = np.where(is_gift, 0, price * quantity)
    goods_sum = np.bincount(order, goods, n).astype(np.int64)
    gifts_sum = np.bincount(order, np.where(is_gift, price, 0), n).astype(np.int64)
    draw, planted = rng.random(n), settings.order
    kind = np.where(draw < planted.code_discount_share, CODE, NO_DISCOUNT)
    kind = np.where(
        (kind == 0) & (draw < planted.code_discount_share + planted.automatic_discount_share), AUTOMATIC, kind
    )
    kind = np.where(goods_sum == 0, NO_DISCOUNT, kind)
    discount = goods_sum * np.array([0, CODE_PER_MILLE, AUTOMATIC_PER_MILLE])[kind] // 1000
    taxable = goods_sum - discount
    whole = 1000 + (tax_per_mille if settings.tax_included else 0)
    goods_tax = (taxable * tax_per_mille + whole // 2) // whole
    shipping = np.where((goods_sum == 0) | (goods_sum >= FREE_SHIPPING_CENTS), 0, SHIPPING_CENTS)
    shipping_tax = (shipping * tax_per_mille + whole // 2) // whole * settings.tax_included
    line_discount = share_out(discount, goods, order, n)
    line_tax = share_out(goods_tax, goods - line_discount, order, n)
    starts = np.searchsorted(order, np.arange(n))
    number = np.arange(len(order)) - starts[order] + 1
    lines = Lines(order, number, variant, quantity, price, line_discount, line_tax, is_gift)
    taxes = (goods_tax, shipping_tax, settings.tax_included)
    return Baskets(lines, goods_sum + gifts_sum, gifts_sum, discount, kind, shipping, *taxes)
