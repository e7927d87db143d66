"""What is told of the rows that failed a test: files, keys that may be told, and a command that shows them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingestion.home import Home
from orchestration.building.build_report import Failure
from orchestration.building.failing_rows import rows_of, with_origins
from orchestration.errors import NothingPublished
from tests.builders.dbt import PROJECT

_AUDIT = "warehouse.dbt_test__audit"


def _columns(*names: str, **words: str) -> dict[str, Any]:
    return {
        name: {"name": name, "config": {"meta": {"personal": words[name]} if name in words else {}}} for name in names
    }


def _model(name: str, schema: str, columns: dict[str, Any]) -> dict[str, Any]:
    return {"resource_type": "model", "schema": schema, "name": name, "columns": columns}


_PUBLISHED = _columns("order_id", "customer_id", order_id="quasi", customer_id="pseudonym")
_MANIFEST = {
    "nodes": {
        "model.x.fct_orders": _model("fct_orders", "marts", _PUBLISHED),
        "model.x.core_orders": _model("core_orders", "core", _columns("order_id", "email", "_load_id")),
        "model.x.core_customers": _model("core_customers", "core", _columns("customer_id", "email")),
    }
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A warehouse in which dbt kept the failing rows of four tests, by hand."""
    home = Home.at(tmp_path)
    with duckdb.connect(str(home.raw_db)) as raw:
        raw.execute("create schema meta; create table meta.loads as select i as load_id, 'stall/' || i || '.csv' as"
                    " file_name from range(9) t(i)")  # fmt: skip
    with duckdb.connect(str(home.warehouse_db)) as warehouse:
        warehouse.execute("create schema dbt_test__audit; use dbt_test__audit")
        warehouse.execute("create table twice as select 'k' || i as unique_field, 2 as n_records from range(5) t(i)")
        warehouse.execute(
            "create table without_day as select 'k7' as order_id, 'ann@canary.example' as email, 4 as _load_id"
            " union all select 'k8', 'bo@canary.example', 5"
        )
        warehouse.execute("create table people as select 'c1' as unique_field, 2 as n_records")
        warehouse.execute("create table words as select 'weird' as value_field, 1 as n_records")
    return home


def _told(home: Home, test: str, model: str, column: str) -> list[str]:
    failure = Failure(test, "test", True, 2, "", "its.sql", model, column)
    return with_origins(home, failure, f"{_AUDIT}.{test}", _MANIFEST).lines()[1:-1]


def test_keys_that_stand_twice_lead_to_their_records(home: Home) -> None:
    assert _told(home, "twice", "core_orders", "order_id") == [
        "its rows: cx audit twice",
        "files and lines of one: cx trace core_orders k0",
        "files and lines of one: cx trace core_orders k1",
        "files and lines of one: cx trace core_orders k2",
    ]


def test_rows_that_know_their_load_name_their_files_and_nothing_personal(home: Home) -> None:
    assert _told(home, "without_day", "core_orders", "ordered_at") == [
        "its rows: cx audit without_day",
        "among their files: stall/4.csv, stall/5.csv",
        "files and lines of one: cx trace core_orders k7",
        "files and lines of one: cx trace core_orders k8",
    ]


@pytest.mark.parametrize(
    ("test", "model", "column"),
    [
        pytest.param("people", "core_customers", "customer_id", id="a key is a person"),
        pytest.param("twice", "core_orders", "email", id="what stands twice is no key of ours"),
        pytest.param("words", "fct_orders", "status", id="only the odd word is kept"),
        pytest.param("twice", "no_such_model", "order_id", id="the model is no table that leads anywhere"),
    ],
)
def test_rows_without_a_key_that_may_be_told_say_so(home: Home, test: str, model: str, column: str) -> None:
    rows, why = _told(home, test, model, column)
    assert rows == f"its rows: cx audit {test}" and why.startswith("which files: its rows hold no key")


def test_a_failure_whose_rows_cannot_be_read_stays_a_failure_that_names_its_sql(home: Home) -> None:
    failure = Failure("gone", "test", True, 1, "", "its.sql", "core_orders", "order_id")
    told = with_origins(home, failure, f"{_AUDIT}.gone", _MANIFEST)
    assert told.lines() == ["test gone of core_orders failed: 1 row", "SQL: its.sql"]
    assert told.hint.startswith("Its SQL is in its.sql.")


def test_the_rows_are_shown_whole_and_are_said_to_be_gone_after_another_build(home: Home) -> None:
    kept = Failure("people", "test", True, 1, "", "its.sql", stored_in=f"{_AUDIT}.people")
    assert rows_of(home, kept, 9) == (["unique_field", "n_records"], [("c1", 2)])
    with duckdb.connect(str(home.warehouse_db)) as warehouse:
        warehouse.execute("drop table dbt_test__audit.people")
    with pytest.raises(NothingPublished, match="not kept any more"):
        rows_of(home, kept, 9)


def test_no_test_of_the_project_forbids_that_its_failing_rows_are_kept() -> None:
    """A word in a file wins over the option by which a failed audit keeps them."""
    for file in [PROJECT / "dbt_project.yml", *PROJECT.glob("models/**/*.yml"), *PROJECT.glob("seeds/**/*.yml")]:
        assert "store_failures" not in file.read_text(encoding="utf-8"), file
