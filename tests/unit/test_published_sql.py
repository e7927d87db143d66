"""What an analyst may ask the published file, and what nobody may."""

from __future__ import annotations

import resource
import socket
import time
from pathlib import Path

import duckdb
import pytest

from orchestration.errors import NothingPublished
from orchestration.published_sql import Limits, ask, asking, published_connection
from orchestration.questions import ACTING, QuestionRefused

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
    "select * from read_text(['{secret}'])",
    "select * from read_duckdb('{folder}/other.duckdb', table_name = 'z')",
    "from '{folder}/other.duckdb'",
    "from '{folder}/*.csv'",
    'from "{secret}"',
    "from read_text('file://{secret}')",
    "from read_text('/proc/self/environ')",
    "from read_csv('/dev/stdin')",
    "from 's3://bucket/x.parquet'",
    "summarize '{secret}'",
    "describe '{secret}'",
    "show '{secret}'",
    "unpivot '{secret}' on a",
    "pivot '{secret}' on a in (1)",
    "explain analyze select * from '{secret}'",
    "explain analyze insert into t values (1, 'x')",
    "explain create table u as select 1",
    "from parquet_schema('{secret}')",
    "from duckdb_secrets()",
    "from which_secret('s3://bucket/x', 's3')",
    "select getenv('CX_CANARY')",
    "from enable_logging(storage = 'file', storage_path = '{folder}/log')",
    "with l as materialized (from enable_logging()) select write_log('x') from l",
    "from system.main.\"Enable_Logging\" /* ( */ (level = 'trace')",
    "select write_log('x')",
    "from enable_profiling(save_location = '{folder}/prof.json', format = 'json')",
    "from checkpoint()",
    "from query('from enable_log' || 'ging()')",
    "from json_execute_serialized_sql(json_serialize_sql('from read_text(''{secret}'')'))",
    "execute p",
    "deallocate p",
    "set variable x = 1",
    "detach cx",
    "copy (select 1) to '/dev/stdout'",
    "copy from database cx to memory",
    "from t; copy t to '{folder}/out.csv'",
    "/* x */ copy t to '{folder}/out.csv'",
    "select * from (copy t to '{folder}/out.csv')",
    "with x as (copy t to '{folder}/out.csv') from x",
    "merge into t using t as u on t.a = u.a when matched then delete",
    "alter table t add column c int",
    "comment on table t is 'x'",
    "force install httpfs",
    "from load_aws_credentials()",
    ".read {secret}",
    ".shell ls",
    "\\copy t to 'x'",
    "ＳＥＬＥＣＴ 1",
]
# Looked at one by one: they read nothing but the published file and what DuckDB knows of itself.
_HARMLESS = """
    duckdb_approx_database_count duckdb_columns duckdb_connection_count duckdb_constraints duckdb_coordinate_systems
    duckdb_databases duckdb_dependencies duckdb_extensions duckdb_external_file_cache duckdb_functions duckdb_indexes
    duckdb_keywords duckdb_log_contexts duckdb_logs duckdb_memory duckdb_optimizers duckdb_prepared_statements
    duckdb_schemas duckdb_secret_types duckdb_sequences duckdb_settings duckdb_table_sample duckdb_tables
    duckdb_temporary_files duckdb_types duckdb_variables duckdb_views generate_series icu_calendar_names json_each
    json_tree pg_timezone_names pragma_collations pragma_database_size pragma_metadata_info pragma_platform pragma_show
    pragma_storage_info pragma_table_info pragma_user_agent pragma_version range repeat repeat_row seq_scan summary
    test_all_types test_vector_types unnest
    uuid uuidv4 uuidv7 gen_random_uuid random setseed currval nextval error sleep_ms stats current_query
    current_connection_id current_transaction_id current_query_id
"""
# They open files: `enable_external_access` keeps them from it, which the table above tries.
_OPENING = """
    duckdb_secrets glob parquet_bloom_probe parquet_file_metadata parquet_full_metadata parquet_kv_metadata
    parquet_metadata parquet_scan parquet_schema read_blob read_csv read_csv_auto read_duckdb read_json read_json_auto
    read_json_objects read_json_objects_auto read_ndjson read_ndjson_auto read_ndjson_objects read_parquet read_text
    sniff_csv which_secret
"""


@pytest.fixture
def published(tmp_path: Path) -> Path:
    path = tmp_path / "cx.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table t as select 1 as a, '=1+1' as b")
    return path


@pytest.mark.parametrize("sql", _HOSTILE)
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
    assert {name for (name,) in found} - ACTING == {*_HARMLESS.split(), *_OPENING.split()}


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
