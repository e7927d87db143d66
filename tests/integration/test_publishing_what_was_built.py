"""Only what one whole build of tonight's inputs left, with every test passed, goes up: however Dagster was asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from ingestion.home import Home
from orchestration.building.build import DbtPlace
from orchestration.building.whole_build import is_built_of, remember_build
from orchestration.nights.night import NightPlan, run_night
from tests.builders import tiny_project as tiny
from tests.builders.dagster_runs import published_day, run_nightly, tiny_dagster_home

_DAYS = [{"cx/as_of": f"2026-03-{day}"} for day in (14, 15)]
_FILE, _FACTS = "published/cx", "marts/night_facts"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    with tiny_dagster_home(tmp_path, monkeypatch) as shop:
        yield shop


def test_a_build_of_a_few_models_does_not_publish_what_failed_before(home: Home) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        assert run_nightly(home, instance, **_DAYS[0]).success
        tiny.write_tiny_project(home.root.parent / "project", tiny.DUPLICATES)
        assert not run_nightly(home, instance, **_DAYS[1]).success
        assert run_nightly(home, instance, [_FACTS], **_DAYS[1]).success
        result = run_nightly(home, instance, [_FILE], **_DAYS[1])
    (failure,) = [event for event in result.all_events if event.event_type_value == "STEP_FAILURE"]
    assert "Run the job `nightly`" in str(failure.step_failure_data.error)
    assert published_day(home) == "2026-03-14"


def test_a_file_is_not_stamped_with_inputs_that_nobody_built(home: Home) -> None:
    project = home.root.parent / "project"
    with dg.DagsterInstance.ephemeral() as instance:
        assert run_nightly(home, instance, **_DAYS[0]).success
        assert not run_nightly(home, instance, [_FILE], **_DAYS[1]).success, "the day is another"
        assert run_nightly(home, instance, [_FILE], **_DAYS[0]).success, "the same once more is no lie"
    assert published_day(home) == "2026-03-14"
    night = run_night(home, NightPlan(as_of=date(2026, 3, 15), dbt_project=project))
    assert night.outcome == "published" and published_day(home) == "2026-03-15"


def test_what_another_program_wrote_into_the_warehouse_is_not_published(home: Home) -> None:
    place = DbtPlace(home)
    duckdb.connect(str(home.warehouse_db)).close()
    assert not is_built_of(place, "inputs")
    remember_build(place, "inputs")
    duckdb.connect(str(home.warehouse_db), read_only=True).close()
    assert is_built_of(place, "inputs") and not is_built_of(place, "others")
    with duckdb.connect(str(home.warehouse_db)) as connection:
        connection.execute("create table written as select 1")
    assert not is_built_of(place, "inputs")
