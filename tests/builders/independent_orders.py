"""Orders, lines and refunds of the sample shop in pandas, straight from its files, by the words of the definitions.

Never here: anything of the warehouse itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from tests.builders import independent_exports as exports
from tests.builders.independent_exports import Row, amount, email_key, person_key

CENT = exports.UNIT // 100


def _money(row: Row, name: str) -> int:
    return amount(row[name]["shopMoney"]["amount"]) or 0


def _paid(told: list[tuple[str, str, int | None]]) -> int | None:
    """Money that moved, if any did: an authorization promises it, its capture moves it, a sale does both."""
    moves = [
        worth or 0 for kind, status, worth in told if (kind, status) in (("sale", "success"), ("capture", "success"))
    ]
    return sum(moves) if moves else None


def _from_csv(number: str, rows: list[Row], gift_cards: set[str], told: list[Row]) -> tuple[Row, list[Row]]:
    head = rows[0]
    order = {
        "order": number,
        "name": head["Name"],
        "email": person_key(head["Email"], head["Phone"]),
        "ordered_at": pd.Timestamp(head["Created at"]).tz_convert("UTC"),
        "is_cancelled": bool(head["Cancelled at"]),
        "is_test": "bogus" in head["Payment Method"].lower(),
        "status": head["Financial Status"],
        "discount": amount(head["Discount Amount"]) or 0,
        "tax": amount(head["Taxes"]) or 0,
        "shipping": amount(head["Shipping"]) or 0,
        "total": amount(head["Total"]) or 0,
        "paid": _paid([(row["Kind"], row["Status"], amount(row["Amount"])) for row in told]),
        "tax_included": amount(head["Total"]) == (amount(head["Subtotal"]) or 0) + (amount(head["Shipping"]) or 0),
        "from_bulk": False,
    }
    lines = [
        {
            "order": number,
            "sku": row["Lineitem sku"],
            "quantity": int(row["Lineitem quantity"]),
            "price": amount(row["Lineitem price"]),
            "tax": None,
            "is_gift_card": row["Lineitem sku"] in gift_cards,
        }
        for row in rows
        if row["Lineitem quantity"]
    ]
    return order, lines


def _from_bulk(number: str, row: Row) -> tuple[Row, list[Row]]:
    order = {
        "order": number,
        "name": row["name"],
        "email": email_key((row["customer"] or {}).get("email")) or person_key(row["email"], row["phone"]),
        "ordered_at": pd.Timestamp(row["processedAt"]),
        "is_cancelled": bool(row["cancelledAt"]),
        "is_test": row["test"],
        "status": row["displayFinancialStatus"].lower(),
        "discount": _money(row, "totalDiscountsSet"),
        "tax": _money(row, "totalTaxSet"),
        "shipping": _money(row, "totalShippingPriceSet"),
        "total": _money(row, "totalPriceSet"),
        "paid": _paid(
            [(told["kind"].lower(), told["status"].lower(), _money(told, "amountSet")) for told in row["transactions"]]
        ),
        "tax_included": row["taxesIncluded"],
        "from_bulk": True,
    }
    lines = [
        {
            "order": number,
            "sku": line["sku"],
            "quantity": line["quantity"],
            "price": _money(line, "originalUnitPriceSet"),
            "tax": sum(_money(tax, "priceSet") for tax in line["taxLines"]),
            "is_gift_card": line["isGiftCard"],
        }
        for line in row["lines"]
    ]
    return order, lines


def _reason(order: pd.Series) -> str | None:
    if order["is_test"]:
        return "test_order"
    if order["is_cancelled"]:
        return "cancelled"
    return order["status"] if order["status"] in ("voided", "expired") else None


def orders_and_lines(shopify: Path, zone: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row an order (the newest export of it wins, the API's on the same day) and one row an order line."""
    old, new, gift_cards = exports.csv_orders(shopify), exports.bulk_orders(shopify), exports.gift_card_skus(shopify)
    transactions = exports.csv_transactions(shopify)
    orders: list[Row] = []
    lines: list[Row] = []
    for number in sorted(set(old) | set(new)):
        if number in new and (number not in old or new[number][0] >= old[number][0]):
            order, own = _from_bulk(number, new[number][1])
        else:
            order, own = _from_csv(number, old[number][1], gift_cards, transactions.get(number, []))
        orders.append(order)
        lines.extend(own)
    found = pd.DataFrame(lines)
    found["cost"] = found["quantity"] * found["sku"].map(exports.unit_costs(shopify))
    return _summed(pd.DataFrame(orders), found, zone)


