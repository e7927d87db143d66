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
}
ODD_TICKETS: dict[int, dict[str, Any]] = {
    990001: {"status": "parked"},
    990002: {"via": {"channel": "telepathy", "source": {"from": None, "to": None, "rel": None}}},
    990003: {"requester_id": 123456789012},
    990004: {"status": "solved"},
}


def plant_impossible_facts(exports: Path, day: str, created: str = "2026-03-01 10:00:00 -0500") -> None:
    """Odd orders, a refund of no order, odd tickets, one of them solved before it was created."""
    shopify, zendesk = exports / "shopify", exports / "zendesk"
    header = next(csv.reader(sorted(shopify.glob("orders_export*.csv"))[-1].open(encoding="utf-8", newline="")))
    rows = [
        GOOD | {"Name": name, "Created at": created, "Paid at": created, "Id": str(6_999_000_000_000 + n)} | odd
        for n, (name, odd) in enumerate(ODD_ORDERS.items())
    ]
    _write_csv(shopify / f"orders_export_{day}_odd.csv", header, rows)
    twice = next(row for row in rows if row["Name"] == "#ODD-twice") | {"Total": "11.00", "Taxes": "1.00"}
    _write_csv(shopify / f"orders_export_{day}_odd_again.csv", header, [twice])
    refund = {
        "id": "gid://shopify/Refund/999", "legacyResourceId": "999", "createdAt": "2026-03-02T10:00:00Z",
        "totalRefundedSet": {"shopMoney": {"amount": "5.0", "currencyCode": "USD"}}, "refundLineItems": [],
    }  # fmt: skip
    lost = {"id": "gid://shopify/Order/6888000000000", "updatedAt": "2026-03-02T10:00:00Z", "refunds": [refund]}
    _write_lines(shopify / f"refunds_{day}_odd.jsonl", [lost])
    _write_lines(zendesk / f"tickets_{day}_odd.jsonl", [_ticket(number, odd) for number, odd in ODD_TICKETS.items()])
    _write_lines(zendesk / f"ticket_audits_{day}_odd.jsonl", list(_solved_too_early(990004)))


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
