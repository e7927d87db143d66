"""What a file's name says of its time, for a draft: the names of the next files, and how to read their dates.

Belongs here: names alone. Never here: how a night reads a date (`specs.file_rules`), or the file's cells.
"""

from __future__ import annotations

import re
from string import ascii_letters

from ingestion.name_days import DAYS, NAMED, YEAR

_DAY = r"(?<!\d)(?P<day>(?:19|20)\d\d(?P<mark>[-_.]?)(?:0[1-9]|1[0-2])(?P=mark)(?:0[1-9]|[12]\d|3[01]))"
_NO_DAY = r"(?![-T_ ]?(?:19|20)\d\d[-_.]?\d\d[-_.]?\d\d)"
_TIME = r"(?P<join>[-T_ ]?)(?P<time>(?:[01]\d|2[0-3])(?P<stop>[-_.:]?)[0-5]\d(?:(?P=stop)[0-5]\d)?)Z?"
_MOMENT = re.compile(rf"{_DAY}(?:{_NO_DAY}{_TIME})?(?!\d)")
_EPOCH = re.compile(r"(?<!\d)1\d{9}(?:\d{3})?(?!\d)")
_YEAR_LAST = re.compile(r"(?<!\d)(?P<one>\d{1,2})(?P<mark>[-_.])(?P<other>\d{1,2})(?P=mark)(?:19|20)\d\d(?!\d)")
_SPANS = re.compile(  # also those that a night does not read as a time: the next delivery's differs all the same
    rf"(?i)(?<!\d){YEAR}(?:[-_. ]?(?:K?W\d{{1,2}}|Q[1-4])|-?M(?:0[1-9]|1[0-2])|[-_. ]?(?:0?[1-9]|1[0-2]))(?!\d)"
    rf"|(?<!\d)(?:0?[1-9]|1[0-2])[-_. ]{YEAR}(?!\d)|(?<![a-z0-9])(?:K?W\d{{1,2}}|Q[1-4])[-_. ]?{YEAR}(?!\d)"
)
_COPY = re.compile(r" ?\(\d+\)$")
_GAP, _WORD_GAP = "\0", "\1"  # in the place of a date: one that begins with a digit, and one with a month's name
_GLOBS = {_GAP: "[0-9]*", _WORD_GAP: "[a-z]*[0-9]*"}
_AT_END = re.compile(r"[-_ .]?[\0\1\d][\0\1\d\-_T:.]*Z?$")


def lasting_name(stem: str) -> str:
    """What of a name the next delivery has too: no date, no number at its end."""
    kept = _dateless(_COPY.sub("", stem))
    parts = re.split(f"[{_GAP}{_WORD_GAP}]+", _AT_END.sub("", kept) or kept)
    return " ".join(parts).strip("-_ .") or "export"


def patterns_of(stem: str) -> list[str]:
    """Globs that take the next deliveries too: dates and numbers are opened, and no other name that begins alike."""
    kept = _dateless(_COPY.sub("", stem))
    number = _AT_END.search(kept)
    name = re.sub(r"([\[\]*?])", r"[\1]", kept[: number.start()] if number else kept)
    for gap, glob in _GLOBS.items():
        name = re.sub(f"{gap}+", glob, name)
    if number:
        mark = number[0][0] if number[0][0] in "-_ ." else ""
        return [f"{name}{mark}{_GLOBS[_WORD_GAP if _WORD_GAP in number[0] else _GAP]}"]
    return [name, f"{name}[-_ .][0-9(]*"]


def exported_at_of(stem: str) -> str | None:
    """The `exported_at` of names like this one; None where it holds no date that is read in one way alone."""
    days = list(_MOMENT.finditer(stem))
    if len(days) > 1:
        between = re.sub(r"[.^$*+?{}\[\]\\|()]", r"\\\g<0>", stem[days[0].end("day") : days[1].start()])
        return f"{_digits(days[0], 'period_start')}{between}{_digits(days[1], 'period_end')}"
    if days:
        return _digits(days[0], "date") + _clock(days[0])
    if _EPOCH.search(stem):
        return r"(?<!\d)(?P<epoch>\d{13}|\d{10})(?!\d)"
    return _year_last(stem)


def _year_last(stem: str) -> str | None:
    """14.03.2026, 31_12_2025, 12-31-2025: a point stands behind days, another mark where the numbers tell it."""
    found = _YEAR_LAST.search(stem)
    if found is None or max(int(found["one"]), int(found["other"])) > 31:
        return None
    is_day_first = int(found["one"]) > 12 or found["mark"] == "."
    if int(found["other"]) > 12 if is_day_first else int(found["other"]) <= 12:
        return None
    first, second = ("day", "month") if is_day_first else ("month", "day")
    mark = re.escape(found["mark"])
    return rf"(?P<{first}>\d{{1,2}}){mark}(?P<{second}>\d{{1,2}}){mark}(?P<year>\d{{4}})"


def _dateless(name: str) -> str:
    """The name with a gap in the place of each date."""
    for form in (_MOMENT, _EPOCH, *NAMED, *DAYS, _SPANS):
        name = form.sub(_gap, name)
    return name


def _gap(found: re.Match[str]) -> str:
    """What takes a date's place; the W of a week and the Q of a quarter stay."""
    letters = found[0][: len(found[0]) - len(found[0].lstrip(ascii_letters))]
    return _WORD_GAP if letters and "month" in found.groupdict() else letters + _GAP


def _digits(found: re.Match[str], group: str) -> str:
    mark = found["mark"].replace(".", r"\.")
    return rf"(?P<{group}>\d{{4}}{mark}\d{{2}}{mark}\d{{2}})" if mark else rf"(?P<{group}>\d{{8}})"


def _clock(found: re.Match[str]) -> str:
    if not found["time"]:
        return ""
    stop = found["stop"].replace(".", r"\.")
    return rf"(?:{found['join']}(?P<time>\d{{2}}{stop}\d{{2}}(?:{stop}\d{{2}})?))?"
