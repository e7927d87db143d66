"""One small shop and help desk in every form their vendors export, each form an account of its own. Asserts nothing."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.builders.admin_export import gid, json_lines, money, order_rows
from tests.builders.header_variants import CUSTOMER, CUSTOMER_HEADERS, one_record
from tests.builders.order_headers import ORDER_HEADERS, PRODUCT_HEADERS

Json = dict[str, Any]
ORDER, LINE, AGREEMENT = gid("Order", 6_100_000_000_001), gid("LineItem", 91), gid("SalesAgreement", 61)
SHIRT = {
    "Handle": "linen-shirt", "Title": "Linen Shirt", "Body (HTML)": "<p>Light,\nwashed</p>", "Vendor": "Loomery",
    "Type": "Shirts", "Product Category": "Clothing", "Option1 Name": "Size", "Option1 Value": "S",
    "Variant SKU": "LS-S", "Variant Price": "30.00", "Cost per item": "11.20", "Gift Card": "false", "Status": "active",
}  # fmt: skip
NEXT_SIZE = {"Handle": "linen-shirt", "Option1 Value": "M", "Variant SKU": "LS-M", "Variant Price": "31.00"}
PICTURE = {"Handle": "linen-shirt", "Image Src": "https://cdn.example/2.jpg", "Image Position": "2"}


def write_named_exports(exports: Path) -> None:
    """Every form, each in the folder of its account."""
    for name, header in ORDER_HEADERS.items():
        rows = order_rows(1, [(2, 30.0), (1, 25.0)], Billing_Zip="'06103", Phone="'+15550100123")
        _put(exports / "shopify" / name / "orders_export_1.csv", table(header, rows))
    for name, header in PRODUCT_HEADERS.items():
        _put(exports / "shopify" / name / "products_export_1.csv", table(header, [SHIRT, NEXT_SIZE, PICTURE]))
    for year, names in CUSTOMER_HEADERS.items():
        _put(exports / "shopify" / f"people{year}" / "customers_export.csv", one_record(names.split(","), CUSTOMER))
    _put(exports / "shopify" / "api" / "orders_2026-03-10.jsonl", json_lines(*_bulk_orders()))
    _put(exports / "shopify" / "api" / "customers_2026-03-10.jsonl", json_lines(_bulk_customer()))
    for name in ("audits", "ticket_events", "metric_sets"):
        _write_desk(exports / "zendesk" / name, name)


def table(header: Sequence[str], rows: Sequence[Mapping[str, str]]) -> str:
    """A CSV as the admin writes it: quotes where needed, lines ended by a line feed."""
    text = io.StringIO()
    writer = csv.DictWriter(text, header, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def _bulk_orders() -> list[Json]:
    """Lines of a bulk operation that are not grouped: children stand before and after their parents."""
    parcel = {
        "id": gid("Fulfillment", 51), "status": "SUCCESS", "displayStatus": "DELIVERED", "totalQuantity": 2,
        "createdAt": "2026-03-03T09:00:00Z", "deliveredAt": "2026-03-05T09:00:00Z",
    }  # fmt: skip
    paid = {"kind": "SALE", "status": "SUCCESS", "test": False, "processedAt": "2026-03-02T14:14:11Z"}
    refund = {"id": gid("Refund", 81), "createdAt": "2026-03-09T15:00:30Z", "totalRefundedSet": money(24.3)}
    order = {
        "id": ORDER, "name": "#10442", "createdAt": "2026-03-02T14:14:08Z", "updatedAt": "2026-03-09T15:00:31Z",
        "displayFinancialStatus": "PARTIALLY_REFUNDED", "displayFulfillmentStatus": "FULFILLED", "test": False,
        "taxesIncluded": False, "currencyCode": "USD", "email": "kim@example.org",
        "customer": {"id": gid("Customer", 7_200_000_000_001)},
        "subtotalPriceSet": money(55.0), "totalTaxSet": money(4.4), "totalPriceSet": money(59.4),
        "transactions": [{"id": gid("OrderTransaction", 71), "amountSet": money(59.4)} | paid],
        "refunds": [refund], "fulfillments": [parcel],
    }  # fmt: skip
    line = {"quantity": 1, "sku": "CB-01", "isGiftCard": False, "originalUnitPriceSet": money(25.0)}
    sale = {"actionType": "RETURN", "lineType": "PRODUCT", "quantity": -1, "totalAmount": money(-24.3)}
    return [
        {"id": gid("Sale", 62), "totalTaxAmount": money(-1.8), "__parentId": AGREEMENT} | sale,
        {"id": LINE, "__parentId": ORDER} | line | {"quantity": 1, "originalUnitPriceSet": money(30.0)},
        order,
        {"id": AGREEMENT, "happenedAt": "2026-03-09T15:00:30Z", "reason": "REFUND", "__parentId": ORDER},
        {"__typename": "DiscountCodeApplication", "index": 0, "__parentId": ORDER},
        {"id": gid("LineItem", 92), "__parentId": ORDER} | line,
    ]


def _bulk_customer() -> Json:
    return {
        "id": gid("Customer", 7_200_000_000_001), "legacyResourceId": "7200000000001", "state": "ENABLED",
        "email": "kim@example.org", "createdAt": "2026-01-01T00:00:00Z", "updatedAt": "2026-03-01T00:00:00Z",
        "defaultEmailAddress": {"emailAddress": "kim@example.org", "marketingState": "SUBSCRIBED"},
    }  # fmt: skip


def _write_desk(folder: Path, history: str) -> None:
    """One solved ticket with everything around it; its history comes in one of three forms."""
    made = {"created_at": "2020-01-01T00:00:00Z", "updated_at": "2020-01-01T00:00:00Z"}
    users = [
        {"id": 7002, "name": "Ana Sol", "role": "agent", "active": True} | made,
        {"id": 9001, "name": "Kim Rau", "role": "end-user", "email": "kim@example.org", "active": True} | made,
    ]
    hours = [{"start_time": day * 1440 + 540, "end_time": day * 1440 + 1020} for day in range(1, 6)]
    schedule = {"id": 1, "name": "Office", "time_zone": "London", "intervals": hours} | made
    holiday = {"id": 5, "schedule_id": 1, "name": "Closed", "start_date": "2026-03-03", "end_date": "2026-03-03"}
    rated = {"created_at": "2026-03-04T07:12:00Z", "updated_at": "2026-03-04T07:12:00Z"}
    rating = {"id": 772, "ticket_id": 51201, "requester_id": 9001, "score": "good"} | rated
    ticket = _ticket() | ({"metric_set": _metric_set()} if history == "metric_sets" else {})
    bodies: dict[str, list[Json]] = {
        "tickets": [ticket], "users": users, "groups": [{"id": 301, "name": "Tier 1", "deleted": False} | made],
        "schedules": [schedule], "holidays": [holiday], "satisfaction_ratings": [rating],
    }  # fmt: skip
    if history == "audits":
        bodies["ticket_audits"] = _audits()
    if history == "ticket_events":
        bodies["ticket_events"] = _events()
    for name, records in bodies.items():
        envelope = {"ticket_audits": "audits"}.get(name, name)
        _put(folder / f"{name}_2026-03-05.json", json.dumps({envelope: records, "count": len(records)}))


def _ticket() -> Json:
    return {
        "id": 51201, "via": {"channel": "email", "source": {"from": {}, "to": {}, "rel": None}}, "status": "solved",
        "created_at": "2026-03-02T08:14:09Z", "updated_at": "2026-03-03T10:02:51Z", "generated_timestamp": 1772532171,
        "requester_id": 9001, "submitter_id": 9001, "assignee_id": 7002, "group_id": 301, "tags": ["delivery"],
        "satisfaction_rating": {"score": "offered"}, "custom_fields": [], "is_public": True,
    }  # fmt: skip


def _metric_set() -> Json:
    return {
        "ticket_id": 51201, "solved_at": "2026-03-03T10:02:51Z", "reopens": 0, "replies": 1,
        "reply_time_in_minutes": {"calendar": 206, "business": 160},
        "full_resolution_time_in_minutes": {"calendar": 1549, "business": 480},
    }  # fmt: skip


def _history() -> list[tuple[str, int, list[Json]]]:
    """Each step: when, who, and its events in the words that audits use."""
    said = {"type": "Comment", "public": True, "body": "text"}
    return [
        ("2026-03-02T08:14:09Z", 9001, [said | {"author_id": 9001}, _field("Create", "status", "new", None)]),
        ("2026-03-02T08:14:10Z", -1, [{"type": "Notification", "recipients": [9001]}]),
        ("2026-03-02T11:40:00Z", 7002, [said | {"author_id": 7002}, _field("Change", "status", "pending", "new")]),
        ("2026-03-03T10:02:51Z", 7002, [_field("Change", "status", "solved", "pending")]),
    ]


def _field(kind: str, name: str, value: str, before: str | None) -> Json:
    return {"type": kind, "field_name": name, "value": value} | ({} if before is None else {"previous_value": before})


def _audits() -> list[Json]:
    return [
        {"id": 880 + place, "ticket_id": 51201, "created_at": at, "author_id": author, "via": {"channel": "web"}}
        | {"events": [{"id": 10 * place + n} | event for n, event in enumerate(events, start=1)]}
        for place, (at, author, events) in enumerate(_history())
    ]


def _events() -> list[Json]:
    """The same steps as the incremental export of events tells them: the field is a key."""
    return [
        {"id": 880 + place, "ticket_id": 51201, "created_at": at, "updater_id": author, "via": "Web form"}
        | {"child_events": [{"id": 10 * place + n} | _child(event) for n, event in enumerate(events, start=1)]}
        for place, (at, author, events) in enumerate(_history())
    ]


def _child(event: Json) -> Json:
    if "field_name" not in event:
        return event | {"event_type": event["type"]}
    kept = {name: value for name, value in event.items() if name == "previous_value"}
    return {"event_type": event["type"], event["field_name"]: event["value"]} | kept
