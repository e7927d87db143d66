"""Tickets told by other exports than audits, schedules that changed or are unknown: from file to mart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingestion.home import Home
from ingestion.loader import load
from tests.builders.dbt import environment, run_dbt
from tests.builders.desk_cases import write_cases

HOURS = "{business_hours: [{day: mon, opens: '08:00', closes: '12:30'}]}"
HISTORY = (
    "history_source, reopen_count, agent_reply_count, first_response_calendar_minutes, full_resolution_calendar_minutes"
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hard cases, loaded and built, with working hours in the settings."""
    root = tmp_path_factory.mktemp("home")
    write_cases(root / "exports" / "zendesk")
    with environment(CX_HOME=str(root), CX_SETTLE_SECONDS="0"):
        summary = load(Home.from_environment())
    assert {delivery.status for delivery in summary.deliveries} == {"loaded"}
    run_dbt(root, "seed", "--vars", HOURS, as_of="2024-12-31")
    models = ("+fct_tickets", "+int_tickets__excluded", "+sla_results_by_policy")
    run_dbt(root, "run", "--select", *models, "--vars", HOURS, as_of="2024-12-31")
    return root


def _ticket(home: Path, instance: str, number: int, columns: str) -> Any:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        sql = f"select {columns} from core.core_tickets where instance = ? and source_ticket_id = ?"
        return connection.execute(sql, [instance, str(number)]).fetchall()[0]


def test_ticket_events_tell_the_history_where_there_are_no_audits(home: Path) -> None:
    assert _ticket(home, "other", 1, HISTORY) == ("ticket_events", 1, 1, 60, 240)


def test_the_metric_set_speaks_where_there_is_no_history(home: Path) -> None:
    assert _ticket(home, "other", 2, HISTORY) == ("metric_set", 2, 3, 77, None)


def test_ticket_events_go_on_where_the_audits_end_and_the_newer_of_both_says_the_status(home: Path) -> None:
    columns = "history_source, reopen_count, reassignment_count, full_resolution_calendar_minutes, is_solved"
    assert _ticket(home, "moved", 1, columns) == ("audits", 1, 0, 240, True)


def test_of_a_ticket_that_moved_on_after_its_history_nothing_is_counted_to_its_end(home: Path) -> None:
    columns = "reopen_count, reassignment_count, is_open, first_resolution_calendar_minutes"
    assert _ticket(home, "moved", 2, columns + ", full_resolution_calendar_minutes") == (None, None, True, 60, None)


def test_comments_of_the_account_export_give_the_first_response(home: Path) -> None:
    columns = "requester_key, has_message_history, has_status_history, first_response_calendar_minutes, reopen_count"
    assert _ticket(home, "other", 3, columns) == ("9001", True, False, 120, None)


def test_a_ticket_solved_before_it_was_created_has_no_durations_and_is_flagged(home: Path) -> None:
    columns = "has_impossible_times, is_valid_ticket, first_response_calendar_minutes, requester_wait_calendar_minutes"
    assert _ticket(home, "other", 4, columns) == (True, True, None, None)


def test_an_import_is_no_creation_so_its_history_is_not_used(home: Path) -> None:
    columns = "has_status_history, has_message_history, first_solved_at, reassignment_count, " + HISTORY
    assert _ticket(home, "other", 7, columns) == (False, False, None, None, "none", None, None, None, None)


def test_unknown_words_are_other_and_counted(home: Path) -> None:
    assert _ticket(home, "other", 5, "status, channel, priority, is_open, is_solved") == ("other",) * 3 + (False, False)
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        counted = connection.execute("select rule, record_count from core.int_tickets__excluded").fetchall()
    assert {("unknown_status", 1), ("unknown_channel", 1), ("unknown_priority", 1)} <= set(counted)
    assert ("ended_before_created", 1) in counted


def test_a_ticket_whose_creation_time_cannot_be_read_is_left_out_and_counted(home: Path) -> None:
    assert _ticket(home, "other", 6, "is_valid_ticket, invalid_ticket_reason") == (False, "time_unknown")


def test_each_version_of_a_schedule_measures_its_own_time(home: Path) -> None:
    minutes = "first_response_business_all_schedules_minutes, first_response_business_last_schedule_minutes"
    assert _ticket(home, "changed", 1, minutes) == (480, 480)
    assert _ticket(home, "changed", 2, minutes) == (360, 360)


def test_a_day_off_that_the_newest_list_of_its_schedule_lacks_was_deleted(home: Path) -> None:
    assert _ticket(home, "changed", 1, "first_response_business_last_schedule_minutes") == (480,)


def test_an_unknown_zone_gives_no_business_minutes_and_a_warning_and_stops_no_night(home: Path) -> None:
    assert _ticket(
        home, "mars", 1, "first_response_calendar_minutes, first_response_business_last_schedule_minutes"
    ) == (60, None)
    tests = run_dbt(home, "test", "--select", "core_schedules", "--vars", HOURS, as_of="2024-12-31")
    assert {each.node.name: each.status for each in tests}["every_schedule_has_a_known_time_zone"] == "warn"


def test_a_desk_without_schedules_takes_the_hours_of_the_settings(home: Path) -> None:
    assert _ticket(home, "bare", 1, "first_response_business_last_schedule_minutes") == (270,)


def test_an_agent_who_lost_the_role_still_replied_while_having_it(home: Path) -> None:
    assert _ticket(home, "lost", 1, "agent_reply_count") == (1,)
    assert _ticket(home, "lost", 2, "agent_reply_count") == (0,)


def test_a_promise_is_kept_or_broken_and_a_withdrawn_breach_is_none(home: Path) -> None:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        kept = connection.execute(
            "select sla_count, sla_met_count, sla_breached_count from marts.fct_tickets "
            "where instance = 'lost' order by created_at"
        ).fetchall()
    assert kept == [(1, 1, 0), (1, 0, 1)]


def test_what_a_policy_promised_is_told_under_its_name_of_today(home: Path) -> None:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        kept = connection.execute(
            "select sla_policy_title, target_minutes, sla_met_count, sla_breached_count, sla_met_rate "
            "from marts.sla_results_by_policy order by month_date"
        ).fetchall()
    assert kept == [("Faster", 60, 1, 0, 1), ("Faster", 60, 0, 1, 0)]
