"""Which tables lead back to raw records, and by which key: what the dbt manifest says of marts and of the core behind.

Belongs here: reading the manifest. Never here: a list of models, SQL, a value of anybody's row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.publishing.marts import MartColumn, marts_of

_CORE = "core"


@dataclass(frozen=True)
class Traced:
    """A table of the warehouse whose rows a person may follow back: its key is the first of its published ids."""

    schema: str
    name: str
    key: MartColumn | None


def traced_marts(manifest: Mapping[str, Any]) -> list[Traced]:
    """The published tables; one without a key holds summaries of many records."""
    return [Traced("marts", mart.name, _first_id(mart.columns)) for mart in marts_of(manifest)]


def traced_core(manifest: Mapping[str, Any]) -> list[Traced]:
    """The tables behind them with an id that some mart publishes: a test may fail there before any mart is made."""
    published = {column.name: column for mart in marts_of(manifest) for column in mart.columns}
    found = []
    for node in manifest["nodes"].values():
        if _is_model(node) and node["schema"] == _CORE:
            key = _first_id(published[name] for name in node["columns"] if name in published)
            found += [Traced(_CORE, node["name"], key)] if key else []
    return found


def upstream(manifest: Mapping[str, Any], name: str) -> list[str]:
    """All models a model is made of, the nearest first."""
    nodes = manifest["nodes"]
    waiting = [unique for unique, node in nodes.items() if _is_model(node) and node["name"] == name]
    seen: dict[str, str] = {}
    while waiting:
        for parent in nodes[waiting.pop(0)].get("depends_on", {}).get("nodes", []):
            if parent in nodes and parent not in seen and _is_model(nodes[parent]):
                seen[parent] = nodes[parent]["name"]
                waiting.append(parent)
    return list(seen.values())


def _is_model(node: Mapping[str, Any]) -> bool:
    return bool(node["resource_type"] == "model")


def _first_id(columns: Iterable[MartColumn]) -> MartColumn | None:
    return next((column for column in columns if column.name.endswith("_id")), None)
