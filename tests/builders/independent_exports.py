"""The sample shop's export files read with nothing but the standard library: which version of a record is the newest.

Belongs here: reading files and choosing versions by the vendors' own words: names hold the day of the export, an
order's newest export holds all its rows. Never here: any code, SQL or table of the warehouse.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

UNIT = 10_000  # amounts are whole ten-thousandths, so that sums are exact
Row = dict[str, Any]


def amount(text: str | None) -> int | None:
    """An amount as whole ten-thousandths, or nothing where the text is no number."""
    if text is None or not re.fullmatch(r"-?\d+(\.\d{1,4})?", text):
        return None
    return int(Decimal(text) * UNIT)


def email_key(text: str | None) -> str | None:
    """How people are told apart: the address in small letters; a text without @ is no address."""
    folded = (text or "").strip().lower()
    return folded if "@" in folded else None


def person_key(email: str | None, phone: str | None) -> str | None:
    """Who an order without an account is of: an address, else a phone in digits."""
    digits = re.sub(r"\D", "", phone or "")
    return email_key(email) or (f"phone {digits}" if digits else None)


def export_day(path: Path) -> str:
    """The day in the file's name, as text that sorts."""
    found = re.search(r"\d{4}-\d{2}-\d{2}", path.name)
    if found is None:
        raise ValueError(f"no day in the name {path.name}")
    return found.group()


def csv_records(folder: Path, pattern: str) -> Iterator[tuple[str, Row]]:
    """Day of the export and record, for every record of every file; records cut short are no records."""
    for path in sorted(folder.glob(pattern)):
        with path.open(newline="", encoding="utf-8-sig") as lines:
            for record in csv.DictReader(lines):
                if None not in record.values():
                    yield export_day(path), record


def json_records(folder: Path, pattern: str, records: str | None = None) -> Iterator[tuple[str, Row]]:
    """Day of the export and object, for JSON Lines or for the array in an envelope; broken lines are no records."""
    for path in sorted(folder.glob(pattern)):
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".json":
            rows = json.loads(text)[records]
        else:
            rows = [row for line in text.splitlines() if (row := _object(line)) is not None]
        for row in rows:
            yield export_day(path), row


def _object(line: str) -> Row | None:
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row if row.get("id") else None


def newest_of(versions: Iterator[tuple[Any, Any, Row]]) -> dict[Any, Row]:
    """The last version by (version word) of each key; of equals the later in reading order."""
    best: dict[Any, tuple[Any, Row]] = {}
    for key, version, row in versions:
        if key not in best or version >= best[key][0]:
            best[key] = (version, row)
    return {key: row for key, (_, row) in best.items()}


def csv_orders(shopify: Path) -> dict[str, tuple[str, list[Row]]]:
    """Order id -> (day of its newest export, its rows there). Later rows of an order repeat only its name."""
    newest: dict[str, tuple[str, list[Row]]] = {}
    current: tuple[str, str, list[Row]] | None = None
    for day, row in csv_records(shopify, "orders_export*.csv"):
        if row["Id"]:
            current = (row["Id"], row["Name"], [])
            if row["Id"] not in newest or day >= newest[row["Id"]][0]:
                newest[row["Id"]] = (day, current[2])
        if current is not None and row["Name"] == current[1]:
            current[2].append(row)
    return newest


def bulk_orders(shopify: Path) -> dict[str, tuple[str, Row]]:
    """Order number -> (day of its newest export, the object, with its lines under `lines`)."""
    orders: dict[str, tuple[str, Row]] = {}
    lines: dict[tuple[str, str], dict[str, Row]] = {}
    for day, row in json_records(shopify, "orders_[0-9]*.jsonl"):
        kind = row["id"].split("/")[3]
        if kind == "LineItem":
            lines.setdefault((day, row["__parentId"]), {})[row["id"]] = row
        elif kind == "Order":
            number = row["legacyResourceId"]
            if number not in orders or (row["updatedAt"], day) >= (orders[number][1]["updatedAt"], orders[number][0]):
                orders[number] = (day, row)
    for day, row in orders.values():
        row["lines"] = list(lines.get((day, row["id"]), {}).values())
    return orders


def refund_lines(shopify: Path) -> dict[str, Row]:
    """Refund id -> the refund with its lines, from the newest version of its order."""
    newest = newest_of(
        (row["id"], (row["updatedAt"], day), row) for day, row in json_records(shopify, "refunds_*.jsonl")
    )
    return {refund["id"]: refund for order in newest.values() for refund in order["refunds"]}


def csv_transactions(shopify: Path) -> dict[str, list[Row]]:
    """Order id -> the transactions of its newest export."""
    newest: dict[str, tuple[str, list[Row]]] = {}
    for day, row in csv_records(shopify, "transactions_export*.csv"):
        if row["Order"] not in newest or day > newest[row["Order"]][0]:
            newest[row["Order"]] = (day, [])
        if day == newest[row["Order"]][0]:
            newest[row["Order"]][1].append(row)
    return {order: rows for order, (_, rows) in newest.items()}


def csv_refunds(shopify: Path) -> dict[str, list[Row]]:
    """Order id -> the successful refund transactions of its newest export."""
    return {
        order: [row for row in rows if row["Kind"] == "refund" and row["Status"] == "success"]
        for order, rows in csv_transactions(shopify).items()
    }


def gift_card_skus(shopify: Path) -> set[str]:
    """Stock codes of gift cards, as the newest products file says."""
    handles: dict[str, str] = {}
    skus: set[str] = set()
    for _, row in csv_records(shopify, "products_export*.csv"):
        handles[row["Handle"]] = row["Gift Card"] or handles.get(row["Handle"], "")
        if handles[row["Handle"]] == "true" and row["Variant SKU"]:
            skus.add(row["Variant SKU"])
    return skus


def unit_costs(shopify: Path) -> dict[str, int | None]:
    """Stock code -> cost of one unit, as the newest products file says."""
    return {
        row["Variant SKU"]: amount(row["Cost per item"])
        for _, row in csv_records(shopify, "products_export*.csv")
        if row["Variant SKU"]
    }
