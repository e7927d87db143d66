"""What a file's name says: which pattern it fits, how it is packed, what time it tells.

Belongs here: pure functions of a path's text. Never here: looking at the file system.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache

COMPRESSIONS = (".gz", ".zst", ".zip")
SET = r"\[!?\]?[^\]/]*\]"  # as in a shell, a ] at its beginning is itself
# A day, a month or a year with the year first; then a week or a quarter; then a day or a month with the year last.
DATED_FOLDERS = re.compile(
    r"(?<![^/])(?:(?P<year_first>(?:19|20)\d\d(?:(?P<mark>[-_./ ])[1-9]\d?(?P=mark)[1-9]\d?"
    r"|[-_. ][1-9]\d?|(?:[-_./ ]?\d\d){0,2}))"
    r"|(?:19|20)\d\d[-_ ]?[WQwq]\d{1,2}|[Qq][1-4][-_ ]?(?:19|20)\d\d"
    r"|(?P<year_last>(?:\d{1,2}[-_.])?\d{1,2}[-_.](?:19|20)\d\d))/"
)

PAGE_MARK = re.compile(r"(?i)[-_. ]+(page|part|seite|teil|p)?[-_. ]?[0-9]{1,3}")
SECONDS = len("20260314235959")
YEAR_LAST_DAYS = re.compile(r"(?<!\d)\d{1,2}([-_.])\d{1,2}\1(?:19|20)\d\d(?!\d)")
NAMED_DAYS = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?:([-_. ]?)\d\d\1\d\d(?=\D|$|(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?(?!\d))"
    r"|([-_. ])[1-9]\d?\2[1-9]\d?(?!\d))"  # without leading zeros, and then in both: 2026-01-3 is a month's third file
)
MONTHS = (
    "jan(?:uary)?", "feb(?:ruary)?", "mar(?:ch)?", "apr(?:il)?", "may", "june?", "july?", "aug(?:ust)?",
    "sep(?:t(?:ember)?)?", "oct(?:ober)?", "nov(?:ember)?", "dec(?:ember)?",
)  # fmt: skip
MONTH_DAYS = re.compile(
    rf"(?i)(?<![a-z0-9])(?:(\d{{1,2}})[-_. ]?({'|'.join(MONTHS)})[-_. ]?((?:19|20)\d\d)"
    rf"|((?:19|20)\d\d)[-_. ]?({'|'.join(MONTHS)})[-_. ]?(\d{{1,2}}))(?![a-z0-9])"
)


@dataclass(frozen=True)
class DatesInName:
    """What a file's name says of its time; None where it says nothing."""

    exported_at: datetime | None = None
    period_start: date | None = None
    period_end: date | None = None
    doubt: str = ""  # what was found there and cannot be read


def without_compression(name: str) -> str:
    """The name without one of the endings of compression."""
    return next((name[: -len(ending)] for ending in COMPRESSIONS if name.lower().endswith(ending)), name)


def is_bare_archive(name: str) -> bool:
    """True for a zip whose name does not say what is in it: `orders_export.zip`, as a mail brings it."""
    return name.lower().endswith(".zip") and "." not in name.rpartition("/")[2][: -len(".zip")]


def without_dated_folders(path: str) -> str:
    """The path without folders called by a date alone, which tell no shop apart.

    2026-03-05/, 2026/03/05/, 5.3.2026/, 5-Mar-2026/, 2026-W10/, Q1-2026/.
    """
    return DATED_FOLDERS.sub("", _folders_in_numbers(path))


def day_of_folders(path: str) -> datetime | None:
    """The day that the dated folders above a file make, the outermost that makes one; None where none does."""
    days = (
        moment(found["year_first"] or _year_first(found["year_last"] or ""), "")
        for found in DATED_FOLDERS.finditer(_folders_in_numbers(path))
    )
    return next((day for day in days if day), None)


def _folders_in_numbers(path: str) -> str:
    """The path with folders called by a day and a month's English name as 2026-03-05."""
    *folders, name = path.split("/")
    return "/".join([_in_numbers(each) if MONTH_DAYS.fullmatch(each) else each for each in folders] + [name])


def _in_numbers(text: str) -> str:
    return MONTH_DAYS.sub(_day_in_numbers, text)


