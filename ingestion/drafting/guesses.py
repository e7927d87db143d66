"""What a column's texts look like: type, format, missing words, key, whose data. Guesses, for a person to read.

Belongs here: guessing from names and texts. Never here: reading files (`draft_sample`) or writing TOML (`drafting`).
A type is only guessed if the very SQL of the night types every text of the sample without an error.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from ingestion.cells.date_patterns import shape_of
from ingestion.cells.header import HeaderMatch
from ingestion.cells.projection import typing_projection
from ingestion.specs.model import Spec

NULL_WORDS = (
    "NULL",
    "null",
    "N/A",
    "n/a",
    "NA",
    "#N/A",
    "NaN",
    "nan",
    "None",
    "none",
    "-",
    "--",
    "?",
    "\\N",
    "(not set)",
)
DAYS = ("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y/%m/%d", "%Y%m%d", "%d/%m/%y", "%m/%d/%y", "%d.%m.%y",
        "%d-%m-%y", "%d-%b-%y", "%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y")  # fmt: skip
CLOCKS = (" %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", " %H:%M:%S %z")
_WHO = "first|last|full|given|family|sur|customer|user|contact|billing|shipping|recipient|requester|author"
_IDS = (
    "customer|user|visitor|client|person|requester|submitter|assignee|account|household|order|ticket|session|transaction"
    "|invoice"
)
DIRECT = (
    f"e_?mail|phone|mobile|fax|({_WHO})_?name|^name$|address|street|(^|_)ip(_|$)|comment|message|body|note|review_text"
)
QUASI = (
    "zip|postal|postcode|city|birth|gender|(^|_)age$|lat$|lng|latitude|longitude|location|province|region"
    f"|({_IDS})[a-z_]*_?(id|key|no|number)?$|(^|_)id$"
)
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}")
CODES = r"zip|postal|postcode|phone|mobile|fax|sku|ean|barcode|(^|_)code"
TIMES = r"(_at|_on|date|time|timestamp|created|updated|modified)s?$"


@dataclass
class Guess:
    """One column as guessed."""

    name: str
    original: str
    keys: dict[str, Any]
    personal: str
    remarks: list[str] = field(default_factory=list)


class Typist:
    """Types texts by the night's own SQL."""

    def __init__(self) -> None:
        self._con = duckdb.connect(config={"threads": 1})

    def fits(self, keys: dict[str, Any], texts: Sequence[str], null_tokens: Sequence[str]) -> bool:
        """True if no text is a cell error."""
        spec = Spec.model_validate({
            "source": "draft", "export": "draft", "origin": "", "files": ["x"], "format": "csv", "mode": "append",
            "columns": {"x": keys}, "null_tokens": list(null_tokens),
        })  # fmt: skip
        projection = typing_projection(spec, spec.table, HeaderMatch({"x": ("c1",)}), "texts", lists_errors=False)
        self._con.execute("create or replace temp table texts as select unnest(?) as c1", [list(texts)])
        found = self._con.execute(f"select count(*) from ({projection}) where _has_cast_errors").fetchone()
        return found is not None and found[0] == 0


def guess_columns(columns: dict[str, list[str | None]], typist: Typist) -> list[Guess]:
    """A guess for each column, with names of ours that differ."""
    guesses: list[Guess] = []
    taken: set[str] = set()
    for original, texts in columns.items():
        name = _free(our_name(original), taken)
        taken.add(name)
        guesses.append(_guess(name, original, texts, typist))
    return guesses


def our_name(original: str) -> str:
    """A header or path as a name of ours."""
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", original)
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "_", text).strip("_")[:55].strip("_")
    return name if name[:1].isalpha() else f"c_{name}" if name else "unnamed"


def guess_key(guesses: Sequence[Guess], columns: dict[str, list[str | None]]) -> tuple[list[str], str]:
    """The first column, or else pair of columns, without gaps and repeats; and how sure that is."""
    plain = [guess for guess in guesses if guess.keys["type"] in ("text", "integer") and "comment" not in guess.name]
    full = [guess for guess in plain if columns[guess.original] and all(columns[guess.original])]
    full.sort(key=lambda guess: not re.search(r"(^|_)(id|key|no|nr|number|sku|email|invoice)$|id$", guess.name))
    for guess in full:
        texts = columns[guess.original]
        if len(texts) > 1 and len(set(texts)) == len(texts):
            return [guess.name], "no gaps and no repeats in the sample"
    named = [guess for guess in full if re.search(r"id$|key$|number$|_no$|item|line|date", guess.name)][:6]
    for at, one in enumerate(named):
        for other in named[at + 1 :]:
            pairs = list(zip(columns[one.original], columns[other.original], strict=True))
            if len(set(pairs)) == len(pairs):
                return [one.name, other.name], "together no repeats in the sample"
    return [], ""


