"""The ServiceNow incident log (UCI) by entity specs alone: one ticket an incident, its history from its many rows."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from ingestion.home import Home
from ingestion.loader import load
from tests.builders.dbt import PROJECT, environment, run_dbt
from tests.builders.independent_incidents import incidents_of
from tests.builders.independent_shop import answers, differences

EXAMPLE = PROJECT.parent / "examples" / "servicenow"
LOG = Path("servicenow") / "incident_event_log.csv.gz"
FIGURES = (
    "created_at", "status", "first_solved_at", "fully_solved_at", "first_resolution_calendar_minutes",
    "full_resolution_calendar_minutes", "requester_wait_calendar_minutes", "agent_wait_calendar_minutes",
    "on_hold_calendar_minutes", "reopen_count", "reassignment_count", "group_reassignment_count",
)  # fmt: skip


@pytest.fixture(scope="module")
def warehouse(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """The example's warehouse, built from the log as it is."""
    home = tmp_path_factory.mktemp("home")
    exports = home / "exports" / "servicenow"
    exports.mkdir(parents=True)
    shutil.copy(real_data / LOG, exports)
    shutil.copytree(EXAMPLE / "sources", home / "sources")
    with environment(CX_HOME=str(home), CX_SETTLE_SECONDS="0"):
        summary = load(Home.from_environment())
    assert [(d.rows_in, d.rows_loaded, d.cells_failed) for d in summary.deliveries] == [(119_998, 119_998, 0)] * 2
    run_dbt(home, "seed", as_of="2017-02-28")
    run_dbt(home, "run", "--select", "+fct_tickets", as_of="2017-02-28")
    return duckdb.connect(str(home / "warehouse.duckdb"), read_only=True)


@pytest.fixture(scope="module")
def incidents(real_data: Path) -> pd.DataFrame:
    """The same log replayed row after row, without the warehouse."""
    return incidents_of(real_data / LOG)


def _row(warehouse: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    return warehouse.execute(sql).fetchall()[0]


def test_119998_rows_are_20769_tickets(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert _row(warehouse, "select count(*), count(distinct ticket_id) from marts.fct_tickets") == (20_769, 20_769)


def test_every_ticket_has_its_history(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert _row(warehouse, "select count(*) from marts.fct_tickets where history_source = 'entity_events'") == (20_769,)


def test_reopens_come_from_the_log(warehouse: duckdb.DuckDBPyConnection) -> None:
    # The log's own counters sum to 276 over 234 incidents. One more row stands before its time in the file: by its
    # timestamp that incident went from Resolved back to New.
    reopened = "select sum(reopen_count), count(*) filter (where reopen_count > 0) from marts.fct_tickets"
    assert _row(warehouse, reopened) == (277, 235)


def test_reassignments_come_from_the_log(warehouse: duckdb.DuckDBPyConnection) -> None:
    handed_on = "select sum(reassignment_count), sum(group_reassignment_count) from marts.fct_tickets"
    assert _row(warehouse, handed_on) == (4_128, 16_203)


def test_day_comes_before_month(warehouse: duckdb.DuckDBPyConnection) -> None:
    bounds = _row(warehouse, "select min(created_at), max(created_at) from marts.fct_tickets")
    assert bounds == (datetime(2016, 2, 29, 1, 16), datetime(2016, 5, 13, 11, 49))


def test_a_question_mark_is_missing(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert _row(warehouse, "select count(*) from core.core_tickets where group_name = '?' or requester_key = '?'") == (
        0,
    )


def test_the_state_minus_100_is_no_status(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert _row(warehouse, "select count(*) from core.core_ticket_status_spans where status = 'other'") == (0,)


def test_closing_later_is_not_resolving(warehouse: duckdb.DuckDBPyConnection) -> None:
    closed = "select count(*) from marts.fct_tickets where fully_solved_at < closed_at"
    assert _row(warehouse, closed)[0] > 20_000


def test_an_average_is_over_tickets_and_not_over_rows(warehouse: duckdb.DuckDBPyConnection) -> None:
    count = "select count(full_resolution_calendar_minutes) from marts.fct_tickets"
    assert _row(warehouse, count) == (20_768,)


@pytest.mark.parametrize("figure", FIGURES)
def test_each_incident_has_the_figure_of_its_replayed_log(
    warehouse: duckdb.DuckDBPyConnection, incidents: pd.DataFrame, figure: str
) -> None:
    published = answers(warehouse, f"select source_ticket_id, {figure} from marts.fct_tickets")
    assert differences(incidents[figure].to_dict(), published) == []


def test_the_mean_resolution_is_that_of_the_replayed_log(
    warehouse: duckdb.DuckDBPyConnection, incidents: pd.DataFrame
) -> None:
    [mean] = _row(warehouse, "select avg(full_resolution_calendar_minutes) from marts.fct_tickets")
    assert round(mean, 2) == round(incidents["full_resolution_calendar_minutes"].mean(), 2) == 10_370.79
