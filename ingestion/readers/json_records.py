"""The records of a JSON document or of JSON Lines, one after the other.

Belongs here: envelopes, arrays, lines. Never: columns and tables.

`json` takes a document: a bare array of records, an envelope that holds the array at the declared path, or one object.
It also takes JSON Lines: a file named .jsonl or .ndjson, or one whose first non-blank line is a whole JSON object that
is followed by a line that begins with `{`. One object without the declared array is a record if it has a column's key;
a line that has the array is an envelope like a document.
"""

import re
from collections.abc import Generator, Iterator
from typing import NamedTuple

from ingestion.errors import FileRefused
from ingestion.readers.content import Content
from ingestion.readers.json_parse import Json, NotJson, has_lone_surrogate, parse, parse_at
from ingestion.readers.json_paths import follow, way_of

DOCUMENT_LIMIT = 1 << 30
LINE_LIMIT = 64 << 20
UNDECODED = re.compile("[\ud800-\udfff]")
LINES_NAME = re.compile(r"\.(jsonl|ndjson)(\.(gz|zst|zip))?$")
PIECE = 4 << 20
BLANKS = " \t\n\r"
SEVERAL = "several JSON documents stand one behind the other; have them written one a line, or as one array"
NO_VALUE = "the file holds no JSON value"
BOM = b"\xef\xbb\xbf"
WHAT_IS_WRONG = {
    "invalid_json": "the document is not valid JSON, or not whole",
    "too_deep": "a value is nested deeper than about 250 levels",
}


class Found(NamedTuple):
    """One record (or the reason why there is none) with its line (0: a document, lines unknown) and its raw text."""

    value: Json
    line: int | None
    problem: str = ""
    raw: str = ""


Walk = Generator[Found, None, int]  # yields records and returns where it stopped


def records_of(
    content: Content, file_format: str, path: str | None, known_keys: frozenset[str] = frozenset()
) -> Iterator[Found]:
    """All records of the file; a document that breaks anywhere is refused whole, a line costs only itself."""
    if file_format == "jsonl" or LINES_NAME.search(content.name.lower()) or _is_lines(content):
        lines = _line_records(content)
        return _paged(lines, path, known_keys) if path else lines
    return _document_records(content, path, known_keys)


def _is_lines(content: Content) -> bool:
    lines = (raw.strip() for raw in _raw_lines(content))
    solid = (line for line in lines if line)
    try:
        first = next(solid, b"")
        return first[:1] == b"{" and next(solid, b"")[:1] == b"{" and isinstance(parse(first.decode("utf-8")), dict)
    except (NotJson, UnicodeDecodeError, FileRefused):
        return False


def _raw_lines(content: Content) -> Iterator[bytes]:
    for piece in _line_pieces(content):
        yield from piece.split(b"\n")


def _line_pieces(content: Content) -> Iterator[bytes]:
    """Pieces of whole lines, without the line end of the last one."""
    rest, is_first, total = b"", True, 0
    for block in content.blocks(PIECE):
        total += len(block)
        rest += block.removeprefix(BOM) if is_first else block
        is_first = False
        cut = rest.rfind(b"\n")
        if cut >= 0:
            yield rest[:cut]
            rest = rest[cut + 1 :]
        if len(rest) > LINE_LIMIT:
            line = _line_at(content, total - len(rest))
            raise FileRefused("line_too_long", f"line {line} has more than {LINE_LIMIT} bytes")
    if rest:
        yield rest


def _line_at(content: Content, offset: int) -> int:
    """The number of the line that begins at this byte; only for a message, so it may take its time."""
    blocks = (content.read_at(start, min(PIECE, offset - start)) for start in range(0, offset, PIECE))
    return 1 + sum(block.count(b"\n") for block in blocks)


def _line_records(content: Content) -> Iterator[Found]:
    number, is_blank = 0, True
    for piece in _line_pieces(content):
        is_blank = is_blank and not piece.strip()
        try:
            lines = piece.decode("utf-8").split("\n")
        except UnicodeDecodeError:
            lines = [raw.decode("utf-8", "surrogateescape") for raw in piece.split(b"\n")]
        for number, text in enumerate(lines, start=number + 1):  # noqa: B020 - the count goes on from piece to piece
            yield _line_record(number, text)
    if is_blank:
        raise FileRefused("empty_file", NO_VALUE)


def _paged(lines: Iterator[Found], path: str, known_keys: frozenset[str]) -> Iterator[Found]:
    """Lines of which each may be an envelope, a page of an interface say; one with a column's key is a record."""
    way = way_of(path)
    for found in lines:
        if found.problem or type(found.value) is not dict:
            yield found
        elif type(follow(found.value, way)) is list:
            inner = list(_Document(found.raw, path, known_keys).records())
            yield from (each._replace(line=found.line) for each in inner)
        elif known_keys & found.value.keys():
            yield found
        else:
            raise FileRefused("records_missing", f"line {found.line} has no array at {path!r}")


def _line_record(number: int, text: str) -> Found:
    if not text.isascii() and UNDECODED.search(text):
        return Found(None, number, "wrong_encoding", text)
    try:
        value = parse(text)
    except NotJson as error:
        return Found(None, number, error.reason if text.strip(BLANKS) else "blank", text)
    return Found(value, number, "lone_surrogate" if has_lone_surrogate(text, value) else "", text)


def _document_records(content: Content, path: str | None, known_keys: frozenset[str]) -> Iterator[Found]:
    if content.content_bytes > DOCUMENT_LIMIT:
        raise FileRefused("too_large", "a JSON document of more than 1 GiB (JSON Lines may be larger)")
    data = b"".join(content.blocks(PIECE)).removeprefix(BOM)
    if not data.strip():
        raise FileRefused("empty_file", NO_VALUE)
    try:
        text = data.decode("utf-8")
        del data
        yield from _Document(text, path, known_keys).records()
    except UnicodeDecodeError:
        raise FileRefused("wrong_encoding", "the document is not UTF-8") from None
    except NotJson as error:
        raise FileRefused(error.reason, f"{WHAT_IS_WRONG[error.reason]}{_place(text, error.position)}") from None


def _place(text: str, position: int | None) -> str:
    """Where in the document, for a message; the text there may be a person's and is not shown."""
    if position is None:
        return ""
    line = text.count("\n", 0, position) + 1
    return f" (line {line}, column {position - text.rfind(chr(10), 0, position)})"


class _Document:
    """Walks a document's outer structure, so that records are made one at a time."""

    def __init__(self, text: str, path: str | None, known_keys: frozenset[str]) -> None:
        self._text = text
        self._known_keys = known_keys
        self._steps = path.split(".") if path else []
        self._found = False

    def records(self) -> Iterator[Found]:
        start = self._solid(0)
        if self._text[start] == "[":
            end = yield from self._array(start)
        elif self._text[start] == "{" and self._steps:
            end = yield from self._envelope(start, self._steps)
            if not self._found:
                yield self._lone_record(start)
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
            position = self._solid((yield from self._member(position, steps if key == steps[0] else [])))
            if self._text[position] == "}":
                return position + 1
            position = self._solid(self._after(position, ","))

    def _member(self, position: int, steps: list[str]) -> Walk:
        mark = self._text[position]
        if len(steps) == 1 and mark == "[":
            if self._found:
                raise FileRefused("records_twice", f"the document holds {steps[0]!r} more than once")
            self._found = True
            return (yield from self._array(position))
        if len(steps) > 1 and mark == "{":
            return (yield from self._envelope(position, steps[1:]))
        return parse_at(self._text, position)[1]

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
