"""What an export is: its files, its columns, its key, and how a later delivery meets an earlier one.

Belongs here: the models of vendor specs, and the resolved `Spec` that vendor and entity specs both become. Never here:
reading TOML (`files`), the shapes (`entities`), or SQL (`ingestion.cells`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Annotated, Literal

import orjson
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, field_validator

from ingestion.cells.rules import TextList
from ingestion.specs.columns import Column
from ingestion.specs.dialect import check_expression
from ingestion.specs.file_rules import Drift, FileRules
from ingestion.specs.tables import Table

Mode = Literal["append", "upsert", "period", "snapshot"]
# None and one name are told as they are written: the fingerprint of a spec hangs on it.
Versions = Annotated[
    TextList,
    BeforeValidator(lambda names: () if names is None else names),
    PlainSerializer(lambda names: names if len(names) > 1 else next(iter(names), None), when_used="json"),
]
ENTITY_SCHEMA = "entity"
BY_PATH = ("json", "jsonl", "yaml", "parquet")  # formats whose cells are found by a path
BY_HEADER = ("csv", "xlsx", "xls")  # and those that have a header


class Keeping(BaseModel):
    """How a later delivery meets an earlier one. Columns are named as in the raw table."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    mode: Mode = Field(
        description=(
            "append (events add up), upsert (a later version of a key wins), period (a delivery restates the "
            "days it holds), snapshot (a full dump; what it lacks is gone)."
        )
    )
    key: tuple[str, ...] = Field(
        (),
        description="Columns that tell one record from another; a record without them (or of blanks) is a reject.",
    )
    replace_by: tuple[str, ...] = Field(
        (),
        description="upsert: the newest delivery's rows replace all rows that share these columns (default: the key).",
    )
    parts_by: tuple[str, ...] = Field(
        (),
        description=(
            "Columns that tell the files of one export time apart. With `replace_by`: they add up to one group, and of "
            "rows equal in these columns the newest file's count. period: a file restates its days only for the "
            "values of these columns that it holds."
        ),
    )
    updated_at: Versions = Field(
        (), description="upsert: the column that says which version is later; of several, the first that is filled."
    )
    period: str | None = Field(
        None,
        description=(
            "period: the date column that says which days a file restates, where its name does not: those it holds "
            "rows of, and gaps of up to a week between most of them. Of type date, or a timestamp by a pattern without "
            "a zone."
        ),
    )


class Child(BaseModel):
    """A second table out of the same file: an array inside the record (`path`) or lines of another kind (`kind`)."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    description: str = Field("", description="One sentence on what one row is.")
    path: str | None = Field(None, description="Dotted path of the array from the record; no other array on its way.")
    kind: str | None = Field(None, description="Bulk JSON Lines: the kind of lines.")
    parent_key: dict[str, str] = Field({}, description="With `path`: child column = the parent's column it repeats.")
    mode: Mode | None = Field(None, description="With `kind`: as above; the export's own by default.")
    key: tuple[str, ...] = Field((), description="Columns that tell one child from another.")
    replace_by: tuple[str, ...] = Field((), description="With `kind`: as above.")
    updated_at: Versions = Field((), description="With `kind`: as above.")
    columns: dict[str, Column] = Field(
        min_length=1,
        description='The child\'s columns; `path` of a column starts at the element, and `"."` is the element itself.',
    )


class VendorFile(FileRules, Keeping):
    """`sources/<source>/<export>.toml` with the vendor's own columns."""

    columns: dict[str, Column] = Field(min_length=1, description="The raw table's columns.")
    children: dict[str, Child] = Field({}, description="Tables of what is nested in the records.")


class RowFilter(BaseModel):
    """Which records a split part takes; the others are declared skips."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: str = Field(
        description=(
            "Column of the file (or JSON path), without what `trim` and `apostrophe_guard` of the dialect take away; a "
            "number as the file holds it. A file without it is refused; in JSON and YAML, where a key that no "
            "record has may just be empty, that is told."
        )
    )
    matches: str | None = Field(None, description="Regular expression that must be found in the text.")
    matches_not: str | None = Field(None, description="Regular expression that must not be found in the text.")

    @field_validator("matches", "matches_not")
    @classmethod
    def _compiles(cls, value: str | None) -> str | None:
        if value is not None:
            check_expression(value)
        return value


class Spec(FileRules, Keeping):
    """One export, ready to be loaded: all names checked, an entity's mapping already laid on its shape."""

    source: str
    export: str
    origin: str
    entity: str | None = None
    split: str | None = None
    where: RowFilter | None = None
    columns: dict[str, Column]
    children: dict[str, Child] = {}

    @property
    def name(self) -> str:
        """`<source>.<export>`, as messages call it."""
        return f"{self.source}.{self.export}"

    @property
    def drift_word(self) -> Drift:
        """The drift word that holds."""
        return self.drift or ("ignore" if self.entity else "evolve")

    @property
    def table(self) -> Table:
        """The main raw table."""
        if self.entity:
            return Table(ENTITY_SCHEMA, self.entity, self.columns, keeps_extra=True)
        return Table(self.source, self.export, self.columns)

    @property
    def child_tables(self) -> dict[str, Table]:
        """The children's raw tables by child name; a parent's key columns come first."""
        return {name: self._child_table(name, child) for name, child in self.children.items()}

    @property
    def tables(self) -> tuple[Table, ...]:
        """The main table, then the children's."""
        return (self.table, *self.child_tables.values())

    def needed(self, child: str = "") -> set[str]:
        """Columns without which a file is refused: required ones, those of the key, the day of a period."""
        table, keyed = (self.child_tables[child], self.children[child]) if child else (self.table, self)
        required = {name for name, column in table.columns.items() if column.required}
        return required | {*keyed.key} | ({self.period} if self.period and not child else set())

    def _child_table(self, name: str, child: Child) -> Table:
        repeated = {mine: self.columns[theirs] for mine, theirs in child.parent_key.items()}
        return Table(self.source, f"{self.export}_{name}", repeated | child.columns, child=name)

    def null_tokens_of(self, column: Column) -> tuple[str, ...]:
        """The texts that mean missing in this column."""
        if column.null_tokens is not None:
            return column.null_tokens
        if self.format in BY_PATH and self.null_tokens == ("",) and column.type in ("text", "json"):
            return ()  # these formats have a null of their own, so their empty text is a text
        return self.null_tokens

    @property
    def sha256(self) -> str:
        """Fingerprint of everything that decides what is loaded; the place of the file and prose do not count."""
        content = self.model_dump(mode="json", exclude={"origin", "description", "cadence", "parts_by", "left_out"})
        return hashlib.sha256(orjson.dumps(content)).hexdigest()


def may_share(specs: Sequence[Spec]) -> bool:
    """Whether all these specs may take from one file: parts of one split, or each a sheet or an array of its own."""
    splits = {spec.split for spec in specs}
    if len(splits) == 1 and None not in splits:
        return True
    places = [spec.sheet or spec.records for spec in specs]
    return None not in places and len(set(places)) == len(places) and len({spec.format for spec in specs}) == 1
