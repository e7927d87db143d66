"""Text becomes numbers, words of truth and JSON: SQL that changes nothing silently.

Belongs here: for each of these types the SQL of value and reason. Never here: dates (`cell_times`), or how the
expressions are put together (`cells`).

DuckDB's own casts are too kind ('1.5'::BIGINT is 2, '1_000' is 1000, decimals are rounded), so a value counts only if
its text round-trips, which is cheap, or else has the exact shape, which is asked only of the few others.
"""

from __future__ import annotations

from dataclasses import dataclass

from ingestion.cell_rules import FALSE_WORDS, TRUE_WORDS
from ingestion.columns import DEFAULT_SCALE, Column
from ingestion.quoting import literal, literals

BLANKS = " \t\r\n\u00a0\u202f"  # tolerated round numbers and dates, and what `trim` takes away
JSON_STRING = r'"(?:[^"\\]|\\.)*"'
NOT_IN_JSON = r"(?i)nan|inf|,\s*[\]}]"  # what DuckDB's parser takes on top of JSON, outside of strings


@dataclass(frozen=True)
class Cast:
    """SQL over the text `t` (and `quick`, called `q`): a value, and why there is none."""

    value: str
    reason: str
    quick: str | None = None


def trimmed(t: str) -> str:
    """The text without blanks round it."""
    return f"trim({t}, {literal(BLANKS)})"


def integer(column: Column, t: str, q: str) -> Cast:
    """A whole number in 64 bits. `+5` and `007` are numbers; `1.0`, `1e3` and `1_000` are none."""
    mark = column.thousands_mark or ""
    shape, plain = (
        f"regexp_full_match({trimmed(t)}, {literal('[+-]?' + _whole(mark))})",
        _unmarked(trimmed(t), mark, ""),
    )
    return Cast(
        quick=f"try_cast({t} as bigint)",
        value=f"case when cast({q} as varchar) = {t} then {q} when {shape} then try_cast({plain} as bigint) end",
        reason=f"case when {shape} then 'out_of_range' else 'not_integer' end",
    )


def decimal(column: Column, t: str, q: str) -> Cast:
    """A decimal of the declared scale. More digits than that are an error, unless they are zeros."""
    scale = DEFAULT_SCALE if column.scale is None else column.scale
    thousands, mark = column.thousands_mark or "", column.decimal_mark or "."
    point, kind = _escaped(mark), f"decimal(18,{scale})"
    plain, head = _unmarked(trimmed(t), thousands, mark), f"[+-]?{_whole(thousands)}"
    exact = f"{head}(?:{point}[0-9]{{0,{scale}}}0*)?" + (
        f"|[+-]?{point}[0-9]{{1,{scale}}}0*" if scale else f"|[+-]?{point}0+"
    )
    loose = f"{head}(?:{point}[0-9]*)?|[+-]?{point}[0-9]+"
    fits = f"regexp_full_match({trimmed(t)}, {literal(exact)})"
    # A fixed-scale number prints all its digits, so a text that begins it lost nothing on the way.
    quick = (
        f"try_cast({t} as {kind})"
        if mark == "."
        else f"try_cast(case when contains({t}, '.') then null else replace({t}, {literal(mark)}, '.') end as {kind})"
    )
    begun = t if mark == "." else f"replace({t}, {literal(mark)}, '.')"
    zeros_off = f"regexp_replace({plain}, '([.][0-9]{{{scale}}})0+$', '\\1')"
    return Cast(
        quick=quick,
        value=(
            f"case when starts_with(cast({q} as varchar), {begun}) then {q} when {fits} then "
            f"try_cast({zeros_off} as {kind}) end"
        ),
        reason=(
            f"case when {fits} then 'out_of_range' when regexp_full_match({trimmed(t)}, {literal(loose)}) then "
            f"'too_many_digits' else 'not_decimal' end"
        ),
    )


def double(column: Column, t: str, q: str) -> Cast:
    """A floating number, as near as 64 bits come. No words such as inf or nan."""
    thousands, mark = column.thousands_mark or "", column.decimal_mark or "."
    point, plain = _escaped(mark), _unmarked(trimmed(t), thousands, mark)
    pattern = f"[+-]?(?:{_whole(thousands)}(?:{point}[0-9]*)?|{point}[0-9]+)(?:[eE][+-]?[0-9]+)?"
    shape, number = f"regexp_full_match({trimmed(t)}, {literal(pattern)})", f"try_cast({plain} as double)"
    round_trip = f"when isfinite({q}) and cast({q} as varchar) = {t} then {q} " if mark == "." else ""
    return Cast(
        quick=f"try_cast({t} as double)",
        value=f"case {round_trip}when {shape} then case when isfinite({number}) then {number} end end",
        reason=f"case when {shape} then 'out_of_range' else 'not_double' end",
    )


def boolean(column: Column, t: str, _: str) -> Cast:
    """True or false by the declared words, in any case."""
    true = [word.lower() for word in (column.true_words or TRUE_WORDS)]
    false = [word.lower() for word in (column.false_words or FALSE_WORDS)]
    word = f"lower({trimmed(t)})"
    by_word = f"when {word} in ({literals(true)}) then true when {word} in ({literals(false)}) then false"
    return Cast(
        value=f"case when {t} in ({literals(true)}) then true when {t} in ({literals(false)}) then false {by_word} end",
        reason="'not_boolean'",
    )


def json(_: Column, t: str, __: str) -> Cast:
    """JSON, kept letter for letter. What only DuckDB takes for JSON (NaN, a comma before a bracket) is none."""
    bare = f"regexp_replace({t}, {literal(JSON_STRING)}, '0', 'g')"
    kind = f"regexp_matches({t}, {literal(NOT_IN_JSON)}) and regexp_matches({bare}, {literal(NOT_IN_JSON)})"
    return Cast(f"case when json_valid({t}) and not ({kind}) then cast({t} as json) end", "'not_json'")


def _whole(mark: str) -> str:
    grouped = f"|[0-9]{{1,3}}(?:{_escaped(mark)}[0-9]{{3}})+" if mark else ""
    return f"(?:[0-9]+{grouped})"


def _unmarked(text: str, thousands: str, mark: str) -> str:
    """The text with DuckDB's marks: no thousands, a point."""
    bare = f"replace({text}, {literal(thousands)}, '')" if thousands else text
    return f"replace({bare}, {literal(mark)}, '.')" if mark not in (".", "") else bare


def _escaped(mark: str) -> str:
    return "[" + mark + "]"
