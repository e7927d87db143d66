"""What one column is: its type, where in the file it comes from, how its text becomes a value, whose data it is.

Belongs here: the column of a spec, vendor's or entity's alike. Never here: SQL (`cells` makes it) or a reader.
"""

from __future__ import annotations

import re
import zoneinfo
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from ingestion.dialect import check_expression

ColumnType = Literal["text", "integer", "decimal", "double", "boolean", "date", "timestamp", "json"]
Personal = Literal["direct", "quasi", "none"]

TRUE_WORDS = ("true", "yes", "1")
FALSE_WORDS = ("false", "no", "0")
DEFAULT_SCALE = 4
FORMAT_WORDS = ("iso", "epoch_s", "epoch_ms")
DIRECTIVES = "aAbBdfgHIjmMnpSyYzZ%-"
SQL_TYPES = {
    "text": "VARCHAR", "integer": "BIGINT", "double": "DOUBLE", "boolean": "BOOLEAN",
    "date": "DATE", "timestamp": "TIMESTAMP", "json": "JSON",
}  # fmt: skip


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _as_text(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


def _as_texts(value: object) -> object:
    return {key: _as_text(item) for key, item in value.items()} if isinstance(value, dict) else value


TextList = Annotated[tuple[str, ...], BeforeValidator(_as_list)]
Scalar = Annotated[str, BeforeValidator(_as_text)]
ValueMap = Annotated[dict[str, Scalar], BeforeValidator(_as_texts)]


class Reading(BaseModel):
    """How a cell's text becomes a value: the part a vendor's column and an entity's mapping share."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    format: str | None = Field(None, description='Of date and timestamp: "iso" (default), "epoch_s", "epoch_ms", or a strptime pattern such as `%d/%m/%Y %H:%M`.')
    zone: str | None = Field(None, description="IANA zone of local times without an offset; without it they are UTC. An hour that came twice is the first one, an hour that never was is a cell error.")
    decimal_mark: str | None = Field(None, description='Of decimal and double: `"."` (default) or `","`.')
    thousands_mark: str | None = Field(None, description="Of integer, decimal and double: the mark between groups of three digits; none by default.")
    true_words: tuple[str, ...] | None = Field(None, description="Of boolean: texts for true, any case (default true, yes, 1).")
    false_words: tuple[str, ...] | None = Field(None, description="Of boolean: texts for false, any case (default false, no, 0).")
    null_tokens: tuple[str, ...] | None = Field(None, description="Texts that mean missing in this column, in place of the spec's.")
    trim: bool | None = Field(None, description="Take blanks round a text away (numbers, dates and booleans always tolerate them).")
    apostrophe_guard: bool | None = Field(None, description="Take exactly one leading `'` away.")
    extract: str | None = Field(None, description="Regular expression: the cell becomes its first group (without a group: what matched), and missing where nothing matches.")
    extract_as: Literal["text", "exists"] = Field("text", alias="as", description='With `extract`: "exists" makes true where it matches and false where not.')
    values: ValueMap | None = Field(None, description='Their text <- our text, before typing. `"*"` stands for any other text; `"*" = "*"` keeps it. Without `"*"` another text is a cell error.')

    @field_validator("format")
    @classmethod
    def _known_format(cls, value: str | None) -> str | None:
        if value is None or value in FORMAT_WORDS:
            return value
        directives = re.findall(r"%(-?.)", value)
        unknown = sorted({f"%{name}" for name in directives if name.lstrip("-") not in DIRECTIVES or name == "-"})
        if not directives or unknown:
            words = ", ".join(FORMAT_WORDS)
            raise ValueError(f"{' '.join(unknown) or repr(value)} is no date format; allowed: {words}, or a strptime pattern")
        return value

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        if value is not None and value not in zoneinfo.available_timezones():
            raise ValueError(f"no time zone is called {value!r}; use an IANA name such as Europe/Berlin")
        return value

    @field_validator("decimal_mark")
    @classmethod
    def _a_decimal_mark(cls, value: str | None) -> str | None:
        if value not in (None, ".", ","):
            raise ValueError('must be "." or ","')
        return value

    @field_validator("thousands_mark")
    @classmethod
    def _a_thousands_mark(cls, value: str | None) -> str | None:
        if value not in (None, "", ".", ",", " ", "'", "\u00a0", "\u202f", "_", "\u2019"):
            raise ValueError("must be one of . , ' _ a blank, a no-break blank, or empty")
        return value

    @field_validator("extract")
    @classmethod
    def _compiles(cls, value: str | None) -> str | None:
        if value is not None:
            check_expression(value)
        return value


class Column(Reading):
    """One column of a raw table. `constant` and `concat` are how entity specs make a column without one cell of its own."""

    type: ColumnType = Field(description="What the value is; see the table of types.")
    description: str = Field("", description="One sentence on what the column means.")
    personal: Personal | None = Field(None, description="Is it personal data: direct (names a person), quasi (with others), none. Without the word the column is never published.")
    header: TextList = Field((), description="CSV and XLSX: the header texts it may have; the column's own name by default. Exact text first, then any case and folded blanks.")
    path: str | None = Field(None, description="JSON and Parquet: dotted path from the record; the column's own name by default.")
    required: bool = Field(False, description="The file is refused if it has no such column.")
    scale: int | None = Field(None, ge=0, le=18, description="Of decimal: digits after the mark (default 4); a cell with more is a cell error, never rounded.")
    constant: Scalar | None = Field(None, description="The same value in each row; no column of the file is read.")
    concat: tuple[str, ...] | None = Field(None, description="Columns of the file (or JSON paths) that are joined to one text; missing ones are left out.")
    separator: str = Field(" ", description="What stands between the parts of `concat`.")

    @property
    def sql_type(self) -> str:
        """The DuckDB type of the value."""
        if self.type == "decimal":
            return f"DECIMAL(18,{DEFAULT_SCALE if self.scale is None else self.scale})"
        return SQL_TYPES[self.type]

    @property
    def is_unmapped(self) -> bool:
        """True for a shape's column that an entity spec leaves out: it is null in every row."""
        return self.concat == ()

    def inputs(self, name: str) -> tuple[tuple[str, ...], ...]:
        """For each cell the value is made of, the names it may have in the file, best first. None for a constant."""
        if self.constant is not None:
            return ()
        if self.concat is not None:
            return tuple((part,) for part in self.concat)
        if self.path is not None:
            return ((self.path,),)
        return (self.header or (name,),)


def mistakes_of(column: Column) -> list[tuple[str, str]]:
    """Mistakes between the keys of one column, as (key, what is wrong)."""
    found: list[tuple[str, str]] = []
    fractional, temporal = column.type in ("decimal", "double"), column.type in ("date", "timestamp")
    for key, fits, types in (
        ("format", temporal, "date, timestamp"), ("zone", column.type == "timestamp", "timestamp"),
        ("scale", column.type == "decimal", "decimal"), ("decimal_mark", fractional, "decimal, double"),
        ("thousands_mark", fractional or column.type == "integer", "integer, decimal, double"), ("true_words", column.type == "boolean", "boolean"),
        ("false_words", column.type == "boolean", "boolean"),
    ):  # fmt: skip
        if getattr(column, key) is not None and not fits:
            found.append((key, f"does not go with type {column.type!r}; only with {types}"))
    if column.thousands_mark and column.thousands_mark == (column.decimal_mark or "."):
        found.append(("thousands_mark", "is the same character as decimal_mark"))
    if column.extract_as == "exists" and column.extract is None:
        found.append(("as", "needs `extract`"))
    ways = [key for key in ("constant", "concat", "path", "header") if getattr(column, key) not in (None, ())]
    if len(ways) > 1:
        found.append((ways[1], f"cannot stand beside {ways[0]!r}: a column comes from one place"))
    return found
