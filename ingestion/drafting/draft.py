"""A first spec for a file nobody described yet, commented, for a person to read and accept.

Belongs here: writing the TOML of a draft. Never here: looking (`draft_sample`) or guessing (`draft_guesses`). A night
never drafts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ingestion.cells.header import folded
from ingestion.drafting.guesses import Guess, Typist, guess_columns, guess_key, our_name
from ingestion.drafting.sample import Sample, look_at
from ingestion.errors import FileRefused, IngestionError
from ingestion.file_names import without_compression
from ingestion.specs.entities import ShapeFile
from ingestion.specs.files import load_shapes

GUESSED = "# guessed"


def draft_spec(path: Path, source: str | None = None, shape: str | None = None) -> str:
    """The text of a spec: a vendor spec, or an entity spec if a shape is named."""
    sample = look_at(path)
    if not sample.columns:
        raise FileRefused("nothing_to_draft", f"{path.name} holds no record with a column; take a fuller file")
    guesses = guess_columns(sample.columns, Typist())
    place = f"{our_name(source or path.parent.name)}/{our_name(_stem(path))}.toml"
    if shape is not None and shape not in load_shapes():
        raise IngestionError(f"no shape is called {shape!r}; allowed: {', '.join(sorted(load_shapes()))}")
    lines = [f"# A draft of sources/{place}, made by `cx draft` from one file: read every line, then keep it."]
    lines += _file_lines(path, sample, shape)
    if shape is not None:
        lines += _dialect_lines(sample) + _map_lines(load_shapes()[shape], guesses)
    else:
        lines += _keeping_lines(guesses, sample) + _dialect_lines(sample)
        lines += ["", "[columns]", *_column_lines(guesses, sample)]
        for child, inner in sample.children.items():
            lines += _child_lines(child, inner, guesses)
    return "\n".join(lines) + "\n"


def _stem(path: Path) -> str:
    return Path(without_compression(path.name)).stem


def _glob(path: Path) -> str:
    """The name with dates and numbers at its end opened, so that the next delivery is claimed too."""
    name = without_compression(path.name)
    stem, suffix = Path(name).stem, Path(name).suffix
    opened = re.sub(r"[-_ ]?\d[\d\-_T]*$", "", stem) or stem
    escaped = re.sub(r"([\[\]*?])", r"[\1]", opened)
    return f"{escaped}*{suffix}"


def _file_lines(path: Path, sample: Sample, shape: str | None) -> list[str]:
    lines = [f"entity = {_toml(shape)}"] if shape else ['description = ""  # one sentence: what is one record?']
    lines += [f"files = {_toml([_glob(path)])}", f"format = {_toml(sample.format)}"]
    lines += [f"{key} = {_toml(value)}  {GUESSED}" for key, value in sample.keys.items()]
    if re.search(r"\d{4}-\d{2}-\d{2}", path.name):
        lines.append(f"exported_at = '(?P<date>\\d{{4}}-\\d{{2}}-\\d{{2}})'  {GUESSED} from the name")
    return lines


def _keeping_lines(guesses: Sequence[Guess], sample: Sample) -> list[str]:
    key, why = guess_key(guesses, sample.columns)
    if not key:
        return [f'mode = "append"  {GUESSED}: no column tells the rows apart; "snapshot" if each file is a full dump']
    lines = [
        f'mode = "upsert"  {GUESSED}; append, period and snapshot are the others',
        f"key = {_toml(key)}  {GUESSED}: {why}",
    ]
    versions = [
        g.name for g in guesses if g.keys["type"] == "timestamp" and re.search("updated|modified|changed", g.name)
    ]
    return lines + [f"updated_at = {_toml(name)}  {GUESSED}" for name in versions[:1]]


def _dialect_lines(sample: Sample) -> list[str]:
    if not sample.dialect:
        return []
    return ["", "[dialect]", *(f"{key} = {_toml(value)}  {GUESSED}" for key, value in sample.dialect.items())]


def _column_lines(guesses: Sequence[Guess], sample: Sample) -> Iterator[str]:
    for guess in guesses:
        keys = dict(guess.keys)
        if sample.format in ("csv", "xlsx"):
            if sample.dialect.get("header_rows") != 0 and folded(guess.name) != folded(guess.original):
                keys["header"] = [guess.original]
        elif guess.name != guess.original:
            keys["path"] = guess.original
        keys["personal"] = guess.personal
        remarks = "".join(f"; {remark}" for remark in guess.remarks)
        yield f"{guess.name} = {_inline(keys)}  {GUESSED}{remarks}"


def _child_lines(path: str, sample: Sample, parents: Sequence[Guess]) -> list[str]:
    name = our_name(path)
    key = next((guess.name for guess in parents if guess.name in ("id", "key")), None)
    lines = ["", f"[children.{name}]  {GUESSED}: an array inside the record", f"path = {_toml(path)}"]
    lines += [f"parent_key = {{ parent_{key} = {_toml(key)} }}"] if key else []
    return [*lines, f"[children.{name}.columns]", *_column_lines(guess_columns(sample.columns, Typist()), sample)]


def _map_lines(shape: ShapeFile, guesses: Sequence[Guess]) -> list[str]:
    """Columns whose names meet are mapped; the others stand there as comments, and so do the file's own leftovers."""
    left = {guess.name: guess for guess in guesses}
    lines = ["", "[map]"]
    for name, column in shape.columns.items():
        guess = left.pop(name, None) or left.pop(_closest(name, left), None)
        if guess is None:
            lines.append(
                f'{"" if name in shape.key else "# "}{name} = {{ from = "" }}  # {column.type}: {column.description}'
            )
            continue
        keys = {"from": guess.original} | {
            key: guess.keys[key]
            for key in ("format", "decimal_mark", "thousands_mark", "null_tokens")
            if key in guess.keys
        }
        remarks = "".join(f"; {remark}" for remark in guess.remarks)
        lines.append(f"{name} = {_inline(keys)}  {GUESSED}{remarks}")
    return lines + [
        f"# not mapped, kept in _extra: {guess.original!r} ({guess.keys['type']})" for guess in left.values()
    ]


def _closest(name: str, left: dict[str, Guess]) -> str:
    """A file's column that shares all words of our name, or all but its unit."""
    words = set(name.split("_")) - {"key", "at", "amount", "id", "count"}
    return next((other for other in left if words and words <= set(other.split("_"))), "")


def _inline(keys: dict[str, Any]) -> str:
    return "{ " + ", ".join(f"{key} = {_toml(value)}" for key, value in keys.items()) + " }"


def _toml(value: Any) -> str:
    """A value in TOML; JSON's texts, numbers, lists and booleans are TOML's too."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
