"""What a shape's rows need so that numbers count them, and what of it a file does not show.

Belongs here: reading `needed_to_count.toml` and wording it for a draft's checklist. Never here: deciding what counts
(the marts' exclusion rules), or which column is which (`entity_matching`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

NEEDS = Path(__file__).with_name("needed_to_count.toml")


@lru_cache
def needs() -> dict[str, dict[str, Any]]:
    """By shape: `needs`, and `otherwise` for those that may be met outside the file."""
    return tomllib.loads(NEEDS.read_text("utf-8"))


def need_lines(shape: str, found: Collection[str]) -> Iterator[str]:
    """One line with what numbers need, and one for each need that no column of the file meets."""
    wanted = needs().get(shape)
    if wanted is None:
        return
    yield f"To be counted, rows of {shape} need {', '.join(' or '.join(names) for names in wanted['needs'])}."
    for names in wanted["needs"]:
        if not set(names) & set(found):
            otherwise = wanted.get("otherwise", {}).get(names[0])
            way = f"map it, or give {otherwise}" if otherwise else "map it or give a constant"
            yield f"NOT FOUND in this file: {' or '.join(names)}. Without it the numbers lack these rows: {way}."
