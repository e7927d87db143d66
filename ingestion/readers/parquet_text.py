"""Arrow columns as canonical text, value for value.

Belongs here: how a typed value is written. Never: files, paths, tables.

Numbers are written without exponent, timestamps as ISO (UTC with Z where they have a zone, else bare), durations as
seconds, bytes as UTF-8 where they are that and as hexadecimal otherwise, anything nested as JSON of such texts.
"""

from contextlib import suppress
from decimal import Decimal
from itertools import islice

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.readers.json_parse import Json, NumberText, json_text

PLACES = {"s": 0, "ms": 3, "us": 6, "ns": 9}


def column_text(column: pa.Array, as_json: bool = False, mark: str | None = None) -> pa.Array:
    """One column as text; `as_json` quotes bare texts, as a JSON column wants it; `mark` is a number's point."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.dictionary_decode(), kind.value_type
    if as_json or pa.types.is_nested(kind):
        return _json_column(column)
    if pa.types.is_timestamp(kind):
        return _timestamps(column)
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return pa.array([None if v is None else _bytes_text(v) for v in column.to_pylist()], pa.string())
    if pa.types.is_duration(kind):
        return _seconds(column)
    if pa.types.is_float16(kind):
        column = column.cast(pa.float32())
    text = column.cast(pa.string())
    if not (pa.types.is_floating(kind) or pa.types.is_decimal(kind)):
        return text
    text = _without_exponent(text)
    return pc.replace_substring(text, ".", mark) if mark is not None else text


def json_values(column: pa.Array) -> list[Json]:
    """A column as JSON values: nested ones as such, maps as lists of pairs, anything else as its text or number.

    A value is written alike wherever it stands, in a column of its own or deep in another.
    """
    kind = column.type
    if pa.types.is_dictionary(kind):
        return json_values(column.dictionary_decode())
    if pa.types.is_struct(kind):
        return _structs(column)
    if pa.types.is_map(kind):
        return _maps(column)
    if pa.types.is_nested(kind):
        return _lists(column)
    if pa.types.is_boolean(kind) or pa.types.is_null(kind):
        return list(column.to_pylist())
    texts = column_text(column).to_pylist()
    is_number = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    is_number = is_number or pa.types.is_duration(kind)
    return [NumberText(t) if t is not None and t[-1:].isdigit() else t for t in texts] if is_number else list(texts)


def _json_column(column: pa.Array) -> pa.Array:
    texts = [None if v is None else json_text(v) for v in json_values(column)]
    return pa.array(texts, pa.string())


def _structs(column: pa.Array) -> list[Json]:
    names = [field.name for field in column.type]
    values = zip(*(json_values(inner) for inner in column.flatten()), strict=True) if names else [()] * len(column)
    rows = zip(values, column.is_valid().to_pylist(), strict=True)
    return [dict(zip(names, row, strict=True)) if is_there else None for row, is_there in rows]


def _lists(column: pa.Array) -> list[Json]:
    values = iter(json_values(column.flatten()))
    lengths = pc.list_value_length(column).to_pylist()
    return [None if length is None else list(islice(values, length)) for length in lengths]


def _maps(column: pa.Array) -> list[Json]:
    pairs = column.cast(pa.list_(pa.struct([column.type.key_field, column.type.item_field])))
    return [None if rows is None else [list(row.values()) for row in rows] for rows in _lists(pairs)]


def _timestamps(column: pa.Array) -> pa.Array:
    kind = column.type
    if kind.tz:
        column = column.cast(pa.timestamp(kind.unit, "UTC"))
    with suppress(pa.ArrowInvalid):  # whole seconds, which most are, print without a fraction to shorten
        return column.cast(pa.timestamp("s", "UTC" if kind.tz else None)).cast(pa.string())
    return timestamp_text(column)


def timestamp_text(column: pa.Array, places: pa.Array | None = None) -> pa.Array:
    """Timestamps with what they have of a fraction; `places` = digits of each behind those its unit has."""
    text = column.cast(pa.string())
    if places is not None:
        text = pc.replace_substring_regex(text, r"Z$", "")
        text = pc.binary_join_element_wise(text, places, "Z" if column.type.tz else "", "")
    text = pc.replace_substring_regex(text, r"(\.\d*?)0+(Z?)$", r"\1\2")
    return pc.replace_substring_regex(text, r"\.(Z?)$", r"\1")


def _seconds(column: pa.Array) -> pa.Array:
    places = PLACES[column.type.unit]
    values = (None if v is None else Decimal(v).scaleb(-places) for v in column.cast(pa.int64()).to_pylist())
    return pa.array([None if v is None else _plain(_trimmed(v)) for v in values], pa.string())


def _trimmed(number: Decimal) -> str:
    return str(number.to_integral_value() if number == number.to_integral_value() else number.normalize())


def _without_exponent(text: pa.Array) -> pa.Array:
    if not pc.any(pc.match_substring_regex(text, "[0-9][eE]")).as_py():
        return text
    return pa.array([None if v is None else _plain(v) for v in text.to_pylist()], pa.string())


def _plain(text: str) -> str:
    number = Decimal(text)
    return format(number, "f") if number.is_finite() else text


def _bytes_text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.hex()
