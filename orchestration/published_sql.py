"""Questions to the published file that can read nothing else: no file, no network, no setting, no second statement.

Belongs here: opening the published file safely, and asking it. Never here: how an answer is shown.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.errors import NightError, NothingPublished, named_error

# What may be asked. Everything else (attach, copy, set, pragma, call, load, ...) is refused before it runs.
_ALLOWED = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)
_LOCKED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
    "temp_directory": "",
}


class QuestionRefused(NightError):
    """The SQL is not one single question, or the database does not understand it."""

    exit_code = 2


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
        raise named_error(error) or NothingPublished(f"{published_db} cannot be opened", "Run `cx night`.") from None
    try:
        connection.execute("set timezone = 'UTC'")
        connection.execute("set lock_configuration = true")
        yield connection
    finally:
        connection.close()


def ask(published_db: Path, sql: str, limits: Limits | None = None, most_rows: int | None = None) -> Answer:
    """Answer one question. `most_rows` cuts the answer; the time limit stops it."""
    limits = limits or Limits()
    with published_connection(published_db, limits) as connection:
        statement = _single_question(connection, sql)
        stopwatch = threading.Timer(limits.seconds, connection.interrupt)
        stopwatch.start()
        try:
            found = connection.execute(statement)
            columns = [column[0] for column in found.description]
            rows = found.fetchall() if most_rows is None else found.fetchmany(most_rows + 1)
        except duckdb.InterruptException:
            hint = "Ask for less, or raise --seconds."
            raise QuestionRefused(f"stopped after {limits.seconds:g} s", hint) from None
        except duckdb.Error as error:
            raise QuestionRefused(str(error)) from None
        finally:
            stopwatch.cancel()
    is_cut = most_rows is not None and len(rows) > most_rows
    return Answer(columns, rows[:most_rows], is_cut)


def _single_question(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.Statement:
    try:
        statements = connection.extract_statements(sql)
    except duckdb.Error as error:
        raise QuestionRefused(str(error)) from None
    if len(statements) != 1:
        raise QuestionRefused(f"{len(statements)} statements", "Ask one question at a time.")
    if statements[0].type not in _ALLOWED:
        raise QuestionRefused(
            f"{statements[0].type.name.lower()} is not allowed here", "Only questions are: select, from, with, explain."
        )
    return statements[0]
