"""What time a file's path tells: its own name first, then the dated folders above it.

Belongs here: which part of a path is asked, and which folders tell time instead of a shop. Never here: how a day is
written (`name_days`), or a spec's own pattern (`specs.file_rules`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from ingestion.name_days import (
    day_in,
    end_in,
    in_numbers,
    is_in_words,
    moment,
    no_day_in,
    span_of,
    untold_in,
    year_first,
)

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


def dates_of_path(path: str) -> DatesInName:
    """The newest day of the name, else the day of its folders, else the end of a month, week or quarter there."""
    name = path.rpartition("/")[2]
    at = day_in(name) or day_of_folders(path) or end_in(name) or end_of_folders(path)
    doubt = "" if day_in(name) else no_day_in(name)
    return DatesInName(at, doubt=doubt, untold="" if at or doubt else untold_in(name) or _last_dated_folder(path))


def time_of_name(name: str) -> datetime | None:
    """What a file's own name tells, if nothing else is known."""
    return day_in(name) or end_in(name)


def time_of_folders(path: str) -> datetime | None:
    """The day that the dated folders above a file make, else the end of the span they make; None where none does."""
    return day_of_folders(path) or end_of_folders(path)


def without_dated_folders(path: str) -> str:
    """The path without folders called by a date alone, which tell no shop apart.

    2026-03-05/, 2026/03/05/, 5.3.2026/, 5-Mar-2026/, 2026-W10/, Q1-2026/, 05.03.26/.
    """
    return DATED_FOLDERS.sub("", _folders_in_numbers(path))


def day_of_folders(path: str) -> datetime | None:
    """The day that the dated folders above a file make, the outermost that makes one."""
    days = (moment(found["year_first"] or year_first(found["year_last"] or ""), "") for found in _dated_folders(path))
    return next((day for day in days if day), None)


def end_of_folders(path: str) -> datetime | None:
    """The last day of the month, week or quarter of the innermost folder that is one."""
    spans = (span_of(found[0]) for found in reversed(_dated_folders(path)))
    return next((datetime.combine(span[1], datetime.min.time()) for span in spans if span), None)


def _last_dated_folder(path: str) -> str:
    return next((found[0].rstrip("/") for found in reversed(_dated_folders(path))), "")


def _dated_folders(path: str) -> list[re.Match[str]]:
    return list(DATED_FOLDERS.finditer(_folders_in_numbers(path)))


def _folders_in_numbers(path: str) -> str:
    """The path with folders called by a day or a month of an English name as 2026-03-05 and 2026-M03."""
    *folders, name = path.split("/")
    return "/".join([*(in_numbers(each) if is_in_words(each) else each for each in folders), name])
