"""One store's exports with hard cases: an order told twice, edits, refunds, spoilt cells. Asserts nothing."""

from typing import Any

from tests.builders.admin_export import gid, json_lines, money, order_rows, orders_csv, transactions_csv

FIRST = 6_100_000_000_001


def hard_orders() -> dict[str, str]:
    """Two exports of orders, an API file, refunds and transactions: file name and text."""
    return {
        "2026-03-05/orders_export_1.csv": _older_export(),
        "2026-03-10/orders_export_1.csv": _newer_export(),
        "orders_2026-03-10.jsonl": json_lines(
            _order(), _line(91, 2, 30.0, is_gift=False), _line(92, 1, 25.0, is_gift=True)
        ),
        "orders_2026-03-09.jsonl": json_lines(
            _order() | {"name": "EN1", "updatedAt": "2026-03-08T15:00:31Z"},
            _line(91, 9, 9.0, is_gift=False),
            _told_once(12),
            _line(93, 1, 60.0, is_gift=False, of=12),
            _told_once(13),
            _told_once(13) | _OLDER_WRITING,
            _line(92, 1, 25.0, is_gift=True) | {"id": "92", "__typename": "LineItem"},
        ),
        "orders_2026-03-11.jsonl": json_lines(_lighter(_order()), _told_once(15) | {"cancelledAt": "the other day"}),
        "refunds_2026-03-10.jsonl": json_lines(_refund(), _refund_of_an_unknown_order()),
        "transactions_export_2026-03-10.csv": transactions_csv(
            (2, "sale", "success", 10.0), (2, "refund", "success", 4.0), (2, "refund", "failure", 9.0)
        ),
    }


def _older_export() -> str:
    return orders_csv(
        order_rows(1, [(2, 30.0), (1, 25.0)], Refunded_Amount="0.00"),
        order_rows(2, [(1, 10.0), (1, 5.0)]),
        order_rows(7, [(1, 40.0)], Refunded_Amount="10.00", Financial_Status="partially_refunded"),
        order_rows(10, [(1, 6.0), (1, 2.0)], Refunded_Amount="2.00"),
        order_rows(11, [(1, 5.0)], Name="#11 "),
        order_rows(11, [(1, 5.0), (1, 1.0)]),
    )


def _newer_export() -> str:
    """Order 2 lost a line, and its Id to a spreadsheet; the header is another year's."""
    return orders_csv(
        order_rows(2, [(1, 10.0)], Id="6.1E+12"),
        order_rows(3, [(1, 8.0)], Currency="XXX", Financial_Status="wibble"),
        order_rows(4, [(0, 8.0)]),
        order_rows(5, [(1, -8.0)]),
        order_rows(6, [(1, 9.0)], Email=""),
        order_rows(7, [(1, 40.0)], Refunded_Amount="24.30", Financial_Status="partially_refunded", Id="6.1E+12"),
        order_rows(8, [(1, 12.0)], Cancelled_at="2026-03-03 10:00:00 -0500"),
        order_rows(9, [(1, 3.0)], Id="6.1E+12"),
        order_rows(10, [(2, 6.0)], Name="EN10", Refunded_Amount="5.00"),
        order_rows(12, [(1, 60.0), (1, 30.0)], Refunded_Amount="40.00", Financial_Status="partially_refunded"),
        order_rows(13, [(1, 60.0)], Financial_Status="voided"),
        order_rows(14, [(1, 7.0)], Cancelled_at="9999-12-31 23:59:59 -0500"),
        without=("Payment Reference", "Phone"),
        renamed={"Cancelled at": "Canceled at", "Lineitem sku": "Lineitem SKU"},
    )


def _order() -> dict[str, Any]:
    """The first order as the API tells it: sale and capture are the same money; pages that overlap repeat elements."""
    paid = {"status": "SUCCESS", "amountSet": money(85.0)}
    sale, capture = ({"id": gid("OrderTransaction", number)} | paid for number in (71, 72))
    refund = {"id": gid("Refund", 81), "createdAt": "2026-03-09T15:00:30Z", "totalRefundedSet": money(25.0)}
    return {
        "id": gid("Order", FIRST), "name": "#1", "test": False, "createdAt": "2026-03-02T14:14:08Z",
        "updatedAt": "2026-03-09T15:00:31Z", "taxesIncluded": False, "currencyCode": "USD",
        "displayFinancialStatus": "PARTIALLY_REFUNDED",
        "email": "buyer1@example.org", "subtotalPriceSet": money(85.0), "totalPriceSet": money(85.0),
        "totalTaxSet": money(0.0),
        "transactions": [sale | {"kind": "SALE"}, *[capture | {"kind": "CAPTURE"}] * 2],
        "refunds": [refund, refund],
    }  # fmt: skip


def _told_once(number: int) -> dict[str, Any]:
    """An order that the API told of on the 9th alone, with a refund of ten; the CSV of the 10th knows more."""
    refund = {"id": gid("Refund", 70 + number), "createdAt": "2026-03-08T15:00:30Z", "totalRefundedSet": money(10.0)}
    return _order() | {
        "id": gid("Order", FIRST - 1 + number), "name": f"#{number}", "displayFinancialStatus": "AUTHORIZED",
        "subtotalPriceSet": money(60.0), "totalPriceSet": money(60.0), "transactions": [], "refunds": [refund],
        "totalRefundedSet": money(10.0),
    }  # fmt: skip


def _lighter(order: dict[str, Any]) -> dict[str, Any]:
    """What a later query tells of an order that asks for no lists."""
    kept = {key: value for key, value in order.items() if key not in {"refunds", "transactions"}}
    return kept | {"updatedAt": "2026-03-10T15:00:31Z"}


_OLDER_WRITING = {
    "id": str(FIRST + 12), "__typename": "Order", "updatedAt": "2026-03-08T15:00:31Z", "totalPriceSet": money(99.0),
}  # fmt: skip


def _line(number: int, quantity: int, price: float, *, is_gift: bool, of: int = 1) -> dict[str, Any]:
    return {
        "id": gid("LineItem", number), "quantity": quantity, "sku": f"SKU-{number}", "isGiftCard": is_gift,
        "originalUnitPriceSet": money(price), "__parentId": gid("Order", FIRST - 1 + of),
    }  # fmt: skip


def _refund() -> dict[str, Any]:
    goods = {"id": "line", "quantity": 1, "subtotalSet": money(24.0), "totalTaxSet": money(1.0)}
    refund = {
        "id": gid("Refund", 81), "createdAt": "2026-03-09T15:00:30Z", "totalRefundedSet": money(25.0),
        "refundLineItems": [goods, goods],
    }  # fmt: skip
    return {
        "id": gid("Order", FIRST),
        "updatedAt": "2026-03-09T15:00:31Z",
        "refunds": [refund, refund],
    }


def _refund_of_an_unknown_order() -> dict[str, Any]:
    refund = {"id": gid("Refund", 99), "createdAt": "2026-03-09T15:00:30Z", "totalRefundedSet": money(5.0)}
    return {"id": gid("Order", FIRST + 98), "refunds": [refund]}
