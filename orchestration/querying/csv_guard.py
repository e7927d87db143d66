"""CSV that a spreadsheet cannot be made to run: texts that look like formulas are written as texts.

Belongs here: the one rule for texts in CSV output. Never here: CSV input; raw and marts keep every text as it is.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

_LEADS = tuple("=+-@\t\r\n\0＝＋－＠")
# A spreadsheet may skip these before it sees the formula: blanks, quotes, delimiters, marks without width.
_SKIPPED = " \u00a0\u3000\u200b\u200c\u200d\u2060\ufeff\"'`,;|"


def guarded(value: Any) -> Any:
    """A text that would start a formula gets an apostrophe in front; numbers, days and times stay what they are."""
    if not isinstance(value, str):
        return value
    seen = value.lstrip(_SKIPPED)
    return f"'{value}" if value.startswith(_LEADS) or seen.startswith(_LEADS) else value


def write_csv(target: TextIO, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a header and rows; a null is an empty cell."""
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow([guarded(name) for name in columns])
    for row in rows:
        writer.writerow([_cell(value) for value in row])


def _cell(value: Any) -> Any:
    # The csv module cannot write NUL, and no spreadsheet shows it.
    return "" if value is None else guarded(value).replace("\0", "") if isinstance(value, str) else value
