"""One cell of a workbook as canonical text.

Belongs here: how a value of a cell is written. Never: sheets, rows, files.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from openpyxl.styles.numbers import is_datetime

KIND_OF_TIME: Callable[[str], str | None] = is_datetime
ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


class NumberText(str):
    """The text of a cell that holds a number and no text: it has a point whatever marks the column's texts have."""

    __slots__ = ()


def cell_text(cell: Any) -> str:
    """Texts as they are, numbers without exponent, dates and times as ISO, booleans as true or false, nothing as ''."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return unescaped(value) if "_x" in value else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return NumberText(number_text(value))
    return _time_text(value, KIND_OF_TIME((cell.number_format or "").lower()))  # it knows small letters only


def unescaped(text: str) -> str:
    """Undo the escapes for characters that XML cannot hold: _x001B_ is ESC, _x005F_ an underscore."""
    return ESCAPE.sub(lambda found: _character(int(found[1], 16), found[0]), text)


def number_text(value: int | float) -> str:
    """The shortest text that is the same number; 5.0 is 5."""
    if isinstance(value, int):
        return str(value)
    number = Decimal(repr(value))
    text = format(number, "f")
    return text[:-2] if text.endswith(".0") else text


def _time_text(value: Any, kind: str | None) -> str:
    if isinstance(value, datetime):
        is_day = kind == "date" and value.time() == time(0)
        return value.date().isoformat() if is_day else value.isoformat(sep=" ")
    if isinstance(value, timedelta):
        return NumberText(number_text(value.total_seconds()))
    return value.isoformat() if isinstance(value, (date, time)) else str(value)


def _character(code: int, escape: str) -> str:
    return escape if 0xD800 <= code <= 0xDFFF else chr(code)