def _guess(name: str, original: str, texts: list[str | None], typist: Typist) -> Guess:
    filled = [text for text in texts if text is not None and text.strip()]
    distinct = list(dict.fromkeys(filled))
    missing = [word for word in NULL_WORDS if word in distinct]
    values = [text for text in distinct if text.strip() not in missing]
    guess = Guess(name, original, {"type": "text"}, _personal(name, values))
    if not values:
        guess.remarks.append("no value in the sample")
        return guess
    for keys in _candidates(name, values):
        if typist.fits(keys, values, [""]):
            guess.keys = dict(keys)
            break
    if missing and guess.keys["type"] != "text":
        guess.keys["null_tokens"] = ["", *missing]
    _remark(guess, values, typist)
    return guess


def _candidates(name: str, values: list[str]) -> Iterator[dict[str, Any]]:
    """Types to be tried, the most telling first. Prefilters are cheap; the night's SQL has the last word."""
    probe = values[:300]
    if all(value.strip().lower() in ("true", "false", "yes", "no") for value in probe):
        yield {"type": "boolean"}
    is_code = re.search(CODES, name) or any(re.fullmatch(r"\s*0\d+\s*", value) for value in values)
    numeric = all(re.fullmatch(r"\s*[+-]?[\d.,' ]*\d[\d.,' ]*([eE][+-]?\d+)?\s*", value) for value in probe)
    if numeric and not is_code:
        yield from _number_candidates(name, values)
    if any(char.isdigit() for char in probe[0]):
        yield {"type": "date"}
        yield {"type": "timestamp"}
        patterns = [day + clock for clock in ("", *CLOCKS) for day in DAYS]
        for pattern in patterns:
            if (pattern != "%Y%m%d" or re.search(TIMES, name)) and all(
                re.fullmatch(shape_of(pattern), value.strip()) for value in probe
            ):
                yield {
                    "type": "date" if "%H" not in pattern and "%I" not in pattern else "timestamp",
                    "format": pattern,
                }
    if all(value.lstrip()[:1] in ("{", "[") for value in probe):
        yield {"type": "json"}


def _number_candidates(name: str, values: list[str]) -> Iterator[dict[str, Any]]:
    if re.search(TIMES, name):
        sizes = {len(value.strip().split(".")[0].lstrip("-")) for value in values}
        yield from (
            {"type": "timestamp", "format": word}
            for word, size in (("epoch_s", 10), ("epoch_ms", 13))
            if sizes == {size}
        )
        if sizes == {8}:
            yield {"type": "date", "format": "%Y%m%d"}
    yield {"type": "integer"}
    if re.search(QUASI, name):
        yield {"type": "decimal", "scale": 0}  # an id that went through floats: 17850.0
    yield {"type": "decimal"}
    digits = max((len(value.strip().rpartition(".")[2]) for value in values if "." in value), default=0)
    if 4 < digits <= 9:
        yield {"type": "decimal", "scale": digits}
    yield {"type": "double"}
    yield {"type": "integer", "thousands_mark": ","}
    yield {"type": "decimal", "thousands_mark": ","}
    yield {"type": "decimal", "decimal_mark": ","}
    yield {"type": "decimal", "decimal_mark": ",", "thousands_mark": "."}


def _remark(guess: Guess, values: list[str], typist: Typist) -> None:
    """Say where another reading would fit as well."""
    chosen = guess.keys.get("format", "")
    twin = chosen.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")
    if (
        twin != chosen
        and chosen.startswith(("%d/", "%m/", "%d.", "%d-"))
        and typist.fits(guess.keys | {"format": twin}, values, [""])
    ):
        guess.remarks.append(f"{twin} fits every value too: which is it?")
    if (
        guess.keys["type"] == "timestamp"
        and not re.search(r"%z|epoch", chosen)
        and not re.search(r"[Zz]$|[+-]\d\d:?\d\d$", values[0])
    ):
        guess.remarks.append('no offset in the texts: add zone = "Area/City" unless they are UTC')


def _personal(name: str, values: list[str]) -> str:
    probe = values[:200]
    if re.search(DIRECT, name) or (probe and sum(bool(EMAIL.search(value)) for value in probe) > len(probe) * 0.2):
        return "direct"
    if probe and sum(len(value) for value in probe) / len(probe) > 60:
        return "direct"  # free text may name anybody
    return "quasi" if re.search(QUASI, name) else "none"


def _free(name: str, taken: set[str]) -> str:
    number = 2
    free = name
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    return free
