"""Where the table lies in a grid of cells: title lines above it, its header, totals and notes below.

Belongs here: sniffing rows of cells, of delimited text and of sheets alike. Never here: how bytes or workbooks become
cells, and never any part of a night.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from ingestion.drafting.footer import Row, without_footer

IDENTITY = re.compile(
    r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}|\d{4}-\d\d-\d\d.*|\d{1,2}[./]\d{1,2}[./]\d{2,4}.*|[0-9a-f]{16,}|\+?\d{7,}", re.I
)
TITLE_LINES = 30
LEFT_OUT = {
    "skip_where": "leaves out rows whose whole first cell is this: may a record be called so?",
    "skip_footer_rows": "leaves out the last rows of every file: do all of them end so?",
}


@dataclass
class Grid:
    """The table: its columns with their texts, the dialect keys that lead to it, and what a person should know."""

    columns: dict[str, list[str | None]]
    dialect: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    is_whole: bool = True
    cuts: dict[str, tuple[str, str]] = field(
        default_factory=dict
    )  # column -> the header and the `extract` it is cut by


def table_in(rows: Sequence[Row], width: int, is_whole: bool) -> Grid:
    """Find the table among the rows that are not blank."""
    if not rows:
        return Grid({})
    first = _preamble(rows, width)
    notes = [f"{rows[first][0] - 1} line(s) above the table are skipped"] if first else []
    count = _header_rows([cells for _, _, cells in rows[first:]], width)
    header = [cells for _, _, cells in rows[first : first + count]]
    dialect: dict[str, Any] = {"header_rows": count}
    skipped = rows[first][0] - 1
    texts = [cell for cell in header[0] if cell.strip()] if header else []
    if count > 1 or len(set(texts)) < len(texts):
        # Names that stand twice cannot tell columns apart: the header is skipped and the place decides.
        notes.append(f"{count} header rows" if count > 1 else "names in the header stand twice")
        dialect["header_rows"], skipped = 0, rows[first + count - 1][1]
    if dialect["header_rows"] == 0:
        why = "no header row was found" if not header else "the header is skipped"
        notes.append(f"BY PLACE: {why}, so a column that is added or moved shifts all others without a message")
    dialect["skip_rows"] = skipped
    body, below = without_footer(rows[first + count :], width, is_whole)
    notes += [f"below the table: {key} = {value!r} {LEFT_OUT[key]}" for key, value in below.items()]
    columns: dict[str, list[str | None]] = {
        name: [cells[at] for _, _, cells in body] for at, name in enumerate(column_names(header, width))
    }
    return Grid(columns, dialect | below, notes, is_whole)


def column_names(header: list[list[str]], width: int) -> list[str]:
    """One name a column out of the header rows; a blank one is called by its place, a repeated one has it behind."""
    if not header:
        return [f"column_{at}" for at in range(1, width + 1)]
    filled = [_filled(row) if at < len(header) - 1 else row for at, row in enumerate(header)]
    names = [" / ".join(part for part in parts if part.strip()) for parts in zip(*filled, strict=False)]
    seen: Counter[str] = Counter()
    for at, name in enumerate(names):
        seen[name] += 1
        names[at] = _distinct(name, seen[name], at + 1)
    return names


def _distinct(name: str, times: int, place: int) -> str:
    if not name.strip():
        return f"column_{place}"
    return name if times == 1 else f"{name} ({place})"


def _preamble(rows: Sequence[Row], width: int) -> int:
    """Rows above the header: of another width, or a title and blanks where a row full of words follows."""
    first = next((at for at, (_, _, cells) in enumerate(rows) if len(cells) == width), 0)
    for at in range(first, min(first + TITLE_LINES, len(rows) - 1)):
        filled = sum(bool(cell.strip()) for cell in rows[at][2])
        if width < 4 or filled > 2 or filled > width * 0.3:
            return at
        below = rows[at + 1][2]
        if sum(bool(cell.strip()) for cell in below) > 2 and any(map(is_number, below)):
            return at
    return first


def titles_above(rows: Sequence[list[str]], width: int) -> int:
    """How many rows above the names say something of the whole sheet: they are short, or hold a day or a number.

    Names fill the width and hold neither; below them some record does.
    """
    for at, (cells, below) in enumerate(pairwise(rows[:TITLE_LINES])):
        if len(cells) == width:
            is_header = all(cell.strip() for cell in cells) and not any(map(_is_value, cells))
            return at if is_header and any(map(_is_value, below)) else 0
        if len(cells) > width / 2 and not any(map(_is_value, cells)):
            return 0
    return 0


def _is_value(text: str) -> bool:
    return is_number(text) or _is_identity(text)


def _header_rows(rows: list[list[str]], width: int) -> int:
    """No header where the first row looks like the second; two where the second row only goes on with the first."""
    if len(rows) < 2:
        return 1
    first, second = rows[0], rows[1]
    numbers = sum(map(is_number, first))
    if any(_is_identity(one) and _is_identity(other) for one, other in zip(first, second, strict=False)):
        return 0
    if (numbers and numbers >= sum(map(is_number, second)) - 1) or (width == 1 and "" != _form(first) == _form(second)):
        return 0
    if len(rows) < 3 or any(map(is_number, second)) or any(map(_is_identity, second)):
        return 1
    has_titles = sum(not cell.strip() for cell in first) >= max(2, width // 5)
    is_unclear = not all(cell.strip() for cell in first) or len(set(first)) < len(first)
    goes_on = (is_unclear or _says_one_word(second, rows[2:])) and not second[0].strip() and bool(rows[2][0].strip())
    return 2 if has_titles or goes_on else 1


def _says_one_word(row: list[str], below: list[list[str]]) -> bool:
    """A survey's second header row, `,Response,Response,Response`: a word for each question that no record says."""
    words = [cell.strip() for cell in row if cell.strip()]
    is_said = any(words[0] in map(str.strip, cells) for cells in below) if words else True
    return len(words) > 2 and len(set(words)) == 1 and not is_said


def _form(row: list[str]) -> str:
    """The row with every digit alike; a text without digits has no form."""
    form = re.sub("[0-9]", "9", "|".join(row))
    return form if "9" in form else ""


def is_number(text: str) -> bool:
    """True for a number with a point or a comma."""
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return text.strip().lower() not in ("nan", "inf", "infinity")


def _is_identity(text: str) -> bool:
    """A text that is some row's own and no column's name: an address, a day, a long number."""
    return bool(IDENTITY.fullmatch(text.strip()))


def _filled(row: list[str]) -> list[str]:
    """An upper header row with each blank cell named by the one before it: a title over several columns."""
    filled: list[str] = []
    for cell in row:
        filled.append(cell if cell.strip() or not filled else filled[-1])
    return filled
