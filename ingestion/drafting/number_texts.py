"""What the texts of numbers show: which mark parts decimals, and whether a double gives every digit back.

Belongs here: reading marks and digits of texts. Never here: which type follows (`typist`), or a column's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

AFFIX = r"\s?(?:[A-Za-z]{1,3}|[^\w.,]{1,2})?\s?"  # a sign, a currency, a unit
AMOUNT = re.compile(rf"{AFFIX}[\d.,'’\s]*\d{AFFIX}")
# One mark, and behind it what cannot be a group of thousands, or before it what no group of thousands stands behind.
CLEAR = {
    mark: re.compile(
        rf"{AFFIX}(?:[\d'’\s{other}]*[{mark}](?:\d\d?|\d{{4,}})|(?:0|\d{{4,}}|\d[\d{other}]*[{other}]\d{{3}})[{mark}]\d+){AFFIX}"
    )
    for mark, other in ((".", ","), (",", "."))
}
GROUPED = {mark: re.compile(rf"\s*[+-]?(?:\d{{1,3}}|[1-9]\d{{0,2}}[{mark}]\d{{3}})\s*") for mark in CLEAR}
SURE_DIGITS = 17  # no double holds more
SCIENTIFIC = re.compile(r"[+-]?(?:\d*\.\d*[eE][+-]?|\d+[eE][+-])\d+")


def decimal_mark_of(columns: Iterable[Sequence[str]]) -> str:
    """The mark that parts decimals wherever these columns show it plainly; empty where none does, or both do."""
    shown = {
        mark
        for texts in columns
        if texts and all(AMOUNT.fullmatch(text) for text in texts)
        for mark, clear in CLEAR.items()
        if any(clear.fullmatch(text) for text in texts)
    }
    return shown.pop() if len(shown) == 1 else ""


def doubtful_mark(texts: Sequence[str]) -> str:
    """The mark that may part decimals or thousands in all of these texts: 1.000 is one, or a thousand."""
    for mark, grouped in GROUPED.items():
        if any(mark in text for text in texts) and all(grouped.fullmatch(text) for text in texts):
            return mark
    return ""


def are_floats(texts: Sequence[str]) -> bool:
    """Whether these are floating numbers, each of which a double gives back; 3E3 alone is a code."""
    return any("." in text for text in texts) and all(_comes_back(text.strip()) for text in texts)


def _comes_back(text: str) -> bool:
    if "e" in text.lower() and not SCIENTIFIC.fullmatch(text):
        return False
    try:
        number = Decimal(text)
    except ArithmeticError:
        return False
    digits = len("".join(map(str, number.as_tuple().digits)).strip("0")) or 1
    return digits <= SURE_DIGITS and Decimal(f"{float(number):.{digits - 1}e}") == number
