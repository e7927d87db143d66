"""Which column of a file may be which column of a shape.

Belongs here: names and synonyms weighed. Never here: writing TOML (`entity_draft`), or reading a file.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from ingestion.drafting.guesses import Guess
from ingestion.specs.columns import Column
from ingestion.specs.entities import ShapeFile

WORDS = Path(__file__).with_name("entity_words.toml")
LANGUAGES = Path(__file__).with_name("entity_languages.toml")
NUMBERS = {"integer", "decimal", "double"}
KINDS = {
    "date": {"date", "timestamp"}, "timestamp": {"date", "timestamp"}, "boolean": {"boolean", "integer"},
    "integer": {"integer", "decimal"}, "decimal": NUMBERS, "double": NUMBERS,
}  # fmt: skip
NO_TEXT_OF = {"date", "timestamp", "boolean", "double"}  # a text of ours is seldom one of these
LEAST = 40


def matched(name: str, shape: ShapeFile, guesses: Sequence[Guess]) -> dict[str, Guess]:
    """Our columns with the file's column each, the surest pairs first, no column twice."""
    pairs = [
        (score, -at, -place, ours, guess)
        for at, (ours, column) in enumerate(shape.columns.items())
        for place, guess in enumerate(guesses)
        if (score := _score(name, ours, column, guess)) >= LEAST
    ]
    found: dict[str, Guess] = {}
    taken: set[str] = set()
    for _, _, _, ours, guess in sorted(pairs, key=lambda pair: pair[:3], reverse=True):
        if ours not in found and guess.name not in taken:
            found[ours] = guess
            taken.add(guess.name)
    return found


def _score(shape: str, ours: str, column: Column, guess: Guess) -> int:
    """How likely the file's column is ours: 100 for the same name, less the further the names lie apart."""
    if not _fits(column, guess):
        return 0
    theirs = guess.name
    names = [ours, *_synonyms(shape, ours)]
    best = 100 if theirs == ours else _as_number_of(ours, theirs)
    for at, name in enumerate(names):
        place = min(at, 15)
        if theirs == name:
            best = max(best, 98 - place)
        elif _bare(shape, theirs) == _bare(shape, name):
            best = max(best, 85 - place)
        elif _holds(theirs, name) and (guess.keys["type"] not in NUMBERS or _may_be_number(ours, column)):
            best = max(best, 70 - place - 4 * (theirs.count("_") - name.count("_")))
    return best


def _may_be_number(ours: str, column: Column) -> bool:
    return column.type != "text" or ours.endswith(("_key", "_number", "_code", "score", "sku"))


def _fits(column: Column, guess: Guess) -> bool:
    kind = guess.keys["type"]
    if guess.is_empty:
        return True
    return kind in KINDS[column.type] if column.type in KINDS else kind not in NO_TEXT_OF


def _bare(shape: str, name: str) -> str:
    """The name without the word of the shape before it."""
    words = [word for word in _languages()["own_words"].get(shape, ()) if name.startswith(f"{word}_")]
    return name[len(words[0]) + 1 :] if words else name


def _holds(theirs: str, name: str) -> bool:
    """A longer name that holds ours in one piece; one word alone must end it."""
    if "_" not in name:
        return theirs.endswith(f"_{name}") and len(name) > 2
    return bool(re.search(rf"(^|_){re.escape(name)}(_|$)", theirs))


def _as_number_of(ours: str, theirs: str) -> int:
    """A thing's word and a word for number, in either order: bestellnr, n_commande, numero_dell_ordine."""
    numbers = _languages()["numbers"]
    things: Sequence[str] = numbers["things"].get(ours, ())
    joined = "".join(word for word in theirs.split("_") if word not in numbers["between"])
    for word in numbers["words"]:
        for thing in (joined.removesuffix(word), joined.removeprefix(word)):
            if thing != joined and thing in things:
                return 90 - min(things.index(thing), 15)
    return 0


@lru_cache
def _synonyms(shape: str, ours: str) -> Sequence[str]:
    lists = [words.get(part, {}).get(ours, ()) for part in (shape, "any") for words in (_words(), _languages())]
    return list(dict.fromkeys(name for names in lists for name in names))


@lru_cache(maxsize=1)
def _words() -> Mapping[str, Mapping[str, Sequence[str]]]:
    return tomllib.loads(WORDS.read_text("utf-8"))


@lru_cache(maxsize=1)
def _languages() -> Mapping[str, Any]:
    return tomllib.loads(LANGUAGES.read_text("utf-8"))
