"""Mistakes in specs in words, each spec once.

Belongs here: wording. Never here: finding mistakes (`ingestion.specs`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingestion.errors import SpecMistake

_WORDS = "in a spec, which is left out:"
_INDENT = "\n      "


def by_spec(mistakes: Iterable[SpecMistake]) -> list[str]:
    """One text a spec, in the order they came: one mistake on its line, several indented below the spec's name."""
    found: dict[str, list[str]] = {}
    for mistake in mistakes:
        found.setdefault(mistake.file, []).append(mistake.words)
    return [
        f"mistake {_WORDS} {spec}: {whats[0]}"
        if len(whats) == 1
        else f"{len(whats)} mistakes {_WORDS} {_INDENT.join([spec, *whats])}"
        for spec, whats in found.items()
    ]
