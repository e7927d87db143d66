"""The type and format of a column's texts.

Belongs here: candidates, and the proof that every text of the sample fits. Never here: personal data, keys, files. A
type is only guessed if the very SQL of the night types every text of the sample without an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import duckdb
import pyarrow as pa

from ingestion.cells.date_patterns import shape_of
from ingestion.cells.header import HeaderMatch
from ingestion.cells.projection import typing_projection
from ingestion.drafting.number_texts import are_floats, doubtful_mark
from ingestion.specs.model import Spec

DAYS = (
    "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d/%m/%y",
    "%m/%d/%y", "%d.%m.%y", "%d-%m-%y", "%d-%b-%y", "%d-%b-%Y", "%d %b %Y",
    "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%Y-%m-%d",
)  # fmt: skip
CLOCKS = (
    " %H:%M", " %H:%M:%S", ", %H:%M", ", %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", ", %I:%M %p", ", %I:%M:%S %p",
    " %H:%M:%S %z", " %H:%M:%S %Z",
)  # fmt: skip
YES_NO = (
    ("true", "false"), ("yes", "no"), ("ja", "nein"), ("ja", "nee"), ("oui", "non"), ("si", "no"), ("sí", "no"),
    ("sì", "no"), ("sim", "não"), ("tak", "nie"), ("y", "n"), ("t", "f"), ("j", "n"), ("on", "off"), ("wahr", "falsch"),
    ("vrai", "faux"), ("verdadero", "falso"), ("vero", "falso"),
)  # fmt: skip
KNOWN_YES_NO = {"true", "false", "yes", "no"}
CODES = (
    r"zip|postal|postcode|plz|phone|telefo|mobil|handy|fax|cell?ular|rufnummer|sku|ean|barcode|iban|account_n|konto"
    r"|(^|_)code|passport|ssn|steuer_?(nr|nummer|id)|fiscale|(^|_)(tax|vat)_(id|no|number)|imei|msisdn"
    r"|(^|_)(cp|cap|cep|tel|telnr|gsm|cell|whatsapp|fone|pesel|cpf|cnpj|bsn|nif|nino|cvv|cvc|pin)(_|$)"
)
PLACES = r"zip|postal|postcode|plz|phone|telefon"
IDS = r"(^|_)id$|_no$|number$|key$"
VERSIONS = r"(^|_)(version|release|build)$"  # 1.1 and 1.10 are two of them
TIMES = (
    r"(_at|_on|date|datum|time|timestamp|created|updated|modified|day|zeit|fecha|data|jour)s?$"
    r"|^(date|datum|fecha|data)(_|$)(?!.*((^|_)(id|no)|number|key)$)"
)
MONEY = (
    r"price|amount|_in_(usd|eur|gbp|chf)$|preis|betrag|summe|umsatz|montant|importe|prezzo|importo|bedrag|discount|refund|freight|cashback"
    r"|(^|_)(sub)?total$|_value$|(^|_)(cost|spend|spent|revenue|fee|tax|taxes|steuer|rabatt|versand|prix|frais|precio"
    r"|valor|prijs|cena|kwota|balance|weight|length|width|height|gewicht)s?(_|$)"
)
NO_MONEY = (
    r"(?<!dis)count|quantity|qty|number|anzahl|units|days|hour|minutes|seconds|micros|(^|_)id$|items|_no$|points|position|status"
    r"|type|class|limit|code|lines?$"
)
NUMBER = re.compile(r"\s*[+-]?[\d.,'’_  ]*\d[\d.,'’_  ]*([eE][+-]?\d+)?\s*")
PROBE = 300
LAST_SECOND = "2524608000"  # the year 2050; the first of ten digits is in 2001


class Typist:
    """Types texts by the night's own SQL."""

    def __init__(self) -> None:
        self._con = duckdb.connect(config={"threads": 1})

    def fits(self, keys: dict[str, Any], texts: Sequence[str]) -> bool:
        """True if no text is a cell error."""
        spec = Spec.model_validate({
            "source": "draft", "export": "draft", "origin": "", "files": ["x"], "format": "csv", "mode": "append",
            "columns": {"x": keys},
        })  # fmt: skip
        projection = typing_projection(spec, spec.table, HeaderMatch({"x": ("c1",)}), "texts", lists_errors=False)
        # A few first: most candidates fail at once.
        return all(self._count_errors(projection, part) == 0 for part in (texts[:PROBE], texts[PROBE:]) if part)

    def _count_errors(self, projection: str, texts: Sequence[str]) -> int:
        self._con.register("texts", pa.table({"c1": pa.array(texts, pa.string())}))
        found = self._con.execute(f"select count(*) from ({projection}) where _has_cast_errors").fetchone()
        return int(found[0]) if found else 0

    def type_of(self, name: str, values: Sequence[str], decimal_mark: str) -> dict[str, Any]:
        """The keys of the first type that takes every text and loses no digit of it."""
        found = candidates(name, values, decimal_mark)
        return next((keys for keys in found if self.fits(keys, values)), {"type": "text"})


