"""Questions to the published file that can read nothing else: no file, no network, no setting, no second statement.

Belongs here: opening the published file safely, and asking it. Never here: how an answer is shown.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.errors import DatabaseBusy, NothingPublished, named_error
from orchestration.querying.memory_cap import memory_capped
from orchestration.querying.query_guard import QuestionRefused, said, single_question

_READ_ONLY = "Close it, or let it open the file read-only; the next night puts a new file in its place."
_BATCH = 5_000
# Beside DuckDB's buffers: rows on their way out, threads, texts being made.
_OVERHEAD = 512 * 1024 * 1024
_LOCKED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
    "temp_directory": "",
}


@dataclass(frozen=True)
class Limits:
    """What one question may use."""

    memory: str = "1GB"
    threads: int = 2
    seconds: float = 60.0


@dataclass(frozen=True)
class Answer:
    """Names of columns, and the rows."""

    columns: list[str]
    rows: list[tuple[Any, ...]]
    is_cut: bool


@contextmanager
def published_connection(published_db: Path, limits: Limits | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A locked, read-only connection to the published file, for anybody who wants to ask it."""
    limits = limits or Limits()
    if not published_db.exists():
        raise NothingPublished(f"{published_db} is not there yet", "Run `cx night` first.")
    settings = _LOCKED | {"memory_limit": limits.memory, "threads": limits.threads}
    try:
        connection = duckdb.connect(str(published_db), read_only=True, config=settings)
    except duckdb.Error as error:
        if isinstance(named_error(error), DatabaseBusy):
            raise DatabaseBusy(f"another program holds {published_db} open for writing", _READ_ONLY) from None
        raise named_error(error) or NothingPublished(f"{published_db} cannot be opened", "Run `cx night`.") from None
    try:
        connection.execute("set timezone = 'UTC'")
        connection.execute("set lock_configuration = true")
        yield connection
    finally:
        connection.close()


def ask(published_db: Path, sql: str, limits: Limits | None = None, most_rows: int | None = None) -> Answer:
    """Answer one question. `most_rows` cuts the answer; the time limit stops it."""
    rows: list[tuple[Any, ...]] = []
    with asking(published_db, sql, limits, most_rows) as (columns, batches):
        for batch in batches:
            rows += batch
    is_cut = most_rows is not None and len(rows) > most_rows
    return Answer(columns, rows[:most_rows], is_cut)


@contextmanager
def asking(
    published_db: Path, sql: str, limits: Limits | None = None, most_rows: int | None = None
) -> Iterator[tuple[list[str], Iterator[list[tuple[Any, ...]]]]]:
    """Columns and batches of the answer, for whoever writes it as it comes; the time limit holds for the writing too.

    With `most_rows` one row more is read, so that the caller sees whether there are more.
    """
    limits = limits or Limits()
    deadline = time.monotonic() + limits.seconds
    with published_connection(published_db, limits) as connection:
        statement = single_question(connection, sql)
        stopwatch = threading.Timer(limits.seconds, connection.interrupt)
        stopwatch.start()
        try:
            with memory_capped(_bytes(connection) + _OVERHEAD):
                found = connection.execute(statement)
                columns = _told_apart([column[0] for column in found.description])
                yield columns, _batches(found, deadline, most_rows)
        except (duckdb.InterruptException, TimeoutError):
            hint = "Ask for less, or raise --seconds."
            raise QuestionRefused(f"stopped after {limits.seconds:g} s", hint) from None
        except (duckdb.OutOfMemoryException, MemoryError) as error:
            raise QuestionRefused(said(error), "Ask for less, or raise --memory.") from None
        except duckdb.Error as error:
            raise QuestionRefused(said(error)) from None
        finally:
            stopwatch.cancel()


def _bytes(connection: duckdb.DuckDBPyConnection) -> int:
    """The memory limit as DuckDB understood it."""
    (text,) = connection.execute("select current_setting('memory_limit')").fetchall()[0]
    number, unit = str(text).split()
    return int(float(number) * 1024 ** ("bytes", "KiB", "MiB", "GiB", "TiB").index(unit))


def _told_apart(names: list[str]) -> list[str]:
    """`select 1 as a, 2 as a` has two columns of one name; the second is called a_1."""
    seen: dict[str, None] = {}
    for name in names:
        fresh = name
        number = 0
        while fresh in seen:
            number += 1
            fresh = f"{name}_{number}"
        seen[fresh] = None
    return list(seen)


def _batches(
    found: duckdb.DuckDBPyConnection, deadline: float, most_rows: int | None
) -> Iterator[list[tuple[Any, ...]]]:
    left = None if most_rows is None else most_rows + 1
    while left is None or left > 0:
        rows = found.fetchmany(_BATCH if left is None else min(left, _BATCH))
        # An interrupt reaches only a query that runs, not an answer that is being read or written.
        if time.monotonic() > deadline:
            raise TimeoutError
        if not rows:
            return
        left = None if left is None else left - len(rows)
        yield rows
