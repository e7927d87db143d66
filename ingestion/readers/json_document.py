"""The records of one JSON document: a bare array, an envelope that holds the array at the declared path, one object.

Belongs here: a document's outer structure, and what else of records it holds. Never: files, lines, columns and tables.
"""

from collections.abc import Generator, Iterator
from typing import NamedTuple

from ingestion.errors import FileRefused
from ingestion.readers.json_parse import Json, NotJson, has_lone_surrogate, parse_at

BLANKS = " \t\n\r"
BLANK, BESIDE = "blank", "beside"  # problems of what is no record; of the second the value is path -> objects
MAP_ARRAYS = 20  # an object that holds more of them is a map: its keys are data, and one word is enough for it
SEVERAL = "several JSON documents stand one behind the other; have them written one a line, or as one array"


class Found(NamedTuple):
    """One record (or the reason why there is none) with its line (0: a document, lines unknown) and its raw text."""

    value: Json
    line: int | None
    problem: str = ""
    raw: str = ""

    @property
    def is_record(self) -> bool:
        """False for blank lines, and for the word on what stood beside the records."""
        return self.problem not in (BLANK, BESIDE)


Walk = Generator[Found, None, int]  # yields records and returns where it stopped


class JsonDocument:
    """Walks a document's outer structure, so that records are made one at a time."""

    def __init__(self, text: str, path: str | None, known_keys: frozenset[str]) -> None:
        self._text = text
        self._known_keys = known_keys
        self._steps = path.split(".") if path else []
        self._found = False
        self._beside: dict[str, int] = {}

    def records(self) -> Iterator[Found]:
        """Each of them, and at the end a word on what stood beside them."""
        start = self._solid(0)
        if self._text[start] == "[":
            end = yield from self._array(start)
        elif self._text[start] == "{" and self._steps:
            end = yield from self._envelope(start, self._steps)
            if not self._found:
                yield self._lone_record(start)
            elif self._beside:
                yield Found(self._beside, None, BESIDE)
        else:
            value, end = parse_at(self._text, start)
            yield self._record(value, start, end)
        rest = self._text[end:].lstrip(BLANKS)
        if rest[:1] in ("{", "["):
            raise FileRefused("invalid_json", SEVERAL)
        if rest:
            raise NotJson("invalid_json", end)

    def _lone_record(self, start: int) -> Found:
        """An object without the array, but with a column's key, is the one record of a file of lines."""
        value, end = parse_at(self._text, start)
        if not self._known_keys & value.keys():
            raise FileRefused("records_missing", f"the document has no array at {'.'.join(self._steps)!r}")
        return self._record(value, start, end)

    def _array(self, start: int) -> Walk:
        position = self._solid(start + 1)
        if self._text[position] == "]":
            return position + 1
        while True:
            value, end = parse_at(self._text, position)
            yield self._record(value, position, end)
            position = self._solid(end)
            if self._text[position] == "]":
                return position + 1
            position = self._solid(self._after(position, ","))

    def _envelope(self, start: int, steps: list[str]) -> Walk:
        position = self._solid(start + 1)
        if self._text[position] == "}":
            return position + 1
        while True:
            if self._text[position] != '"':
                raise NotJson("invalid_json", position)
            key, end = parse_at(self._text, position)
            position = self._solid(self._after(self._solid(end), ":"))
            position = self._solid((yield from self._member(position, key, steps)))
            if self._text[position] == "}":
                return position + 1
            position = self._solid(self._after(position, ","))

    def _member(self, position: int, key: str, steps: list[str]) -> Walk:
        mark = self._text[position]
        if key == steps[0] and len(steps) == 1 and mark == "[":
            if self._found:
                raise FileRefused("records_twice", f"the document holds {key!r} more than once")
            self._found = True
            return (yield from self._array(position))
        if key == steps[0] and len(steps) > 1 and mark == "{":
            return (yield from self._envelope(position, steps[1:]))
        value, end = parse_at(self._text, position)
        self._beside |= arrays_of_objects(value, ".".join([*self._steps[: len(self._steps) - len(steps)], key]))
        return end

    def _record(self, value: Json, start: int, end: int) -> Found:
        raw = self._text[start:end]
        return Found(value, None, "lone_surrogate" if has_lone_surrogate(raw, value) else "", raw)

    def _solid(self, position: int) -> int:
        """The next character that is not blank; the end of the text is an error."""
        while self._text[position : position + 1] in BLANKS:
            if position >= len(self._text):
                raise NotJson("invalid_json", position)
            position += 1
        return position

    def _after(self, position: int, mark: str) -> int:
        if self._text[position] != mark:
            raise NotJson("invalid_json", position)
        return position + 1


def require_utf8(beginning: bytes) -> None:
    """Refuse JSON in another encoding by its first four bytes: its first character is never beyond ASCII."""
    nulls = "".join("0" if byte == 0 else "x" for byte in beginning[:4])
    if beginning[:2] in (b"\xff\xfe", b"\xfe\xff") or nulls in ("x0x0", "0x0x", "x000", "000x"):
        raise FileRefused("wrong_encoding", "JSON is UTF-8, and this is UTF-16 or UTF-32")


def arrays_of_objects(value: Json, path: str) -> dict[str, int]:
    """The arrays in an envelope that may be records, too: dotted path -> how many objects it holds."""
    if isinstance(value, dict):
        inner = (arrays_of_objects(each, f"{path}.{key}" if path else key) for key, each in value.items())
        arrays = {place: count for found in inner for place, count in found.items()}
        return {path: sum(arrays.values())} if path and len(arrays) > MAP_ARRAYS else arrays
    count = sum(isinstance(each, dict) for each in value) if isinstance(value, list) else 0
    return {path: count} if count else {}
