"""Tonight's marts as files that nobody reads yet: written in one transaction, then read back from the disk.

Belongs here: the SQL that fills the new file and its Parquet copy, and the counts that prove both whole.
Never here: names that readers open, renaming, deciding what is published.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb

from ingestion.quoting import identifier, literal
from orchestration.errors import UNTOUCHED, DatabaseDamaged, named_error
from orchestration.memory_sizes import build_memory, held_memory
from orchestration.publishing.marts import Mart
from orchestration.publishing.masking import count_masked, masked, text_columns
from orchestration.publishing.pseudonyms import give_key, pseudonym_of, remember_pseudonyms

# Rows of a table, and after them in how many each of its pseudonyms is known.
Counts = tuple[int, ...]
# Beside the warehouse and as private: what does not fit into memory holds the ids that the pseudonyms stand for.
_SPILL = "publish_spill"
# The BI group may read what is published; nobody but the night's own user may write it.
FILE_MODE, FOLDER_MODE = 0o640, 0o750
_AGAIN = f"Run the night again; {UNTOUCHED}."


@contextmanager
def fresh_file(warehouse_db: Path, fresh: Path, key: bytes) -> Iterator[duckdb.DuckDBPyConnection]:
    """A transaction with catalogs `warehouse`, read-only, and `fresh`, the new file: whole and closed at the end."""
    spill = warehouse_db.parent / _SPILL
    shutil.rmtree(spill, ignore_errors=True)
    spill.mkdir(mode=0o700)
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": build_memory(),
        "block_allocator_memory": held_memory(),
        "temp_directory": str(spill),
        "preserve_insertion_order": "false",
    }
    try:
        with closing(duckdb.connect(":memory:", config=settings)) as connection:
            connection.execute("set timezone = 'UTC'")  # as dbt built it: a mart may be a view
            give_key(connection, key)
            connection.execute(f"attach {literal(str(warehouse_db))} as warehouse (read_only)")
            connection.execute(f"attach {literal(str(fresh))} as fresh")
            connection.execute("begin")
            yield connection
            connection.execute("commit")
            connection.execute("checkpoint fresh")
            connection.execute("detach fresh")
    finally:
        shutil.rmtree(spill, ignore_errors=True)
    if fresh.with_name(f"{fresh.name}.wal").exists():
        raise DatabaseDamaged("the new published file did not checkpoint", _AGAIN)


def copy_marts(connection: duckdb.DuckDBPyConnection, marts: Sequence[Mart]) -> dict[str, Counts]:
    """Copy the marts with their comments; what the warehouse holds of each, to compare with what is read back."""
    remember_pseudonyms(connection, [(_source(mart), name) for mart in marts for name in _people(mart)])
    counts = {}
    for mart in marts:
        if mart.columns:
            _copy(connection, mart)
            counts[mart.name] = _counts(connection, _source(mart), mart)
    return counts


def masked_cells(connection: duckdb.DuckDBPyConnection, marts: Sequence[Mart]) -> dict[str, int]:
    """In how many cells of which copied column (`mart.column`) something was masked."""
    found: dict[str, int] = {}
    for mart in marts:
        texts = text_columns(connection, _source(mart))
        names = [each.name for each in mart.columns if each.name in texts and not each.is_pseudonym]
        counts = count_masked(connection, f"fresh.main.{identifier(mart.name)}", names)
        found |= {f"{mart.name}.{name}": count for name, count in counts.items()}
    return found


def _copy(connection: duckdb.DuckDBPyConnection, mart: Mart) -> None:
    target = f"fresh.main.{identifier(mart.name)}"
    columns, joins = [], []
    texts = text_columns(connection, _source(mart))
    for column in mart.columns:
        name = f"entry.{identifier(column.name)}"
        if column.is_pseudonym:
            alias = identifier(f"pseudonym of {column.name}")
            name, join = pseudonym_of(name, alias)
            joins.append(join)
        elif column.name in texts:
            name = masked(name)
        columns.append(f"{name} as {identifier(column.name)}")
    connection.execute(
        f"create table {target} as select {', '.join(columns)} from {_source(mart)} as entry {' '.join(joins)}"
    )
    connection.execute(f"comment on table {target} is {literal(mart.description)}")
    for column in mart.columns:
        comment = literal(column.description)
        connection.execute(f"comment on column {target}.{identifier(column.name)} is {comment}")


def _source(mart: Mart) -> str:
    return f"warehouse.marts.{identifier(mart.name)}"


def _people(mart: Mart) -> list[str]:
    return [identifier(column.name) for column in mart.columns if column.is_pseudonym]


def _counts(connection: duckdb.DuckDBPyConnection, relation: str, mart: Mart) -> Counts:
    known = "".join(f", count({name})" for name in _people(mart))
    return tuple(connection.execute(f"select count(*){known} from {relation}").fetchall()[0])


def read_back(fresh: Path, marts: Sequence[Mart], expected: Mapping[str, Counts]) -> None:
    """Compare the closed file with the warehouse. That its bytes are whole shows when the Parquet copy reads them."""
    with _reopened(fresh) as connection:
        for mart in marts:
            if mart.name in expected:
                found = _counts(connection, f"main.{identifier(mart.name)}", mart)
                _require(found == expected[mart.name], mart.name, expected[mart.name], found, "file")


def write_parquet(fresh: Path, folder: Path) -> None:
    """Copy every table of the new file, reading all of it: DuckDB checks the sum of each block that it reads."""
    folder.mkdir()
    folder.chmod(FOLDER_MODE)
    with _reopened(fresh) as connection:
        connection.execute("set preserve_insertion_order = false")
        for name, rows in _tables(connection).items():
            file = folder / f"{name}.parquet"
            connection.execute(f"copy main.{identifier(name)} to {literal(str(file))} (format parquet)")
            file.chmod(FILE_MODE)
            footer = f"select sum(num_rows)::bigint from parquet_file_metadata({literal(str(file))})"
            found = connection.execute(footer).fetchall()[0]
            _require(found == rows, name, rows, found, "Parquet copy")


@contextmanager
def _reopened(fresh: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    try:
        with closing(duckdb.connect(str(fresh), read_only=True)) as connection:
            yield connection
    except duckdb.Error as error:
        if named_error(error):
            raise
        raise DatabaseDamaged("the new published file cannot be read back", _AGAIN) from None


def _tables(connection: duckdb.DuckDBPyConnection) -> dict[str, Counts]:
    names = connection.execute("select table_name from duckdb_tables() where not internal order by all").fetchall()
    count = "select count(*) from main."
    return {name: connection.execute(count + identifier(name)).fetchall()[0] for (name,) in names}


def _require(is_whole: bool, name: str, expected: Counts, found: Counts, where: str) -> None:
    if not is_whole:
        people = f", people in {expected[1:]} and {found[1:]} of them" if expected[1:] else ""
        raise DatabaseDamaged(
            f"{name} has {expected[0]} rows in the warehouse and {found[0]} in the new {where}{people}", _AGAIN
        )