def _summed(orders: pd.DataFrame, lines: pd.DataFrame, zone: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    lines["worth"] = lines["quantity"] * lines["price"]
    goods = lines[~lines["is_gift_card"]].groupby("order")["worth"].sum()
    costs = lines[~lines["is_gift_card"]].groupby("order")["cost"].agg(lambda own: own.sum(skipna=False))
    orders["cost"] = orders["order"].map(costs)
    cards = lines[lines["is_gift_card"]].groupby("order")["worth"].sum()
    listed = orders["order"].map(goods).fillna(0).astype("int64")
    orders["gross"] = listed - _tax_of_goods(orders, listed - orders["discount"], lines)
    orders["gift_cards"] = orders["order"].map(cards).fillna(0).astype("int64")
    orders["sold"] = orders["gross"] - orders["discount"]
    orders["reason"] = orders.apply(_reason, axis=1)
    orders["is_valid"] = orders["reason"].isna()
    local = orders["ordered_at"].dt.tz_convert(zone).dt.tz_localize(None)
    orders["day"] = local.dt.normalize()
    orders["month"] = local.dt.to_period("M").dt.to_timestamp()
    return orders.sort_values(["ordered_at", "order"], ignore_index=True), lines


def _tax_of_goods(orders: pd.DataFrame, goods: pd.Series, lines: pd.DataFrame) -> pd.Series:
    """What of the tax lies in the prices of goods: as their lines tell, else by value beside shipping, to the cent."""
    told = orders["order"].map(lines.groupby("order")["tax"].agg(lambda own: own.sum(skipna=False)))
    paid = (goods + orders["shipping"]).where(goods > 0, 1)
    share = (orders["tax"] * goods / paid / CENT).round() * CENT
    return told.fillna(share).where(orders["tax_included"], 0).astype("int64")


def refunds_of(shopify: Path, orders: pd.DataFrame, zone: str) -> pd.DataFrame:
    """One row a refund. Goods taken back are known by line from the API, from transactions as a share of the money."""
    lines, paid_back, bulk = exports.refund_lines(shopify), exports.csv_refunds(shopify), exports.bulk_orders(shopify)
    rows: list[Row] = []
    for order in orders.to_dict("records"):
        if order["from_bulk"]:
            rows.extend(_api_refund(order, refund, lines) for refund in bulk[order["order"]][1]["refunds"])
        else:
            rows.extend(_transaction_refunds(order, paid_back.get(order["order"], [])))
    refunds = pd.DataFrame(rows)
    local = refunds["refunded_at"].dt.tz_convert(zone).dt.tz_localize(None)
    refunds["day"] = local.dt.normalize()
    refunds["month"] = local.dt.to_period("M").dt.to_timestamp()
    return refunds


def _api_refund(order: Row, refund: Row, lines: dict[str, Row]) -> Row:
    own = lines[refund["id"]]["refundLineItems"]
    returned = sum(_money(line, "subtotalSet") for line in own)
    if order["tax_included"]:
        returned -= sum(_money(line, "totalTaxSet") for line in own)
    return {
        "order": order["order"],
        "refunded_at": pd.Timestamp(refund["createdAt"]),
        "refunded": _money(refund, "totalRefundedSet"),
        "returned": returned,
        "is_estimated": False,
    }


def _transaction_refunds(order: Row, told: list[Row]) -> Iterator[Row]:
    """Refunds known by their money alone: the goods given back so far are a share of the money so far."""
    before = 0
    for row in sorted(told, key=lambda row: pd.Timestamp(row["Created At"])):
        refunded = amount(row["Amount"]) or 0
        yield {
            "order": order["order"],
            "refunded_at": pd.Timestamp(row["Created At"]).tz_convert("UTC"),
            "refunded": refunded,
            "returned": _goods_in(order, before + refunded) - _goods_in(order, before),
            "is_estimated": True,
        }
        before += refunded


def _goods_in(order: Row, money: int) -> int:
    goods = order["total"] - order["shipping"]
    share = money / goods if goods else 0.0
    return min(int(share * order["sold"] / CENT + 0.5) * CENT, int(order["sold"]))
