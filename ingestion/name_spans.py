"""Which months, ISO weeks and quarters the name of a file or a folder tells.

Belongs here: pure functions of a text. Never here: days (`name_days`), or when such a file counts as exported
(`path_dates`).
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from ingestion.name_days import YEAR, in_numbers, no_day_in

_NO_PAGE = r"(?!\d|[-_. ]\d{1,2}(?!\d))"  # 2026-03-1 is a day of it or its first page, nobody can say which
_SPANS = re.compile(  # the year first: a number before one (store_7_2026, KW 7 2026) may count anything
    rf"(?i)(?<!\d){YEAR}(?:[-_.]?(?:K?W\d{{1,2}}|Q[1-4])|-?M(?:0[1-9]|1[0-2])|[-_.](?:0[1-9]|1[0-2])){_NO_PAGE}"
)


def spans_in(name: str) -> list[tuple[date, date]]:
    """First and last day of each month, ISO week and quarter in a name (2026-03, Mar-2026, 2026-W11, 2026-Q1)."""
    spans = [] if no_day_in(name) else [span_of(found[0]) for found in _SPANS.finditer(in_numbers(name))]
    return [span for span in spans if span]


def span_of(text: str) -> tuple[date, date] | None:
    """The first and the last day of a month, an ISO week or a quarter of a year of four digits."""
    numbers = re.findall(r"\d{4}|\d{1,2}", text)
    if len(numbers) != 2:
        return None
    part, year = sorted(map(int, numbers))
    months = 3 if "Q" in text.upper() else 1
    try:
        if not re.fullmatch(YEAR, str(year)):
            return None
        if "W" in text.upper():
            return date.fromisocalendar(year, part, 1), date.fromisocalendar(year, part, 7)
        first = date(year, months * (part - 1) + 1, 1)
    except ValueError:
        return None
    following = first.replace(day=28) + timedelta(days=31 * (months - 1) + 4)
    return first, following.replace(day=1) - timedelta(days=1)
