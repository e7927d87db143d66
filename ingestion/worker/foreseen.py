"""What the files of a dry run would put beside each other: the part of it that later files of the run are asked about.

Belongs here: the temporary tables of a check. Never here: a load, whose ledger and rows say the same themselves.
"""

from __future__ import annotations

import duckdb

from ingestion.quoting import identifier
from ingestion.specs.model import Spec
from ingestion.specs.tables import EXTRA, Table
from ingestion.store.ledger import LoadLine
from ingestion.store.raw_tables import columns_of
from ingestion.worker.drift import TEXT
from ingestion.worker.staging import Staged

LEDGER = "load_id, source, export, instance, file_name, exported_at, rows_loaded"


def foresee(connection: duckdb.DuckDBPyConnection, spec: Spec, line: LoadLine, staged: Staged) -> None:
    """Remember the file, and what of its rows may meet another file's."""
    loads = f"create temp table if not exists foreseen_loads as select {LEDGER} from raw.meta.loads limit 0"
    connection.execute(loads)
    values = [getattr(line, name) for name in LEDGER.split(", ")]
    connection.execute(f"insert into temp.main.foreseen_loads values ({', '.join('?' * len(values))})", values)
    connection.execute("create temp table if not exists foreseen_columns (table_name text, name text, type text)")
    for table in staged.tables:
        for name in table.drift:
            added = [table.table.qualified(), name, EXTRA[1] if name == EXTRA[0] else TEXT]
            connection.execute("insert into temp.main.foreseen_columns values (?, ?, ?)", added)
    if met := met_columns(spec):
        own = f"{line.load_id}::bigint as _load_id"
        rows = f"select {met}, {own} from {staged.tables[0].qualified} where _is_kept"
        connection.execute(f"create temp table if not exists {_name(spec)} as {rows} limit 0")
        connection.execute(f"insert into temp.main.{_name(spec)} {rows}")


def loads_so_far(connection: duckdb.DuckDBPyConnection) -> str:
    """SQL for the ledger's loads, and those that this dry run foresees."""
    loads = f"select {LEDGER} from raw.meta.loads where status = 'loaded'"
    return f"{loads} union all from temp.main.foreseen_loads" if _is_there(connection, "foreseen_loads") else loads


def rows_so_far(connection: duckdb.DuckDBPyConnection, spec: Spec) -> str | None:
    """SQL for the columns by which files meet, and `_load_id`, of all rows there are; None where there are none."""
    met, table = met_columns(spec), spec.table
    keys = spec.key if spec.mode == "snapshot" else ()
    names = {name for name in (spec.period, *spec.replace_by, *spec.parts_by, *keys) if name}
    parts = []
    if names <= columns_of(connection, table).keys():
        parts.append(f"select {met}, _load_id from {table.qualified()}")
    if _is_there(connection, f"foreseen_{table.schema}_{table.name}"):
        parts.append(f"from temp.main.{_name(spec)}")
    return " union all ".join(parts) or None


def columns_so_far(connection: duckdb.DuckDBPyConnection, table: Table) -> dict[str, str]:
    """The raw table's columns, and those that this dry run foresees: name -> type."""
    columns = dict(columns_of(connection, table))
    if _is_there(connection, "foreseen_columns"):
        added = "select name, type from temp.main.foreseen_columns where table_name = ?"
        columns |= dict(connection.execute(added, [table.qualified()]).fetchall())
    return columns


def met_columns(spec: Spec) -> str:
    """SQL for what two files may both hold: days, groups with their parts, keys of dumps; empty where not asked."""
    if spec.mode == "snapshot":
        return ", ".join(identifier(name) for name in spec.key)
    if spec.period:
        parts = "".join(f", {identifier(name)}" for name in spec.parts_by)
        return f"cast({identifier(spec.period)} as date) as {identifier(spec.period)}{parts}"
    return ", ".join(identifier(name) for name in (*spec.replace_by, *spec.parts_by)) if spec.parts_by else ""


def _name(spec: Spec) -> str:
    return identifier(f"foreseen_{spec.table.schema}_{spec.table.name}")


def _is_there(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    there = "select 1 from duckdb_tables() where temporary and table_name = ?"
    return bool(connection.execute(there, [name]).fetchall())
