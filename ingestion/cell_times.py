"""Text becomes dates and moments in UTC: SQL that changes nothing silently.

Belongs here: the SQL of value and reason for date and timestamp. Never here: what a strptime pattern allows
(`date_patterns`).

DuckDB's casts drop offsets, take 24:00 for the next day and '2024-1-1 ' for a date: a text counts only if it
round-trips or has the exact shape; offsets are reckoned here.
"""

from __future__ import annotations

from ingestion.cell_numbers import Cast, trimmed
from ingestion.columns import Column
from ingestion.date_patterns import has_offset, shape_of
from ingestion.quoting import literal

DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]{1,6}0*)?)?"
OFFSET = r" ?(?:Z|z|UTC|GMT|[+-](?:[01][0-9]|2[0-3])(?::?[0-5][0-9])?)"
ISO = f"{DAY}(?:[T ]{CLOCK}(?:{OFFSET})?)?"
ISO_TOO_FINE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}[.,][0-9]{7,}.*"
MIDNIGHT = f"{DAY}(?:[T ]00:00(?::00(?:[.]0+)?)?)?"
FIRST, LAST = "0001-01-01", "9999-12-31"
EPOCHS = {"epoch_s": 6, "epoch_ms": 3}  # digits between the unit and a microsecond


def date(column: Column, t: str, q: str) -> Cast:
    """A day."""
    if column.format in (None, "iso"):
        quick = f"try_cast({t} as date)"
        # A date that carries midnight is still that date; any other time of day would be lost, so it is an error.
        day = _ranged(f"try_cast(left({trimmed(t)}, 10) as date)", "date")
        slow = f"when regexp_full_match({trimmed(t)}, {literal(MIDNIGHT)}) then {day}"
        value = f"case when cast({q} as varchar) = {t} then {_ranged(q, 'date')} {slow} end"
        return Cast(value, _why(t, MIDNIGHT, "not_date", "no_such_date"), quick)
    if column.format in EPOCHS:
        return _whole_days(_epoch(t, EPOCHS[column.format]))
    return _whole_days(_by_pattern(column.format or "", t))


def timestamp(column: Column, t: str, q: str) -> Cast:
    """A moment, in UTC without zone."""
    if column.format in EPOCHS:
        return _epoch(t, EPOCHS[column.format])
    if column.format not in (None, "iso"):
        pattern = column.format or ""
        cast = _by_pattern(pattern, t)
        return cast if column.zone is None or has_offset(pattern) else _zoned(cast, column.zone)
    return _iso(column.zone, t, q)


def _iso(zone: str | None, t: str, q: str) -> Cast:
    too_fine = f"regexp_full_match({trimmed(t)}, {literal(ISO_TOO_FINE)})"
    other = _why(t, ISO, "not_timestamp", "no_such_time")
    reason = f"case when {too_fine} then 'too_many_digits' else {other} end"
    rest, local, moved = _iso_parts(t)
    has_own = f"regexp_matches({rest}, '[A-Za-z+-]')"
    slow = moved if zone is None else f"case when {has_own} then {moved} else {local_to_utc(local, zone)} end"
    in_shape = f"when regexp_full_match({trimmed(t)}, {literal(ISO)}) then {_ranged(slow, 'timestamp')}"
    if zone is not None:
        same = f"when cast({q} as varchar) = {t} then {_ranged(local_to_utc(q, zone), 'timestamp')}"
        return Cast(f"case {same} {in_shape} end", reason, f"try_cast({t} as timestamp)")
    # Z is UTC, so with T and Z folded away the commonest form round-trips too; 24:00 and offsets do not.
    printed = f"cast({q} as varchar)"
    same = f"when {printed} = {t} or {printed} = translate({t}, 'TZ', ' ') then {_ranged(q, 'timestamp')}"
    return Cast(f"case {same} {in_shape} end", reason, f"try_cast({t} as timestamp)")


