"""Small random deliveries of what orders hang on beside their records: catalogue, rates, payments, refunds, parcels.

Keys meet those of raw_deliveries. Asserts nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

BEGIN = datetime(2026, 3, 1, 12)
Row = dict[str, Any]


def day_of(random: Random) -> datetime:
    """Some day of the few that deliveries tell of."""
    return BEGIN + timedelta(days=random.randrange(6))


def catalogue(random: Random) -> dict[str, list[Row]]:
    """A few products, with what lines take from them."""
    return {
        "entity.products": [
            {"product_key": f"{random.choice('ps')}{random.randrange(3)}", "cost_amount": random.choice([None, 1, 2])}
            | {"is_gift_card": random.choice([None, True]), "is_merchandise": random.choice([None, False])}
            for _ in range(2)
        ]
    }


def rates(random: Random) -> dict[str, list[Row]]:
    """The euro's rate of a day."""
    rate = {"base_currency": "EUR", "quote_currency": "USD", "rate": random.choice([1.5, 2, 4])}
    return {"entity.exchange_rates": [{"rate_date": day_of(random).date()} | rate]}


def money_back(random: Random) -> dict[str, list[Row]]:
    """A refund of a flat file."""
    key = {"refund_key": f"r{random.randrange(3)}", "order_key": f"e{random.randrange(3)}"}
    return {
        "entity.refunds": [key | {"refunded_at": day_of(random), "refunded_amount": random.randrange(1, 9)}],
    }


def payments(random: Random) -> dict[str, list[Row]]:
    """A payment of a flat file, or what is paid back."""
    key = {"order_key": f"e{random.randrange(3)}", "payment_key": f"{random.randrange(2)}"}
    told = {"kind": random.choice([None, "sale", "capture", "refund"]), "amount": random.randrange(1, 30)}
    return {"entity.payments": [key | told | {"paid_at": random.choice([day_of(random), None])}]}


def parcels(random: Random) -> dict[str, list[Row]]:
    """A parcel of a flat file."""
    key = {"shipment_key": f"p{random.randrange(3)}", "order_key": f"e{random.randrange(3)}"}
    return {
        "entity.shipments": [
            key | {"shipped_at": day_of(random), "delivered_at": random.choice([day_of(random), None])}
        ]
    }