def _day_in_numbers(found: re.Match[str]) -> str:
    day, month, year = found.group(1, 2, 3) if found[3] else found.group(6, 5, 4)
    number = next(at for at, name in enumerate(MONTHS, 1) if re.fullmatch(name, month, re.IGNORECASE))
    return f"{year}-{number:02}-{int(day):02}"


def _year_first(text: str) -> str:
    """14.03.2026 and 3-14-2026 with the year first; empty where nobody can say which is the day: 4-3-2026."""
    numbers = re.findall(r"\d+", text)
    if len(numbers) < 3:
        return ""
    first, second, year = numbers
    if int(first) > 12 or "." in text:
        return f"{year}-{second}-{first}"
    return f"{year}-{first}-{second}" if int(second) > 12 else ""


def day_of_name(path: str) -> datetime | None:
    """The newest day in a file's own name (2026-03-05, 20260305, 5.3.2026, 5-Mar-2026); None where it holds none."""
    return max((day for _, day in _days_in(path.rpartition("/")[2]) if day), default=None)


def no_day_of_name(path: str) -> str:
    """What in a file's own name is written as a day and is none, or not one alone: 2026-02-30, 4-3-2026."""
    return next((text for text, day in _days_in(path.rpartition("/")[2]) if day is None and not text.isdigit()), "")


def _days_in(written: str) -> Iterator[tuple[str, datetime | None]]:
    rest = name = _in_numbers(written)
    for found in NAMED_DAYS.finditer(name):
        day = moment(found[0], "")
        rest = rest.replace(found[0], "/") if day else rest
        yield found[0], day
    for found in YEAR_LAST_DAYS.finditer(rest):
        yield found[0], moment(_year_first(found[0]), "")


@lru_cache(maxsize=4096)
def glob_pattern(glob: str) -> re.Pattern[str]:
    """A glob as an expression: `*` and `?` stay inside a folder, `**` crosses folders. ValueError where it is none."""
    parts = re.split(rf"(\*\*/|\*\*|\*|\?|{SET})", glob)
    words = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    if "[" in "".join(parts[::2]):
        raise ValueError("a [ without its ]")
    made = [words.get(part) or (_set(part) if re.fullmatch(SET, part) else re.escape(part)) for part in parts]
    try:
        return re.compile("".join(made), re.DOTALL)
    except re.error as error:
        raise ValueError(str(error)) from None


def _set(part: str) -> str:
    inner = part[1:-1].replace("\\", r"\\").replace("[", r"\[")
    return "[" + ("^" + inner[1:] if inner.startswith("!") else inner) + "]"


def stem_of(name: str) -> str:
    """The name without the endings of its format and its packing."""
    return re.sub(r"(?i)[.][a-z0-9]+([.](gz|zst|zip))?$", "", name)


def corrects(name: str, other: str) -> bool:
    """Whether a dump of the same export time replaces the other one by its name, and is no further page of it.

    The macro `dump_files` of dbt says the same.
    """
    former, rest = stem_of(other), stem_of(name).removeprefix(stem_of(other))
    is_later = stem_of(name).startswith(former) and not re.match("[0-9a-zA-Z]", rest)
    return is_later and name != other and not PAGE_MARK.fullmatch(rest)


def epoch_moment(text: str) -> datetime | None:
    """The moment of digits since 1970, in seconds or, if there are more than eleven, milliseconds."""
    digits = re.sub(r"\D", "", text)
    try:
        return datetime.fromtimestamp(int(digits) / (1000 if len(digits) > 11 else 1), UTC).replace(tzinfo=None)
    except (ValueError, OverflowError, OSError):
        return None


def moment(day: str, time: str) -> datetime | None:
    """The moment of the numbers of a day, its year of four digits first, and of a time; other marks do not matter."""
    numbers = [number.zfill(2) for number in re.findall(r"\d+", f"{day} {time}")]
    digits = ""
    for number in numbers:
        if len(number) % 2 and len(digits + number) < SECONDS:
            return None  # which digits belong together, nobody can say
        digits += number
    if not numbers or len(numbers[0]) < len("2026") or len(digits) < len("20260314"):
        return None
    try:
        at = digits[:SECONDS].ljust(SECONDS, "0")
        return datetime.strptime(at + "+0000", "%Y%m%d%H%M%S%z").replace(tzinfo=None)
    except ValueError:
        return None


def day_of(text: str) -> date | None:
    """The day of its numbers."""
    at = moment(text, "") if text else None
    return at.date() if at else None
