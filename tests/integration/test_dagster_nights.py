"""Dagster's nights: what a run does, what it does not do twice, and what one leaves that failed or was killed."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from ingestion.home import Home
from orchestration.assets import warehouse
from orchestration.nights.night import NightPlan, build_step, run_night
from orchestration.nights.night_lock import night_lock
from orchestration.reaping import reap_dead_runs
from orchestration.sensors import night_sensors
from tests.builders import tiny_project as tiny
from tests.builders.dagster_runs import definitions, published_day, quick_storage, run_nightly, tiny_dagster_home
from tests.builders.receivers import webhook

_ROOT = Path(__file__).resolve().parents[2]
_VISITS = dg.AssetKey(["marts", "fct_visits"])


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    with tiny_dagster_home(tmp_path, monkeypatch) as shop:
        yield shop


def test_a_run_whose_second_try_publishes_says_so_in_metadata_once_and_tells_no_cause_of_a_stop(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[str] = []

    def full_at_first(*given: Any, **asked: Any) -> None:
        tries.append("tried")
        if len(tries) == 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        build_step(*given, **asked)

    monkeypatch.setattr(warehouse, "build_step", full_at_first)
    with dg.DagsterInstance.ephemeral() as instance:
        result = run_nightly(home, instance, **{"cx/as_of": "2026-03-14"})
        assert result.success
        assert published_day(home) == "2026-03-14"
        (materialized,) = [
            one for one in result.asset_materializations_for_node("build_warehouse") if one.asset_key == _VISITS
        ]
        assert materialized.metadata["dagster/row_count"].value == 5
        (published,) = result.asset_materializations_for_node("published__cx")
        assert "data:image/png" in str(published.metadata["rows_by_table"].value)
        assert published.metadata["dagster/row_count"].value == 6
        told = _told_of_other_nights(home, instance)
        assert told.asset_events == [] and "was a run of Dagster" in str(told.skip_reason)
    with dg.DagsterInstance.ephemeral() as elsewhere:
        told = _told_of_other_nights(home, elsewhere)
        assert len(told.asset_events) > 10, "its storage has not seen that run"
        (file,) = [one for one in told.asset_events if one.asset_key == dg.AssetKey(["published", "cx"])]
        assert file.metadata["dagster/row_count"].value == 6
        (kept,) = (home.root / "nights").glob("*/summary.json")
        summary = json.loads(kept.read_text())
        assert [summary[name] for name in ("outcome", "exit_code", "error", "hint")] == ["published", 0, "", ""]
    assert len(tries) == 2 and "CX_ASOF" not in os.environ
    with night_lock(home, patience=0):
        pass


def test_a_failed_test_fails_the_run_keeps_the_file_and_leaks_no_cell(
    home: Home, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        assert run_nightly(home, instance, **{"cx/as_of": "2026-03-14"}).success
        tiny.write_tiny_project(home.root.parent / "project", tiny.DUPLICATES)
        result = run_nightly(home, instance, **{"cx/as_of": "2026-03-15"})
        assert not result.success and published_day(home) == "2026-03-14"
        failed = [one for one in result.get_asset_check_evaluations() if not one.passed]
        assert [(one.check_name, one.metadata["failing_rows"].value) for one in failed] == [
            ("unique_fct_visits_visit_id", 1)
        ]
        assert "unique_fct_visits_visit_id of fct_visits failed: 1 row. `cx audit" in _alarm_of(result, instance)
        tiny.write_tiny_project(home.root.parent / "project", tiny.BREAKS_ON_A_CELL)
        assert not run_nightly(home, instance).success
        told = "".join(str(log) for run in instance.get_runs() for log in instance.all_logs(run.run_id))
    assert "Conversion Error" in told and "p0@canary" not in told + "".join(capfd.readouterr())
    stored = [file for file in tmp_path.rglob("*") if file.is_file() and b"p0@canary.example" in file.read_bytes()]
    assert [file for file in stored if file.name not in ("warehouse.duckdb",)] == []


def _alarm_of(result: dg.ExecuteInProcessResult, instance: dg.DagsterInstance) -> str:
    """What the sensor failure_alert sends of a failed run."""
    (sensor,) = [one for one in night_sensors() if one.name == "failure_alert"]
    (event,) = [one for one in result.all_events if one.is_run_failure]
    context = dg.build_run_status_sensor_context(sensor.name, event, instance, result.dagster_run)
    with webhook() as (address, bodies), pytest.MonkeyPatch.context() as patch:
        patch.setenv("CX_ALERT_WEBHOOK", address)
        sensor(context.for_run_failure())
    (body,) = bodies
    return str(json.loads(body)["text"])


def test_the_alarm_of_a_killed_run_says_that_it_was_killed(home: Home) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        run = instance.create_run_for_job(definitions(home).resolve_job_def("nightly"))
        event = instance.report_run_failed(run)  # as Dagster does for a run whose process a signal ended
        (sensor,) = [one for one in night_sensors() if one.name == "failure_alert"]
        context = dg.build_run_status_sensor_context(sensor.name, event, instance, run)
        with webhook() as (address, bodies), pytest.MonkeyPatch.context() as patch:
            patch.setenv("CX_ALERT_WEBHOOK", address)
            sensor(context.for_run_failure())
    assert len(bodies) == 1 and b"its process was killed, or the machine went down" in bodies[0]


def test_a_lock_that_stays_taken_is_tried_again_and_then_named(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestration.nights.night_lock._PATIENCE_SECONDS", 0.0)
    with dg.DagsterInstance.ephemeral() as instance, night_lock(home, "the test"):
        result = run_nightly(home, instance)
        retries = [event for event in result.all_events if event.event_type_value == "STEP_RESTARTED"]
        (failure,) = [event for event in result.all_events if event.event_type_value == "STEP_FAILURE"]
    assert len(retries) == 3
    assert "the test, process" in str(failure.step_failure_data.error)
    assert not home.published_db.exists()


def test_a_run_that_could_not_publish_says_so_before_it_builds(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[str] = []
    monkeypatch.setattr(warehouse, "build_step", lambda *_, **__: built.append("built"))
    home.published.write_text("in the way")
    with dg.DagsterInstance.ephemeral() as instance:
        result = run_nightly(home, instance)
        (failure,) = [event for event in result.all_events if event.event_type_value == "STEP_FAILURE"]
    assert "published is not a folder" in str(failure.step_failure_data.error)
    assert built == []


def test_a_run_with_the_same_inputs_builds_nothing_and_says_so(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[str] = []

    def counted(*given: Any, **asked: Any) -> None:
        built.append("built")
        build_step(*given, **asked)

    monkeypatch.setattr(warehouse, "build_step", counted)
    # Comes before what it reads by name, and after it in the order Dagster asks for.
    marts = home.root.parent / "project" / "models" / "marts"
    (marts / "a_count.sql").write_text(
        "{{ config(materialized='view') }} select count(*) as n from {{ ref('fct_visits') }}"
    )
    with dg.DagsterInstance.ephemeral() as instance:
        assert run_nightly(home, instance, **{"cx/as_of": "2026-03-14"}).success
        file_was = home.published_db.stat().st_ino
        again = run_nightly(home, instance, **{"cx/as_of": "2026-03-14"})
        assert again.success and built == ["built"] and home.published_db.stat().st_ino == file_was
        told = [
            *again.asset_materializations_for_node("build_warehouse"),
            *again.asset_materializations_for_node("published__cx"),
        ]
        assert [one.metadata["nothing_new"].value for one in told] == [True] * 4
        rows = {one.asset_key.path[-1]: one.metadata["dagster/row_count"].value for one in told}
        assert rows == {"fct_visits": 5, "night_facts": 1, "a_count": 1, "cx": 6}, "of a view too"
        stood = {one.check_name: one for one in again.get_asset_check_evaluations()}
        assert set(stood) >= {"unique_fct_visits_visit_id", "not_null_fct_visits_email"}
        assert stood["unique_fct_visits_visit_id"].passed
        assert "stands_since_night" in stood["unique_fct_visits_visit_id"].metadata
        (summary,) = again.asset_materializations_for_node("published__night_summary")
        assert "nothing new" in str(summary.metadata["summary"].value)
        assert run_nightly(home, instance, **{"cx/as_of": "2026-03-14", "cx/rebuild": "true"}).success
    assert built == ["built"] * 2


def _told_of_other_nights(home: Home, instance: dg.DagsterInstance, cursor: str | None = None) -> dg.SensorResult:
    """What the sensor nights_elsewhere answers."""
    (sensor,) = [one for one in definitions(home).sensors or [] if one.name == "nights_elsewhere"]
    context = dg.build_sensor_context(instance, cursor)
    answer: dg.SensorResult = sensor(context)
    return answer


def test_a_night_outside_dagster_is_shown_once_on_every_asset_and_check(home: Home) -> None:
    with dg.DagsterInstance.ephemeral() as elsewhere:
        assert "nothing was published" in str(_told_of_other_nights(home, elsewhere).skip_reason)
        night = run_night(home, NightPlan(date(2026, 3, 14), dbt_project=home.root.parent / "project"))
        with night_lock(home, "a night"):
            busy = _told_of_other_nights(home, elsewhere)
            assert "is at work" in str(busy.skip_reason) and busy.cursor is None
        told = _told_of_other_nights(home, elsewhere)
        assert told.cursor == night.night_id
        graph = definitions(home).resolve_asset_graph()
        shown = {event.asset_key for event in told.asset_events if isinstance(event, dg.AssetMaterialization)}
        assert shown == set(graph.get_all_asset_keys())
        checks = {event.asset_check_key for event in told.asset_events if isinstance(event, dg.AssetCheckEvaluation)}
        assert checks == set(graph.asset_check_keys)
        (visits,) = [
            event for event in told.asset_events if event.asset_key == _VISITS and "dagster/row_count" in event.metadata
        ]
        assert (visits.metadata["dagster/row_count"].value, visits.metadata["published_by"].value) == (5, "cx night")
        assert _told_of_other_nights(home, elsewhere, told.cursor).asset_events == []


def test_a_run_that_published_with_a_refused_file_raises_one_alarm(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    (home.sources / "stall").mkdir(parents=True)
    spec = 'files = ["o*.csv"]\nformat = "csv"\nmode = "append"\n[columns]\nid = { type = "integer" }\n'
    (home.sources / "stall" / "orders.toml").write_text(spec)
    (home.exports / "stall").mkdir()
    (home.exports / "stall" / "orders.csv").write_text("other\n1\n")
    with webhook() as (address, bodies), dg.DagsterInstance.ephemeral() as instance:
        monkeypatch.setenv("CX_ALERT_WEBHOOK", address)
        result = run_nightly(home, instance, **{"cx/as_of": "2026-03-14"})
    assert result.success and home.published_db.exists()
    (failed,) = [one for one in result.get_asset_check_evaluations() if not one.passed]
    assert (failed.check_name, failed.severity) == ("every_file_was_taken", dg.AssetCheckSeverity.ERROR)
    assert len(bodies) == 1 and b"stall/orders.csv: refused" in bodies[0]


def test_a_run_that_is_killed_while_it_builds_leaves_no_lock_and_no_slot_and_the_next_one_is_whole(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    with quick_storage(home) as storage, dg.DagsterInstance.ephemeral() as elsewhere:
        assert run_nightly(home, elsewhere, **{"cx/as_of": "2026-03-14"}).success
        monkeypatch.setenv("DAGSTER_HOME", str(storage))
        command = [sys.executable, "-m", "tests.builders.one_dagster_night", str(home.root.parent), "2026-03-15"]
        killed = subprocess.run(command, capture_output=True, text=True, cwd=_ROOT, check=False)
        assert killed.returncode == -9, killed.stderr[-2000:]
        assert published_day(home) == "2026-03-14"
        with night_lock(home, patience=0):
            pass
        with dg.DagsterInstance.get() as instance:
            under_way = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED])
            (left,) = instance.get_runs(under_way)
            assert reap_dead_runs(instance) == [left.run_id]
            assert instance.get_runs(under_way) == []
        assert run_nightly(home, elsewhere, **{"cx/as_of": "2026-03-15"}).success
        assert published_day(home) == "2026-03-15"
