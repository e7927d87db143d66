"""A strptime pattern as the exact shape of the texts it takes.

Belongs here: what each directive allows. Never here: SQL. DuckDB's strptime takes '24' for %Y (the year 24) and blanks
anywhere; the shape does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NUMERIC = {"d": 2, "m": 2, "H": 2, "I": 2, "M": 2, "S": 2, "j": 3, "y": 2, "Y": 4, "f": 6, "g": 3}
ALWAYS_FULL = ("Y", "y")
DAY = ("d", "m", "y", "Y", "j", "b", "B")
OFFSETS = ("z", "Z")
EPOCHS = {"epoch_s": 6, "epoch_ms": 3}  # no patterns; digits between the unit and a microsecond
CLOCK = ("H", "I", "M", "S", "f", "g", "p", "z", "Z")
WORDS = {
    "a": "|".join(day[:3] for day in DAYS),
    "A": "|".join(DAYS),
    "b": "|".join(month[:3] for month in MONTHS),
    "B": "|".join(MONTHS),
    "p": "am|pm",
    "z": "z|[+-][0-9]{2}(?::?[0-9]{2})?",
    "Z": "utc|gmt|[a-z_]+(?:/[a-z_+-]+)+",
    "%": "%",
}
ABBREVIATED = "[a-z]+"  # BST, CST and their like mean several zones, so they are enough for a day alone
DASHED = "dmyHIMSj"  # may stand as %-d: without leading zeros
_TOKEN = re.compile(r"%-?(.)|([^%]+)", re.DOTALL)


def unknown_directives(pattern: str) -> list[str]:
    """What of a pattern no one can read: %n, %-Y, a % at its end."""
    found = re.findall(r"%(-?)(.?)", pattern, re.DOTALL)
    known = {("", name) for name in (*NUMERIC, *WORDS)} | {("-", name) for name in DASHED}
    return sorted({f"%{dash}{name}" for dash, name in found if (dash, name) not in known})


def shape_of(pattern: str) -> str:
    """The regular expression of all moments the pattern takes, in any case (RE2 and Python)."""
    tokens = _tokens(pattern)
    return "(?i)" + "".join(_shape_of_token(tokens, at) for at in range(len(tokens)))


def day_part(pattern: str) -> str | None:
    """The pattern up to its clock; None where it says the day behind the clock, too, or has no day."""
    tokens = _tokens(pattern)
    clock = next((at for at, (directive, _) in enumerate(tokens) if directive in CLOCK), len(tokens))
    kinds = [{directive in DAY for directive, _ in part} for part in (tokens[:clock], tokens[clock:])]
    if True not in kinds[0] or True in kinds[1]:
        return None
    return _written(tokens[:clock])


def without_offset(pattern: str) -> tuple[str, str, str]:
    """The shape of its days with all but the offset in groups, those groups, and the pattern of what they hold."""
    tokens = _tokens(pattern)
    shapes, plain, groups = "", "", 0
    for is_offset, run in groupby(range(len(tokens)), lambda at: tokens[at][0] in OFFSETS):
        places = list(run)
        shape = "".join(_shape_of_token(tokens, at) for at in places)
        if any(tokens[at][0] == "Z" for at in places):
            shape = f"(?:{shape}|{ABBREVIATED})"
        if not is_offset:
            shape, groups = f"({shape})", groups + 1
            plain += _written([tokens[at] for at in places])
        shapes += shape
    return f"(?i)^{shapes}$", "".join(f"\\{number}" for number in range(1, groups + 1)), plain


def zone_name(pattern: str) -> str | None:
    """The expression whose one group is the zone's name; None where no name says the moment (%z, or neither)."""
    tokens = _tokens(pattern)
    if [directive for directive, _ in tokens if directive in OFFSETS] != ["Z"]:
        return None
    shapes = [_shape_of_token(tokens, at) for at in range(len(tokens))]
    at = tokens.index(("Z", None))
    return f"(?i)^{''.join(shapes[:at])}({shapes[at]}){''.join(shapes[at + 1 :])}$"


def lacking(pattern: str) -> list[str]:
    """What of a day a pattern does not say, and the half of the day where its hours have two."""
    said = {directive for directive, _ in _tokens(pattern)}
    needed = {"the year (%Y)": "yY", "the month (%m)": "mbBj", "the day (%d)": "dj"}
    missing = [words for words, directives in needed.items() if not said & set(directives)]
    return missing + (["the half of the day (%p)"] if "I" in said and "p" not in said else [])


def has_offset(pattern: str) -> bool:
    """True if the pattern reads an offset or zone of its own."""
    return any(directive in OFFSETS for directive, _ in _tokens(pattern))


def _tokens(pattern: str) -> list[tuple[str | None, str | None]]:
    """The pattern cut into (directive, None) and (None, text)."""
    return [(found.group(1), found.group(2)) for found in _TOKEN.finditer(pattern)]


def _written(tokens: Iterable[tuple[str | None, str | None]]) -> str:
    return "".join(f"%{directive}" if directive else str(text) for directive, text in tokens)


def _shape_of_token(tokens: list[tuple[str | None, str | None]], at: int) -> str:
    directive, text = tokens[at]
    if text is not None:
        return re.sub(r"[!-/:-@\[-`{-~]", r"\\\g<0>", text)  # RE2 takes no mark before a letter of other scripts
    if directive in NUMERIC:
        return _digits(str(directive), _touches_digits(tokens, at))
    return f"(?:{WORDS[str(directive)]})"


def _digits(directive: str, is_fixed: bool) -> str:
    width = NUMERIC[directive]
    return f"[0-9]{{{width}}}" if directive in ALWAYS_FULL or (is_fixed and directive != "f") else f"[0-9]{{1,{width}}}"


def _touches_digits(tokens: list[tuple[str | None, str | None]], at: int) -> bool:
    """Numbers without anything between them (%Y%m%d) must have their full width."""
    neighbours = [tokens[i] for i in (at - 1, at + 1) if 0 <= i < len(tokens)]
    return any(
        directive in NUMERIC or (text or "x")[0].isdigit() for directive, text in neighbours if directive or text
    )