def _iso_parts(t: str) -> tuple[str, str, str]:
    """SQL of what follows the date, of the time as written, and of that time moved by its offset."""
    rest = f"substr({trimmed(t)}, 12)"
    clock = f"replace(regexp_extract({rest}, '^[0-9:.,]*'), ',', '.')"
    local = f"try_cast(left({trimmed(t)}, 10) || rtrim(' ' || {clock}) as timestamp)"
    offset = f"regexp_extract({rest}, '[+-].*$')"
    digits = f"replace(substr({offset}, 2), ':', '')"
    sign = f"(case when left({offset}, 1) = '-' then -1 else 1 end)"
    minutes = f"(cast(left({digits}, 2) as integer) * 60 + cast('0' || substr({digits}, 3, 2) as integer)) * {sign}"
    moved = f"case when {offset} = '' then {local} else {local} - to_minutes({minutes}) end"
    return rest, local, moved


def _epoch(t: str, digits: int) -> Cast:
    """Seconds or milliseconds since 1970. A fraction may be as fine as a microsecond."""
    shape = f"[+-]?[0-9]{{1,18}}(?:[.][0-9]{{1,{digits}}}0*)?"
    micros = f"try_cast(round(try_cast({trimmed(t)} as decimal(38,{digits})) * 1{'0' * digits}) as bigint)"
    inside = f"{micros} between epoch_us(timestamp '{FIRST}') and epoch_us(timestamp '{LAST} 23:59:59.999999')"
    moment = f"case when {inside} then make_timestamp({micros}) end"
    value = f"case when regexp_full_match({trimmed(t)}, {literal(shape)}) then {moment} end"
    return Cast(value, _why(t, shape, "not_epoch", "out_of_range"))


def _by_pattern(pattern: str, t: str) -> Cast:
    shape = shape_of(pattern)
    text = f"regexp_replace({trimmed(t)}, '[Zz]$', '+0000')" if pattern.endswith("%z") else trimmed(t)
    parsed = f"try_strptime({text}, {literal(pattern)})"
    moment = f"timezone('UTC', {parsed})" if has_offset(pattern) else parsed
    value = f"case when regexp_full_match({trimmed(t)}, {literal(shape)}) then {_ranged(moment, 'timestamp')} end"
    return Cast(value, _why(t, shape, "not_in_format", "no_such_time"))


def _zoned(cast: Cast, zone: str) -> Cast:
    return Cast(local_to_utc(cast.value, zone), cast.reason, cast.quick)


def _whole_days(cast: Cast) -> Cast:
    """The day of a moment. The pattern was declared for a date, so what it says of the hour is meant to go."""
    return Cast(f"cast({cast.value} as date)", cast.reason, cast.quick)


def local_to_utc(local: str, zone: str) -> str:
    """The moment a wall clock showed this time: the first one if it did twice, null if it never did.

    The offsets a day before and a day after are the only two that can hold; where they agree there is no doubt.
    """
    name = literal(zone)
    before, after = (
        f"(timezone({name}, timezone('UTC', l {sign} interval 1 day)) - (l {sign} interval 1 day))" for sign in "-+"
    )
    candidates = f"[l - {before}, l - {after}]"
    sure = f"list_filter({candidates}, lambda u: timezone({name}, timezone('UTC', u)) = l)"
    inner = f"case when {before} = {after} then l - {before} else list_min({sure}) end"
    return f"list_transform([{local}], lambda l: {inner})[1]"


def _ranged(value: str, kind: str) -> str:
    """Years 1 to 9999: the others are DuckDB's own (infinity, BC, five digits)."""
    last = LAST if kind == "date" else f"{LAST} 23:59:59.999999"
    return f"case when {value} between {kind} '{FIRST}' and {kind} '{last}' then {value} end"


def _why(t: str, shape: str, not_in_shape: str, in_shape: str) -> str:
    return f"case when regexp_full_match({trimmed(t)}, {literal(shape)}) then '{in_shape}' else '{not_in_shape}' end"
