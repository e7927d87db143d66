"""One cell of a workbook as canonical text.

Belongs here: how a value of a cell is written. Never: sheets, rows, files.

Texts stay as they are, numbers have no exponent, days and times are ISO, booleans true or false. A number that its
format shows as a day no calendar has is written as the spreadsheet shows it (1900-02-29) or stays a number, and no
column of dates takes it for another day.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from openpyxl.styles.numbers import STRIP_RE, is_date_format, is_datetime, is_timedelta_format

from ingestion.errors import FileRefused

IS_MOMENT: Callable[[str], bool] = is_date_format
IS_DURATION: Callable[[str], bool] = is_timedelta_format
KIND_OF_TIME: Callable[[str], str | None] = is_datetime
ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
DIGITS = 300  # a longer number is none that a spreadsheet could hold
SHOWN_DIGITS = 15
BOOLEANS = {"1": "true", "0": "false"}
DAY_SECONDS, DAY_MILLISECONDS = 86_400, 86_400_000
EPOCH_1900, EPOCH_1904 = date(1899, 12, 30).toordinal(), date(1904, 1, 1).toordinal()
NO_DAYS = {0: "1900-01-00", 60: "1900-02-29"}  # what a spreadsheet shows; its year 1900 is one day too long


class NumberText(str):
    """The text of a cell that holds a number and no text: it has a point whatever marks the column's texts have."""

    __slots__ = ()


class CellTexts:
    """The texts of one workbook's cells, by its shared texts, its formats of moments and its calendar."""

    def __init__(self, shared: Sequence[str], moments: Mapping[str, str], *, is_1904: bool) -> None:
        self._shared = shared
        self._moments = moments
        self._is_1904 = is_1904

    def text(self, kind: str, style: str, value: str) -> str:
        """The text of a cell of this type (`t`) and style (`s`) whose `v` is this."""
        if kind == "n":
            return self._number(style, value)
        if kind == "s":
            return self._shared_text(value.strip())
        if kind in ("str", "inlineStr", "e"):
            return unescaped(value)
        if kind == "b":
            return BOOLEANS.get(value.strip(), value)
        if kind == "d":
            return _iso_text(value.strip(), self._moments.get(style, ""))
        raise FileRefused("damaged_workbook", "a cell has a type that the format does not know")

    def _number(self, style: str, value: str) -> str:
        number = _number_in(value.strip())
        if number is None:
            return unescaped(value)
        style = self._moments.get(style, "")
        return moment_text(number, style, is_1904=self._is_1904) if style else number_text(number)

    def _shared_text(self, value: str) -> str:
        if not (value.isascii() and value.isdecimal() and int(value) < len(self._shared)):
            raise FileRefused("damaged_workbook", "a cell holds a shared text that the workbook does not have")
        return self._shared[int(value)]


def unescaped(text: str) -> str:
    """Undo the escapes for characters that XML cannot hold: _x001B_ is ESC, _x005F_ an underscore."""
    return ESCAPE.sub(lambda found: _character(int(found[1], 16), found[0]), text) if "_x" in text else text


def number_text(value: int | float) -> NumberText:
    """The shortest text that is the same number; 5.0 is 5."""
    if isinstance(value, int):
        return NumberText(value)
    text = format(Decimal(repr(value)), "f")
    return NumberText(text.removesuffix(".0"))


def shown(text: NumberText, scale: int) -> NumberText:
    """A number of too many digits as the spreadsheet shows it: 0.3 for 0.30000000000000004.

    A double is sure of no more than those digits. What fits as it is, or not even so, stays.
    """
    if len(text.rpartition(".")[2]) <= scale or "." not in text:
        return text
    short = NumberText(format(Decimal(f"{float(text):.{SHOWN_DIGITS}g}"), "f"))
    return short if "." not in short or len(short.rpartition(".")[2]) <= scale else text


def moment_text(value: int | float, style: str, *, is_1904: bool) -> str:
    """The text of a number that its format shows as a day or a time; durations are seconds."""
    if not math.isfinite(value):
        return number_text(value)
    if IS_DURATION(style):
        return number_text(round(float(value) * DAY_SECONDS, 3))
    kind = KIND_OF_TIME(STRIP_RE.sub("", style.lower()))  # it knows small letters only
    days, share = divmod(value, 1)
    more, rest = divmod(round(share * DAY_MILLISECONDS), DAY_MILLISECONDS)
    clock = (datetime.combine(date.min, time(0)) + timedelta(milliseconds=rest)).time()
    if kind == "time" and days + more == 0:
        return clock.isoformat()
    day = _day_text(int(days) + more, is_1904)
    if day is None:
        return number_text(value)
    return day if kind == "date" and clock == time(0) else f"{day} {clock.isoformat()}"


def _day_text(serial: int, is_1904: bool) -> str | None:
    if not is_1904 and serial in NO_DAYS:
        return NO_DAYS[serial]
    ordinal = serial + (EPOCH_1904 if is_1904 else EPOCH_1900 + (serial < 60))
    if serial < 0 or ordinal > date.max.toordinal():
        return None
    return date.fromordinal(ordinal).isoformat()


def _number_in(value: str) -> int | float | None:
    if len(value) > DIGITS or not NUMBER.fullmatch(value):
        return None
    if value.lstrip("+-").isdecimal():
        return int(value)
    number = float(value)
    return number if math.isfinite(number) else None


def _iso_text(value: str, style: str) -> str:
    day, _, clock = value.partition("T")
    is_day = clock in ("00:00:00", "00:00:00.000") and KIND_OF_TIME(style.lower()) == "date"
    return day if is_day or not clock else f"{day} {clock}" if day else value


def _character(code: int, escape: str) -> str:
    return escape if 0xD800 <= code <= 0xDFFF else chr(code)
