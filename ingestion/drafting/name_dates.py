"""What a file's name says of its time, for a draft: the names of the next files, and how to read their dates.

Belongs here: names alone. Never here: how a night reads a date (`specs.file_rules`), or the file's cells.
"""

from __future__ import annotations

import re

_DAY = r"(?<!\d)(?P<day>(?:19|20)\d\d(?P<mark>[-_.]?)(?:0[1-9]|1[0-2])(?P=mark)(?:0[1-9]|[12]\d|3[01]))"
_NO_DAY = r"(?![-T_ ]?(?:19|20)\d\d[-_.]?\d\d[-_.]?\d\d)"
_TIME = r"(?P<join>[-T_ ]?)(?P<time>(?:[01]\d|2[0-3])(?P<stop>[-_.:]?)[0-5]\d(?:(?P=stop)[0-5]\d)?)Z?"
_MOMENT = re.compile(rf"{_DAY}(?:{_NO_DAY}{_TIME})?(?!\d)")
_EPOCH = re.compile(r"(?<!\d)1\d{9}(?:\d{3})?(?!\d)")
_COPY = re.compile(r" ?\(\d+\)$")
_NUMBER_AT_END = re.compile(r"[-_ .]?\d[\d\-_T:.]*Z?$")
_GAP = "\0"


def lasting_name(stem: str) -> str:
    """What of a name the next delivery has too: no date, no number at its end."""
    return " ".join(_lasting_parts(stem)).strip() or "export"


def pattern_of(stem: str) -> str:
    """A glob that takes the next delivery too: dates and numbers at the end are opened."""
    parts = [re.sub(r"([\[\]*?])", r"[\1]", part) for part in _lasting_parts(stem)]
    return "*".join(parts) + "*" if any(parts) else "[0-9][0-9][0-9][0-9]*"


def exported_at_of(stem: str) -> str | None:
    """The `exported_at` of names like this one; None where it holds no date."""
    days = list(_MOMENT.finditer(stem))
    if len(days) > 1:
        between = re.sub(r"[.^$*+?{}\[\]\\|()]", r"\\\g<0>", stem[days[0].end("day") : days[1].start()])
        return f"{_digits(days[0], 'period_start')}{between}{_digits(days[1], 'period_end')}"
    if days:
        return _digits(days[0], "date") + _clock(days[0])
    return r"(?<!\d)(?P<epoch>\d{13}|\d{10})(?!\d)" if _EPOCH.search(stem) else None


def _lasting_parts(stem: str) -> list[str]:
    kept = _NUMBER_AT_END.sub("", _COPY.sub("", stem)) or stem
    *parts, last = re.split(f"{_GAP}+", _EPOCH.sub(_GAP, _MOMENT.sub(_GAP, kept)))
    return [*parts[:-1], parts[-1].rstrip("-_ .")] if parts and not last else [*parts, last]


def _digits(found: re.Match[str], group: str) -> str:
    mark = found["mark"].replace(".", r"\.")
    return rf"(?P<{group}>\d{{4}}{mark}\d{{2}}{mark}\d{{2}})" if mark else rf"(?P<{group}>\d{{8}})"


def _clock(found: re.Match[str]) -> str:
    if not found["time"]:
        return ""
    stop = found["stop"].replace(".", r"\.")
    return rf"(?:{found['join']}(?P<time>\d{{2}}{stop}\d{{2}}(?:{stop}\d{{2}})?))?"
