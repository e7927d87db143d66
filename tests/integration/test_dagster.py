"""Dagster's definitions over a home: what they show, what a run does, and what is left after one that failed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from ingestion.home import Home
from orchestration import dagster_night
from orchestration.assets import warehouse
from orchestration.dagster_home import ensure_dagster_home
from orchestration.definitions import build_definitions
from orchestration.night_lock import night_lock
from orchestration.reaping import reap_dead_runs
from orchestration.sensors import listing_mark, night_sensors
from tests.builders import tiny_project as tiny
from tests.builders.receivers import webhook

_ROOT = Path(__file__).resolve().parents[2]
_VISITS = dg.AssetKey(["marts", "fct_visits"])


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    tiny.write_tiny_project(tmp_path / "project")
    (tmp_path / "home" / "exports").mkdir(parents=True)
    monkeypatch.setenv("CX_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CX_SETTLE_SECONDS", "0")
    for name in ("CX_ASOF", "CX_PSEUDONYM_KEY", "CX_EXPORTS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(dagster_night, "_FIRST_WAIT_SECONDS", 0.01)
    old_mask = os.umask(0o077)
    yield Home.at(tmp_path / "home")
    os.umask(old_mask)


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    """The definitions of the project as it is."""
    return build_definitions(Home.at(tmp_path_factory.mktemp("home")))


def _definitions(home: Home) -> dg.Definitions:
    return build_definitions(home, home.root.parent / "project")


def _run(home: Home, instance: dg.DagsterInstance, **tags: str) -> dg.ExecuteInProcessResult:
    job = _definitions(home).resolve_job_def("nightly")
    return job.execute_in_process(instance=instance, tags=tags, raise_on_error=False)


def _as_of(home: Home) -> str:
    with duckdb.connect(str(home.published_db), read_only=True) as connection:
        return str(connection.execute("select as_of_date from night_facts").fetchall()[0][0])


def test_every_raw_table_a_model_reads_is_made_by_the_load(shipped: dg.Definitions) -> None:
    graph = shipped.resolve_asset_graph()
    assert [key for key in graph.get_all_asset_keys() if not graph.get(key).is_materializable] == []


def test_lineage_leads_from_raw_to_the_published_file(shipped: dg.Definitions) -> None:
    graph = shipped.resolve_asset_graph()
    upstream = dg.AssetSelection.assets(dg.AssetKey(["published", "night_summary"])).upstream().resolve(graph)
    assert {"staging", "core", "marts", "published"} <= {key.path[0] for key in upstream}
    raw = {key.path[0] for key in graph.get_all_asset_keys()} - {"staging", "core", "marts", "published", "seeds"}
    assert {"entity", "meta"} < raw


def test_each_export_has_five_checks_and_only_reconciling_blocks(shipped: dg.Definitions) -> None:
    graph = shipped.resolve_asset_graph()
    names = {"every_file_was_taken", "counts_reconcile", "rejects_are_within_budget", "volume_is_usual", "is_fresh"}
    ours = [graph.get(key) for key in graph.asset_check_keys if key.name in names]
    assert len(ours) >= 5 * 10 and len(ours) % 5 == 0
    assert {check.key.name for check in ours if check.blocking} == {"counts_reconcile"}


def test_schedules_run_in_the_stores_zone(home: Home) -> None:
    (home.root / "settings.toml").write_text('store_time_zone = "Australia/Lord_Howe"\n')
    schedules = {one.name: one for one in _definitions(home).schedules or []}
    assert set(schedules) == {"nightly", "weekly"}
    assert {one.execution_timezone for one in schedules.values()} == {"Australia/Lord_Howe"}


def test_a_late_tick_still_names_the_day_that_had_ended_in_the_stores_zone(home: Home) -> None:
    (home.root / "settings.toml").write_text('store_time_zone = "America/New_York"\n')
    (nightly,) = [one for one in _definitions(home).schedules or [] if one.name == "nightly"]
    tick = datetime(2026, 3, 1, 7, 30, tzinfo=UTC)
    with dg.build_schedule_context(scheduled_execution_time=tick) as context:
        (request,) = nightly.evaluate_tick(context).run_requests or []
    assert (request.run_key, request.tags["cx/as_of"]) == ("nightly-2026-02-28", "2026-02-28")


def test_a_run_publishes_and_says_so_in_metadata(home: Home) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        result = _run(home, instance, **{"cx/as_of": "2026-03-14"})
        assert result.success
        assert _as_of(home) == "2026-03-14"
        (materialized,) = [
            one for one in result.asset_materializations_for_node("build_warehouse") if one.asset_key == _VISITS
        ]
        assert materialized.metadata["dagster/row_count"].value == 5
        (published,) = result.asset_materializations_for_node("published__cx")
        assert "data:image/png" in str(published.metadata["rows_by_table"].value)
    assert "CX_ASOF" not in os.environ
    with night_lock(home, patience=0):
        pass


def test_a_failed_test_fails_the_run_keeps_the_file_and_leaks_no_cell(
    home: Home, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        assert _run(home, instance, **{"cx/as_of": "2026-03-14"}).success
        tiny.write_tiny_project(home.root.parent / "project", tiny.DUPLICATES)
        result = _run(home, instance, **{"cx/as_of": "2026-03-15"})
        assert not result.success and _as_of(home) == "2026-03-14"
        failed = [one for one in result.get_asset_check_evaluations() if not one.passed]
        assert [(one.check_name, one.metadata["failing_rows"].value) for one in failed] == [
            ("unique_fct_visits_visit_id", 1)
        ]
        assert "unique_fct_visits_visit_id failed: 1 rows" in _alarm_of(result, instance)
        tiny.write_tiny_project(home.root.parent / "project", tiny.BREAKS_ON_A_CELL)
        assert not _run(home, instance).success
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


def test_new_files_start_a_night_once_they_stand_still(home: Home) -> None:
    (sensor,) = [one for one in night_sensors() if one.name == "new_files"]

    def asked(cursor: str | None) -> Any:
        context = dg.build_sensor_context(cursor=cursor)
        return sensor(context)

    first = asked(None)
    assert first.cursor and not first.run_requests
    file = home.exports / "stall" / "orders.csv"
    file.parent.mkdir()
    file.write_text("id\n1\n")
    assert "still being written" in asked(first.cursor).skip_message
    os.utime(file, (file.stat().st_mtime - 90,) * 2)
    second = asked(first.cursor)
    assert len(second.run_requests) == 1 and second.cursor != first.cursor
    assert "no file is new" in asked(second.cursor).skip_message


def test_a_lock_that_stays_taken_is_tried_again_and_then_named(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestration.night_lock._PATIENCE_SECONDS", 0.0)
    with dg.DagsterInstance.ephemeral() as instance, night_lock(home, "the test"):
        result = _run(home, instance)
        retries = [event for event in result.all_events if event.event_type_value == "STEP_RESTARTED"]
        (failure,) = [event for event in result.all_events if event.event_type_value == "STEP_FAILURE"]
    assert len(retries) == 3
    assert "the test, process" in str(failure.step_failure_data.error)
    assert not home.published_db.exists()


def test_a_run_whose_process_was_killed_is_reported_failed(home: Home) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    living = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    with dg.DagsterInstance.ephemeral() as instance:
        job = _definitions(home).resolve_job_def("nightly")
        dead = instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)
        alive = instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)
        for run, process in ((dead, gone.pid), (alive, living.pid)):
            instance.report_engine_event(f"Started process for run (pid: {process}).", run)
        assert reap_dead_runs(instance) == [dead.run_id]
        living.communicate()
        found = {run.run_id: run.status for run in instance.get_runs()}
    assert found[dead.run_id] == dg.DagsterRunStatus.FAILURE
    assert found[alive.run_id] == dg.DagsterRunStatus.STARTED


def test_the_listing_changes_with_every_new_file_and_not_with_partial_ones(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    empty, _ = listing_mark(tmp_path)
    (tmp_path / "source" / "orders.csv.part").write_text("half")
    (tmp_path / "source" / ".orders.csv").write_text("hidden")
    assert listing_mark(tmp_path)[0] == empty
    (tmp_path / "source" / "orders.csv").write_text("whole")
    assert listing_mark(tmp_path)[0] != empty


def test_a_mistake_in_a_shops_spec_does_not_keep_dagster_from_starting(home: Home) -> None:
    for name, text in (("syntax", "files = [\n"), ("orders", 'files = ["o*.csv"]\nformat = "csv"\nmode = "append"\n')):
        file = home.sources / "stall" / f"{name}.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text + ('[columns]\nid = { type = "text" }\n' if name == "orders" else ""))
    assert dg.AssetKey(["stall", "orders"]) in _definitions(home).resolve_asset_graph().get_all_asset_keys()


def test_a_run_with_the_same_inputs_builds_nothing_and_says_so(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[str] = []
    build_step = warehouse.build_step

    def counted(*given: Any, **asked: Any) -> None:
        built.append("built")
        build_step(*given, **asked)

    monkeypatch.setattr(warehouse, "build_step", counted)
    # Comes before what it reads by name, and after it in the order Dagster asks for.
    marts = home.root.parent / "project" / "models" / "marts"
    (marts / "a_count.sql").write_text("select count(*) as n from {{ ref('fct_visits') }}")
    with dg.DagsterInstance.ephemeral() as instance:
        assert _run(home, instance, **{"cx/as_of": "2026-03-14"}).success
        file_was = home.published_db.stat().st_ino
        again = _run(home, instance, **{"cx/as_of": "2026-03-14"})
        assert again.success and built == ["built"] and home.published_db.stat().st_ino == file_was
        told = [
            *again.asset_materializations_for_node("build_warehouse"),
            *again.asset_materializations_for_node("published__cx"),
        ]
        assert [one.metadata["nothing_new"].value for one in told] == [True] * 4
        (summary,) = again.asset_materializations_for_node("published__night_summary")
        assert "nothing new" in str(summary.metadata["summary"].value)
        assert _run(home, instance, **{"cx/as_of": "2026-03-14", "cx/rebuild": "true"}).success
    assert built == ["built"] * 2


def test_a_run_that_published_with_a_refused_file_raises_one_alarm(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    (home.sources / "stall").mkdir(parents=True)
    spec = 'files = ["o*.csv"]\nformat = "csv"\nmode = "append"\n[columns]\nid = { type = "integer" }\n'
    (home.sources / "stall" / "orders.toml").write_text(spec)
    (home.exports / "stall").mkdir()
    (home.exports / "stall" / "orders.csv").write_text("other\n1\n")
    with webhook() as (address, bodies), dg.DagsterInstance.ephemeral() as instance:
        monkeypatch.setenv("CX_ALERT_WEBHOOK", address)
        result = _run(home, instance, **{"cx/as_of": "2026-03-14"})
    assert result.success and home.published_db.exists()
    (failed,) = [one for one in result.get_asset_check_evaluations() if not one.passed]
    assert (failed.check_name, failed.severity) == ("every_file_was_taken", dg.AssetCheckSeverity.ERROR)
    assert len(bodies) == 1 and b"stall/orders.csv: refused" in bodies[0]


def test_a_run_that_is_killed_while_it_builds_leaves_no_lock_and_no_slot_and_the_next_one_is_whole(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(ensure_dagster_home(home)))
    with dg.DagsterInstance.get() as instance:
        assert _run(home, instance, **{"cx/as_of": "2026-03-14"}).success
        command = [sys.executable, "-m", "tests.builders.one_dagster_night", str(home.root.parent), "2026-03-15"]
        killed = subprocess.run(command, capture_output=True, text=True, cwd=_ROOT, check=False)
        assert killed.returncode == -9, killed.stderr[-2000:]
        assert _as_of(home) == "2026-03-14"
        with night_lock(home, patience=0):
            pass
        under_way = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED])
        (left,) = instance.get_runs(under_way)
        assert reap_dead_runs(instance) == [left.run_id]
        assert instance.get_runs(under_way) == []
        assert _run(home, instance, **{"cx/as_of": "2026-03-15"}).success
    assert _as_of(home) == "2026-03-15"
