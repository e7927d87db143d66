"""raw.duckdb: made once and whole, opened with words where it cannot be, and given the tables the specs ask for.

Belongs here: creating, opening, versions and the shape of tables. Never here: rows, and never an overwrite: a file that
cannot be read is named and left as it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import duckdb

from ingestion.durable_files import new_database
from ingestion.errors import RawStoreError, SpecMistake, StoreNotWritable, StoreTooNew
from ingestion.home import Home
from ingestion.quoting import identifier, literal
from ingestion.specs.files import load_shapes
from ingestion.specs.model import ENTITY_SCHEMA, Spec
from ingestion.specs.tables import Table
from ingestion.store.foreign_log import claim_log
from ingestion.store.messages import is_about_the_store, store_error
from ingestion.store.meta_tables import META_TABLES, STORE_VERSION
from ingestion.store.raw_tables import TypeConflict, changed_types, ensure_table, every_column

UNMADE = (
    "its tables cannot be made or changed in raw.duckdb ({}): take back what was changed last in the spec, or move "
    "raw.duckdb aside and run again: everything is loaded again"
)


def ensure_raw_store(home: Home, specs: Sequence[Spec]) -> list[SpecMistake]:
    """Create raw.duckdb if there is none, and every table of every spec and shape. Doing it again changes nothing.

    Gives the mistakes of specs whose column types what is loaded would not survive: nothing may be loaded by them.
    """
    make_folder(home.root)
    if not home.raw_db.exists():
        _create(home)
    claim_log(home.raw_db)
    with open_raw(home) as connection:
        try:
            return ensure_tables(connection, specs)
        except duckdb.Error as error:
            raise store_error(home.raw_db, error) from None


def ensure_tables(connection: duckdb.DuckDBPyConnection, specs: Sequence[Spec]) -> list[SpecMistake]:
    """Give an open store the tables of these specs, unless it was done for exactly these before."""
    mark = fingerprint(wanted_tables(specs))
    if version_of(connection, "tables") == mark:
        return []
    connection.execute("begin")
    try:
        mistakes = _ensure_tables_of(connection, specs)
    except duckdb.Error as error:
        _check_is_no_fault_of_the_store(connection, error)
        return [mistake for spec in specs for mistake in _ensure_alone(connection, spec)]
    if not mistakes:
        set_version(connection, "tables", mark)
    connection.execute("commit")
    return mistakes


def type_conflicts(connection: duckdb.DuckDBPyConnection, specs: Sequence[Spec]) -> list[SpecMistake]:
    """The mistakes of specs whose types what is loaded would not survive; nothing is changed."""
    if version_of(connection, "tables") == fingerprint(wanted_tables(specs)):
        return []
    there = every_column(connection)
    return list(_conflicts(specs, lambda table: changed_types(connection, table, there)))


def _ensure_tables_of(connection: duckdb.DuckDBPyConnection, specs: Iterable[Spec]) -> list[SpecMistake]:
    there = every_column(connection)
    for table in _shape_tables():
        ensure_table(connection, table, there)
    return list(_conflicts(specs, lambda table: ensure_table(connection, table, there)))


def _conflicts(specs: Iterable[Spec], meet: Callable[[Table], object]) -> Iterator[SpecMistake]:
    for spec in specs:
        try:
            for table in spec.tables if spec.entity is None else ():
                meet(table)
        except TypeConflict as conflict:
            yield _mistake(spec, f"columns.{conflict.column}", conflict.mistake)


def _ensure_alone(connection: duckdb.DuckDBPyConnection, spec: Spec) -> list[SpecMistake]:
    """One spec's tables in a transaction of their own: what nobody foresaw of one stops no other."""
    connection.execute("begin")
    try:
        mistakes = _ensure_tables_of(connection, [spec])
        connection.execute("commit")
    except duckdb.Error as error:
        _check_is_no_fault_of_the_store(connection, error)
        return [_mistake(spec, "", UNMADE.format(type(error).__name__))]
    return mistakes


def _check_is_no_fault_of_the_store(connection: duckdb.DuckDBPyConnection, error: duckdb.Error) -> None:
    if is_about_the_store(error) or isinstance(error, duckdb.OutOfMemoryException):
        raise error
    with suppress(duckdb.Error):  # some errors end the transaction by themselves
        connection.execute("rollback")


