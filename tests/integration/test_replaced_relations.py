"""Tables and views are replaced in one transaction: what a failure leaves, what another type of relation becomes."""

from pathlib import Path

import duckdb
import pytest
from dbt.contracts.graph.manifest import Manifest

from ingestion.home import Home
from ingestion.specs.files import load_specs
from ingestion.store.raw_store import ensure_raw_store
from tests.builders.dbt import outcomes, run_dbt

CHOSEN = ("run", "--select", "core_days", "stg_zendesk__groups")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home.at(tmp_path)
    ensure_raw_store(home, load_specs(home))
    return home


def _ask(home: Home, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(home.warehouse_db), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_a_table_that_cannot_be_made_leaves_the_old_one_and_nothing_else(home: Home) -> None:
    run_dbt(home.root, *CHOSEN, as_of="2026-03-31")
    everything = "select table_schema, table_name, table_type from information_schema.tables order by all"
    relations, last_day = _ask(home, everything), _ask(home, "select max(date_day) from core.core_days")
    failed = outcomes(home.root, *CHOSEN, as_of="2026-13-45")
    assert "Conversion Error" in failed["core_days"]
    assert _ask(home, "select max(date_day) from core.core_days") == last_day
    assert _ask(home, everything) == relations


def test_a_relation_becomes_what_its_model_is_now(home: Home) -> None:
    with duckdb.connect(str(home.warehouse_db)) as connection:
        connection.execute("create schema core; create view core.core_days as select 1 as was_a_view")
        connection.execute("create schema staging; create table staging.stg_zendesk__groups as select 1 as was_a_table")
    run_dbt(home.root, *CHOSEN)
    kinds = "select table_type from information_schema.tables where table_name in ('core_days', 'stg_zendesk__groups')"
    assert _ask(home, kinds + " order by table_name") == [("BASE TABLE",), ("VIEW",)]
    assert _ask(home, "select count(*) > 1 from core.core_days") == [(True,)]


def test_no_file_reads_the_day_while_dbt_parses(home: Home) -> None:
    """Else every model that asks for the day would be parsed again each night."""
    run_dbt(home.root, "parse")
    parsed = (home.root / "dbt_target" / "partial_parse.msgpack").read_bytes()
    read = Manifest.from_msgpack(parsed).env_vars
    assert "CX_HOME" in read or "CX_CODE" in read
    assert "CX_ASOF" not in read
