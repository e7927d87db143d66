"""What the shop sells: products with variants on a dense ladder of prices, and gift cards.

Belongs here: names, codes and prices. Never here: who buys them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from ingestion.sample_store.clocks import Ints

SIZES = ("S", "M", "L", "XL", "2XL", "3XL")
_MATERIALS = ("Linen", "Canvas", "Wool", "Cotton", "Oak", "Brass", "Stone", "Felt", "Cork", "Glass")
_THINGS = (
    ("Shirt", "Shirts"),
    ("Belt", "Belts"),
    ("Lamp", "Lighting"),
    ("Bag", "Bags"),
    ("Rug", "Rugs"),
    ("Chair", "Furniture"),
)
GIFT_CARD_CENTS = (2500, 5000, 10000)


@dataclass(frozen=True)
class Catalogue:
    """Variants ordered by price, gift cards last."""

    table: pa.Table
    price_cents: Ints
    goods: int

    def nearest(self, cents: np.ndarray) -> Ints:
        """The goods variant whose price is nearest to each amount."""
        prices = self.price_cents[: self.goods]
        upper = np.clip(np.searchsorted(prices, cents), 1, self.goods - 1)
        return np.where(cents - prices[upper - 1] <= prices[upper] - cents, upper - 1, upper).astype(np.int64)


def make_catalogue() -> Catalogue:
    """Sixty products of six sizes from 4.00 up, each step 1.5 % dearer, and one gift card product."""
    rows: list[dict[str, object]] = []
    count = len(_MATERIALS) * len(_THINGS) * len(SIZES)
    for n in range(count):
        product, size = divmod(n, len(SIZES))
        material, (thing, kind) = _MATERIALS[product % 10], _THINGS[product // 10]
        rows.append(_variant(n, product, f"{material} {thing}", kind, SIZES[size], round(400 * 1.015**n), False))
    for k, cents in enumerate(GIFT_CARD_CENTS):
        rows.append(
            _variant(count + k, count // len(SIZES), "Gift Card", "Gift Cards", f"${cents // 100}", cents, True)
        )
    table = pa.Table.from_pylist(rows)
    return Catalogue(table, np.array([r["price_cents"] for r in rows], np.int64), count)


def _variant(n: int, product: int, title: str, kind: str, option: str, cents: int, gift: bool) -> dict[str, object]:
    handle = title.lower().replace(" ", "-")
    code = "".join(word[:3].upper() for word in title.split())
    return {
        "variant_index": n, "product_index": product, "product_id": 8_100_000_000 + product,
        "variant_id": 43_000_000_000 + n, "handle": handle, "title": title, "product_type": kind,
        "option": option, "sku": f"{code}-{option.strip('$')}", "price_cents": cents,
        "cost_cents": 0 if gift else round(cents * 0.42), "is_gift_card": gift,
        "vendor": "Loomery" if product % 3 else "Hearth & Co", "grams": 0 if gift else 100 + 7 * (n % 90),
        "stock": -1 if n % 97 == 5 else n * 37 % 120, "status": "archived" if product == 59 else "active",
    }  # fmt: skip
