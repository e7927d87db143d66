"""Which columns tell the rows apart, and which one says the later version.

Belongs here: guessing key and version. Never here: types or personal data.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import combinations

from ingestion.drafting.guesses import Guess, Texts

ID_LIKE = r"(^|_)(id|key|no|nr|num|number|nummer|numero|numer|n|uuid|guid|gid|sku|code|ref|reference|email)$|id$|num$"
PART_LIKE = r"id$|key$|number$|_n[or]$|item|line|(^|_)date(_|$)|_at$|count$|sequen|index|day|zeile|(^|_)pos"
FREE_TEXT = r"comment|note|body|message|descr|title|subject|^name$|text|url|src|image|link|path|avatar"
LIMIT = 10  # columns of which pairs and triples are tried


def guess_key(guesses: Sequence[Guess], columns: Mapping[str, Texts]) -> tuple[list[str], str]:
    """The first id, or else two or three columns, without gaps and repeats; and how sure that is."""
    full = [
        guess for guess in guesses if _may_be_key(guess) and columns[guess.original] and all(columns[guess.original])
    ]
    full.sort(key=lambda guess: (guess.name != "id", not re.search(ID_LIKE, guess.name)))
    rows = len(columns[full[0].original]) if full else 0
    for guess in full:
        is_meant = re.search(ID_LIKE, guess.name) or guess is guesses[0] or guess.keys["type"] == "text"
        is_meant = is_meant and guess.keys["type"] not in ("date", "timestamp")
        if is_meant and _is_unique([columns[guess.original]]) and not re.search(FREE_TEXT, guess.name):
            why = "no gaps and no repeats in the sample" if rows > 1 else "one row only: look at it"
            return [guess.name], why
    parts = [guess for guess in full if re.search(PART_LIKE, guess.name)][:LIMIT]
    for size in (2, 3):
        for group in combinations(parts, size):
            if _is_unique([columns[guess.original] for guess in group]):
                return [guess.name for guess in group], "together no repeats in the sample"
    return [], ""


def guess_version(guesses: Sequence[Guess]) -> str | None:
    """The column that says when a row was last changed."""
    moments = [guess.name for guess in guesses if guess.keys["type"] == "timestamp"]
    return next((name for name in moments if re.search(r"updated|modified|changed|geandert|modifie", name)), None)


def _may_be_key(guess: Guess) -> bool:
    kind = guess.keys["type"]
    return kind in ("text", "integer", "date", "timestamp") or guess.keys.get("scale") == 0


def _is_unique(columns: Sequence[Texts]) -> bool:
    if len(columns) == 1:
        return len(set(columns[0])) == len(columns[0])
    seen: set[tuple[str | None, ...]] = set()
    for cells in zip(*columns, strict=True):
        if cells in seen:
            return False
        seen.add(cells)
    return True
