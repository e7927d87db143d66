"""What day the name of a file or a folder tells, and what there may be a time and is read as none.

Belongs here: pure functions of a text, and the one rule of what is read in one way alone. Never here: months, weeks and
quarters (`name_spans`), which part of a path is asked first (`path_dates`), or what a draft proposes
(`drafting.name_dates`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

YEAR = r"(?:19|20)\d\d"
SECONDS = len("20260314235959")
_CLOCK = r"(?:[01]\d|2[0-3])(?:[0-5]\d(?:[0-5]\d(?:\d{3}|\d{6}|\d{9})?)?)?(?!\d)"  # glued to the day, to a billionth
_YEAR_FIRST = re.compile(
    rf"(?<!\d){YEAR}(?:([-_. ]?)\d\d\1\d\d(?=\D|$|{_CLOCK})"
    r"|([-_. ])[1-9]\d?\2[1-9]\d?(?!\d))"  # without leading zeros, and then in both: 2026-01-3 is a month's third file
)
_YEAR_LAST = re.compile(
    rf"(?<!\d)(?:\d{{1,2}}([-_.])\d{{1,2}}\1{YEAR}(?!\d)|\d{{4}}{YEAR}(?=\D|$|(?:[01]\d|2[0-3])[0-5]\d[0-5]\d(?!\d)))"
)
MONTHS = (
    "jan(?:uary)?", "feb(?:ruary)?", "mar(?:ch)?", "apr(?:il)?", "may", "june?", "july?", "aug(?:ust)?",
    "sep(?:t(?:ember)?)?", "oct(?:ober)?", "nov(?:ember)?", "dec(?:ember)?",
)  # fmt: skip
_MONTH = f"(?P<month>{'|'.join(MONTHS)})"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
NAMED = [
    re.compile(rf"(?i)(?<![a-z0-9]){form}(?![a-z0-9])")
    for form in (
        rf"{_DAY}[-_. ]?{_MONTH}[-_. ]?(?P<year>{YEAR})", rf"(?P<year>{YEAR})[-_. ]?{_MONTH}[-_. ]?{_DAY}",
        rf"{_MONTH}[-_. ]?{_DAY}(?:, ?|[-_. ])(?P<year>{YEAR})",
        rf"{_MONTH}[-_. ]?(?P<year>{YEAR})", rf"(?P<year>{YEAR})[-_. ]?{_MONTH}",
    )
]  # fmt: skip
_WHOLE_DAYS = 3  # of the forms; the others are months
_DAY_AND_MONTH = re.compile(r"(?<!\d)\d{1,2}([-_.])\d{1,2}\1$")
DAYS = (_YEAR_FIRST, _YEAR_LAST)
_MAYBE = re.compile(
    rf"(?i)(?<!\d)(?:(?P<short>\d{{1,2}}([-_.])\d{{1,2}}\2\d\d|\d{{6}}|\d{{8}})|1\d{{9}}(?:\d{{3}})?|{YEAR})(?!\d)"
    rf"|(?<![a-z])(?:\d{{1,2}}[-_. ]?)?(?:{'|'.join(MONTHS)})[-_. ]?\d{{1,2}}(?!\d)"
    rf"|(?<!\d)\d{{1,2}}[-_. ]?(?:{'|'.join(MONTHS)})(?![a-z])"
    rf"|(?<![a-z])(?:{'|'.join(re.sub('[(?:)]', '', name) for name in MONTHS if name != 'may')})(?![a-z])"
)


def in_numbers(text: str, forms: Sequence[re.Pattern[str]] = NAMED) -> str:
    """The text with days and months of an English name as numbers: 14-Mar-2026 as 2026-03-14, Mar-2026 as 2026-M03."""
    for form in forms:
        text = form.sub(_numbered, text)
    return text


def is_in_words(text: str) -> bool:
    """True for a text that is a day or a month of an English name and nothing else."""
    return any(form.fullmatch(text) for form in NAMED)


def _numbered(found: re.Match[str]) -> str:
    parts = found.groupdict()
    number = next(at for at, name in enumerate(MONTHS, 1) if re.fullmatch(name, parts["month"], re.IGNORECASE))
    return f"{parts['year']}-{number:02}-{int(parts['day']):02}" if "day" in parts else f"{parts['year']}-M{number:02}"


def days_in(name: str) -> list[datetime]:
    """The days in a name (2026-03-05, 20260305, 5.3.2026, 5-Mar-2026), the newest last."""
    return sorted(day for _, day in _days_in(name) if day)


def no_day_in(name: str) -> str:
    """What in a name is written as a day and is none, or not one alone: 2026-02-30, 4-3-2026."""
    return next((text for text, day in _days_in(name) if day is None and not text.isdigit()), "")


def untold_in(name: str) -> str:
    """What may well be a time and is not read, since nobody can say which: 14.03.26, 260314, 04032026, an epoch."""
    for found in _MAYBE.finditer(name):
        if found["short"] is None or _is_some_day(found["short"]):
            return found[0]
    return ""


def _is_some_day(text: str) -> bool:
    """Whether digits are a day in some order; years of two digits are those of files there may be."""
    digits = "".join(number.zfill(2) for number in re.findall(r"\d+", text))
    one, two, three = digits[:2], digits[2:4], digits[4:]
    if len(three) == len("2026"):
        either = moment(three + two + one, "") or moment(three + one + two, "")
        return bool(re.fullmatch(YEAR, three) and either)
    orders = (f"20{digits}", f"20{three}{two}{one}", f"20{three}{one}{two}")
    is_month = re.fullmatch(YEAR, digits[:4]) and moment(f"{digits}01", "")
    return bool(is_month) or any(moment(each, "") and "2010" <= each[:4] <= "2049" for each in orders)


def _days_in(name: str) -> Iterator[tuple[str, datetime | None]]:
    """Whole days in words, then those in numbers: no month's name before a day takes its year (Mar-2026-03-14)."""
    rest = name = in_numbers(name, NAMED[:_WHOLE_DAYS])
    for text in _of_year_first(name):
        day = moment(text, "")
        rest = rest.replace(text, "/") if day else rest
        yield text, day
    for found in _YEAR_LAST.finditer(rest):
        yield found[0], moment(year_first(found[0]), "")
    for text in _of_year_first(in_numbers(rest)):
        yield text, moment(text, "")


