"""The alert of a run that could not begin says why, in the words of the installed Dagster's own events."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.reconstruct import ReconstructableRepository
from dagster._grpc.impl import core_execute_run

from orchestration.sensors import night_sensors
from tests.builders.receivers import webhook


@dg.job
def nightly() -> None:
    """Stands in for the job: it is never begun."""


def _alarm_of_a_run(monkeypatch: pytest.MonkeyPatch) -> str:
    """What is sent of a run whose own process loads the definitions, as Dagster's launcher lets it."""
    with dg.DagsterInstance.ephemeral() as instance:
        run = instance.create_run_for_job(nightly)
        job = ReconstructableRepository.for_module("orchestration.definitions", "defs", None).get_reconstructable_job(
            "nightly"
        )
        with suppress(Exception):
            list(core_execute_run(job, run, instance, inject_env_vars=False))
        failed = instance.get_run_by_id(run.run_id)
        (entry,) = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.PIPELINE_FAILURE)
        assert failed is not None and entry.dagster_event is not None
        (sensor,) = [one for one in night_sensors() if one.name == "failure_alert"]
        context = dg.build_run_status_sensor_context(sensor.name, entry.dagster_event, instance, failed)
        with webhook() as (address, bodies):
            monkeypatch.setenv("CX_ALERT_WEBHOOK", address)
            sensor(context.for_run_failure())
    (body,) = bodies
    return " ".join(json.loads(body)["lines"])


def test_a_mistake_in_the_settings_made_while_dagster_runs_is_the_alarms_cause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CX_HOME", str(tmp_path))
    (tmp_path / "settings.toml").write_text('reporting_curency = "EUR"\n')
    alert = _alarm_of_a_run(monkeypatch)
    assert "unknown setting 'reporting_curency'" in alert and "Did you mean 'reporting_currency'?" in alert
    assert "killed" not in alert


def test_of_another_fault_that_keeps_a_run_from_beginning_only_its_kind_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> None:
        raise LookupError("ada@shop.example")

    monkeypatch.setenv("CX_HOME", str(tmp_path))
    monkeypatch.setattr("orchestration.definitions.build_definitions", broken)
    alert = _alarm_of_a_run(monkeypatch)
    assert "LookupError" in alert and "ada@" not in alert and "killed" not in alert
