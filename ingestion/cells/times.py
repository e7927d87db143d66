"""Text becomes dates and moments in UTC: SQL that changes nothing silently.

Belongs here: the SQL of value and reason for date and timestamp. Never here: what a strptime pattern allows
(`date_patterns`).

DuckDB's casts to timestamp drop offsets, take 24:00 for the next day and '2024-1-1 ' for a date: a text counts only if
it round-trips or has the exact shape, and an offset is read by the cast that honours it.
"""

from __future__ import annotations

from dataclasses import replace

from ingestion.cells.date_patterns import EPOCHS, day_part, has_offset, shape_of, without_offset, zone_name
from ingestion.cells.numbers import Cast, Names, has_shape
from ingestion.quoting import literal
from ingestion.specs.columns import Column

DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]{1,6}0*)?)?"
ISO_UTC = f"{DAY}[T ]{CLOCK} ?(?:Z|z|UTC|GMT)"
ISO_LOCAL = f"{DAY}(?:[T ]{CLOCK})?"
ISO_OFFSET = f"{DAY}[T ]{CLOCK} ?[+-](?:[01][0-9]|2[0-3])(?::?[0-5][0-9])?"
ISO_TOO_FINE = f"{DAY}[T ][0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}[.,][0-9]{{7,}}.*"
MIDNIGHT = f"{DAY}(?:[T ]00:00(?::00(?:[.]0+)?)?)?"
# Years 1 to 9999: the others are DuckDB's own (infinity, BC, five digits).
DAYS = "{value} between date '0001-01-01' and date '9999-12-31'"
MOMENTS = "{value} between timestamp '0001-01-01' and timestamp '9999-12-31 23:59:59.999999'"


def date(column: Column, n: Names) -> Cast:
    """A day."""
    if column.format in EPOCHS:
        return _day_of(_epoch(n, EPOCHS[column.format]), column.zone)
    if column.format not in (None, "iso"):
        return _day_by_pattern(column.format or "", n)
    return Cast(
        quick=f"try_cast({n.mapped} as date)",
        holds=f"cast({n.quick} as varchar) = {n.mapped} and {DAYS.format(value=n.quick)}",
        # A date that carries midnight is still that date; any other time of day would be lost, so it is an error.
        slow=f"case when {has_shape(n.bare, MIDNIGHT)} then try_cast(left({n.bare}, 10) as date) end",
        reason=_why(n.bare, MIDNIGHT, "not_date", "no_such_date"),
        limit=DAYS,
    )


def timestamp(column: Column, n: Names) -> Cast:
    """A moment, in UTC without zone."""
    if column.format in EPOCHS:
        return _epoch(n, EPOCHS[column.format])
    if column.format in (None, "iso"):
        return _iso(column.zone, n)
    cast = _by_pattern(column.format or "", n, column.zone)
    return _by_zone_name(column.format or "", n, cast)


def _iso(zone: str | None, n: Names) -> Cast:
    local = f"try_cast(replace({n.bare}, ',', '.') as timestamp)"
    utc = f"try_cast(replace(regexp_replace({n.bare}, ' ?[A-Za-z]+$', ''), ',', '.') as timestamp)"
    whens = [
        f"when {has_shape(n.bare, ISO_LOCAL)} then {local if zone is None else local_to_utc(local, literal(zone))}",
        f"when {has_shape(n.bare, ISO_UTC)} then {utc}",
        f"when {has_shape(n.bare, ISO_OFFSET)} then {_moved(n.bare)}",
    ]
    is_iso = has_shape(n.bare, f"{ISO_LOCAL}|{ISO_UTC}|{ISO_OFFSET}")
    other = f"case when {is_iso} then {_no_such(f'try_cast(left({n.bare}, 10) as date)')} else 'not_timestamp' end"
    reason = f"case when {has_shape(n.bare, ISO_TOO_FINE)} then 'too_many_digits' else {other} end"
    slow = f"case {' '.join(whens)} end"
    if zone is not None:
        return Cast(slow, reason, limit=MOMENTS)
    # Z is UTC, so with T and Z folded away the commonest form round-trips too; 24:00 and offsets do not.
    printed = f"cast({n.quick} as varchar)"
    holds = (
        f"({printed} = {n.mapped} or {printed} = translate({n.mapped}, 'TZ', ' ')) and {MOMENTS.format(value=n.quick)}"
    )
    return Cast(slow, reason, f"try_cast({n.mapped} as timestamp)", holds, MOMENTS)


def _moved(text: str) -> str:
    """SQL of a text with an offset. The cast that honours offsets wants seconds, a point and no blank."""
    with_seconds = f"regexp_replace({text}, '^(.{{16}}) ?([+-])', '\\1:00\\2')"
    closed_up = f"regexp_replace({with_seconds}, ' ([+-][0-9:]+)$', '\\1')"
    return f"timezone('UTC', try_cast(replace({closed_up}, ',', '.') as timestamptz))"