def _of_year_first(text: str) -> Iterator[str]:
    """What is written as a day with its year first, but where that year ends a day: 14_03_2026_10_30 has a clock."""
    for found in _YEAR_FIRST.finditer(text):
        before = _DAY_AND_MONTH.search(text[: found.start()])
        if not before or before[1] != (found[1] or found[2]):
            yield found[0]


def year_first(text: str) -> str:
    """14.03.2026, 3-14-2026, 14032026 with the year first; empty where nobody can say which is the day: 4-3-2026."""
    numbers = [text[:2], text[2:4], text[4:]] if text.isdigit() else re.findall(r"\d+", text)
    if len(numbers) < 3:
        return ""
    first, second, year = numbers
    if int(first) > 12 or int(first) == int(second) or "." in text:
        return f"{year}-{second}-{first}"
    return f"{year}-{first}-{second}" if int(second) > 12 else ""


def epoch_moment(text: str) -> datetime | None:
    """The moment of digits since 1970, in seconds or, if there are more than eleven, milliseconds."""
    digits = re.sub(r"\D", "", text)
    try:
        return datetime.fromtimestamp(int(digits) / (1000 if len(digits) > 11 else 1), UTC).replace(tzinfo=None)
    except (ValueError, OverflowError, OSError):
        return None


def moment(day: str, time: str) -> datetime | None:
    """The moment of the numbers of a day, its year of four digits first, and of a time; other marks do not matter."""
    of_day, of_time = ([number.zfill(2) for number in re.findall(r"\d+", text)] for text in (day, time))
    digits = ""
    for number in (*of_day, *of_time):
        if len(number) % 2 and len(digits + number) < SECONDS:
            return None  # which digits belong together, nobody can say
        digits += number
    if not of_day or len(of_day[0]) < len("2026") or len("".join(of_day)) < len("20260314"):
        return None
    try:
        at = digits[:SECONDS].ljust(SECONDS, "0")
        return datetime.strptime(at + "+0000", "%Y%m%d%H%M%S%z").replace(tzinfo=None)
    except ValueError:
        return None
