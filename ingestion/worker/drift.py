"""What happens where a file's columns differ from its spec: the three drift words.

Belongs here: the decision (keep, note, refuse) and the names kept columns get. Never here: matching names (`header`),
or changing a table (`ingestion.store.raw_tables`). A rename is never guessed: it is one column gone and one column new.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ingestion.cells.header import HeaderMatch, columns_for_header
from ingestion.readers.dialect import LIKELY_DELIMITERS
from ingestion.readers.results import FileRefused
from ingestion.specs.model import Spec
from ingestion.specs.tables import EXTRA, Table
from ingestion.store.ledger import SchemaChange

NAMES_SHOWN = 20
NAME_LENGTH = 120
DRIFT_LIMIT = 1000
BEYOND = f"unknown columns are kept there: the table would have more than {DRIFT_LIMIT:,} columns that no spec names"
TEXT = "VARCHAR"
MADE_WITHOUT = "made without "
TWIN = " (file)"
MADE = re.compile(r" \[[0-9a-f]{8}\]$")


@dataclass
class DriftPlan:
    """`kept` = the file's own place or key -> the raw column it goes to; `changes` are noted in any case.

    `beyond` = those the table has no room for, place or key -> text in the file: together they are one JSON object.
    """

    kept: dict[str, str] = field(default_factory=dict)
    beyond: dict[str, str] = field(default_factory=dict)
    changes: list[SchemaChange] = field(default_factory=list)


def plan_for_header(spec: Spec, match: HeaderMatch, header: Sequence[str], there: Mapping[str, str]) -> DriftPlan:
    """Decide on a header. `there` = columns of the raw table, name -> type."""
    found = _found(spec, match, header)
    if match.is_ambiguous:
        doubled = f": {named(match.duplicates)}" if _is_header(match, header) else ""
        raise FileRefused(
            "doubled_column", f"the header holds a name more than once, so that nobody can say which is meant{doubled}"
        )
    if match.missing_required or (header and len(match.extra) == len(header)):
        expected = named(_expected(spec, match, match.missing_required or match.missing))
        raise FileRefused("missing_column", f"expected {expected}; found {found}")
    if spec.where and match.where_input is None:
        raise FileRefused("missing_column", f"expected {spec.where.column!r}, at which `where` looks; found {found}")
    plan = plan_for_unknown(spec, spec.table, match.extra, there)
    if spec.drift_word == "freeze" and match.missing:
        raise FileRefused(
            "missing_column",
            f"expected {named(_expected(spec, match, match.missing))}; found {found}; its drift word is freeze",
        )
    plan.changes += [
        column_missing(name, _expected(spec, match, [name]), is_whole=not any(match.bindings[name]))
        for name in match.missing
    ]
    return plan


def column_missing(name: str, inputs: Sequence[str], *, is_whole: bool) -> SchemaChange:
    """The note that a file has nothing for a column, or not for all that is joined into it."""
    return SchemaChange("column_missing", name, "null in these rows" if is_whole else f"{MADE_WITHOUT}{named(inputs)}")


def plan_for_unknown(spec: Spec, table: Table, unknown: Mapping[str, str], there: Mapping[str, str]) -> DriftPlan:
    """Decide on columns no spec names: place or key in the file -> their text in the file."""
    plan = DriftPlan()
    if not unknown:
        return plan
    if spec.drift_word == "freeze":
        raise FileRefused(
            "unknown_column", f"the spec does not know {named(unknown.values())}; its drift word is freeze"
        )
    if spec.drift_word == "ignore":
        where = "kept in _extra" if table.keeps_extra else "left out"
        plan.changes = [
            SchemaChange("column_ignored", shortened(text) or "(blank)", where) for text in unknown.values()
        ]
        return plan
    declared = {EXTRA[0], *(name.lower() for name, _ in table.sql_columns)}
    kept = {name.lower(): name for name, kind in there.items() if kind == TEXT and name.lower() not in declared}
    # A column that was taken out of the spec keeps its type, so it can hold no text.
    taken = declared | {name.lower() for name in there} - kept.keys()
    names = _raw_names(unknown, taken)
    fresh = {place: name for place, name in names.items() if name.lower() not in kept}
    plan.kept = {place: kept.get(name.lower(), name) for place, name in names.items()}
    if len(kept) + len(fresh) > DRIFT_LIMIT:
        plan.beyond = {place: unknown[place] for place in fresh}
        plan.kept = {place: name for place, name in plan.kept.items() if place not in fresh}
        plan.changes = [SchemaChange("columns_in_extra", EXTRA[0], f"{len(fresh)} {BEYOND}")]
    else:
        plan.changes = [SchemaChange("column_added", name, "kept as text") for name in fresh.values()]
    return plan


def named(names: Iterable[str]) -> str:
    """Names for a message: some of them, each of bearable length."""
    every = list(names)
    listed = ", ".join(repr(shortened(name)) for name in every[:NAMES_SHOWN])
    return listed + (f" and {len(every) - NAMES_SHOWN} more" if len(every) > NAMES_SHOWN else "")


def shortened(name: str) -> str:
    """A name of bearable length that a database can hold."""
    clean = name.strip().replace("\x00", "\\x00")
    return clean if len(clean) <= NAME_LENGTH else clean[: NAME_LENGTH - 3] + "..."


def _is_header(match: HeaderMatch, header: Sequence[str]) -> bool:
    """True where most names are known. Where not, the line may be a record, and a record's cells enter no message."""
    return 2 * len(match.extra) <= len(header)


