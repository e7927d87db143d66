"""What one may ask of the published file: a single statement that reads, and calls nothing that acts.

Belongs here: judging the text of a question before it runs. Never here: opening the file, running or showing anything.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import duckdb

from orchestration.errors import WrongUse

# What may be asked. Everything else (attach, copy, set, pragma, call, load, ...) is refused before it runs.
_ALLOWED = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)
_ALLOWED_WORDS = "Only questions are: select, from, with, show, describe, summarize, explain."
# The parser itself opens files for some statements (import database), so that their first word is looked at before.
_QUESTIONS = "select from with values table show describe desc summarize explain pivot unpivot"
_FIRST_WORDS = ("(", *_QUESTIONS.split())
# Functions that act though a select may call them: they change settings, write, or take a machine address.
_CHANGING = "enable_logging disable_logging truncate_duckdb_logs write_log enable_profiling disable_profiling"
_WRITING = "checkpoint force_checkpoint arrow_scan arrow_scan_dumb pandas_scan python_map_function"
# And those that run a text as SQL, which nobody could look at before.
_RUNNING_TEXT = "query query_table json_execute_serialized_sql"
ACTING = frozenset([*_CHANGING.split(), *_WRITING.split(), *_RUNNING_TEXT.split()])
# What DuckDB advises next is refused here: extensions, settings, other storage.
_USELESS_ADVICE = re.compile(
    r"^(Please try|INSTALL |LOAD |Alternatively|SET |Possible solutions|\* |See also|Launch the database|Or set )"
    r"|no temporary directory|cannot be offloaded"
)


class QuestionRefused(WrongUse):
    """The SQL is not one single question, or the database does not understand it."""


def single_question(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.Statement:
    """The statement, if it is one and may be asked."""
    words = _first_words(sql)
    if not words:
        raise QuestionRefused("no question was asked", 'Ask one, such as: cx sql "show tables"')
    refused = [word for word in words if word not in _FIRST_WORDS]
    if refused:
        raise QuestionRefused(f"{refused[0]} is not allowed here", _ALLOWED_WORDS)
    if acting := sorted(ACTING.intersection(_called(sql))):
        raise QuestionRefused(f"{acting[0]}() is not allowed here", "Ask without it.")
    try:
        statements = connection.extract_statements(sql)
    except duckdb.Error as error:
        raise QuestionRefused(said(error)) from None
    if len(statements) != 1 and len(words) == 1:
        raise QuestionRefused(
            "a pivot must name its values", "Such as: pivot t on kind in ('a', 'b') using sum(amount)"
        )
    if len(statements) != 1:
        raise QuestionRefused(f"{len(statements)} questions at once", "Ask one question at a time.")
    if statements[0].type not in _ALLOWED:
        raise QuestionRefused(f"{statements[0].type.name.lower()} is not allowed here", _ALLOWED_WORDS)
    return statements[0]


def said(error: BaseException) -> str:
    """DuckDB's message without its advice to do what is refused here."""
    lines = str(error).splitlines()
    return re.sub(r"\n{2,}", "\n", "\n".join(line for line in lines if not _USELESS_ADVICE.search(line))).strip()


def _first_words(sql: str) -> list[str]:
    """The first word of each statement; comments and empty statements have none."""
    words: list[str] = []
    is_first = True
    for token in _tokens(sql):
        if token.startswith(";"):
            is_first = True
        elif is_first:
            words += re.findall(r"\A(?:\w+|.)", token, re.DOTALL)
            is_first = False
    return words


def _called(sql: str) -> Iterator[str]:
    """Names before a bracket, quoted or not."""
    before = ""
    for token in _tokens(sql):
        if token.startswith("("):
            yield before
        found = re.match(r'"((?:[^"]|"")*)"|\w+', token)
        before = (found[1] or found[0]) if found else ""


def _tokens(sql: str) -> Iterator[str]:
    """Each token in small letters, with the blanks and comments behind it; DuckDB counts places in bytes."""
    text = sql.encode()
    starts = [start for start, _ in duckdb.tokenize(sql)]
    for start, end in itertools.pairwise([*starts, len(text)]):
        yield text[start:end].decode(errors="replace").lower()
