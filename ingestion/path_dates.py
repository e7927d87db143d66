"""What time a file's path tells: its own name first, then the dated folders above it.

Belongs here: which part of a path is asked, and which folders tell time instead of a shop. Never here: how a day is
written (`name_days`, `name_spans`), or a spec's own pattern (`specs.file_rules`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ingestion.name_days import (
    days_in,
    in_numbers,
    is_in_words,
    moment,
    no_day_in,
    untold_in,
    year_first,
)
from ingestion.name_spans import span_of, spans_in

FIRST_YEAR = 1995  # of exports; an earlier one in a name is some other number

# Year first: a day, a month or a year; then weeks, quarters and months of a name; then year last, or of two digits.
DATED_FOLDERS = re.compile(
    r"(?i)(?<![^/])(?:(?P<year_first>(?:19|20)\d\d(?:(?P<mark>[-_./ ])[1-9]\d?(?P=mark)[1-9]\d?"
    r"|[-_. ][1-9]\d?|(?:[-_./ ]?\d\d){0,2}))"
    r"|(?:19|20)\d\d[-_ ]?(?:K?W\d{1,2}|Q\d{1,2}|M\d\d)|(?:Q[1-4]|K?W\d{1,2})[-_ ]?(?:19|20)\d\d"
    r"|(?P<year_last>(?:\d{1,2}[-_.])?\d{1,2}[-_.](?:19|20)\d\d|(?:[0-3]\d){2}(?:19|20)\d\d)"
    r"|\d\d(?P<short>[-_.])\d\d(?P=short)\d\d)/"
)


@dataclass(frozen=True)
class DatesInName:
    """What a file's name says of its time; None where it says nothing."""

    exported_at: datetime | None = None
    period_start: date | None = None
    period_end: date | None = None
    doubt: str = ""  # what was found there and cannot be read
    untold: str = ""  # what may be a time, where nothing else tells one


def dates_of_path(path: str, modified: datetime | None = None) -> DatesInName:
    """The newest day of the name, else the day of its folders, else the end of a month, week or quarter there."""
    name = path.rpartition("/")[2]
    end_of_name = max(_ends(spans_in(name), modified), default=None)
    days = days_in(name)
    at = _newest(days, modified) or day_of_folders(path) or end_of_name or end_of_folders(path, modified)
    doubt = "" if days else no_day_in(name)
    return DatesInName(at, doubt=doubt, untold="" if at or doubt else untold_in(name) or _last_dated_folder(path))


def end_of(first: date | None, last: date, modified: datetime | None) -> datetime:
    """When what holds a span was exported: on its last day, or on the day of its last change if that is earlier.

    A change before the span began, or before one that nobody knows the begin of, says nothing.
    """
    if modified and first and first - timedelta(days=1) <= modified.date() < last:
        last = modified.date()
    return datetime.combine(last, time.min)


def time_of_folders(path: str, modified: datetime | None) -> datetime | None:
    """The day that the dated folders above a file make, else the end of the span they make; None where none does."""
    return day_of_folders(path) or end_of_folders(path, modified)


def without_dated_folders(path: str) -> str:
    """The path without folders called by a date alone, which tell no shop apart.

    2026-03-05/, 2026/03/05/, 5.3.2026/, 5-Mar-2026/, 2026-W10/, Q1-2026/, 05.03.26/.
    """
    return DATED_FOLDERS.sub("", _folders_in_numbers(path))


def day_of_folders(path: str) -> datetime | None:
    """The day that the dated folders above a file make, the outermost that makes one."""
    days = (moment(found["year_first"] or year_first(found["year_last"] or ""), "") for found in _dated_folders(path))
    return next((day for day in days if day), None)


def end_of_folders(path: str, modified: datetime | None) -> datetime | None:
    """The last day of the month, week or quarter of the innermost folder that is one; 202603 may be another number."""
    texts = (found[0].rstrip("/") for found in reversed(_dated_folders(path)))
    return next(_ends((span for text in texts if not text.isdigit() and (span := span_of(text))), modified), None)


def _ends(spans: Iterable[tuple[date, date]], modified: datetime | None) -> Iterator[datetime]:
    """Of spans of a year there may be exports of, by the file's own last change; one before its span says nothing."""
    known = modified if modified and modified.year >= FIRST_YEAR else None
    last_year = known.year + 1 if known else date.max.year
    for first, last in spans:
        if FIRST_YEAR <= last.year <= last_year:
            yield end_of(first, last, known)


def _newest(days: Sequence[datetime], modified: datetime | None) -> datetime | None:
    """The newest day of a name; two days are a span, whose export may be written anew each night until it is over."""
    if len(days) < 2:
        return days[0] if days else None
    ended = end_of(days[0].date(), days[-1].date(), modified)
    return ended if ended.date() < days[-1].date() else days[-1]


def _last_dated_folder(path: str) -> str:
    return next((found[0].rstrip("/") for found in reversed(_dated_folders(path))), "")


def _dated_folders(path: str) -> list[re.Match[str]]:
    return list(DATED_FOLDERS.finditer(_folders_in_numbers(path)))


def _folders_in_numbers(path: str) -> str:
    """The path with folders called by a day or a month of an English name as 2026-03-05 and 2026-M03."""
    *folders, name = path.split("/")
    return "/".join([*(in_numbers(each) if is_in_words(each) else each for each in folders), name])
