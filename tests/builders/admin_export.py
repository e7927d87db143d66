"""Rows of a store's admin exports in their true layout, for tests of what the models make of them. Asserts nothing."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ORDER_HEADER = [
    "Name", "Email", "Financial Status", "Paid at", "Fulfillment Status", "Fulfilled at", "Accepts Marketing",
    "Currency", "Subtotal", "Shipping", "Taxes", "Total", "Discount Code", "Discount Amount", "Shipping Method",
    "Created at", "Lineitem quantity", "Lineitem name", "Lineitem price", "Lineitem compare at price", "Lineitem sku",
    "Lineitem requires shipping", "Lineitem taxable", "Lineitem fulfillment status", "Billing Name", "Billing Zip",
    "Billing Phone", "Shipping Zip", "Shipping Country", "Shipping Phone", "Notes", "Note Attributes", "Cancelled at",
    "Payment Method", "Payment Reference", "Refunded Amount", "Vendor", "Id", "Tags", "Risk Level", "Source",
    "Lineitem discount", "Tax 1 Name", "Tax 1 Value", "Phone",
]  # fmt: skip
LINE_CELLS = {"Name", "Email", "Created at", "Lineitem discount", "Vendor"}
CREATED = "2026-03-02 09:14:08 -0500"


def order_rows(number: int, lines: Sequence[tuple[float, float]], **cells: str) -> list[dict[str, str]]:
    """One order: its own cells on the first row, (quantity, price) on each. Cells go by header, _ for a blank."""
    goods = sum(quantity * price for quantity, price in lines)
    given = {key.replace("_", " "): value for key, value in cells.items()}
    order = {
        "Name": f"#{number}", "Email": f"buyer{number}@example.org", "Financial Status": "paid", "Currency": "USD",
        "Subtotal": f"{goods:.2f}", "Shipping": "0.00", "Taxes": "0.00", "Total": f"{goods:.2f}",
        "Discount Amount": "0.00", "Created at": CREATED, "Refunded Amount": "0.00", "Source": "web",
        "Id": str(6_100_000_000_000 + number),
    } | given  # fmt: skip
    rows = []
    for place, (quantity, price) in enumerate(lines):
        first = order if place == 0 else {key: value for key, value in order.items() if key in LINE_CELLS}
        line = {
            "Lineitem quantity": f"{quantity:g}", "Lineitem price": f"{price:.2f}", "Lineitem name": f"Thing {place}",
            "Lineitem sku": f"SKU-{place}", "Lineitem discount": "0.00",
        }  # fmt: skip
        rows.append(first | line)
    return rows


def orders_csv(
    *orders: Sequence[Mapping[str, str]], without: Sequence[str] = (), renamed: Mapping[str, str] | None = None
) -> str:
    """An orders export; `without` leaves columns out, `renamed` gives them another header, as other years' files do."""
    header = [name for name in ORDER_HEADER if name not in without]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([(renamed or {}).get(name, name) for name in header])
    for order in orders:
        writer.writerows([row.get(name, "") for name in header] for row in order)
    return text.getvalue()


def transactions_csv(*rows: tuple[int, str, str, float]) -> str:
    """A transaction history of (order number, kind, status, amount)."""
    lines = ["Order,Name,Kind,Gateway,Created At,Status,Amount,Currency,Card Type"]
    for number, kind, status, amount in rows:
        order = 6_100_000_000_000 + number
        lines.append(
            f"{order},#{number},{kind},shopify_payments,2026-03-09 11:00:30 -0400,{status},{amount:.2f},USD,Visa"
        )
    return "\n".join(lines) + "\n"


def money(amount: float, currency: str = "USD") -> dict[str, Any]:
    """A price set of the API."""
    return {"shopMoney": {"amount": f"{amount}", "currencyCode": currency}}


def gid(kind: str, number: int) -> str:
    """An id of the API."""
    return f"gid://shopify/{kind}/{number}"


def json_lines(*objects: Mapping[str, Any]) -> str:
    """Objects, one a line."""
    return "".join(json.dumps(each) + "\n" for each in objects)


def deliver(exports: Path, files: Mapping[str, str]) -> None:
    """Put texts into the store's folder of exports."""
    for name, text in files.items():
        path = exports / "shopify" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
