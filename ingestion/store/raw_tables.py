"""The raw tables in raw.duckdb: created, and changed only where no value can be lost.

Belongs here: the shape of raw tables. Never here: rows.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from ingestion.errors import RawStoreError
from ingestion.quoting import identifier, literal, qualified
from ingestion.specs.tables import EXTRA, Table
from ingestion.store.retyping import lost_values, retyped_rows

TableName = tuple[str, str]  # schema, name
FREE_TEXT = ("VARCHAR", "JSON")
NEW_NAME = "_anew"  # no name of ours begins so
OF_THE_FILE = ("_source", "_instance", "_load_id")  # the same text in every row of a load


class TypeConflict(RawStoreError):
    """A spec declares another type than the raw table has, and loaded values would not survive the change."""

    def __init__(self, table: Table, column: str, was: str, kind: str, lost: int) -> None:
        self.column = column
        self.mistake = (
            f"is now {kind}, but raw.{table.schema}.{table.name} holds it as {was} and {lost} loaded values would not "
            "survive that; keep the former type, or give the column a new name here (its header may stay) and run "
            "`cx rejects replay --all`, or move raw.duckdb aside and run again: everything is loaded again"
        )
        super().__init__(f"raw.{table.schema}.{table.name}: column {column} {self.mistake}")


def ensure_table(
    connection: duckdb.DuckDBPyConnection, table: Table, columns: Mapping[TableName, dict[str, str]]
) -> None:
    """Create the table, or add the columns it lacks; another type is taken on where every value survives.

    `columns` = what there was of every table, asked once: a look for each table costs more than making it.
    """
    there = columns.get((table.schema, table.name))
    if not there:
        listed = ", ".join(_defined(table, name, kind) for name, kind in table.sql_columns)
        connection.execute(f"create schema if not exists raw.{identifier(table.schema)}")
        connection.execute(f"create table {table.qualified()} ({listed})")
        return
    changed = changed_types(connection, table, columns)
    known = {name.lower() for name in there}
    for name, kind in table.sql_columns:
        if name.lower() not in known:
            add_column(connection, table, name, kind)
    if changed:
        _make_anew(connection, table, changed)


def changed_types(
    connection: duckdb.DuckDBPyConnection, table: Table, columns: Mapping[TableName, dict[str, str]]
) -> dict[str, str]:
    """Columns of the raw table that are declared with another type now; TypeConflict where a value would be lost."""
    there = {name.lower(): (name, kind) for name, kind in columns.get((table.schema, table.name), {}).items()}
    changed = {}
    for name, kind in table.sql_columns:
        known, was = there.get(name.lower(), (name, kind))
        if was != kind and not _same_type(connection, was, kind):
            _check_survival(connection, table, name, was, kind)
            changed[known] = kind
    return changed


def _defined(table: Table, name: str, kind: str) -> str:
    """A column's definition. Free text and what a load repeats are packed by zstd: DuckDB's choice takes longer."""
    column = table.columns.get(name)
    is_packed = name == EXTRA[0] or name in OF_THE_FILE or (column is not None and column.values is None)
    return f"{identifier(name)} {kind}{' using compression zstd' if is_packed and kind in FREE_TEXT else ''}"


def columns_of(connection: duckdb.DuckDBPyConnection, table: Table) -> dict[str, str]:
    """Names and types of the table's columns in order, empty if it is not there."""
    return every_column(
        connection, f"schema_name = {literal(table.schema)} and table_name = {literal(table.name)}"
    ).get((table.schema, table.name), {})


def every_column(connection: duckdb.DuckDBPyConnection, where: str = "true") -> dict[TableName, dict[str, str]]:
    """Names and types of the columns of all raw tables, in order."""
    found = connection.execute(
        "select schema_name, table_name, column_name, data_type from duckdb_columns() "
        f"where database_name = 'raw' and {where} order by column_index"
    )
    columns: dict[TableName, dict[str, str]] = {}
    for schema, table, name, kind in found.fetchall():
        columns.setdefault((schema, table), {})[name] = kind
    return columns


def add_column(connection: duckdb.DuckDBPyConnection, table: Table, name: str, kind: str = "VARCHAR") -> None:
    """One more column, empty in the rows there are."""
    connection.execute(f"alter table {table.qualified()} add column {identifier(name)} {kind}")


def _same_type(connection: duckdb.DuckDBPyConnection, one: str, other: str) -> bool:
    rows = connection.execute(f"select typeof(null::{one}) = typeof(null::{other})").fetchall()
    return bool(rows[0][0])


def _check_survival(connection: duckdb.DuckDBPyConnection, table: Table, name: str, was: str, kind: str) -> None:
    lost = connection.execute(lost_values(table, name, was, kind)).fetchall()[0][0]
    if lost:
        raise TypeConflict(table, name, was, kind, lost)


def _make_anew(connection: duckdb.DuckDBPyConnection, table: Table, changed: dict[str, str]) -> None:
    """The same table with other types. (DuckDB would keep a column's codec, and zstd packs nothing but text.)"""
    there = columns_of(connection, table)
    listed = ", ".join(_defined(table, name, kind) for name, kind in (there | changed).items())
    new = qualified("raw", table.schema, NEW_NAME)
    connection.execute(f"create table {new} ({listed})")
    connection.execute(f"insert into {new} by name {retyped_rows(table, there, changed)}")
    connection.execute(f"drop table {table.qualified()}")
    connection.execute(f"alter table {new} rename to {identifier(table.name)}")
