"""The `[map]` of an entity spec, drafted.

Belongs here: writing map lines and what stays open as comments. Never here: which column is which (`entity_matching`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from ingestion.drafting.entity_matching import matched
from ingestion.drafting.guesses import Guess
from ingestion.drafting.toml_text import GUESSED, inline, quoted
from ingestion.specs.columns import Column
from ingestion.specs.entities import ShapeFile

LATEST = {"customers", "orders", "products", "tickets"}
CANCELLED = re.compile(r"(?i).*(cancel|storn|annul|anulow|anulad)")
OPEN = "NAME THE COLUMN"
SHARED = ("format", "decimal_mark", "thousands_mark", "true_words", "false_words", "null_tokens")
GOES_WITH = {
    "format": ("date", "timestamp"), "decimal_mark": ("decimal", "double"), "true_words": ("boolean",),
    "thousands_mark": ("integer", "decimal", "double"), "false_words": ("boolean",),
}  # fmt: skip


def map_lines(
    name: str, shape: ShapeFile, guesses: Sequence[Guess], key: Sequence[str], cuts: dict[str, tuple[str, str]]
) -> Iterator[str]:
    """A line for each column of the shape; what no column of the file meets is left as a comment."""
    found = matched(name, shape, guesses)
    yield from ("", "[map]")
    for ours, column in shape.columns.items():
        guess = found.get(ours)
        if guess is None and ours == "is_cancelled" and (line := _cancelled(guesses)):
            yield line
        elif guess is None:
            yield _open_line(ours, column, shape, guesses, key, found)
        else:
            yield _joined_key(name, ours, shape, guess, guesses, key) or _line(ours, column, guess, cuts)
    if not found and not shape.key:
        ours, column = next(iter(shape.columns.items()))
        yield f"{ours} = {{ from = {quoted(OPEN)} }}  # no column was found for any; {column.description}"
    used = {guess.name for guess in found.values()}
    for guess in guesses:
        if guess.name not in used:
            yield f"# not mapped, kept in _extra and never published: {guess.original!r} ({guess.keys['type']})"


def _cancelled(guesses: Sequence[Guess]) -> str:
    """A state among the file's words for states that means cancelled."""
    for guess in guesses:
        words = [text for text in guess.choices if CANCELLED.match(text)]
        if words and len(guess.choices) > len(words):
            rule = f'values = {{ {", ".join(f"{quoted(word)} = true" for word in words)}, "*" = false }}'
            return f"is_cancelled = {{ from = {quoted(guess.original)}, {rule} }}  {GUESSED}"
    return ""


def _joined_key(
    name: str, ours: str, shape: ShapeFile, guess: Guess, guesses: Sequence[Guess], key: Sequence[str]
) -> str:
    """A key of several columns where one alone repeats; in shapes of states the latest row of one key is meant."""
    if name in LATEST or tuple(shape.key) != (ours,) or len(key) < 2 or guess.name not in key:
        return ""
    others = [other.original for other in guesses if other.name in key and other is not guess]
    parts = quoted([guess.original, *others])
    return f'{ours} = {{ concat = {parts}, separator = "/" }}  {GUESSED}: {guess.original!r} alone repeats'


def _line(ours: str, column: Column, guess: Guess, cuts: dict[str, tuple[str, str]]) -> str:
    keys: dict[str, Any] = {"from": guess.original}
    if guess.name in cuts or guess.original in cuts:
        header, expression = cuts[guess.original]
        keys = {"from": header, "extract": expression}
    keys |= {
        key: guess.keys[key]
        for key in SHARED
        if key in guess.keys and column.type in GOES_WITH.get(key, (column.type,))
    }
    if guess.keys.get("scale") == 0 and column.type == "text" and "extract" not in keys:
        keys["extract"] = "^[0-9]+"  # an id that went through floats: 17850.0
    remarks = "".join(f"; {remark}" for remark in guess.remarks if "offset" not in remark or column.type == "timestamp")
    line = f"{ours} = {inline(keys)}  {GUESSED}{remarks}"
    if guess.personal == "direct" and column.personal != "direct" and not column.required:
        said = f"{ours!r} is published as {column.personal}"
        return f"# {line}; LOOKS PERSONAL (direct), but {said}: map it only if it is not"
    return line


def _open_line(
    ours: str, column: Column, shape: ShapeFile, guesses: Sequence[Guess], key: Sequence[str], found: dict[str, Guess]
) -> str:
    about = f"# {column.type}: {column.description}"
    if ours not in shape.key:
        hint = 'constant = "EUR"' if "currency" in ours else 'from = ""'
        return f"# {ours} = {{ {hint} }}  {about}"
    used = {found[name].name for name in shape.key if name in found}
    parts = [guess.original for guess in guesses if guess.name in key and guess.name not in used]
    if parts and len(key) > 1:
        return f'{ours} = {{ concat = {quoted(parts)}, separator = "/" }}  {GUESSED}: together no repeats in the sample'
    return f"{ours} = {{ from = {quoted(OPEN)} }}  # NEEDED, and no column was found for it. {about[2:]}"
