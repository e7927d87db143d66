"""How the text of a CSV file (and the grid of a sheet) is cut into cells.

Belongs here: the `[dialect]` block of a spec. Never here: reading a file, or guessing: `drafting` guesses.
"""

from __future__ import annotations

import codecs
import re
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

NO_ENCODINGS = ("idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape")  # Python's own
CSV_ONLY = ("delimiter", "quote", "escape", "encoding", "comment")


class Dialect(BaseModel):
    """The declared dialect. It is never sniffed at night: one stray quote would flip a whole file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    delimiter: str = Field(",", description='What stands between cells, one to eight characters; a tab is `"\\t"`.')
    quote: str = Field('"', description='Character round quoted cells; `""` for none.')
    escape: str = Field(
        '"',
        description=(
            "Character before a quote inside a quoted cell; equal to `quote`, the default, when quotes are doubled. "
            "Another one (a backslash) also makes delimiters, quotes, itself and line ends plain, in quotes or not."
        ),
    )
    encoding: str = Field(
        "utf-8", description="Any Python codec: utf-8 (a BOM is taken), utf-16, windows-1252, iso-8859-1, ..."
    )
    header_rows: int = Field(
        1,
        ge=0,
        le=5,
        strict=True,
        description='0 = no header, columns by position; 2 or more = names joined with " / ", blank parts left out.',
    )
    skip_rows: int = Field(
        0, ge=0, strict=True, description="Physical lines (of a sheet: rows) before the header that are not data."
    )
    skip_footer_rows: int = Field(
        0,
        ge=0,
        strict=True,
        description=(
            "Records at the end that are not data; blank lines and comments are none. A CSV in which they have more "
            "than 65,536 characters is refused."
        ),
    )
    skip_where: str | None = Field(
        None,
        description=(
            "Regular expression searched in the first cell (without what `trim` and `apostrophe_guard` take away); "
            "rows that match are declared skips (totals)."
        ),
    )
    comment: str = Field("", description="Character that starts a comment line; empty for none.")
    trim: bool = Field(False, strict=True, description="Take blanks round every text cell away.")
    apostrophe_guard: bool = Field(
        False,
        strict=True,
        description="Take exactly one leading `'` away from every cell (a spreadsheet's guard, seen before phones).",
    )

    @model_validator(mode="after")
    def _quotes_are_doubled(self) -> Self:
        """Whoever declares a quote and no escape has quotes that are doubled."""
        if "escape" not in self.model_fields_set:
            self.__dict__["escape"] = self.quote
        return self

    @model_validator(mode="after")
    def _marks_differ(self) -> Self:
        """One character cannot mean two things."""
        for key, mark in (("quote", self.quote), ("escape", self.escape), ("comment", self.comment)):
            if mark and mark in self.delimiter:
                raise ValueError(f"{key} {mark!r} cannot be (a part of) the delimiter; allowed: another character")
        if self.comment and self.comment in (self.quote, self.escape):
            raise ValueError(f"comment {self.comment!r} cannot be the quote or escape too; allowed: another character")
        return self

    @field_validator("delimiter")
    @classmethod
    def _parts_cells(cls, value: str) -> str:
        if not 1 <= len(value) <= 8 or set(value) & {"\r", "\n"}:
            raise ValueError("must be one to eight characters that do not end a line")
        return value

    @field_validator("quote", "escape", "comment")
    @classmethod
    def _at_most_one_character(cls, value: str) -> str:
        if len(value) > 1 or value in ("\r", "\n"):
            raise ValueError("must be one character or empty")
        return value

    @field_validator("encoding")
    @classmethod
    def _known_codec(cls, value: str) -> str:
        try:
            found = codecs.lookup(value)
        except LookupError:
            raise ValueError(f"no codec is called {value!r}; see Python's list of standard encodings") from None
        if found.name.replace("_", "-") in NO_ENCODINGS or not found._is_text_encoding:
            raise ValueError(
                f"{value!r} is not an encoding of files; allowed: utf-8, utf-16, windows-1252, iso-8859-1, ..."
            )
        return value

    @field_validator("skip_where")
    @classmethod
    def _compiles(cls, value: str | None) -> str | None:
        if value is not None:
            check_expression(value)
        return value


def check_expression(value: str) -> None:
    """Raise ValueError where a regular expression means nothing to Python or to DuckDB: both read cells by it."""
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"is not a regular expression: {error}") from None
    from pyarrow import ArrowInvalid, array
    from pyarrow.compute import match_substring_regex

    try:
        match_substring_regex(array([""]), value)
    except ArrowInvalid:  # Arrow and DuckDB share the engine RE2, which has no look-around and no back-references
        raise ValueError("is not a regular expression of RE2: look-around and back-references are not taken") from None
