"""What the columns of a sample are: name, type, missing words, whose data. Guesses, for a person to read.

Belongs here: putting the guesses of one column together. Never here: reading files (`sample`), types (`typist`), whose
data it is (`personal`) or TOML (`draft`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, count
from typing import Any

from ingestion.drafting.number_texts import SURE_DIGITS, decimal_mark_of, doubtful_mark
from ingestion.drafting.personal import guess_personal
from ingestion.drafting.typist import PROBE, VERSIONS, Typist, may_be_numbers
from ingestion.our_names import in_plain_letters, our_name

Texts = Sequence[str | None]
NULL_WORDS = (
    "NULL", "null", "Null", "N/A", "n/a", "NA", "#N/A", "NaN", "nan", "None", "none", "-", "--", "?", "\\N",
    "(not set)", "(null)", "k.A.",
    "keine Angabe", "unknown", "#REF!", "#VALUE!",
)  # fmt: skip
CHOICES = 20  # so few different texts are states or kinds


@dataclass
class Guess:
    """One column as guessed."""

    name: str
    original: str
    keys: dict[str, Any]
    personal: str = "none"
    is_empty: bool = False
    twin: str = ""
    is_zoneless: bool = False
    unsure_mark: str = ""
    is_too_long: bool = False
    choices: tuple[str, ...] = ()
    null_words: tuple[str, ...] = ()  # met in it, whatever they mean there
    remarks: list[str] = field(default_factory=list)


def guess_columns(columns: Mapping[str, Texts], typist: Typist, decimal_mark: str = "") -> list[Guess]:
    """A guess for each column, with names of ours that differ; without a decimal mark the columns show which it is."""
    guesses: list[Guess] = []
    names = free_names(columns)
    values = {original: _values(texts) for original, texts in columns.items()}
    shown = [found[:PROBE] for original, found in values.items() if not re.search(VERSIONS, our_name(original))]
    mark = decimal_mark or decimal_mark_of(shown)
    for original, texts in columns.items():
        guesses.append(_guess(names[original], original, texts, values[original], typist, mark))
    return guesses


def free_names(originals: Iterable[str], taken: Collection[str] = ()) -> dict[str, str]:
    """A name of ours for each of these, none of them twice or taken."""
    names: dict[str, str] = {}
    used = set(taken)
    for original in originals:
        name = our_name(original)
        tries = chain([name], (f"{name}_{number}" for number in count(2)))
        names[original] = next(each for each in tries if each not in used)
        used.add(names[original])
    return names


def shared_null_words(guesses: Sequence[Guess], children: Sequence[Guess] = ()) -> list[str]:
    """Words that mean missing in so many columns that they mean it in the whole file, and that no text may be."""
    seen = Counter(word for guess in guesses for word in guess.keys.get("null_tokens", ()) if word)
    texts = {word for guess in (*guesses, *children) if "null_tokens" not in guess.keys for word in guess.null_words}
    return [word for word, times in seen.items() if times >= 2 and word not in texts]


def _values(texts: Texts) -> list[str]:
    """The different texts that are there and do not mean missing."""
    distinct = dict.fromkeys(text for text in texts if text is not None and text.strip())
    missing = [word for word in NULL_WORDS if word in distinct]
    return [text for text in distinct if text.strip() not in missing]


def _guess(name: str, original: str, texts: Texts, values: list[str], typist: Typist, mark: str) -> Guess:
    filled = [text for text in texts if text is not None and text.strip()]
    missing = sorted(set(NULL_WORDS).intersection(filled), key=NULL_WORDS.index)
    guess = Guess(name, original, {"type": "text"}, is_empty=not values, null_words=tuple(missing))
    if values:
        guess.keys = dict(typist.type_of(name, values, mark))
        _remark_numbers(guess, values, mark)
    else:
        guess.remarks.append("no value in the sample")
    if missing and values and guess.keys["type"] != "text":
        guess.keys["null_tokens"] = ["", *missing]
    if len(values) <= CHOICES < len(filled):
        guess.choices = tuple(values)
    _remark_times(guess, values, typist)
    # Words are read from the whole header; our name may have been cut.
    words = re.sub(r"[^a-z0-9]+", "_", _long_name(original))
    guess.personal, why = guess_personal(words.strip("_"), guess.keys["type"], values, len(filled))
    guess.remarks += [why] if why else []
    return guess


def _long_name(original: str) -> str:
    return in_plain_letters(original)


def _remark_numbers(guess: Guess, values: Sequence[str], mark: str) -> None:
    """Say where numbers are kept as text, and where other columns tell what a mark means."""
    if not may_be_numbers(guess.name, values):
        return
    found = doubtful_mark(values)
    if guess.keys["type"] != "text":
        if found and guess.keys.get("thousands_mark") == found:
            guess.remarks.append(f"{found!r} is read as thousands: other columns show {mark!r} before decimals")
    elif found and not mark:
        guess.unsure_mark = found
        guess.remarks.append(f"{found!r} may part thousands or decimals: text until you say which")
    elif any(sum(map(str.isdigit, value)) > SURE_DIGITS - 2 for value in values):
        guess.is_too_long = True
        guess.remarks.append("a number type might lose digits: text keeps them all")


def _remark_times(guess: Guess, values: Sequence[str], typist: Typist) -> None:
    """Say where another reading would fit as well, and where the zone is not known."""
    chosen = guess.keys.get("format", "")
    twin = chosen.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")
    is_numeric = chosen.startswith(("%d/%m", "%m/%d", "%d.%m", "%d-%m", "%m-%d"))
    if twin != chosen and is_numeric and typist.fits(guess.keys | {"format": twin}, values):
        guess.twin = twin
        guess.remarks.append(f"{twin} fits every value too: which is it?")
    has_offset = re.search(r"%z|%Z|epoch", chosen) or (values and re.search(r"[Zz]$|[+-]\d\d:?\d\d$", values[0]))
    if guess.keys["type"] == "timestamp" and not has_offset:
        guess.is_zoneless = True
        guess.remarks.append('no offset in the texts: add zone = "Area/City" unless they are UTC')
