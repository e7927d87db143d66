"""A column that gets another type: what its loaded values become, and which of them would be lost.

Belongs here: the SQL of it. Texts are read by the column's own rules where it has any, as a file's cells are; all else
is cast. Never here: running it (`raw_tables`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ingestion.cells.header import HeaderMatch
from ingestion.cells.projection import typing_projection
from ingestion.quoting import identifier
from ingestion.specs.columns import Column
from ingestion.specs.model import Spec
from ingestion.specs.tables import Table

TEXT = "VARCHAR"
MARKS = ("decimal_mark", "thousands_mark", "negatives", "true_words", "false_words")
RULES = ("format", "zone", *MARKS, "null_tokens")
OTHER_TEXT = ("extract", "values", "constant", "concat")  # what was loaded may be another text than these start from


def lost_values(table: Table, name: str, was: str, kind: str) -> str:
    """The query that counts them. What is cast survives where the way back gives it again: 1 as 1.00, not 007 as 7."""
    if _is_read(table.columns.get(name), was):
        read = _read(table, [name], {"_was": identifier(name)})
        return f"select count(*) from ({read}) where _has_cast_errors and trim(_was) <> ''"
    column = identifier(name)
    there_and_back = f"try_cast(try_cast({column} as {kind}) as {was})"
    return (
        f"select count(*) from {table.qualified()} where {column} is not null "
        f"and {column}::varchar is distinct from {there_and_back}::varchar"
    )


def retyped_rows(table: Table, there: Mapping[str, str], changed: Mapping[str, str]) -> str:
    """The query of all rows of the table. `there` = all columns and their former types, `changed` = new types."""
    names = {name.lower(): name for name in table.columns}
    read = [name for name in changed if _is_read(table.columns.get(names.get(name.lower(), "")), there[name])]
    kept = {
        name: f"try_cast({identifier(name)} as {changed[name]})" if name in changed else identifier(name)
        for name in there
        if name not in read
    }
    rows = _read(table, [names[name.lower()] for name in read], kept)
    return f"select * exclude (_has_cast_errors) from ({rows})"


def _is_read(column: Column | None, was: str) -> bool:
    """Whether texts become this column by its own rules."""
    if column is None or was != TEXT or any(getattr(column, key) for key in OTHER_TEXT):
        return False
    return column.type in ("date", "timestamp") or any(getattr(column, key) for key in MARKS)


def _read(table: Table, names: Iterable[str], kept: Mapping[str, str]) -> str:
    columns = {
        name: Column.model_validate(
            {key: getattr(table.columns[name], key) for key in ("type", "scale", *RULES)} | {"header": (name,)}
        )
        for name in names
    }
    spec = Spec.model_validate(
        {"source": table.schema, "export": table.name, "origin": "", "files": ("*",)}
        | {"format": "csv", "mode": "append", "columns": columns}
    )
    match = HeaderMatch({name: (name,) for name in columns})
    return typing_projection(spec, Table("", "", columns), match, table.qualified(), kept, lists_errors=False)
