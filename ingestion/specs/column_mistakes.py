"""The mistakes one column can make between its keys, each as (key, what is wrong).

Belongs here: rules on a column that is well formed by itself. Never here: the form of one key (the models have it), or
rules between columns (`mistakes`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ingestion.cells.date_patterns import EPOCHS
from ingestion.specs.columns import Column
from ingestion.specs.model import BY_HEADER, BY_PATH

Found = Iterator[tuple[str, str]]
ROW_NUMBER = "rowid"
NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
GOES_WITH = {
    "format": ("date", "timestamp"),
    "zone": ("timestamp", "date"),
    "scale": ("decimal",),
    "rounds": ("decimal",),
    "decimal_mark": ("decimal", "double"),
    "thousands_mark": ("integer", "decimal", "double"),
    "negatives": ("integer", "decimal", "double"),
    "true_words": ("boolean",),
    "false_words": ("boolean",),
}


def name_mistake(name: str) -> str | None:
    """What is wrong with a name of ours (source, export, column, child), None if nothing."""
    if name == ROW_NUMBER:
        return "is the database's own word for a row's number; call it row_id, and give `header` or `path` the file's"
    return None if NAME.fullmatch(name) else "is no name of ours: small letters, digits, _, first a letter, at most 63"


def mistakes_of(column: Column) -> list[tuple[str, str]]:
    """Mistakes between the keys of one column, as (key, what is wrong)."""
    found: list[tuple[str, str]] = []
    for key, types in GOES_WITH.items():
        given = getattr(column, key)
        if given is not None and given is not False and column.type not in types:
            found.append((key, f"does not go with type {column.type!r}; only with {', '.join(types)}"))
    if column.type == "date" and column.zone and column.format not in EPOCHS:
        found.append(("zone", f"goes with a date only where `format` is {' or '.join(EPOCHS)}"))
    if column.type != "integer" and column.thousands_mark and column.thousands_mark == (column.decimal_mark or "."):
        found.append(("thousands_mark", "is the same character as decimal_mark"))
    if column.extract_as == "exists" and column.extract is None:
        found.append(("as", "needs `extract`"))
    ways = [key for key in ("constant", "concat", "path", "header") if getattr(column, key) not in (None, ())]
    if column.concat == ():
        found.append(("concat", "names no column"))
    if len(ways) > 1:
        found.append((ways[1], f"cannot stand beside {ways[0]!r}: a column comes from one place"))
    return found


def column_mistakes(columns: Mapping[str, Column], block: str, file_format: str | None) -> Found:
    """Names, and keys of a column that do not go together or not with the format."""
    for name, column in columns.items():
        if wrong := name_mistake(name):
            yield f"{block}.{name}", wrong
        yield from ((f"{block}.{name}.{key}".rstrip("."), text) for key, text in mistakes_of(column))
        if column.path is not None and file_format in BY_HEADER:
            yield f"{block}.{name}.path", f"goes only with {', '.join(BY_PATH)}; for {file_format} write `header`"
        if column.header and file_format in BY_PATH:
            yield f"{block}.{name}.header", f"goes only with {', '.join(BY_HEADER)}; for {file_format} write `path`"
