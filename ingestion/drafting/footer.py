"""Totals and notes below a table, and the dialect key that leaves them out.

Belongs here: telling them from records, and writing an expression that no record's name begins with. Never here: where
the table begins (`grid`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

Row = tuple[int, int, list[str]]  # the first and the last line it stands on, and its cells
TOTAL = (
    r"(?i)\s*(?:grand |sub)?(?:totals?|sum|summe|gesamt|gesamtsumme|zwischensumme|totale|totaal|totaux|suma|somme|somma"
    r"|soma|razem|итого)\b"
)
TOTAL_ALONE = re.compile(TOTAL + r"\W*(?-i:[A-Z]{3}\b)?\W*")
TOTAL_FIRST = re.compile(TOTAL + r".*")
FOOTER_LINES = 5


def without_footer(rows: Sequence[Row], width: int, is_whole: bool) -> tuple[list[Row], dict[str, Any]]:
    """The rows of the table, and the dialect key that leaves out totals and notes at the end."""
    body = list(rows)
    below = 0
    is_ragged = sum(len(cells) != width for _, _, cells in rows) > max(FOOTER_LINES, len(rows) * 0.01)
    while is_whole and not is_ragged and len(body) > 1 and below < FOOTER_LINES and _is_below(body, width):
        body.pop()
        below += 1
    table = [row for row in body if len(row[2]) == width]
    if not below:
        return table, {}
    footer = [cells[0] for _, _, cells in rows[-below:] if cells]
    totals = "(?i)^\\s*(?:" + "|".join(sorted({_whole_cell(text) for text in footer})) + ")\\s*[:.]?\\s*$"
    if all(TOTAL_FIRST.fullmatch(text) for text in footer) and not any(re.search(totals, row[2][0]) for row in table):
        return table, {"skip_where": totals}
    return table, {"skip_footer_rows": below}


def _is_below(body: Sequence[Row], width: int) -> bool:
    """Whether the last row is a total or a note: by its width, its first cell, or what it leaves blank."""
    cells = body[-1][2]
    if len(cells) != width or TOTAL_ALONE.fullmatch(cells[0]) or (width > 2 and sum(map(_is_filled, cells)) == 1):
        return True
    return bool(TOTAL_FIRST.fullmatch(cells[0])) and any(
        all(_is_filled(row[at]) for _, _, row in body if len(row) == width and not TOTAL_FIRST.fullmatch(row[0]))
        for at in range(1, width)
        if not _is_filled(cells[at])
    )


def _is_filled(cell: str) -> bool:
    return bool(cell.strip())


def _whole_cell(text: str) -> str:
    """The expression of this whole cell, whatever its numbers and blanks are: never of how a name begins."""
    parts = re.split(r"(\d+|\s+)", re.sub(r"[\s:.]+$", "", text.strip()).lower())
    return "".join(map(_open_part, parts))


def _open_part(part: str) -> str:
    return "\\s+" if part.isspace() else "\\d+" if part.isdigit() else re.escape(part)
