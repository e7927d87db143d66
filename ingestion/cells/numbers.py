"""Text becomes numbers, words of truth and JSON: SQL that changes nothing silently.

Belongs here: for each of these types the SQL of value and reason. Never here: dates (`times`), or how the
expressions are put together (`projection`).

DuckDB's own casts are too kind ('1.5'::BIGINT is 2, '1_000' is 1000, decimals are rounded), so a value counts only if
its text round-trips, which is cheap, or else has the exact shape, which is asked only of the few others.
"""

from __future__ import annotations

from dataclasses import dataclass

from ingestion.cells.rules import FALSE_WORDS, TRUE_WORDS
from ingestion.quoting import literal, literals
from ingestion.specs.columns import DEFAULT_SCALE, Column

BLANKS = " \t\r\n\u00a0\u202f"  # tolerated round numbers and dates, and what `trim` takes away
JSON_STRING = r'"(?:[^"\\]|\\.)*"'
NOT_IN_JSON = r"(?i)nan|inf|,\s*[\]}]"  # what DuckDB's parser takes on top of JSON, outside of strings


MOST_ROUNDED = 0.005  # as a share of the number; what rounding changes by more is lost, as the price of a small screw


@dataclass(frozen=True)
class Names:
    """What the layers call one column: its mapped text, the quick cast, the bare text where that did not do."""

    mapped: str
    quick: str
    bare: str


@dataclass(frozen=True)
class Cast:
    """A column's SQL: `quick` over mapped, `holds` over both, `slow` and `reason` over bare, `limit` over value."""

    slow: str
    reason: str
    quick: str | None = None
    holds: str | None = None
    limit: str | None = None


def trimmed(t: str) -> str:
    """The text without blanks round it."""
    return f"trim({t}, {literal(BLANKS)})"


def has_shape(text: str, pattern: str) -> str:
    """SQL: is the whole text of this shape?"""
    return f"regexp_full_match({text}, {literal(pattern)})"


def integer(column: Column, n: Names) -> Cast:
    """A whole number in 64 bits. `+5` and `007` are numbers; `1.0`, `1e3` and `1_000` are none."""
    mark = column.thousands_mark or ""
    shape = has_shape(n.bare, "[+-]?" + _whole(mark))
    return Cast(
        quick=f"try_cast({n.mapped} as bigint)",
        holds=f"cast({n.quick} as varchar) = {n.mapped}",
        slow=f"case when {shape} then try_cast({_unmarked(n.bare, mark, '')} as bigint) end",
        reason=f"case when {shape} then 'out_of_range' else 'not_integer' end",
    )


def decimal(column: Column, n: Names) -> Cast:
    """A decimal of the declared scale. More digits than that are an error, unless they are zeros or may be rounded."""
    scale = DEFAULT_SCALE if column.scale is None else column.scale
    thousands, mark = column.thousands_mark or "", column.decimal_mark or "."
    point, head = _escaped(mark), f"[+-]?{_whole(thousands)}"
    fine = f"[+-]?{point}[0-9]{{1,{scale}}}0*" if scale else f"[+-]?{point}0+"
    fits = has_shape(n.bare, f"{head}(?:{point}[0-9]{{0,{scale}}}0*)?|{fine}")
    loose = has_shape(n.bare, f"{head}(?:{point}[0-9]*)?|[+-]?{point}[0-9]+")
    plain = n.mapped if mark == "." else f"replace({n.mapped}, {literal(mark)}, '.')"
    pointless = n.mapped if mark == "." else f"case when not contains({n.mapped}, '.') then {plain} end"
    limit = None
    if column.rounds:
        meant = f"try_cast({_unmarked(n.bare, thousands, mark)} as double)"
        limit = f"abs(cast({{value}} as double) - {meant}) <= {MOST_ROUNDED} * abs({meant})"
    zeros_off = f"regexp_replace({_unmarked(n.bare, thousands, mark)}, '([.][0-9]{{{scale}}})0+$', '\\1')"
    return Cast(
        quick=f"try_cast({pointless} as decimal(18,{scale}))",
        # A number of fixed scale prints all its digits, so a text that begins it lost nothing on the way.
        holds=f"starts_with(cast({n.quick} as varchar), {plain})",
        slow=f"case when {loose if column.rounds else fits} then try_cast({zeros_off} as decimal(18,{scale})) end",
        reason=f"case when {fits} then 'out_of_range' when {loose} then 'too_many_digits' else 'not_decimal' end",
        limit=limit,
    )


def double(column: Column, n: Names) -> Cast:
    """A floating number, as near as 64 bits come. No words such as inf or nan."""
    thousands, mark = column.thousands_mark or "", column.decimal_mark or "."
    point = _escaped(mark)
    pattern = f"[+-]?(?:{_whole(thousands)}(?:{point}[0-9]*)?|{point}[0-9]+)(?:[eE][+-]?[0-9]+)?"
    shape = has_shape(n.bare, pattern)
    return Cast(
        quick=f"try_cast({n.mapped} as double)" if mark == "." else None,
        holds=f"isfinite({n.quick}) and cast({n.quick} as varchar) = {n.mapped}" if mark == "." else None,
        slow=f"case when {shape} then try_cast({_unmarked(n.bare, thousands, mark)} as double) end",
        reason=f"case when {shape} then 'out_of_range' else 'not_double' end",
        # What is too small for 64 bits becomes 0, as what is too large becomes infinite.
        limit=f"isfinite({{value}}) and ({{value}} <> 0 or not regexp_matches({n.bare}, '^[^eE]*[1-9]'))",
    )


def boolean(column: Column, n: Names) -> Cast:
    """True or false by the declared words, in any case."""
    true = literals(word.lower() for word in column.true_words or TRUE_WORDS)
    false = literals(word.lower() for word in column.false_words or FALSE_WORDS)
    return Cast(
        quick=f"case when {n.mapped} in ({true}) then true when {n.mapped} in ({false}) then false end",
        holds=f"{n.quick} is not null",
        slow=f"case when lower({n.bare}) in ({true}) then true when lower({n.bare}) in ({false}) then false end",
        reason="'not_boolean'",
    )


def json(_: Column, n: Names) -> Cast:
    """JSON, kept letter for letter. What only DuckDB takes for JSON (NaN, a comma before a bracket) is none."""
    bare = f"regexp_replace({n.mapped}, {literal(JSON_STRING)}, '0', 'g')"
    found = f"regexp_matches({n.mapped}, {literal(NOT_IN_JSON)}) and regexp_matches({bare}, {literal(NOT_IN_JSON)})"
    return Cast(
        quick=f"case when json_valid({n.mapped}) and not ({found}) then cast({n.mapped} as json) end",
        holds=f"{n.quick} is not null",
        slow="cast(null as json)",
        reason="'not_json'",
    )


def _whole(mark: str) -> str:
    grouped = f"|[0-9]{{1,3}}(?:{_escaped(mark)}[0-9]{{3}})+" if mark else ""
    return f"(?:[0-9]+{grouped})"


def _unmarked(text: str, thousands: str, mark: str) -> str:
    """The text with DuckDB's marks: no thousands, a point."""
    bare = f"replace({text}, {literal(thousands)}, '')" if thousands else text
    return f"replace({bare}, {literal(mark)}, '.')" if mark not in (".", "") else bare


def _escaped(mark: str) -> str:
    return "[" + mark + "]"
