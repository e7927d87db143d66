"""What one column is: its type, where in the file it comes from, whose data it is.

Belongs here: the column of a spec, vendor's or entity's alike. Never here: SQL (`ingestion.cells`) or a reader.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ingestion.cells.rules import CellRules, Scalar, TextList

ColumnType = Literal["text", "integer", "decimal", "double", "boolean", "date", "timestamp", "json"]
Personal = Literal["direct", "quasi", "none"]

DEFAULT_SCALE = 4
SQL_TYPES = {
    "text": "VARCHAR", "integer": "BIGINT", "double": "DOUBLE", "boolean": "BOOLEAN",
    "date": "DATE", "timestamp": "TIMESTAMP", "json": "JSON",
}  # fmt: skip


class Column(CellRules):
    """One column of a raw table. `constant` and `concat` make a column that has no one cell of its own."""

    type: ColumnType = Field(description="What the value is; see the table of types.")
    description: str = Field("", description="One sentence on what the column means.")
    personal: Personal | None = Field(
        None,
        description=(
            "Is it personal data: direct (names a person), quasi (with others), none. Without the word the "
            "column is never published."
        ),
    )
    header: TextList = Field(
        (),
        description=(
            "CSV, XLSX, XLS: the header texts it may have; the column's own name by default. Exact text first, "
            "then any case and folded blanks."
        ),
    )
    path: str | None = Field(
        None, description="JSON, YAML, Parquet: dotted path from the record; the column's own name by default."
    )
    required: bool = Field(
        False,
        strict=True,
        description="The file is refused if it has no such column, or if most of the column cannot be read.",
    )
    scale: int | None = Field(
        None,
        ge=0,
        strict=True,
        le=18,
        description="Of decimal: digits after the mark (default 4); a cell with more is an error, but for `rounds`.",
    )
    rounds: bool = Field(
        False,
        strict=True,
        exclude_if=lambda rounds: not rounds,  # what no spec says is in no spec's fingerprint
        description=(
            "Of decimal: a cell with more digits is rounded to `scale` (decimals of entities always are); one that "
            "this changes by more than a two-hundredth of it is a cell error."
        ),
    )
    constant: Scalar | None = Field(None, description="The same value in each row; no column of the file is read.")
    concat: tuple[str, ...] | None = Field(
        None, description="Columns of the file (or JSON paths) that are joined to one text; missing ones are left out."
    )
    separator: str = Field(" ", description="What stands between the parts of `concat`.")

    @property
    def sql_type(self) -> str:
        """The DuckDB type of the value."""
        if self.type == "decimal":
            return f"DECIMAL(18,{self.exact_scale})"
        return SQL_TYPES[self.type]

    @property
    def exact_scale(self) -> int | None:
        """How many digits behind the point the type holds, None where it is no exact number."""
        return {"integer": 0, "decimal": DEFAULT_SCALE if self.scale is None else self.scale}.get(self.type)

    @property
    def mark_of_numbers(self) -> str:
        """The point of a value that is a number in the file, written so that the marks of texts do not touch it."""
        if self.decimal_mark is None and self.thousands_mark == ".":
            return ","
        return self.decimal_mark or "."

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
