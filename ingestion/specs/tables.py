"""A raw table as the loader and dbt see it: schema, name, columns with SQL types, plumbing.

Belongs here: what a spec means for raw.duckdb. Never here: statements (`ingestion.store` runs them).
"""

from __future__ import annotations

from dataclasses import dataclass

from ingestion.quoting import identifier
from ingestion.specs.columns import Column

CAST_ERRORS = 'STRUCT("column" VARCHAR, "text" VARCHAR, reason VARCHAR)[]'
PLUMBING = (
    ("_source", "VARCHAR"),
    ("_instance", "VARCHAR"),
    ("_load_id", "BIGINT"),
    ("_row_number", "BIGINT"),
    ("_exported_at", "TIMESTAMP"),
    ("_cast_errors", CAST_ERRORS),
)
CHILD_PLUMBING = (("_parent_row_number", "BIGINT"), ("_child_number", "BIGINT"))
EXTRA = ("_extra", "JSON")


@dataclass(frozen=True)
class Table:
    """One raw table. `child` is the name of the child block it comes from, None for an export's main table."""

    schema: str
    name: str
    columns: dict[str, Column]
    child: str | None = None
    keeps_extra: bool = False

    @property
    def plumbing(self) -> tuple[tuple[str, str], ...]:
        """The columns the loader adds, with their SQL types."""
        extra = (EXTRA,) if self.keeps_extra else ()
        return PLUMBING + (CHILD_PLUMBING if self.child else ()) + extra

    @property
    def sql_columns(self) -> tuple[tuple[str, str], ...]:
        """All columns in their order: the spec's, then the plumbing."""
        return tuple((name, column.sql_type) for name, column in self.columns.items()) + self.plumbing

    def qualified(self, catalog: str = "raw") -> str:
        """The quoted three-part name."""
        return ".".join(identifier(part) for part in (catalog, self.schema, self.name))
