"""The records of a JSON document or of JSON Lines, one after the other.

Belongs here: which of the two a file is, lines. Never: a document's structure (`json_document`), columns and tables.

`json` takes a document: a bare array of records, an envelope that holds the array at the declared path, or one object.
It also takes JSON Lines: a file named .jsonl or .ndjson, or one whose first non-blank line is a whole JSON object that
is followed by a line that begins with `{`. One object without the declared array is a record if it has a column's key;
a line that has the array is an envelope like a document.
"""

import re
from collections.abc import Iterator

from ingestion.errors import FileRefused
from ingestion.readers.content import Content
from ingestion.readers.json_document import BLANK, BLANKS, Found, JsonDocument, require_utf8
from ingestion.readers.json_parse import NotJson, has_lone_surrogate, parse
from ingestion.readers.json_paths import follow, way_of

DOCUMENT_LIMIT = 1 << 30
LINE_LIMIT = 64 << 20
UNDECODED = re.compile("[\ud800-\udfff]")
LINES_NAME = re.compile(r"\.(jsonl|ndjson)(\.(gz|zst|zip))?$")
PIECE = 4 << 20
NO_VALUE = "the file holds no JSON value"
BARE_ARRAY = re.compile(r"[ \t\r\n]*\[")
BOM = b"\xef\xbb\xbf"
WHAT_IS_WRONG = {
    "invalid_json": "the document is not valid JSON, or not whole",
    "too_deep": "a value is nested deeper than about 250 levels",
}


def records_of(
    content: Content, file_format: str, path: str | None, known_keys: frozenset[str] = frozenset()
) -> Iterator[Found]:
    """All records of the file; a document that breaks anywhere is refused whole, a line costs only itself."""
    require_utf8(content.read_at(0, 4))
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
    """Lines of which each may be an envelope, a page of an interface say; one with a column's key is a record.

    So are the elements of a bare array, which have no line; any other of them is a record all the same.
    """
    way = way_of(path)
    for found in lines:
        if found.problem or type(found.value) is not dict:
            yield found
        elif type(follow(found.value, way)) is list:
            inner = list(JsonDocument(found.raw, path, known_keys).records())
            yield from (each._replace(line=found.line) for each in inner)
        elif found.line is None or known_keys & found.value.keys():
            yield found
        else:
            raise FileRefused("records_missing", f"line {found.line} has no array at {path!r}")


def _line_record(number: int, text: str) -> Found:
    if not text.isascii() and UNDECODED.search(text):
        return Found(None, number, "wrong_encoding", text)
    try:
        value = parse(text)
    except NotJson as error:
        return Found(None, number, error.reason if text.strip(BLANKS) else BLANK, text)
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
        found = JsonDocument(text, path, known_keys).records()
        yield from _paged(found, path, known_keys) if path and BARE_ARRAY.match(text) else found
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
