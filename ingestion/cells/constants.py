"""Whether the constant of a column is a value of its type.

Belongs here: asking the very SQL that types cells, once, when a spec is read. Never here: cells of a file.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from ingestion.cells.header import HeaderMatch
from ingestion.cells.projection import typing_projection
from ingestion.specs.model import Spec
from ingestion.specs.tables import Table


def constant_mistakes(spec: Spec) -> Iterator[tuple[str, str]]:
    """Constants that would be a cell error in every row, as (key, what is wrong)."""
    for block, table in _blocks(spec):
        columns = {n: c for n, c in table.columns.items() if c.constant is not None and (c.type != "text" or c.values)}
        for name in sorted(_failing(spec, Table(table.schema, table.name, columns)) if columns else ()):
            column = columns[name]
            yield f"{block}.{name}.constant", f"{column.constant!r} is not a value of type {column.type!r}"


def _blocks(spec: Spec) -> Iterator[tuple[str, Table]]:
    yield ("map" if spec.entity else "columns"), spec.table
    yield from ((f"children.{name}.columns", table) for name, table in spec.child_tables.items())


def _failing(spec: Spec, table: Table) -> set[str]:
    match = HeaderMatch(dict.fromkeys(table.columns, ()))
    select = typing_projection(spec, table, match, "(select 1)")
    with duckdb.connect(config={"threads": 1}) as connection:
        (row,) = connection.execute(f"select _cast_errors from ({select})").fetchall()
    return {cell["column"] for cell in row[0] or ()}
