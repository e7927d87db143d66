"""The truths of a sample shop at an instant, from the simulator's own state and never from SQL or from files.

Belongs here: putting the truth document together. Never here: definitions of the warehouse.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ingestion.sample_store.order_truths import order_truths
from ingestion.sample_store.shop import Shop
from ingestion.sample_store.ticket_truths import ticket_truths


def truths_of(shop: Shop, at: int) -> dict[str, Any]:
    """Parameters and exact figures as known just before `at`."""
    settings = shop.settings
    planted = {
        "purchase": asdict(settings.purchase),
        "service": asdict(settings.service),
        "order": asdict(settings.order),
    }
    return {"planted": planted, "orders": order_truths(shop, at), "tickets": ticket_truths(shop, at)}