def candidates(name: str, values: Sequence[str], decimal_mark: str) -> Iterator[dict[str, Any]]:
    """Types to be tried, the most telling first. Prefilters are cheap; the night's SQL has the last word."""
    probe = values[:PROBE]
    yield from _booleans({value.strip().lower() for value in probe})
    if may_be_numbers(name, values):
        yield from _numbers(name, values, decimal_mark)
    if any(char.isdigit() for char in probe[0]) and not re.search(PLACES, name):
        yield from _times(name, probe)
    if all(value.lstrip()[:1] in ("{", "[") for value in probe):
        yield {"type": "json"}


def _booleans(words: set[str]) -> Iterator[dict[str, Any]]:
    if words <= KNOWN_YES_NO:
        yield {"type": "boolean"}
        return
    for yes, no in YES_NO:
        if words == {yes, no}:
            yield {"type": "boolean", "true_words": [yes], "false_words": [no]}


def may_be_numbers(name: str, values: Sequence[str]) -> bool:
    """Whether they look like numbers, and neither they nor the name like codes."""
    if not all(NUMBER.fullmatch(value) for value in values[:PROBE]) or re.search(CODES, name):
        return False
    return not any(re.fullmatch(r"\s*0\d+\s*", value) for value in values)


def _times(name: str, probe: Sequence[str]) -> Iterator[dict[str, Any]]:
    yield {"type": "date"}
    yield {"type": "timestamp"}
    for clock in ("", *CLOCKS):
        for day in DAYS:
            pattern = day + clock
            is_meant = day != "%Y%m%d" or re.search(TIMES, name) or name.startswith("column_")
            if is_meant and all(re.fullmatch(shape_of(pattern), value.strip()) for value in probe):
                yield {"type": "timestamp" if clock else "date", "format": pattern}


def _numbers(name: str, values: Sequence[str], decimal_mark: str) -> Iterator[dict[str, Any]]:
    if re.search(TIMES, name) or name.startswith("column_"):
        yield from _moments([value.strip().split(".")[0] for value in values])
    is_count = not re.search(MONEY, name) or bool(re.search(NO_MONEY, name))
    if is_count:
        yield {"type": "integer"}
    digits = max((len(value.strip().rpartition(".")[2]) for value in values if "." in value), default=0)
    if digits and re.search(f"{IDS}|{VERSIONS}", name):
        # An id that went through floats is 17850.0; any other point in an id parts two of them.
        yield from ([{"type": "decimal", "scale": 0}] if digits == 1 and re.search(IDS, name) else [])
    elif mark := doubtful_mark(values):
        yield from _by_mark(mark, decimal_mark, is_count)
    else:
        yield from _fractions(values, digits)


def _fractions(values: Sequence[str], digits: int) -> Iterator[dict[str, Any]]:
    yield {"type": "decimal"}
    if 4 < digits <= 9:
        yield {"type": "decimal", "scale": digits}
    if are_floats(values):
        yield {"type": "double"}
    yield {"type": "integer", "thousands_mark": ","}
    yield {"type": "decimal", "thousands_mark": ","}
    yield {"type": "decimal", "decimal_mark": ","}
    for mark in (".", " ", "\u00a0", "\u202f", "'", "’"):
        yield {"type": "decimal", "decimal_mark": "," if mark not in ("'", "’") else ".", "thousands_mark": mark}


def _by_mark(mark: str, decimal_mark: str, is_count: bool) -> Iterator[dict[str, Any]]:
    """What a mark between groups of three means is told by the other columns, or by nobody."""
    said = {} if decimal_mark == "." else {"decimal_mark": decimal_mark}
    if mark == decimal_mark:
        yield {"type": "decimal"} | said
    elif decimal_mark:
        yield from ([{"type": "integer", "thousands_mark": mark}] if is_count else [])
        yield {"type": "decimal", "thousands_mark": mark} | said


def _moments(values: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Epochs of our times and days written as one number; an id of as many digits may begin with any."""
    for word, size in (("epoch_s", 10), ("epoch_ms", 13)):
        if {len(value) for value in values} == {size} and max(values) < LAST_SECOND.ljust(size, "0"):
            yield {"type": "timestamp", "format": word}
    if {len(value.lstrip("-")) for value in values} == {8}:
        yield {"type": "date", "format": "%Y%m%d"}
