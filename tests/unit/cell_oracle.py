"""What each type ought to make of a text, once more in plain Python and without DuckDB; only tests use it."""

from __future__ import annotations

import json
import math
import re
import zoneinfo
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

BLANKS = " \t\r\n\u00a0\u202f"
BAD = object()


def integer(text: str) -> Any:
    if not re.fullmatch(r"[+-]?[0-9]+", text):
        return BAD
    return int(text) if -(2**63) <= int(text) < 2**63 else BAD


def decimal(text: str, scale: int = 4) -> Any:
    if not re.fullmatch(r"[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)", text):
        return BAD
    value = Decimal(text)
    cut = value.quantize(Decimal(1).scaleb(-scale)) if abs(value) < 10**18 else value
    return value if cut == value and abs(value) < 10 ** (18 - scale) else BAD


def double(text: str) -> Any:
    if not re.fullmatch(r"[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?", text):
        return BAD
    is_lost = float(text) == 0 and re.search("[1-9]", re.split("[eE]", text)[0])
    return float(text) if math.isfinite(float(text)) and not is_lost else BAD


def boolean(text: str) -> Any:
    return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(text.lower(), BAD)


def iso_date(text: str) -> Any:
    found = re.fullmatch(r"([0-9]{4}-[0-9]{2}-[0-9]{2})([T ]00:00(:00([.]0+)?)?)?", text)
    try:
        return date.fromisoformat(found.group(1)) if found else BAD
    except ValueError:
        return BAD


def iso_timestamp(text: str, zone: str | None = None) -> Any:
    found = re.fullmatch(
        r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,6})0*)?)?(?: "
        r"?(Z|z|UTC|GMT|[+-]\d\d(?::?\d\d)?))?)?",
        text,
        re.ASCII,
    )
    if found is None:
        return BAD
    day, hour, minute, second, fraction, offset = found.groups()
    try:
        moment = datetime.fromisoformat(day).replace(
            hour=int(hour or 0), minute=int(minute or 0), second=int(second or 0)
        )
        moment += timedelta(microseconds=int((fraction or "0").ljust(6, "0")))
        if offset is None:
            return moment if zone is None else local(moment, zone)
        if offset[0] not in "+-":
            return moment
        digits = offset[1:].replace(":", "").ljust(4, "0")
        if int(digits[:2]) > 23 or int(digits[2:]) > 59:
            return BAD
        shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        return moment - shift if offset[0] == "+" else moment + shift
    except (ValueError, OverflowError):
        return BAD


def local(moment: datetime, zone: str) -> Any:
    """The first moment whose wall clock shows it, looked for among all offsets of the days around."""
    place = zoneinfo.ZoneInfo(zone)
    around = [moment.replace(tzinfo=UTC) + timedelta(hours=hours) for hours in range(-30, 31, 3)]
    offsets = {at.astimezone(place).utcoffset() for at in around}
    fits = [moment - offset for offset in offsets if offset is not None]
    fits = [at for at in fits if at.replace(tzinfo=UTC).astimezone(place).replace(tzinfo=None) == moment]
    return min(fits, default=BAD)


def json_text(text: str) -> Any:
    """JSON is kept letter for letter, the blanks round it too."""

    def refuse(_: str) -> None:
        raise ValueError

    try:
        json.loads(text, parse_constant=refuse)
    except ValueError:
        return BAD
    return text


def by_pattern(pattern: str) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        if re.search(r"\s\s|[^\x00-\x7f]", text) or (
            "%Y " in pattern and not re.search(r"(?<![0-9])[0-9]{4}(?![0-9])", text)
        ):
            return BAD
        try:
            return datetime.strptime(text, pattern)
        except ValueError:
            return BAD

    return read


def value_of(read: Callable[[str], Any], text: str) -> Any:
    """The oracle's word on one cell: a value, None for missing, BAD for an error."""
    bare = text.strip(BLANKS)
    if bare == "":
        return None
    return read(text if read is json_text else bare)
