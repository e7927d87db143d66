"""Everything computed from the sample shop's files alone, in one place, and the comparing of it with published tables.

Never here: the computations themselves, and assertions.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from math import isclose, isnan, sqrt
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from tests.builders import independent_orders, independent_people, independent_tickets
from tests.builders.independent_exports import UNIT
from tests.builders.independent_hours import Calendar

Answers = dict[Hashable, Any]
_SHOWN = 5


@dataclass(frozen=True)
class IndependentShop:
    """A shop's numbers from its files; frames hold money in whole ten-thousandths."""

    exports: Path
    zone: str
    as_of: date

    @property
    def shopify(self) -> Path:
        return self.exports / "shopify"

    @property
    def zendesk(self) -> Path:
        return self.exports / "zendesk"

    @cached_property
    def _orders_and_lines(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        return independent_orders.orders_and_lines(self.shopify, self.zone)

    @property
    def orders(self) -> pd.DataFrame:
        return self._orders_and_lines[0]

    @property
    def lines(self) -> pd.DataFrame:
        return self._orders_and_lines[1]

    @cached_property
    def refunds(self) -> pd.DataFrame:
        return independent_orders.refunds_of(self.shopify, self.orders, self.zone)

    @cached_property
    def tickets(self) -> pd.DataFrame:
        end = independent_people.end_of_day(self.as_of, self.zone)
        first = pd.Timestamp(self.orders["ordered_at"].min()).floor("D") - pd.Timedelta(days=7)
        calendar = Calendar(self.zendesk, first, end + pd.Timedelta(days=60))  # a past day: what came later is known
        return independent_tickets.tickets_of(self.zendesk, calendar, end)


def answers(published: duckdb.DuckDBPyConnection, sql: str) -> Answers:
    """The rest of each row by its first column."""
    return {row[0]: row[1] if len(row) == 2 else row[1:] for row in published.execute(sql).fetchall()}


def comparable(value: Any) -> Any:
    """One form for numbers, times and gaps, whichever library they come from."""
    if isinstance(value, tuple):
        return tuple(comparable(part) for part in value)
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and isnan(value)):
        return None
    if isinstance(value, Decimal):
        return int(value * UNIT)
    if isinstance(value, pd.Timestamp):
        plain = value.tz_convert("UTC").tz_localize(None) if value.tzinfo else value
        return plain.to_pydatetime()
    return value.item() if hasattr(value, "item") else value


def differences(mine: Mapping[Any, Any], published: Mapping[Any, Any]) -> list[str]:
    """Where the two differ, key by key, missing keys too; averages may by a millionth. Empty when they agree."""
    left = {comparable(key): comparable(value) for key, value in mine.items()}
    right = {comparable(key): comparable(value) for key, value in published.items()}
    found = [
        f"{key}: {left.get(key, 'nothing')} from the files, {right.get(key, 'nothing')} published"
        for key in sorted(left.keys() | right.keys(), key=str)
        if not (key in left and key in right and _same(left[key], right[key]))
    ]
    return [f"{len(found)} of {len(left)} differ", *found[:_SHOWN]] if found else []


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, tuple) and isinstance(right, tuple):
        return len(left) == len(right) and all(map(_same, left, right))
    if isinstance(left, float) or isinstance(right, float):
        return None not in (left, right) and isclose(left, right, rel_tol=1e-9, abs_tol=1e-6)
    return bool(left == right)


def wilson(hits: int, of: int, z: float) -> tuple[float, float]:
    """The interval in which a share may lie that was seen so often."""
    share, spread = hits / of, z * z / of
    middle = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    return middle - half, middle + half
