"""What an analyst may ask the published file, and what nobody may."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import duckdb
import pytest

from orchestration.errors import NothingPublished
from orchestration.published_sql import Limits, QuestionRefused, ask, asking, published_connection

_HOSTILE = [
    "select * from read_text('{secret}')",
    "select * from read_blob('{secret}')",
    "select * from read_csv('{secret}')",
    "select * from '{secret}'",
    "from read_json_auto('{secret}')",
    "select * from glob('{folder}/*')",
    "copy t to '{folder}/out.csv'",
    "copy (select 1) to '{folder}/out.parquet' (format parquet)",
    "export database '{folder}/out'",
    "attach '{folder}/other.duckdb' as other",
    "attach ':memory:' as other",
    "install httpfs",
    "load httpfs",
    "load '{secret}'",
    "set enable_external_access = true",
    "reset enable_external_access",
    "set threads = 64",
    "set memory_limit = '100GB'",
    "pragma enable_profiling",
    "pragma profiling_output = '{folder}/out.json'",
    "set profiling_output = '{folder}/out.json'",
    "insert into t values (2)",
    "update t set a = 3",
    "delete from t",
    "drop table t",
    "create table u as select 1",
    "create temp table u as select 1",
    "create macro m() as 1",
    "begin",
    "checkpoint",
    "vacuum",
    "call force_checkpoint()",
    "prepare p as select 1",
    "select 1; select 2",
    "select 1; copy t to '{folder}/out.csv'",
    "",
    "not sql at all",
    "select * from local_frame",
    "import database '{folder}'",
    "use memory",
    "create secret s (type http)",
    "explain analyze copy t to '{folder}/out.csv'",
    "with x as (insert into t values (9) returning a) from x",
    "select * from read_parquet('http://127.0.0.1:{port}/x.parquet')",
    "from sniff_csv('{secret}')",
    "from parquet_metadata('{secret}')",
    "from query('copy t to ''{folder}/out.csv''')",
    "from query_table('{secret}')",
]


@pytest.fixture
def published(tmp_path: Path) -> Path:
    path = tmp_path / "cx.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table t as select 1 as a, '=1+1' as b")
    return path


@pytest.mark.parametrize("sql", _HOSTILE)
def test_a_hostile_statement_reads_and_writes_nothing(published: Path, tmp_path: Path, sql: str) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a\ncanary\n")
    before = published.read_bytes()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        text = sql.format(secret=secret, folder=tmp_path, port=server.getsockname()[1])
        with pytest.raises(QuestionRefused):
            ask(published, text)
        with pytest.raises(TimeoutError):
            server.accept()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cx.duckdb", "secret.csv"]
    assert published.read_bytes() == before


def test_questions_are_answered(published: Path) -> None:
    assert ask(published, "from t").rows == [(1, "=1+1")]
    assert ask(published, "with x as (select a from t) select sum(a) as s from x").columns == ["s"]
    assert ask(published, "show tables").rows == [("t",)]
    assert ask(published, "describe t").rows
    assert ask(published, "explain select * from t").rows


def test_an_answer_can_be_cut(published: Path) -> None:
    answer = ask(published, "from range(10)", most_rows=3)
    assert (len(answer.rows), answer.is_cut) == (3, True)
    assert not ask(published, "from range(3)", most_rows=3).is_cut


def test_a_question_that_takes_too_long_is_stopped(published: Path) -> None:
    with pytest.raises(QuestionRefused, match=r"stopped after 0.3 s"):
        ask(
            published,
            "select count(*) from range(10000000) a, range(10000000) b where a.range % 7 = b.range % 5",
            Limits(seconds=0.3),
        )


def test_a_question_that_needs_too_much_memory_is_refused_and_nothing_is_spilled(
    published: Path, tmp_path: Path
) -> None:
    with pytest.raises(QuestionRefused):
        ask(published, "select list(md5(range::varchar)) from range(5000000)", Limits(memory="50MB"))
    assert [path.name for path in tmp_path.iterdir()] == ["cx.duckdb"]


def test_a_python_variable_is_no_table(published: Path) -> None:
    local_frame = duckdb.sql("select 'canary' as a").df()
    assert len(local_frame)
    with published_connection(published) as connection, pytest.raises(duckdb.Error):
        connection.execute("select * from local_frame")


def test_without_a_night_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NothingPublished, match="not there yet"):
        ask(tmp_path / "cx.duckdb", "select 1")


@pytest.mark.parametrize("sql", ["", "  ", ";", "-- only a comment"])
def test_an_empty_question_is_called_one(published: Path, sql: str) -> None:
    with pytest.raises(QuestionRefused, match="no question was asked"):
        ask(published, sql)


def test_a_statement_that_opens_files_while_it_is_parsed_is_refused_before(published: Path) -> None:
    for sql in ("import database 'x'", "/* a */ Import Database 'x'", "select 'ä' ; import database 'x'"):
        with pytest.raises(QuestionRefused, match="import is not allowed here"):
            ask(published, sql)
    assert ask(published, "select 'import database' as a").rows == [("import database",)]
    assert ask(published, "(select 1 as a)").rows == [(1,)]


@pytest.mark.parametrize(
    "sql",
    [
        "select st_point(1, 2)",
        "from postgres_scan('a', 'b', 'c')",
        "select list(md5(range::varchar)) from range(5000000)",
    ],
)
def test_a_message_advises_nothing_that_is_refused_here(published: Path, sql: str) -> None:
    with pytest.raises(QuestionRefused) as raised:
        ask(published, sql, Limits(memory="50MB"))
    assert str(raised.value)
    for word in ("SET ", "INSTALL", "LOAD", "installing", "running:"):
        assert word not in str(raised.value)


def test_the_time_limit_holds_while_an_answer_is_written(published: Path) -> None:
    with (
        pytest.raises(QuestionRefused, match=r"stopped after 0.2 s"),
        asking(published, "from range(1000000)", Limits(seconds=0.2)) as (columns, batches),
    ):
        assert columns == ["range"]
        for _ in batches:
            time.sleep(0.05)


def test_two_columns_of_one_name_both_come(published: Path) -> None:
    answer = ask(published, "select 1 as a, 2 as a, 3 as a_1")
    assert (len(set(answer.columns)), answer.rows) == (3, [(1, 2, 3)])
