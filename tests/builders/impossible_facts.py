"""Puts facts that cannot be beside a sample shop's exports, in true formats: to be flagged or counted by the reader.

Belongs here: files. Never here: what the warehouse should make of them.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

GOOD = {
    "Email": "odd@example.org", "Financial Status": "paid", "Fulfillment Status": "fulfilled",
    "Accepts Marketing": "no",
    "Currency": "USD", "Subtotal": "10.00", "Shipping": "0.00", "Taxes": "0.00", "Total": "10.00",
    "Discount Amount": "0.00",
    "Lineitem quantity": "1", "Lineitem name": "Odd thing", "Lineitem price": "10.00", "Lineitem sku": "ODD",
    "Lineitem requires shipping": "true", "Lineitem taxable": "true", "Refunded Amount": "0.00",
    "Outstanding Balance": "0.00",
    "Source": "web", "Lineitem discount": "0.00",
}  # fmt: skip
ODD_ORDERS: dict[str, dict[str, str]] = {
    "#ODD-nobody": {"Email": ""},
    "#ODD-negative": {"Lineitem price": "-10.00", "Subtotal": "-10.00", "Total": "-10.00"},
    "#ODD-zero": {"Lineitem quantity": "0", "Subtotal": "0.00", "Total": "0.00"},
    "#ODD-status": {"Financial Status": "half_paid"},
    "#ODD-currency": {"Currency": "XQX"},
    "#ODD-twice": {"Total": "10.00"},
    "#ODD-timeless": {"Created at": ""},
    "#ODD-above": {"Lineitem quantity": "2", "Lineitem price": "5.00"},
    "#ODD-foreign": {},
    "#ODD-units": {"Lineitem quantity": "2", "Lineitem price": "5.00"},
}
# label of the order -> money back, its currency, units back, worth of the goods
ODD_REFUNDS: dict[str, tuple[str, str, int, str]] = {
    "#ODD-above": ("99.0", "USD", 2, "99.0"),
    "#ODD-foreign": ("700.0", "XQX", 1, "700.0"),
    "#ODD-units": ("4.0", "USD", 3, "4.0"),
}
ODD_TICKETS: dict[int, dict[str, Any]] = {
    990001: {"status": "parked"},
    990002: {"via": {"channel": "telepathy", "source": {"from": None, "to": None, "rel": None}}},
    990003: {"requester_id": 123456789012},
    990004: {"status": "solved"},
    990005: {"status": "solved", "metric_set": {"solved_at": "2026-02-27T00:00:00Z", "replies": 1}},
    990006: {"status": "solved", "metric_set": {"replies": 1, "requester_wait_time_in_minutes": {"calendar": -9}}},
}


def plant_impossible_facts(exports: Path, day: str, created: str = "2026-03-01 10:00:00 -0500") -> None:
    """Odd orders and refunds, a refund of no order, odd tickets, some of them solved before they were created."""
    shopify, zendesk = exports / "shopify", exports / "zendesk"
    header = next(csv.reader(sorted(shopify.glob("orders_export*.csv"))[-1].open(encoding="utf-8", newline="")))
    rows = [
        GOOD | {"Name": name, "Created at": created, "Paid at": created, "Id": str(6_999_000_000_000 + n)} | odd
        for n, (name, odd) in enumerate(ODD_ORDERS.items())
    ]
    _write_csv(shopify / f"orders_export_{day}_odd.csv", header, rows)
    twice = next(row for row in rows if row["Name"] == "#ODD-twice") | {"Total": "11.00", "Taxes": "1.00"}
    _write_csv(shopify / f"orders_export_{day}_odd_again.csv", header, [twice])
    lost = _refunds_of(6_888_000_000_000, 999, ("5.0", "USD", 0, "0.0"))
    numbers = {row["Name"]: int(row["Id"]) for row in rows}
    odd = [_refunds_of(numbers[name], 990 + n, told) for n, (name, told) in enumerate(ODD_REFUNDS.items())]
    _write_lines(shopify / f"refunds_{day}_odd.jsonl", [lost, *odd])
    _write_lines(zendesk / f"tickets_{day}_odd.jsonl", [_ticket(number, odd) for number, odd in ODD_TICKETS.items()])
    _write_lines(zendesk / f"ticket_audits_{day}_odd.jsonl", list(_solved_too_early(990004)))


def _refunds_of(order: int, number: int, told: tuple[str, str, int, str]) -> dict[str, Any]:
    """An order with one refund, as the ordinary query tells it."""
    paid, currency, quantity, worth = told
    goods = {"quantity": quantity, "subtotalSet": {"shopMoney": {"amount": worth}}}
    refund = {
        "id": f"gid://shopify/Refund/{number}", "legacyResourceId": str(number), "createdAt": "2026-03-02T10:00:00Z",
        "totalRefundedSet": {"shopMoney": {"amount": paid, "currencyCode": currency}},
        "refundLineItems": [goods] if quantity else [],
    }  # fmt: skip
    return {"id": f"gid://shopify/Order/{order}", "updatedAt": "2026-03-02T10:00:00Z", "refunds": [refund]}


def _ticket(number: int, odd: dict[str, Any]) -> dict[str, Any]:
    at = "2026-03-01T12:00:00Z"
    plain = {"id": number, "created_at": at, "updated_at": at, "generated_timestamp": 1772366400, "status": "open",
             "via": {"channel": "email", "source": {}}, "requester_id": 990, "submitter_id": 990, "subject": "Odd",
             "tags": [], "custom_fields": [], "satisfaction_rating": None, "is_public": True}  # fmt: skip
    return plain | odd


def _solved_too_early(number: int) -> list[dict[str, Any]]:
    moments = (("2026-03-01T12:00:00Z", "Create", "open"), ("2026-02-28T12:00:00Z", "Change", "solved"))
    return [
        {"id": 99000000 + n, "ticket_id": number, "created_at": at, "author_id": 7001,
         "via": {"channel": "web", "source": {"from": {}, "rel": None}},
         "events": [{"id": 990000000 + n, "type": kind, "field_name": "status", "value": status}]}
        for n, (at, kind, status) in enumerate(moments)
    ]  # fmt: skip


def _write_csv(path: Path, header: list[str], rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _write_lines(path: Path, items: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(item) + "\n" for item in items), encoding="utf-8")
