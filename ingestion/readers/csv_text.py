"""The text of a delimited file, decoded as declared, in pieces that end anywhere.

Belongs here: decoding and the physical lines before the table. Never: cells and records.
"""

import codecs
from collections.abc import Iterator

from ingestion.readers.content import Content
from ingestion.readers.csv_grammar import end_of_line
from ingestion.readers.dialect import CsvDialect
from ingestion.readers.results import FileRefused

PIECE = 4 << 20
LINE_LIMIT = 16 << 20  # characters of one record (and of the preamble); longer ones refuse the file


def text_pieces(content: Content, dialect: CsvDialect) -> Iterator[tuple[str, bool]]:
    """Pieces of text, each with the word whether it holds undecodable bytes (kept as lone surrogates)."""
    codec = _with_byte_order(dialect.codec, content.read_at(0, 2))
    errors = "strict" if codec.startswith(("utf-16", "utf-32")) else "surrogateescape"
    decoder = codecs.getincrementaldecoder(codec)(errors)
    doubt = None if codec.startswith("utf") else _Utf8Doubt(dialect.encoding)
    try:
        for block in content.blocks(PIECE):
            if doubt is not None:
                doubt.look(block)
            text = decoder.decode(block)
            yield text, not _is_sound(text)
        if doubt is not None:
            doubt.judge()
        rest = decoder.decode(b"", final=True)
        yield rest, not _is_sound(rest)
    except UnicodeError:
        raise FileRefused(
            "wrong_encoding", f"the file is not {dialect.encoding} throughout, or cut inside a character"
        ) from None


class _Utf8Doubt:
    """A code page reads UTF-8 without complaint, two wrong characters for each right one: that must not pass."""

    def __init__(self, declared: str) -> None:
        self._declared = declared
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._is_plain, self._is_possible = True, True

    def look(self, block: bytes) -> None:
        """The next bytes; one that is no UTF-8 ends the doubt."""
        if (self._is_plain and block.isascii()) or not self._is_possible:
            return
        self._is_plain = False
        try:
            self._decoder.decode(block)
        except UnicodeDecodeError:
            self._is_possible = False

    def judge(self) -> None:
        """At the end of the file: not one character beyond ASCII that was not UTF-8?"""
        if not self._is_plain and self._is_possible and not self._decoder.getstate()[0]:
            raise FileRefused("wrong_encoding", f"the file is UTF-8 throughout and not {self._declared}")


def skip_lines(text: str, count: int) -> int:
    """Where the text goes on after `count` physical lines; -1 while they are not all there."""
    position = 0
    for _ in range(count):
        position = end_of_line(text, position)
        if position < 0:
            return -1
    return position


def _with_byte_order(codec: str, start: bytes) -> str:
    """UTF-16 without a mark is little-endian, unless its first character says otherwise; a mark is taken off."""
    if codec == "utf-16" and start not in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16-be" if start[:1] == b"\0" else "utf-16-le"
    if (codec, start) in (("utf-16-le", codecs.BOM_UTF16_LE), ("utf-16-be", codecs.BOM_UTF16_BE)):
        return "utf-16"
    return codec


def _is_sound(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
