"""Every spec that differs from a good one in one place: a key gone, or another value in its stead."""

from __future__ import annotations

import copy
import datetime
from collections.abc import Iterator
from typing import Any

ODD_VALUES = [7, -1, 1.5, True, "", "x", "\u00e9\n", [], ["x"], [1], {}, {"x": 1}, datetime.date(2026, 1, 1), "(", "%Q"]
Place = tuple[Any, ...]


def mutants(document: dict[str, Any]) -> Iterator[tuple[Place, dict[str, Any]]]:
    """Place and changed document; the document itself stays as it is."""
    for place in _places(document, ()):
        yield place, _changed(document, place)
        for value in ODD_VALUES:
            yield place, _changed(document, place, value)


def _places(value: Any, at: Place) -> Iterator[Place]:
    if at:
        yield at
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in inside:
        yield from _places(inner, (*at, key))


def _changed(document: dict[str, Any], place: Place, *values: Any) -> dict[str, Any]:
    """With another value at the place, or without what is there."""
    made: Any = copy.deepcopy(document)
    inner = made
    for key in place[:-1]:
        inner = inner[key]
    if values:
        inner[place[-1]] = values[0]
    else:
        del inner[place[-1]]
    return dict(made)
