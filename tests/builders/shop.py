"""Sample shops for tests, and plain-Python readings of what they exported. Assertions never live here."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ingestion.sample_store import SampleSummary, write_sample

END_DAY = date(2026, 3, 14)


@dataclass(frozen=True)
class SampleShop:
    """A written sample shop: its exports, its truth, and readers that know nothing of our loader."""

    exports: Path
    summary: SampleSummary

    @property
    def truth(self) -> dict[str, Any]:
        return dict(json.loads(self.summary.truth.read_text("utf-8")))

    def files(self, pattern: str) -> list[Path]:
        """Files by export date in the name, oldest first."""
        return sorted(self.exports.glob(pattern), key=lambda path: (_date_in(path.name), path.name))

    def csv_rows(self, path: Path) -> Iterator[dict[str, str]]:
        """Rows of the right width; the planted short row is left out."""
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file, strict=True)
            header = next(rows)
            for row in rows:
                if len(row) == len(header):
                    yield dict(zip(header, row, strict=True))

    def newest_csv_orders(self) -> dict[str, list[dict[str, str]]]:
        """By order name the rows of the newest export that holds the order."""
        found: dict[str, list[dict[str, str]]] = {}
        for path in self.files("shopify/orders_export*.csv"):
            held: dict[str, list[dict[str, str]]] = {}
            for row in self.csv_rows(path):
                held.setdefault(row["Name"], []).append(row)
            found.update(held)
        return found

    def json_lines(self, pattern: str) -> Iterator[dict[str, Any]]:
        """Objects of all files, oldest first; the planted broken line is left out."""
        for path in self.files(pattern):
            for line in path.read_text("utf-8").splitlines():
                if line.endswith("}"):
                    yield json.loads(line)

    def newest(self, pattern: str, kind: str = "") -> dict[Any, dict[str, Any]]:
        """By id the last version of each object, of one kind of gid if named."""
        return {item["id"]: item for item in self.json_lines(pattern) if f"/{kind}/" in str(item["id"]) or not kind}


def _date_in(name: str) -> str:
    return next(part for part in name.replace(" ", "_").replace(".", "_").split("_") if part.startswith("20"))


_TOLD_AS = {"formats": lambda text: tuple(text.split(",")), "tax_included": lambda text: text == "yes"}


def other_shop() -> dict[str, Any]:
    """What CX_TEST_SHOP says of the shop the nights are tried on: `seed=6 orders=900 formats=csv tax_included=yes`."""
    told = dict(word.split("=", 1) for word in os.environ.get("CX_TEST_SHOP", "").split())
    return {name: _TOLD_AS.get(name, int)(text) for name, text in told.items()}


def sample_shop(folder: Path, **options: Any) -> SampleShop:
    """A small shop below the folder."""
    wanted: dict[str, Any] = {"orders": 800, "tickets": 300, "days": 260, "seed": 7, "end_day": END_DAY} | options
    exports = folder / "exports"
    return SampleShop(exports, write_sample(exports, **wanted))
