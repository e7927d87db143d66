"""What the columns of public test files truly are, and how far a draft is from it.

Belongs here: reading `draft_truth.toml` and comparing. Never here: drafting or loading.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections import Counter
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from ingestion.drafting.guesses import Guess

TRUTHS = Path(__file__).with_suffix(".toml")
TYPES = {"text", "integer", "decimal", "double", "boolean", "date", "timestamp", "json"}
WORDS = {"direct", "quasi", "none"}


@dataclass(frozen=True)
class Truth:
    """One file's truth. Patterns are looked up by the file's own column names."""

    name: str
    said: dict[str, Any]

    @property
    def is_held_out(self) -> bool:
        """A third of the files, chosen by their names' hash before any draft was scored."""
        return int(hashlib.sha256(self.name.encode()).hexdigest(), 16) % 3 == 0

    @property
    def key(self) -> list[str]:
        """The columns that tell rows apart."""
        return list(self.said.get("key", []))

    def types(self, column: str) -> set[str]:
        """The types that are right."""
        return _first(self.said, TYPES, column) or set(str(self.said.get("default", "text")).split(" or "))

    def words(self, column: str) -> set[str]:
        """The personal words that are right."""
        return _first(self.said, WORDS, column) or {"none"}

    def format(self, column: str) -> str | None:
        """The date format, None for ISO."""
        return next((text for glob, text in self.said.get("formats", {}).items() if fnmatchcase(column, glob)), None)


def read_truths() -> dict[str, Truth]:
    """All truths by file."""
    said = tomllib.loads(TRUTHS.read_text("utf-8"))
    full = {name: said[one["like"]] if "like" in one else one for name, one in said.items()}
    return {name: Truth(name, one) for name, one in full.items()}


def score(truth: Truth, guesses: list[Guess], key: list[str]) -> tuple[Counter[str], list[str]]:
    """Counts of what is right, and a line a mistake."""
    counts: Counter[str] = Counter()
    lines: list[str] = []
    for guess in guesses:
        wrong = _type_mistake(truth, guess, counts) + _word_mistake(truth, guess, counts)
        counts.update({"columns": 1, "columns to change": bool(wrong)})
        lines += [f"{truth.name}: {guess.original[:50]}: {text}" for text in wrong]
    originals = [guess.original for guess in guesses if guess.name in key]
    counts["files"] += 1
    counts["key right"] += set(originals) == set(truth.key)
    if set(originals) != set(truth.key):
        lines.append(f"{truth.name}: key {originals}, not {truth.key}")
    return counts, lines


def _type_mistake(truth: Truth, guess: Guess, counts: Counter[str]) -> list[str]:
    if guess.is_empty:
        return []
    right, mine = truth.types(guess.original), guess.keys["type"]
    counts.update({"typed": 1, "type right": mine in right})
    if mine not in right:
        return [f"type {mine}, not {' or '.join(sorted(right))}"]
    if mine in ("date", "timestamp"):
        fits = guess.keys.get("format") == truth.format(guess.original)
        counts.update({"dates": 1, "format right": fits})
        return [] if fits else [f"format {guess.keys.get('format')}, not {truth.format(guess.original)}"]
    return []


def _word_mistake(truth: Truth, guess: Guess, counts: Counter[str]) -> list[str]:
    right = truth.words(guess.original)
    counts["word right"] += guess.personal in right
    for word, enough in (("direct", {"direct"}), ("quasi", {"quasi", "direct"})):
        if right == {word}:
            counts.update({word: 1, f"{word} found": guess.personal in enough})
    if guess.personal == "direct":
        counts.update({"said direct": 1, "rightly direct": "direct" in right})
    if guess.personal != "none":
        counts.update({"said personal": 1, "rightly personal": right != {"none"}})
    return [] if guess.personal in right else [f"personal {guess.personal}, not {' or '.join(sorted(right))}"]


def _first(said: dict[str, Any], words: set[str], column: str) -> set[str]:
    for key, globs in said.items():
        kinds = set(key.split(" or "))
        if kinds <= words and any(fnmatchcase(column, glob) or column == glob for glob in globs):
            return kinds
    return set()


def truth_table(scores: dict[str, Counter[str]]) -> str:
    """Shares over the files the guesses were fixed with, and over those that were held out."""
    truths = read_truths()
    seen: Counter[str] = sum((one for name, one in scores.items() if not truths[name].is_held_out), Counter())
    held: Counter[str] = sum((one for name, one in scores.items() if truths[name].is_held_out), Counter())
    lines = ["| what is right | files used for fixing | files held out at first |", "|---|---|---|"]
    lines.append(f"| files, columns | {seen['files']}, {seen['columns']} | {held['files']}, {held['columns']} |")
    for title, right, of in SHARES:
        lines.append(f"| {title} | {_share(seen, right, of)} | {_share(held, right, of)} |")
    lines.append(f"| columns a person must change, a file | {_each(seen)} | {_each(held)} |")
    return "\n".join([*lines, "", BLIND])


def file_table(scores: dict[str, Counter[str]], loaded: dict[str, Counter[str]]) -> str:
    """A line a scored file: what its unread draft loaded, and what a person must change in it."""
    lines = [
        "| file | rows | rejects, failed cells | columns | types right | direct found | key | columns to change |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, one in scores.items():
        came = loaded.get(name, Counter())
        lost = came["rejects"] + came["cells"]
        types, direct = f"{one['type right']} of {one['typed']}", f"{one['direct found']} of {one['direct']}"
        key = "right" if one["key right"] else "wrong"
        figures = f"{came['rows']:,} | {lost} | {one['columns']} | {types} | {direct} | {key}"
        lines.append(f"| {name} | {figures} | {one['columns to change']} |")
    return "\n".join(lines)


BLIND = (
    "The third of the files that was held out scored like this before anybody had looked at it: direct columns 56 of "
    "62, quasi 68 of 69, types 503 of 506, keys 16 of 19, words exactly right 609 of 628; what it showed was then "
    "fixed."
)
SHARES = (
    ("type, of columns with a value", "type right", "typed"),
    ("date format, of dates and times", "format right", "dates"),
    ("key, of files", "key right", "files"),
    ("direct columns found", "direct found", "direct"),
    ("quasi columns found (or called direct)", "quasi found", "quasi"),
    ("rightly called direct", "rightly direct", "said direct"),
    ("rightly called personal", "rightly personal", "said personal"),
    ("personal word exactly right", "word right", "columns"),
)


def _share(counts: Counter[str], right: str, of: str) -> str:
    return f"{counts[right]} of {counts[of]} ({counts[right] / max(counts[of], 1):.1%})"


def _each(counts: Counter[str]) -> str:
    files = max(counts["files"], 1)
    return f"{counts['columns to change'] / files:.1f} of {counts['columns'] / files:.0f}"