def _epoch(n: Names, digits: int) -> Cast:
    """Seconds or milliseconds since 1970. A fraction may be as fine as a microsecond."""
    shape = f"[+-]?[0-9]{{1,15}}(?:[.][0-9]{{1,{digits}}}0*)?"
    micros = f"try_cast(try_cast({n.bare} as decimal(38,{digits})) * 1{'0' * digits} as bigint)"
    return Cast(
        slow=f"case when {has_shape(n.bare, shape)} then make_timestamp({micros}) end",
        reason=_why(n.bare, shape, "not_epoch", "out_of_range"),
        limit=MOMENTS,
    )


def _by_pattern(pattern: str, n: Names, zone: str | None = None) -> Cast:
    shape = shape_of(pattern)
    text = f"regexp_replace({n.bare}, '[Zz]$', '+0000')" if pattern.endswith("%z") else n.bare
    moment = f"try_strptime({text}, {literal(pattern)})"
    if has_offset(pattern):
        moment = f"timezone('UTC', {moment})"
    elif zone is not None:
        moment = local_to_utc(moment, literal(zone))
    slow = f"case when {has_shape(n.bare, shape)} then {moment} end"
    part = day_part(pattern)
    found = f"try_strptime(regexp_extract({n.bare}, {literal(shape_of(part))}), {literal(part)})" if part else "0"
    reason = f"case when {has_shape(n.bare, shape)} then {_no_such(found)} else 'not_in_format' end"
    return Cast(slow, reason, limit=MOMENTS)


def _by_zone_name(pattern: str, n: Names, cast: Cast) -> Cast:
    """The cast where a name (%Z) says the zone: strptime has its own mind on the hours of a clock change."""
    named = zone_name(pattern)
    if named is None:
        return cast
    # What strptime cannot read may bear a name that no zone has, on which timezone() would fail.
    zone = f"case when {cast.slow} is not null then regexp_extract({n.bare}, {literal(named)}, 1) end"
    moment = local_to_utc(_without_offset(pattern, n), "_z")
    return replace(cast, slow=f"list_transform([{zone}], lambda _z: {moment})[1]")


def _without_offset(pattern: str, n: Names) -> str:
    """SQL of what the wall clock showed."""
    shape, kept, plain = without_offset(pattern)
    return f"try_strptime(regexp_replace({n.bare}, {literal(shape)}, {literal(kept)}), {literal(plain)})"


def _no_such(day: str) -> str:
    """SQL: is it the day that does not exist (31 April), or the time? `day` = SQL of the day alone."""
    return f"case when {day} is null then 'no_such_date' else 'no_such_time' end"


def _day_of(cast: Cast, zone: str | None = None) -> Cast:
    """The day of a moment. The format was declared for a date, so what it says of the hour is meant to go."""
    moment = f"timezone({literal(zone)}, timezone('UTC', {cast.slow}))" if zone else cast.slow
    return Cast(f"cast({moment} as date)", cast.reason, limit=DAYS)


def _day_by_pattern(pattern: str, n: Names) -> Cast:
    """The day as it is written: an offset behind the hour moves the moment, and not the calendar it was read from."""
    cast = _day_of(_by_pattern(pattern, n))
    if not has_offset(pattern):
        return cast
    shape = has_shape(n.bare, without_offset(pattern)[0])
    local = _without_offset(pattern, n)
    is_read = (
        f"{cast.slow} is not null or not {has_shape(n.bare, shape_of(pattern))}"  # such an offset, or only its name
    )
    return replace(cast, slow=f"case when ({is_read}) and {shape} then cast({local} as date) end")


def local_to_utc(local: str, zone: str) -> str:
    """The moment a wall clock showed this time: the first one if it did twice, null if it never did; `zone` is SQL.

    The offsets a day before and a day after are the only two that can hold; where they agree there is no doubt.
    (Parameters of lambdas begin with _, as no column of a spec does: DuckDB may take a column of their name for them.)
    """
    day = "interval 1 day"
    before, after = (f"(timezone({zone}, timezone('UTC', _l {sign} {day})) - (_l {sign} {day}))" for sign in "-+")
    candidates = f"[_l - {before}, _l - {after}]"
    sure = f"list_filter({candidates}, lambda _u: timezone({zone}, timezone('UTC', _u)) = _l)"
    inner = f"case when {before} = {after} then _l - {before} else list_min({sure}) end"
    return f"list_transform([{local}], lambda _l: {inner})[1]"


def _why(text: str, shape: str, not_in_shape: str, in_shape: str) -> str:
    return f"case when {has_shape(text, shape)} then '{in_shape}' else '{not_in_shape}' end"
