"""Mistakes in specs in words, each spec once.

Belongs here: wording. Never here: finding mistakes (`ingestion.specs`).
"""

from __future__ import annotations

from collections.abc import Iterable

_WORDS = "in a spec, which is left out:"
_INDENT = "\n      "


def by_spec(mistakes: Iterable[object]) -> list[str]:
    """One text a spec, in the order they came: one mistake on its line, several indented below the spec's name."""
    found: dict[str, list[str]] = {}
    for mistake in map(str, mistakes):
        spec, _, what = mistake.partition(": ")
        found.setdefault(spec, []).append(what)
    return [
        f"mistake {_WORDS} {spec}: {whats[0]}"
        if len(whats) == 1
        else f"{len(whats)} mistakes {_WORDS} {_INDENT.join([spec, *whats])}"
        for spec, whats in found.items()
    ]