def _mistake(spec: Spec, key: str, words: str) -> SpecMistake:
    return SpecMistake(f"{spec.source}/{spec.export}.toml", key, words)


def open_raw(
    home: Home, *, read_only: bool = False, settings: Mapping[str, str | bool | int | float | list[str]] | None = None
) -> duckdb.DuckDBPyConnection:
    """Open the store. A damaged, newer or held file is an error that names it and says what to do."""
    path = home.raw_db
    try:
        connection = duckdb.connect(str(path), read_only=read_only, config=dict(settings or {}))
    except duckdb.Error as error:
        raise store_error(path, error) from None
    try:
        connection.execute("set timezone = 'UTC'")
        _check_version(path, connection)
    except duckdb.Error as error:
        connection.close()
        raise store_error(path, error) from None
    except RawStoreError:
        connection.close()
        raise
    return connection


def wanted_tables(specs: Iterable[Spec]) -> list[Table]:
    """Every raw table there must be, once: those of the shapes, then those of the specs."""
    tables = {(table.schema, table.name): table for table in _shape_tables()}
    for spec in specs:
        for table in spec.tables:
            tables.setdefault((table.schema, table.name), table)
    return list(tables.values())


@lru_cache(maxsize=1)
def _shape_tables() -> tuple[Table, ...]:
    shapes = sorted(load_shapes().items())
    return tuple(Table(ENTITY_SCHEMA, name, shape.columns, keeps_extra=True) for name, shape in shapes)


def fingerprint(tables: Iterable[Table]) -> str:
    """One hash of the names and types of all tables."""
    lines = sorted(repr((table.schema, table.name, table.sql_columns)) for table in tables)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def version_of(connection: duckdb.DuckDBPyConnection, component: str) -> str | None:
    """The version a component was written by, None if it never was."""
    query = f"select version from raw.meta.versions where component = {literal(component)}"
    rows = connection.execute(query).fetchall()
    return str(rows[0][0]) if rows else None


def set_version(connection: duckdb.DuckDBPyConnection, component: str, version: str) -> None:
    """Remember a component's version. (Nothing is bound: the first bound value makes DuckDB import pandas.)"""
    connection.execute(f"delete from raw.meta.versions where component = {literal(component)}")
    connection.execute(f"insert into raw.meta.versions values ({literal(component)}, {literal(version)})")


def create_meta(connection: duckdb.DuckDBPyConnection) -> None:
    """The tables of schema `meta` in an empty catalog `raw`."""
    connection.execute("create schema raw.meta")
    for name, columns in META_TABLES.items():
        listed = ", ".join(f"{identifier(column)} {kind}" for column, kind in columns)
        connection.execute(f"create table raw.meta.{identifier(name)} ({listed})")
    set_version(connection, "raw_store", str(STORE_VERSION))


def make_folder(folder: Path) -> None:
    """A folder only its owner may enter, made with its parents."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreNotWritable(f"{folder}: cannot be made ({error.strerror}); make it writable and run again") from None


def _create(home: Home) -> None:
    if Path(f"{home.raw_db}.wal").exists():
        raise RawStoreError(
            f"{home.raw_db}.wal: belongs to a raw.duckdb that is not there; put that file back, "
            "or move the .wal aside, and run again"
        )
    try:
        new_database(home.raw_db, "raw", create_meta)
    except duckdb.Error as error:
        raise store_error(home.raw_db, error) from None


def _check_version(path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    known = connection.execute(
        "select 1 from duckdb_tables() where schema_name = 'meta' and table_name = 'versions'"
    ).fetchall()
    version = version_of(connection, "raw_store") if known else None
    if version is None or not version.isdigit():
        raise RawStoreError(f"{path}: is a database, but not one of cx-warehouse; move it aside and run again")
    if int(version) > STORE_VERSION:
        raise StoreTooNew(
            f"{path}: was written by a newer cx-warehouse (store version {version}, this one knows {STORE_VERSION}); "
            "install that release, nothing was changed"
        )
