"""The rows that failed a test, as dbt stored them: the files and keys that lead to them, and the rows themselves.

Belongs here: reading those tables. Never here: running tests, words, or a value that is no id of ours in what is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Any

import duckdb

from ingestion.home import Home
from ingestion.quoting import identifier, literal
from orchestration.building.build_report import Failure
from orchestration.errors import NightError, NothingPublished, named_error
from orchestration.publishing.lineage import traced_core, traced_marts

_MOST = 3
# What dbt's own tests call the one column they were asked about.
_ASKED = ("unique_field", "from_field")


def with_origins(home: Home, failure: Failure, stored_in: str, manifest: Mapping[str, Any]) -> Failure:
    """The failure with the table of its rows and what leads from them to files; as it was where none can be read."""
    if not stored_in:
        return failure
    failure = replace(failure, stored_in=stored_in)
    try:
        with _opened(home, failure) as rows:
            return replace(failure, files=_files(home, *rows), keys=_keys(failure, manifest, *rows))
    except (NightError, duckdb.Error):
        return replace(failure, stored_in="")  # the audit failed, whatever can be said of its rows


def _files(home: Home, connection: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> list[str]:
    """Some of the delivered files the rows stand in, where they hold the load they came by."""
    if "_load_id" not in columns:
        return []
    connection.execute(f"attach {literal(str(home.raw_db))} as raw (read_only)")
    found = connection.execute(
        f"select distinct file_name from raw.meta.loads where load_id in (select _load_id from {table})"
        f" order by all limit {_MOST}"
    )
    return [name for (name,) in found.fetchall()]


def _keys(
    failure: Failure,
    manifest: Mapping[str, Any],
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: list[str],
) -> list[str]:
    """Some keys that `cx trace` takes; none of a person, and none where the rows hold no such key."""
    traced = [*traced_marts(manifest), *traced_core(manifest)]
    key = next((one.key for one in traced if one.name == failure.model), None)
    if key is None or key.is_pseudonym:
        return []
    names = (key.name, *(_ASKED if failure.column == key.name else ()))
    held = [identifier(name) for name in names if name in columns][:1]
    if not held:
        return []
    found = connection.execute(
        f"select distinct {held[0]}::varchar from {table} where {held[0]} is not null order by all limit {_MOST}"
    )
    return [value for (value,) in found.fetchall()]


def rows_of(home: Home, failure: Failure, most: int) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The failing rows as they are. This is personal data: for a person's eyes, never for a log."""
    with _opened(home, failure) as (connection, table, columns):
        return columns, connection.execute(f"from {table} limit {most}").fetchall()


@contextmanager
def _opened(home: Home, failure: Failure) -> Iterator[tuple[duckdb.DuckDBPyConnection, str, list[str]]]:
    """A connection, and the table of failing rows with its columns."""
    table = ".".join(identifier(part) for part in failure.stored_in.split("."))
    with closing(duckdb.connect(":memory:")) as connection:
        connection.execute("set timezone = 'UTC'")
        try:
            connection.execute(f"attach {literal(str(home.warehouse_db))} as warehouse (read_only)")
            columns = [row[0] for row in connection.execute(f"describe {table}").fetchall()]
        except duckdb.Error as error:
            gone = NothingPublished(
                f"the failing rows of {failure.name} are not kept any more", "Run `cx night` again."
            )
            raise named_error(error) or gone from None
        yield connection, table, columns
