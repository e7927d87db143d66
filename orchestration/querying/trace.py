"""From a published row back to the file and line it came from: mart, core, raw, delivery.

Belongs here: following the lineage columns that core tables keep. Never here: a list of models (the manifest has it).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import duckdb

from ingestion.home import Home
from ingestion.line_of_record import line_of
from ingestion.quoting import identifier, literal
from ingestion.specs.files import read_all_specs
from ingestion.specs.model import Spec
from orchestration.building.build import DbtPlace, read_manifest
from orchestration.errors import DatabaseBusy, DatabaseDamaged, NothingPublished, WrongUse, named_error
from orchestration.publishing.lineage import Traced, traced_core, traced_marts, upstream
from orchestration.publishing.marts import MartColumn
from orchestration.publishing.pseudonyms import give_key, pseudonym_key, pseudonym_sql

_LINEAGE = ("_source_table", "_load_id", "_row_number")
_MOST = 1000
_LOAD = "select source, export, file_name, exported_at, content_sha256 from raw.meta.loads where load_id = ?"


@dataclass(frozen=True)
class Origin:
    """One raw record behind a published row."""

    core_table: str
    raw_table: str
    load_id: int
    row_number: int
    file_name: str
    line: int | None
    exported_at: Any
    content_sha256: str
    remark: str = ""


def trace(home: Home, table: str, key: str) -> list[Origin]:
    """The raw records behind the row with this key, as published, of a mart or of a core table."""
    place = DbtPlace(home)
    if not place.manifest.exists() or not home.warehouse_db.exists():
        raise NothingPublished("nothing was built in this home yet", "Run `cx night` first.")
    manifest = read_manifest(place)
    traced, column = _traced(manifest, table)
    with closing(_open(home)) as connection:
        value = _inner_key(connection, traced, column, key)
        found = list(_origins(connection, manifest, traced, column.name, value))
        return [_origin(connection, home, *each) for each in found]


def _traced(manifest: Mapping[str, Any], table: str) -> tuple[Traced, MartColumn]:
    """The table and its key; a failed audit names core tables too."""
    marts = traced_marts(manifest)
    found = next((one for one in [*marts, *traced_core(manifest)] if one.name == table), None)
    if found is None:
        names = ", ".join(one.name for one in marts)
        raise WrongUse(f"no published table is called {table!r}", f"There are: {names}")
    if found.key is None:
        names = ", ".join(one.name for one in marts if one.key)
        message = f"{table} has no key: each of its rows is a summary of many records"
        raise WrongUse(message, f"These lead to single records: {names}")
    return found, found.key


def _open(home: Home) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    give_key(connection, pseudonym_key(home.pseudonym_key))
    try:
        for database, name in ((home.warehouse_db, "warehouse"), (home.raw_db, "raw")):
            connection.execute(f"attach {literal(str(database))} as {name} (read_only)")
    except duckdb.Error as error:
        connection.close()
        if isinstance(named_error(error), DatabaseBusy):
            message = "a night, or another program, is writing the working databases of this home"
            raise DatabaseBusy(message, "Trace again when it has ended.") from None
        damaged = DatabaseDamaged(f"{database} cannot be opened", "Run `cx night`: it says what to do.")
        raise named_error(error) or damaged from None
    return connection


def _inner_key(connection: duckdb.DuckDBPyConnection, traced: Traced, column: MartColumn, key: str) -> Any:
    """The key as the warehouse holds it."""
    name = identifier(column.name)
    published = pseudonym_sql(name) if column.is_pseudonym else f"{name}::varchar"
    table = f"warehouse.{identifier(traced.schema)}.{identifier(traced.name)}"
    try:
        found = connection.execute(f"select {name} from {table} where {published} = ? limit 1", [key]).fetchall()
    except duckdb.CatalogException:
        raise NothingPublished(f"{traced.name} was not built yet", "Trace in it after a night that built it.") from None
    if not found:
        raise NothingPublished(f"{traced.name} has no row with {column.name} = {key!r}", "Copy the key from `cx sql`.")
    return found[0][0]


def _origins(
    connection: duckdb.DuckDBPyConnection, manifest: Mapping[str, Any], traced: Traced, column: str, value: Any
) -> Iterator[tuple[str, str, int, int]]:
    """Core table, raw table, load and row number of each raw record behind the row, each record once."""
    for names in _core_tables(connection, manifest, traced, column):
        seen: dict[tuple[str, int, int], str] = {}
        for name in names:
            found = connection.execute(
                f"select distinct {', '.join(_LINEAGE)} from warehouse.core.{identifier(name)}"
                f" where {identifier(column)} = ? and _load_id is not null order by all limit {_MOST}",
                [value],
            ).fetchall()
            for record in found:
                seen.setdefault(record, name)
        if seen:
            yield from ((name, *record) for record, name in seen.items())
            return


def _origin(
    connection: duckdb.DuckDBPyConnection, home: Home, core: str, raw_table: str, load_id: int, row_number: int
) -> Origin:
    loads = connection.execute(_LOAD, [load_id]).fetchall()
    if not loads:
        return Origin(core, raw_table, load_id, row_number, "?", None, None, "")
    source, export, file_name, exported_at, sha256 = loads[0]
    spec = next((one for one in read_all_specs(home).specs if (one.source, one.export) == (source, export)), None)
    line, remark = None, "its spec is gone or has a mistake"
    if spec is not None:
        place = _parent_place(connection, spec, raw_table, load_id, row_number)
        line, remark = line_of(home.exports, spec, file_name, sha256, *place)
    return Origin(core, raw_table, load_id, row_number, file_name, line, exported_at, sha256, remark)


def _parent_place(
    connection: duckdb.DuckDBPyConnection, spec: Spec, raw_table: str, load_id: int, row_number: int
) -> tuple[str, int]:
    """Table and row of the record in the file: of a row out of an array, the record it was nested in."""
    tables = {f"{table.schema}.{table.name}": name for name, table in spec.child_tables.items()}
    if raw_table not in tables or spec.children[tables[raw_table]].path is None:
        return raw_table, row_number
    table = spec.child_tables[tables[raw_table]].qualified()
    found = connection.execute(
        f"select _parent_row_number from {table} where _load_id = ? and _row_number = ?", [load_id, row_number]
    ).fetchall()
    return f"{spec.table.schema}.{spec.table.name}", found[0][0] if found else row_number


def _core_tables(
    connection: duckdb.DuckDBPyConnection, manifest: Mapping[str, Any], traced: Traced, column: str
) -> list[list[str]]:
    """Core tables with the key and their lineage, in groups of which the first that knows counts.

    The table itself or its own entity comes first (core_customers, int_customers__...), what else happened to it
    (orders) last.
    """
    rows = connection.execute(
        "select table_name from duckdb_columns() where database_name = 'warehouse' and schema_name = 'core'"
        f" and column_name in (?, {', '.join(literal(name) for name in _LINEAGE)}) group by all having count(*) = ?",
        [column, 1 + len(_LINEAGE)],
    ).fetchall()
    keeping = {name for (name,) in rows}
    behind = [name for name in [traced.name, *upstream(manifest, traced.name)] if name in keeping]
    entity = traced.name.partition("_")[2]
    own = [name for name in behind if name in (traced.name, f"core_{entity}")]
    parts = [name for name in behind if name.startswith(f"int_{entity}__")]
    return [own, parts[:1], behind]
