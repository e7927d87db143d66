"""Dagster's definitions over a home: what they show, when they run, and which runs they call dead."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from ingestion.home import Home
from orchestration.definitions import build_definitions
from orchestration.reaping import reap_dead_runs
from orchestration.sensors import listing_mark, night_sensors
from tests.builders.dagster_runs import definitions, tiny_dagster_home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    with tiny_dagster_home(tmp_path, monkeypatch) as shop:
        yield shop


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    """The definitions of the project as it is."""
    return build_definitions(Home.at(tmp_path_factory.mktemp("home")))


def test_every_raw_table_a_model_reads_is_made_by_the_load(shipped: dg.Definitions) -> None:
    graph = shipped.resolve_asset_graph()
    assert [key for key in graph.get_all_asset_keys() if not graph.get(key).is_materializable] == []


def test_lineage_leads_from_raw_to_the_published_file(shipped: dg.Definitions) -> None:
    graph = shipped.resolve_asset_graph()
    upstream = dg.AssetSelection.assets(dg.AssetKey(["published", "night_summary"])).upstream().resolve(graph)
    assert {"staging", "core", "marts", "published"} <= {key.path[0] for key in upstream}
    raw = {key.path[0] for key in graph.get_all_asset_keys()} - {"staging", "core", "marts", "published", "seeds"}
    assert {"entity", "meta"} < raw


def test_an_asset_says_what_it_is_in_its_own_words_alone(shipped: dg.Definitions) -> None:
    graph = shipped.resolve_asset_graph()
    told = [graph.get(key).description or "" for key in graph.get_all_asset_keys()]
    assert all(told) and not any("select" in words or "SQL" in words or "doc(" in words for words in told)


def test_each_export_has_six_checks_and_only_reconciling_blocks(shipped: dg.Definitions) -> None:
    graph = shipped.resolve_asset_graph()
    names = {
        *("every_file_was_taken", "counts_reconcile", "rejects_are_within_budget", "columns_are_readable"),
        *("volume_is_usual", "is_fresh"),
    }
    ours = [graph.get(key) for key in graph.asset_check_keys if key.name in names]
    assert len(ours) >= 6 * 10 and len(ours) % 6 == 0
    assert {check.key.name for check in ours if check.blocking} == {"counts_reconcile"}


def test_schedules_run_in_the_stores_zone(home: Home) -> None:
    (home.root / "settings.toml").write_text('store_time_zone = "Australia/Lord_Howe"\n')
    schedules = {one.name: one for one in definitions(home).schedules or []}
    assert set(schedules) == {"nightly", "weekly"}
    assert {one.execution_timezone for one in schedules.values()} == {"Australia/Lord_Howe"}


def test_a_late_tick_still_names_the_day_that_had_ended_in_the_stores_zone(home: Home) -> None:
    (home.root / "settings.toml").write_text('store_time_zone = "America/New_York"\n')
    (nightly,) = [one for one in definitions(home).schedules or [] if one.name == "nightly"]
    tick = datetime(2026, 3, 1, 7, 30, tzinfo=UTC)
    with dg.build_schedule_context(scheduled_execution_time=tick) as context:
        (request,) = nightly.evaluate_tick(context).run_requests or []
    assert (request.run_key, request.tags["cx/as_of"]) == ("nightly-2026-02-28", "2026-02-28")


def test_new_files_start_a_night_once_they_stand_still(home: Home) -> None:
    (sensor,) = [one for one in night_sensors() if one.name == "new_files"]

    def asked(cursor: str | None) -> Any:
        context = dg.build_sensor_context(cursor=cursor)
        return sensor(context)

    (there,) = (file for file in home.exports.rglob("*") if file.is_file())
    os.utime(there, (there.stat().st_mtime - 90,) * 2)
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
    os.utime(file, (time.time() + 3 * 86_400,) * 2)
    ahead = asked(second.cursor)
    assert len(ahead.run_requests) == 1, "a time that lies ahead is no file that is being written"
    (file.parent / "late.csv").write_text("id\n2\n")
    assert "still being written" in asked(ahead.cursor).skip_message


def test_a_run_whose_process_was_killed_is_reported_failed(home: Home) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    living = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    with dg.DagsterInstance.ephemeral() as instance:
        job = definitions(home).resolve_job_def("nightly")
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
    (tmp_path / "source" / "orders.csv.filepart").write_text("half")
    (tmp_path / "source" / ".orders.csv").write_text("hidden")
    (tmp_path / ".sample_shop.part").mkdir()
    (tmp_path / ".sample_shop.part" / "orders.csv").write_text("of a shop that is not whole")
    assert listing_mark(tmp_path)[0] == empty
    (tmp_path / "source" / "orders.csv").write_text("whole")
    assert listing_mark(tmp_path)[0] != empty


def test_a_mistake_in_a_shops_spec_does_not_keep_dagster_from_starting(home: Home) -> None:
    for name, text in (("syntax", "files = [\n"), ("orders", 'files = ["o*.csv"]\nformat = "csv"\nmode = "append"\n')):
        file = home.sources / "stall" / f"{name}.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text + ('[columns]\nid = { type = "text" }\n' if name == "orders" else ""))
    assert dg.AssetKey(["stall", "orders"]) in definitions(home).resolve_asset_graph().get_all_asset_keys()
