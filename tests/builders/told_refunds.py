"""One store's API files whose refunds tell what they took back in every way. Asserts nothing."""

from typing import Any

from tests.builders.admin_export import gid, json_lines, money, order_rows, orders_csv

FIRST = 6_200_000_000_000
DAY = "2026-03-09T15:00:30Z"
PRODUCTS = "Handle,Title,Variant SKU,Variant Price,Gift Card\ncard,Card,SKU-1,50.00,true\n"


def told_refunds() -> dict[str, str]:
    """Orders with lines and sales agreements, refunds by an ordinary query, one order of the CSV: name and text."""
    return {
        "orders_2026-03-10.jsonl": json_lines(
            *_order(1, goods=100.0, shipping=10.0),
            *_agreed(1, PRODUCT=50.0, SHIPPING=10.0),
            *_order(2, goods=39.03, card=50.0),
            *_order(3, goods=39.03, card=50.0, cancelledAt="2026-03-09T15:00:00Z"),
            *_order(4, goods=240.0, tax=40.0, taxesIncluded=True),
            *_order(5, goods=240.0, tax=40.0, taxesIncluded=True),
            *_agreed(5, PRODUCT=120.0),
            *_order(6, goods=100.0, shipping=10.0),
        ),
        "refunds_2026-03-10.jsonl": json_lines(
            _paid_back(1, (50.0, [_goods(1, 50.0)]), (10.0, [])),
            _paid_back(2, (50.0, [_card(2, 50.0)])),
            _paid_back(3, (89.03, [_goods(3, 39.03), _card(3, 50.0)])),
            _paid_back(4, (120.0, [_goods(4, 120.0, tax=20.0)])),
            _paid_back(5, (120.0, None)),
            _paid_back(6, (10.0, [])),
            _paid_back(7, (50.0, [{"subtotalSet": money(50.0), "quantity": 1, "lineItem": {"sku": "SKU-1"}}])),
        ),
        "orders_export_2026-03-10.csv": orders_csv(order_rows(7, [(1, 39.03), (1, 50.0)], Id=str(FIRST + 7))),
        "products_export_2026-03-10.csv": PRODUCTS,
    }


def _order(
    number: int, goods: float, card: float = 0.0, shipping: float = 0.0, tax: float = 0.0, **told: Any
) -> list[dict[str, Any]]:
    """An order of two units of a good, and of a gift card where it has a price."""
    order = {
        "id": gid("Order", FIRST + number), "name": f"#{number}", "email": f"buyer{number}@example.org",
        "createdAt": "2026-03-02T14:14:08Z", "updatedAt": DAY, "test": False, "taxesIncluded": False,
        "currencyCode": "USD", "displayFinancialStatus": "PARTIALLY_REFUNDED", "subtotalPriceSet": money(goods + card),
        "totalShippingPriceSet": money(shipping), "totalTaxSet": money(tax),
        "totalPriceSet": money(goods + card + shipping),
    } | told  # fmt: skip
    lines = [_line(number, "1", 2, goods / 2, is_gift=False)]
    return [order, *lines, *([_line(number, "2", 1, card, is_gift=True)] if card else [])]


def _line(number: int, place: str, quantity: int, price: float, *, is_gift: bool) -> dict[str, Any]:
    return {
        "id": gid("LineItem", int(f"{number}{place}")), "quantity": quantity, "sku": f"LINE-{place}",
        "isGiftCard": is_gift, "originalUnitPriceSet": money(price), "__parentId": gid("Order", FIRST + number),
    }  # fmt: skip


def _agreed(number: int, **lines: float) -> list[dict[str, Any]]:
    """The sales agreement of a refund, by kind of line; a sixth of 120 is tax."""
    agreement = gid("SalesAgreement", number)
    head = {"id": agreement, "happenedAt": DAY, "reason": "REFUND", "__parentId": gid("Order", FIRST + number)}
    sales = [
        {
            "id": gid("Sale", number * 10 + place), "actionType": "RETURN", "lineType": kind, "quantity": -1,
            "totalAmount": money(-amount), "totalTaxAmount": money(-amount / 6 if amount == 120 else 0.0),
            "__parentId": agreement,
        }
        for place, (kind, amount) in enumerate(lines.items())
    ]  # fmt: skip
    return [head, *sales]


def _paid_back(number: int, *refunds: tuple[float, list[dict[str, Any]] | None]) -> dict[str, Any]:
    """An order with its refunds as (money, lines), lines None where the query did not ask for them."""
    told = [
        {"id": gid("Refund", number * 10 + place), "createdAt": DAY, "totalRefundedSet": money(paid)}
        | ({} if lines is None else {"refundLineItems": lines})
        for place, (paid, lines) in enumerate(refunds)
    ]
    return {"id": gid("Order", FIRST + number), "updatedAt": DAY, "refunds": told}


def _goods(number: int, amount: float, tax: float = 0.0) -> dict[str, Any]:
    line = {"id": gid("LineItem", int(f"{number}1"))}
    return {"quantity": 1, "subtotalSet": money(amount), "totalTaxSet": money(tax), "lineItem": line}


def _card(number: int, amount: float) -> dict[str, Any]:
    line = {"id": gid("LineItem", int(f"{number}2"))}
    return {"quantity": 1, "subtotalSet": money(amount), "totalTaxSet": money(0.0), "lineItem": line}