def _found(spec: Spec, match: HeaderMatch, header: Sequence[str]) -> str:
    if _is_header(match, header):
        if not match.extra:
            return (
                "no unknown column; if the export no longer has it, take `required` off it in the spec, or name "
                "another one for what the spec needs it for (`key`, `period`)"
            )
        return (
            f"columns the spec does not know: {named(match.extra.values())}; where one was renamed, add its new name "
            "to the column's header in the spec (a shipped spec is fixed by a copy in your home: "
            "docs/how_to/write_a_spec.md)"
        )
    if other := _other_delimiter(spec, header):
        return (
            f"a header line that {other!r} parts, where the spec says {spec.dialect.delimiter!r}: write delimiter = "
            f"{json.dumps(other)} under [dialect] in the spec, or have the file exported as the spec says"
        )
    known = len(header) - len(match.extra)
    return (
        f"a line of {len(header)} cells of which the spec knows {known}: is the header line missing, or is it another "
        "line or language? (the cells are not shown, since they may be a person's)"
    )


def _other_delimiter(spec: Spec, header: Sequence[str]) -> str | None:
    """The delimiter that makes a header of the line; nothing but that mark is told of it."""
    if spec.format != "csv":
        return None
    line = spec.dialect.delimiter.join(header)
    for mark in (mark for mark in LIKELY_DELIMITERS if mark != spec.dialect.delimiter and mark in line):
        names = [name.strip().strip(spec.dialect.quote) for name in line.split(mark)]
        if _is_header(columns_for_header(spec, names), names):
            return mark
    return None


def _expected(spec: Spec, match: HeaderMatch, columns: Iterable[str]) -> list[str]:
    """The names of what the file has nothing for."""
    inputs = ((spec.columns[name].inputs(name), match.bindings[name]) for name in columns)
    return [variants[0] for each, places in inputs for variants, at in zip(each, places, strict=True) if at is None]


def _raw_names(unknown: Mapping[str, str], taken: Collection[str]) -> dict[str, str]:
    """The raw column of each unknown one. It follows from this file alone, so the order of arrival never matters.

    A name that is not told in full, or that the database cannot tell from another of the file, ends in its own hash.
    """
    names = {place: shortened(text) or "column" for place, text in unknown.items()}
    times = Counter(name.lower() for name in names.values())
    texts = Counter(unknown.values())
    raw = {}
    for place, name in names.items():
        text = unknown[place]
        if times[name.lower()] > 1 or name != text.strip() or _looks_made(name, taken):
            name = f"{name} [{_mark(text if texts[text] == 1 else f'{text} {place}')}]"
        raw[place] = f"{name}{TWIN}" if name.lower() in taken else name
    return raw


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _looks_made(name: str, taken: Collection[str]) -> bool:
    """True for a name of a file that looks like one of those made here."""
    return bool(MADE.search(name)) or (name.endswith(TWIN) and name.removesuffix(TWIN).lower() in taken)
