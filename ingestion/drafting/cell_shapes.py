"""Shapes of cells that tell of people: addresses of mail and streets, phones, names, prose.

Belongs here: looking at texts alone. Never here: headers, types, or what follows from a shape (`personal` decides).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path

NAMES = Path(__file__).with_name("given_names.toml")
EMAIL = re.compile(r"[^@\s,;<>\"/]+@(?!\dx\.)[^@\s,;<>\"/]+\.[A-Za-z]{2,}")
PHONE = re.compile(
    r"'?(?:\+\d[\d ().\-/]{6,18}\d|\(\d{2,5}\)[ -]?\d[\d \-]{4,12}|0\d{1,4}[ \-/]\d[\d \-/]{4,14}\d"
    r"|\d{3}[-. ]\d{3}[-. ]\d{4})(?: ?(?:x|ext\.?) ?\d{1,6})?"
)
STREET = re.compile(
    r"(?i)\d{1,5}[a-z]?,? (?:[\w.'’-]+ ){1,4}(?:st|street|ave|avenue|rd|road|blvd|boulevard|lane|ln|dr|drive|way|court"
    r"|ct|place|pl|square|sq|terrace|highway|hwy|close|crescent|parkway|pkwy)\b.*"
    r"|(?:\d{1,4}(?: ?(?:bis|ter))?,? )?(?:rue|avenue|boulevard|place|quai|allée|chemin|via|viale|piazza|corso|calle"
    r"|avenida|paseo|plaza|rua|praça|travessa|ul\.|ulica|aleja|os\.) .{2,40}"
    r"|[\w.'’ -]*(?:str\.|straße|strasse|weg|platz|allee|gasse|ring|damm|ufer|straat|laan|plein|kade|gade|vej|gatan"
    r"|vägen) \d{1,4} ?[a-z]?\b.*"
)
HAS_NUMBER = re.compile(r"\d")
POSTAL = re.compile(
    r"(?i)[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}|[a-z]\d[a-z] ?\d[a-z]\d|\d{4} ?[a-z]{2}|\d{2}-\d{3}|\d{5}-\d{3,4}"
)
GIVEN = r"[^\W\d_][^\W\d_'’.-]*"
FURTHER = r"(?:[ -](?:[^\W\d_]['’.]?[^\W\d_'’-]*|(?:de|van|von|der|da|dos|di|la|le|el|bin)))*"
NAME = re.compile(rf"{GIVEN}{FURTHER}[ ,]+[^\W\d_][^\W\d_]*(?:['’-][^\W\d_]+)*")
CODE = re.compile(r"[^\s]*\d[^\s]*|[0-9a-fA-F-]{16,}|[A-Za-z ]+ {1,2}\d+")
IBAN = re.compile(r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?")
WEB = re.compile(r"(?i)(?:https?://|www\.|/)[^\s?]*(?:[?]v=\d+)?")
LONG_TEXT, SENTENCE_WORDS = 60, 4


def holds_people_marks(probe: Sequence[str]) -> str:
    """What of people the cells are, in words; empty if nothing sure."""
    kinds: tuple[tuple[str, float, Callable[[str], bool]], ...] = (
        ("e-mail addresses", 0.02, lambda text: bool(EMAIL.search(text))),
        ("phone numbers", 0.3, lambda text: bool(PHONE.fullmatch(text))),
        ("IP addresses", 0.5, _is_ip),
        ("bank accounts", 0.5, _is_iban),
        ("streets with numbers", 0.2, lambda text: bool(HAS_NUMBER.search(text) and STREET.fullmatch(text))),
    )
    for kind, enough, fits in kinds:
        if _share(probe, fits) > enough:
            return kind
    return ""


def holds_names(probe: Sequence[str], is_about_people: bool) -> bool:
    """Two capitalised words each, and given names among them; a header about people needs no known name."""
    named = [text.strip() for text in probe if NAME.fullmatch(text.strip()) and _is_capitalised(text)]
    if not named or len(named) < len(probe) * 0.5:
        return False
    known = sum(bool(given_names() & set(re.split(r"[ ,-]+", text.casefold()))) for text in named)
    return known >= len(named) * (0.05 if is_about_people else 0.2) or (
        is_about_people and len(named) > len(probe) * 0.8
    )


def holds_prose(probe: Sequence[str], is_thing: bool) -> bool:
    """Long texts, or sentences that differ: anybody may be named in them."""
    if is_plain_web(probe) or _share(probe, lambda text: " " in text.strip()) < 0.2:
        return False
    if sum(map(len, probe)) > len(probe) * LONG_TEXT:
        return len(probe) > 1 or not is_thing
    words = _share(probe, lambda text: len(text.split()) >= SENTENCE_WORDS and text != text.upper())
    return not is_thing and len(probe) >= 20 and words > 0.5


def is_mostly_postal(probe: Sequence[str]) -> bool:
    """Letters and digits as British, Canadian, Dutch, Polish, Portuguese codes have them."""
    return len(probe) >= 5 and _share(probe, lambda text: bool(POSTAL.fullmatch(text.strip()))) > 0.6


def is_plain_web(probe: Sequence[str]) -> bool:
    """Addresses in the web or paths, without parameters of a visit."""
    return (
        _share(probe, lambda text: bool(WEB.match(text.strip()))) > 0.8
        and _share(probe, lambda text: "?" in text) < 0.5
    )


def looks_coded(probe: Sequence[str]) -> bool:
    """Numbers and codes in place of words."""
    return _share(probe, lambda text: bool(CODE.fullmatch(text.strip()))) > 0.5


@lru_cache(maxsize=1)
def given_names() -> frozenset[str]:
    """Common given names of the languages we know, small letters."""
    lists = tomllib.loads(NAMES.read_text("utf-8"))
    return frozenset(name for names in lists.values() for name in names.split())


def _share(probe: Sequence[str], fits: Callable[[str], bool]) -> float:
    return sum(map(fits, probe)) / max(len(probe), 1)


def _is_capitalised(text: str) -> bool:
    words = [word for word in re.split(r"[ ,-]+", text.strip()) if word]
    return len(words) >= 2 and words[0][:1].isupper() and words[-1][:1].isupper()


def _is_ip(text: str) -> bool:
    if text.count(".") != 3 and ":" not in text:
        return False
    try:
        ip_address(text.strip())
    except ValueError:
        return False
    return True


def _is_iban(text: str) -> bool:
    squeezed = text.replace(" ", "")
    if not IBAN.fullmatch(text.strip()) or not 15 <= len(squeezed) <= 34:
        return False
    return int("".join(str(int(char, 36)) for char in squeezed[4:] + squeezed[:4])) % 97 == 1
