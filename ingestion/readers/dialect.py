"""How one CSV file is written, as its spec declares it.

Only the declaration belongs here. Nothing is ever guessed from a file, and nothing is parsed.
"""

import codecs
from collections.abc import Sequence
from dataclasses import dataclass, fields

from ingestion.cells.numbers import BLANKS
from ingestion.readers.results import FileRefused

LIKELY_DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class CsvDialect:
    """The `[dialect]` block of a spec; the fields mean what the spec reference says."""

    delimiter: str = ","
    quote: str = '"'
    escape: str = '"'
    encoding: str = "utf-8"
    header_rows: int = 1
    skip_rows: int = 0
    skip_footer_rows: int = 0
    skip_where: str | None = None
    comment: str = ""
    trim: bool = False
    apostrophe_guard: bool = False

    def __post_init__(self) -> None:
        """Refuse a declaration that no file can follow."""
        if not self.delimiter or any(mark in self.delimiter for mark in "\r\n"):
            raise FileRefused("bad_dialect", "the delimiter must be at least one character and no line end")
        if len(self.quote) > 1 or len(self.escape) > 1:
            raise FileRefused("bad_dialect", "quote and escape are one character or empty")
        if self.quote and self.quote in self.delimiter:
            raise FileRefused("bad_dialect", "the quote cannot be part of the delimiter")
        try:
            codecs.lookup(self.encoding)
        except LookupError:
            raise FileRefused("bad_dialect", f"unknown encoding {self.encoding!r}") from None

    @classmethod
    def of(cls, declared: object) -> "CsvDialect":
        """Copy the attributes that have our names from a spec's own dialect object."""
        known = {f.name: getattr(declared, f.name) for f in fields(cls) if hasattr(declared, f.name)}
        known["skip_where"] = known.get("skip_where") or None
        return cls(**known)

    def bare(self, text: str) -> str:
        """A cell's text as it will stand in its column: without a guard, and the blanks round it."""
        text = text.removeprefix("'") if self.apostrophe_guard else text
        return text.strip(BLANKS) if self.trim else text

    @property
    def codec(self) -> str:
        """The codec to decode with; a byte order mark of UTF-8 is always taken off."""
        name = codecs.lookup(self.encoding).name
        return "utf-8-sig" if name in ("utf-8", "utf-8-sig", "ascii") else name


def joined_header(rows: Sequence[Sequence[str]]) -> list[str]:
    """The names of columns whose header has several rows: what is not blank in each, joined."""
    if len(rows) == 1:
        return list(rows[0])
    return [" / ".join(part for part in parts if part.strip()) for parts in zip(*rows, strict=True)]
