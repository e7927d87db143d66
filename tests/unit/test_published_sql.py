"""What an analyst may ask the published file, and what nobody may."""

from __future__ import annotations

import resource
import socket
import time
from pathlib import Path

import duckdb
import pytest

from orchestration.errors import NothingPublished
from orchestration.querying.published_sql import Limits, ask, asking, published_connection
from orchestration.querying.query_guard import ACTING, QuestionRefused
from tests.builders.hostile_questions import HARMLESS, HOSTILE, OPENING


@pytest.fixture
def published(tmp_path: Path) -> Path:
    path = tmp_path / "cx.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table t as select 1 as a, '=1+1' as b")
    return path


@pytest.mark.parametrize("sql", HOSTILE)
def test_a_hostile_statement_reads_and_writes_nothing(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sql: str
) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a\ncanary\n")
    with duckdb.connect(str(tmp_path / "other.duckdb")) as other:
        other.execute("create table z as select 'canary' as a")
    monkeypatch.setenv("CX_CANARY", "canary")
    before = published.read_bytes()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        text = sql.format(secret=secret, folder=tmp_path, port=server.getsockname()[1])
        with pytest.raises(QuestionRefused):
            ask(published, text)
        with pytest.raises(TimeoutError):
            server.accept()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cx.duckdb", "other.duckdb", "secret.csv"]
    assert published.read_bytes() == before


def test_every_function_that_may_act_was_looked_at() -> None:
    with duckdb.connect() as connection:
        found = connection.execute(
            "select distinct function_name from duckdb_functions()"
            " where function_type = 'table' or has_side_effects and function_type = 'scalar'"
        ).fetchall()
    assert {name for (name,) in found} - ACTING == {*HARMLESS.split(), *OPENING.split()}


@pytest.mark.parametrize(
    "sql",
    [
        "select length(repeat('a', 4000000000))",
        "select len(range(300000000))",
        "select list_resize([1], 300000000)[1]",
        "select repeat('x', 1000000) from range(5000)",
    ],
)
def test_a_question_takes_no_more_memory_than_it_may_though_duckdb_does_not_count_it(published: Path, sql: str) -> None:
    before = resource.getrlimit(resource.RLIMIT_DATA)
    with pytest.raises(QuestionRefused, match="Memory"):
        ask(published, sql, Limits(memory="100MB", seconds=20))
    assert resource.getrlimit(resource.RLIMIT_DATA) == before
    assert ask(published, "from t").rows == [(1, "=1+1")]


def test_questions_are_answered(published: Path) -> None:
    assert ask(published, "from t").rows == [(1, "=1+1")]
    assert ask(published, "with x as (select a from t) select sum(a) as s from x").columns == ["s"]
    assert ask(published, "show tables").rows == [("t",)]
    assert ask(published, "describe t").rows
    assert ask(published, "explain select * from t").rows
    assert ask(published, "pivot t on b in ('=1+1') using sum(a)").columns == ["=1+1"]
    assert ask(published, "select 'query (' as a, 1 as checkpoint").rows == [("query (", 1)]


def test_a_pivot_without_its_values_is_told_what_is_missing(published: Path) -> None:
    with pytest.raises(QuestionRefused, match="must name its values"):
        ask(published, "pivot t on b using sum(a)")


def test_a_long_question_is_judged_at_once(published: Path) -> None:
    began = time.perf_counter()
    many = ", ".join(f"{number}" for number in range(20_000))
    assert ask(published, f"select 7 in ({many}) as found").rows == [(True,)]
    assert time.perf_counter() - began < 5


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
