"""Strict JSON (RFC 8259) with every number kept as its text.

Belongs here: text to values and values back to text. Never: files, records, columns.

Rules: NaN and Infinity are refused; of a repeated key the last one counts (`json_twice` tells of the others); nesting
deeper than about 250 is refused; a lone surrogate is refused, since no UTF-8 text can hold it.
"""

import json
from typing import Any, NoReturn

import orjson

Json = Any


class NumberText(str):
    """A JSON number as it stands in the file: 0.10 and ids of 23 digits stay what they are."""

    __slots__ = ()


class NotJson(ValueError):
    """The text is no JSON; `reason` is a code, `position` the character that is wrong, where it is known."""

    def __init__(self, reason: str, position: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.position = position


def _refuse_constant(_: str) -> NoReturn:
    raise NotJson("invalid_json")


_DECODER: Any = json.JSONDecoder(parse_float=NumberText, parse_int=NumberText, parse_constant=_refuse_constant)


def parse(text: str) -> Json:
    """The one value of the whole text."""
    try:
        if text[:1] == "{":  # most lines: nothing before the value, and rarely anything behind it
            value, end = _DECODER.scan_once(text, 0)
            if end == len(text):
                return value
        return _DECODER.decode(text)
    except RecursionError:
        raise NotJson("too_deep") from None
    except NotJson:
        raise
    except (ValueError, StopIteration):
        raise NotJson("invalid_json") from None


def parse_at(text: str, position: int) -> tuple[Json, int]:
    """The value that begins at `position`, and where it ends."""
    try:
        value, end = _DECODER.raw_decode(text, position)
    except RecursionError:
        raise NotJson("too_deep", position) from None
    except NotJson as error:
        raise NotJson(error.reason, position) from None
    except ValueError as error:
        raise NotJson("invalid_json", getattr(error, "pos", position)) from None
    return value, end


def json_text(value: Json) -> str:
    """A value as compact JSON text, numbers unchanged."""
    try:
        return orjson.dumps(value, default=_number, option=orjson.OPT_PASSTHROUGH_SUBCLASS).decode("utf-8")
    except TypeError:  # every value here is JSON, so it can only be too deep
        raise NotJson("too_deep") from None


def cell_text(value: Json) -> str | None:
    """A value as a cell's text: texts and numbers bare, anything nested as JSON, null as None."""
    if value is None or type(value) is str:
        return value
    if type(value) is NumberText:
        return str(value)
    if value is True:
        return "true"
    if value is False:
        return "false"
    return json_text(value)


def has_lone_surrogate(text: str, value: Json) -> bool:
    r"""Whether the value holds a text that UTF-8 cannot; only an escape \ud8.. to \udf.. can bring one in."""
    if "\\u" not in text or ("\\ud" not in text and "\\uD" not in text):
        return False
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def _number(value: Json) -> orjson.Fragment:
    if isinstance(value, NumberText):
        return orjson.Fragment(str(value))
    raise TypeError
