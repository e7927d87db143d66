"""What the YAML beside a seed says that its rows must obey: columns, key, words, kinds.

Belongs here: reading that. Never here: a seed's name, or judging a row (`shop_seeds`).
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Seed:
    """One shipped seed. `only` are columns whose words no shop can add to: the models know them."""

    name: str
    columns: Mapping[str, str]
    key: Sequence[str]
    required: Collection[str]
    allowed: Mapping[str, Sequence[str]]
    kinds: Mapping[str, str]
    only: Sequence[str]
    shipped: Sequence[Mapping[str, str]]

    def shipped_values(self, columns: Sequence[str]) -> frozenset[tuple[str, ...]]:
        """What the shipped rows hold in these columns."""
        return frozenset(tuple(row[name] for name in columns) for row in self.shipped)


def read_seeds(dbt_project: Path) -> dict[str, Seed]:
    """All seeds of the project by name."""
    folder = dbt_project / "seeds"
    pages = [yaml.safe_load(page.read_text(encoding="utf-8")) or {} for page in sorted(folder.rglob("*.yml"))]
    files = {file.stem: file for file in folder.rglob("*.csv")}
    return {told["name"]: _seed(told, files[told["name"]]) for page in pages for told in page.get("seeds") or []}


def _seed(told: Mapping[str, Any], file: Path) -> Seed:
    config, columns = told.get("config", {}), told.get("columns", [])
    meta = config.get("meta", {})
    required = [column["name"] for column in columns if "not_null" in column.get("data_tests", [])]
    kinds = {column["name"]: column.get("config", {}).get("meta", {}).get("kind", "") for column in columns}
    with file.open(encoding="utf-8", newline="") as handle:
        shipped = list(csv.DictReader(handle))
    return Seed(
        name=told["name"],
        columns=config.get("column_types", {}),
        key=meta.get("key", []),
        required=required,
        allowed=_allowed(columns),
        kinds=kinds,
        only=meta.get("shipped_only", []),
        shipped=shipped,
    )


def _allowed(columns: Sequence[Mapping[str, Any]]) -> dict[str, Sequence[str]]:
    return {
        column["name"]: test["accepted_values"]["arguments"]["values"]
        for column in columns
        for test in column.get("data_tests", [])
        if isinstance(test, dict) and "accepted_values" in test
    }
