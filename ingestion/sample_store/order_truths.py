"""Exact figures of orders, money, people and cohorts, and the state behind the planted purchase process.

Belongs here: numpy over the simulator's arrays. Never here: SQL, files.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingestion.sample_store.clocks import Ints, zone_changes
from ingestion.sample_store.columns import NEVER
from ingestion.sample_store.histories import VOIDED
from ingestion.sample_store.shop import Shop


def local_months(shop: Shop, at: Ints) -> Ints:
    """Months since 1970-01 in the store's zone."""
    changes = zone_changes(shop.settings.zone, shop.settings.start - 86_400, shop.settings.horizon + 100 * 86_400)
    since, offset = (np.array(column, np.int64) for column in zip(*changes, strict=True))
    local = at + offset[np.maximum(np.searchsorted(since, at, side="right") - 1, 0)]
    return local.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)


def month_name(month: int) -> str:
    """2026-03."""
    return str(np.datetime64(int(month), "M"))


def money(cents: int) -> str:
    """Cents as exact text: truths hold no floats for money."""
    sign, whole = "-" if cents < 0 else "", abs(int(cents))
    return f"{sign}{whole // 100}.{whole % 100:02d}"


def order_truths(shop: Shop, at: int) -> dict[str, Any]:
    """Valid = neither test nor cancelled (voided ones are cancelled); gift cards sold are no revenue."""
    orders, histories = shop.orders, shop.histories
    known = orders.created < at
    cancelled = known & (histories.cancelled_at < at)
    valid = known & ~orders.is_test & ~cancelled
    counts = {
        "orders": known, "valid_orders": valid, "test_orders": known & orders.is_test, "cancelled_orders": cancelled,
        "voided_orders": cancelled & (histories.cancel_kind == VOIDED),
        "orders_without_person": known & (orders.person < 0),
        "counter_orders": known & orders.is_counter_sale,
        "gift_card_only_orders": known & (shop.baskets.gross == shop.baskets.gift_cards),
    }  # fmt: skip
    months = local_months(shop, orders.created)
    return {
        "counts": {name: int(mask.sum()) for name, mask in counts.items()},
        "lines": int(known[shop.baskets.lines.order].sum()),
        "people_who_bought": len(np.unique(orders.person[valid & (orders.person >= 0)])),
        "people_with_account_who_ordered": _accounts(shop, known),
        "all_orders": _money(shop, known, at),
        "valid_orders": _money(shop, valid, at),
        "valid_by_month": _by_month(shop, valid, months, at),
        "people_who_bought_twice": int((np.bincount(orders.person[valid & (orders.person >= 0)]) > 1).sum()),
        "cohorts": _cohorts(shop, valid, months),
        "refunds": int((known[shop.refunds.order] & (shop.refunds.at < at)).sum()),
        "process": _process(shop, at),
    }


def _accounts(shop: Shop, known: NDArray[np.bool_]) -> int:
    person = np.unique(shop.orders.person[known & (shop.orders.person >= 0)])
    return int(shop.people["has_account"].to_numpy()[person].sum())


def _money(shop: Shop, mask: NDArray[np.bool_], at: int) -> dict[str, Any]:
    baskets, refunds = shop.baskets, shop.refunds
    done = mask[refunds.order] & (refunds.at < at)
    gross = int(baskets.goods_sold[mask].sum())
    discount, goods = int(baskets.discount[mask].sum()), int(refunds.goods_amount[done].sum())
    return {
        "gross_sales": money(gross), "discounts": money(discount), "returns": money(goods),
        "net_sales": money(gross - discount - goods),
        "tax": money(int(baskets.tax[mask].sum())), "shipping": money(int(baskets.shipping[mask].sum())),
        "total": money(int(baskets.total[mask].sum())), "gift_cards_sold": money(int(baskets.gift_cards[mask].sum())),
        "refunded": money(int(refunds.amount[done].sum())), "refunds": int(done.sum()),
    }  # fmt: skip


def _by_month(shop: Shop, valid: NDArray[np.bool_], months: Ints, at: int) -> dict[str, Any]:
    """Sales by the month of the order, returns by the month of the refund."""
    baskets, refunds = shop.baskets, shop.refunds
    refund_months = local_months(shop, np.minimum(refunds.at, NEVER // 2**20))
    done = valid[refunds.order] & (refunds.at < at)
    found = {}
    for month in np.unique(np.concatenate([months[valid], refund_months[done]])):
        mine, back = valid & (months == month), done & (refund_months == month)
        gross, discount = int(baskets.goods_sold[mine].sum()), int(baskets.discount[mine].sum())
        returns = int(refunds.goods_amount[back].sum())
        found[month_name(month)] = {
            "orders": int(mine.sum()), "gross_sales": money(gross), "discounts": money(discount),
            "returns": money(returns),
            "net_sales": money(gross - discount - returns), "refunded": money(int(refunds.amount[back].sum())),
        }  # fmt: skip
    return found


def _cohorts(shop: Shop, valid: NDArray[np.bool_], months: Ints) -> dict[str, list[int]]:
    """People by month of their first valid order: how many bought in the months 0, 1, 2 ... after it."""
    mine = np.flatnonzero(valid & (shop.orders.person >= 0))
    person, month = shop.orders.person[mine], months[mine]
    first = np.full(shop.purchases.people, np.int64(2**40))
    np.minimum.at(first, person, month)
    pairs = np.unique(np.stack([person, month]), axis=1)
    cohort, age = first[pairs[0]], pairs[1] - first[pairs[0]]
    last = int(month.max())
    return {
        month_name(c): np.bincount(age[cohort == c], minlength=last - int(c) + 1).tolist() for c in np.unique(cohort)
    }


def _process(shop: Shop, at: int) -> dict[str, Any]:
    """The state behind the planted effect: who stayed after a slow answer, a fast one, none."""
    purchases = shop.purchases
    known = purchases.at < at
    found = {"people": len(np.unique(purchases.person[known]))}
    for name, mask in (
        ("slow", purchases.is_slow),
        ("fast", purchases.has_ticket & ~purchases.is_slow),
        ("no_ticket", ~purchases.has_ticket),
    ):
        found[f"{name}_purchases"] = int((known & mask).sum())
        found[f"{name}_stayed"] = int((known & mask & purchases.stays).sum())
    return found
