"""What happens between schedules: new files start a night, dead runs are reported failed, failures raise an alert.

Belongs here: noticing. Never here: loading, or how an alert is sent (`alerts`).
"""

import hashlib
import math
import os
import time
from pathlib import Path

import dagster as dg

from ingestion.folder_walk import is_unfinished
from ingestion.home import Home
from orchestration.jobs import NIGHTLY
from orchestration.nights import alerts
from orchestration.reaping import reap_dead_runs
from orchestration.run_causes import cause_of_end, cause_of_step

_STILL_SECONDS = 60
_NEW_FILES = "Starts a night when files came and stood still for a minute. Off until you switch it on."


def night_sensors() -> list[dg.SensorDefinition]:
    """New files (off until somebody turns it on in the UI: most shops want one night a night), dead runs, failures."""
    return [_new_files(), _dead_runs(), _failures()]


def _new_files() -> dg.SensorDefinition:
    @dg.sensor(name="new_files", job_name=NIGHTLY, minimum_interval_seconds=120, description=_NEW_FILES)
    def new_files(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        mark, seconds = listing_mark(Home.from_environment().exports)
        if mark == context.cursor:
            return dg.SkipReason("no file is new")
        if seconds < _STILL_SECONDS:
            return dg.SkipReason("a file is still being written")
        if context.cursor is None:
            return dg.SensorResult(skip_reason="remembered what is there", cursor=mark)
        return dg.SensorResult([dg.RunRequest(run_key=mark)], cursor=mark)

    return new_files


def listing_mark(exports: Path) -> tuple[str, float]:
    """A hash of names, sizes and times of all export files, and how near to now the nearest of their times is.

    A time that lies far ahead (a wrong zone, another machine's clock) is none at which a file is being written.
    """
    digest, nearest, now = hashlib.sha256(), math.inf, time.time()
    for folder, folders, names in os.walk(exports):
        folders[:] = sorted(name for name in folders if not is_unfinished(name))
        for name in sorted(names):
            if is_unfinished(name):
                continue
            path = Path(folder, name)
            state = path.lstat()
            nearest = min(nearest, abs(now - state.st_mtime))
            digest.update(
                f"{path.relative_to(exports)}|{state.st_size}|{state.st_mtime_ns}\n".encode("utf-8", "replace")
            )
    return digest.hexdigest(), nearest


def _dead_runs() -> dg.SensorDefinition:
    @dg.sensor(
        name="dead_runs",
        target=None,
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Reports a run failed whose process is gone, so that its place in the queue is free.",
    )
    def dead_runs(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        reaped = reap_dead_runs(context.instance)
        return dg.SkipReason(f"reported as failed: {', '.join(reaped)}" if reaped else "every run is alive")

    return dead_runs


def _failures() -> dg.SensorDefinition:
    @dg.run_failure_sensor(
        name="failure_alert",
        default_status=dg.DefaultSensorStatus.RUNNING,
        monitor_all_code_locations=False,
        description="Sends the alert of a failed run to the webhook and the e-mail address the environment names.",
        minimum_interval_seconds=30,
    )
    def failure_alert(context: dg.RunFailureSensorContext) -> None:
        told = [
            f"step {event.step_key}: {cause_of_step(event)}"
            for event in context.get_step_failure_events()
            if event.step_key
        ]
        run = context.dagster_run
        message = context.failure_event.message or "no step failed"
        told = told or [cause_of_end(context.instance, run.run_id, message)]
        for problem in alerts.send(alerts.Alert(f"cx-warehouse: {run.job_name} failed", run.run_id, told)):
            context.log.warning(f"the alert was not sent: {problem}")

    return failure_alert
