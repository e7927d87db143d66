"""Which tables and columns may be published: what the dbt manifest says of the marts, and nothing it does not say.

Belongs here: reading the manifest's tags, deny by default.
Never here: names of models or columns, SQL.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# A column is published only if it carries one of these words; "direct" and a missing word stay in the warehouse.
_PUBLISHED_AS_IS = ("none", "quasi")
_PSEUDONYM = "pseudonym"


@dataclass(frozen=True)
class MartColumn:
    """One column that may be published, and whether its values become pseudonyms on the way."""

    name: str
    description: str
    is_pseudonym: bool


@dataclass(frozen=True)
class Mart:
    """One table of the layer `marts`: its published columns, and the names of those that stay behind."""

    name: str
    description: str
    columns: tuple[MartColumn, ...]
    withheld: tuple[str, ...]


def marts_of(manifest: Mapping[str, Any], schema: str = "marts") -> list[Mart]:
    """The marts of a manifest (as dbt writes it to target/manifest.json), by name."""
    nodes = manifest["nodes"].values()
    models = [node for node in nodes if node["resource_type"] == "model" and node["schema"] == schema]
    return [_mart(node) for node in sorted(models, key=lambda node: str(node["name"]))]


def _mart(node: Mapping[str, Any]) -> Mart:
    published, withheld = [], []
    for column in node["columns"].values():
        word = personal_word(column)
        if word in (*_PUBLISHED_AS_IS, _PSEUDONYM):
            published.append(MartColumn(column["name"], column.get("description") or "", word == _PSEUDONYM))
        else:
            withheld.append(column["name"])
    name = node.get("alias") or node["name"]
    return Mart(name, node.get("description") or "", tuple(published), tuple(withheld))


def personal_word(column: Mapping[str, Any]) -> str | None:
    """What a column's YAML says of personal data: none, quasi, pseudonym, direct, or None where it says nothing."""
    tags = {**(column.get("meta") or {}), **((column.get("config") or {}).get("meta") or {})}
    word = tags.get("personal")
    return str(word) if word is not None else None
