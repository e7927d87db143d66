"""The cells of the file become one text for each column of the spec, or nothing.

Belongs here: guards, trimming, missing words, joining, extraction, value maps, as SQL. Never here: types.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingestion.cells.numbers import trimmed
from ingestion.quoting import identifier, literal, literals
from ingestion.specs.columns import Column
from ingestion.specs.dialect import Dialect

NEGATIVES = {"parentheses": r"^[(]([^-+()]+)[)]$", "trailing": r"^([^-+]+)-$"}


def text_of(column: Column, cells: Sequence[str | None], null_tokens: Sequence[str], dialect: Dialect) -> str:
    """The SQL of the column's text before its value map; a cell the file lacks is null."""
    if column.constant is not None:
        return literal(column.constant)
    parts = [_cleaned(column, cell, null_tokens, dialect) for cell in cells]
    if column.concat is None:
        text = parts[0]
    else:
        text = f"nullif(concat_ws({literal(column.separator)}, {', '.join(parts)}), '')" if parts else "null"
    emptied = [theirs for theirs, ours in (column.values or {}).items() if ours == "" and theirs != "*"]
    if not cuts(column):
        return _without(_told_whether(column, text), emptied)
    # Missing on purpose is what is found empty, or made empty by `values`; a text in which nothing is found is kept.
    found = f"regexp_matches({text}, {literal(column.extract or '')})"
    return f"case when {found} and {_without(extracted(column, text), emptied)} is null then null else {text} end"


def mapped(column: Column, t: str) -> str:
    """The SQL of the text after the value map. A text the map does not know is null, and so a cell error."""
    if column.values is None:
        return t
    pairs = [(theirs, ours) for theirs, ours in column.values.items() if theirs != "*" and ours != ""]
    other = column.values.get("*")
    rest = f"when {t} is not null then {t if other == '*' else literal(other)}" if other is not None else ""
    whens = " ".join(f"when {t} = {literal(theirs)} then {literal(ours)}" for theirs, ours in pairs)
    return f"case {whens} {rest} end" if whens or rest else "null"


def signed(column: Column, t: str) -> str:
    """SQL: the text of a number with its minus before it."""
    if column.negatives is None:
        return t
    return f"regexp_replace(trim({t}), {literal(NEGATIVES[column.negatives])}, '-\\1')"


def matches(cell: str, pattern: str, dialect: Dialect) -> str:
    """SQL: is the pattern found in the cell? A missing cell holds nothing."""
    text = _bare(cell, has_guard=dialect.apostrophe_guard, has_blanks=dialect.trim)
    return f"coalesce(regexp_matches({text}, {literal(pattern)}), false)"


def _cleaned(column: Column, cell: str | None, null_tokens: Sequence[str], dialect: Dialect) -> str:
    if cell is None:
        return "cast(null as varchar)"
    has_guard = dialect.apostrophe_guard if column.apostrophe_guard is None else column.apostrophe_guard
    has_blanks = dialect.trim if column.trim is None else column.trim
    return _without(_bare(cell, has_guard=has_guard, has_blanks=has_blanks), null_tokens)


def _bare(cell: str, *, has_guard: bool, has_blanks: bool) -> str:
    """SQL: the cell without a guard, and the blanks round it."""
    text = identifier(cell)
    if has_guard:
        text = f"case when starts_with({text}, '''') then substr({text}, 2) else {text} end"
    return trimmed(text) if has_blanks else text


def _without(text: str, tokens: Sequence[str]) -> str:
    """The text, null where it is one of the tokens."""
    if len(tokens) == 1:
        return f"nullif({text}, {literal(tokens[0])})"
    return f"case when {text} in ({literals(tokens)}) then null else {text} end" if tokens else text


def cuts(column: Column) -> bool:
    """Is the text a part of the cell's?"""
    return column.extract is not None and column.extract_as == "text"


def extracted(column: Column, text: str) -> str:
    """SQL: what `extract` finds in the text; null where it finds nothing, and so a cell error."""
    pattern = column.extract or ""
    group = 1 if re.compile(pattern).groups else 0
    return f"nullif(regexp_extract({text}, {literal(pattern)}, {group}), '')"


def _told_whether(column: Column, text: str) -> str:
    if column.extract is None:
        return text
    found = f"regexp_matches({text}, {literal(column.extract)})"
    return f"case when {text} is null then null when {found} then 'true' else 'false' end"
