"""Runs whose process is gone: reported failed, so that the queue's slot is free and the next night runs.

Belongs here: telling a dead run from a live one on this machine. Never here: killing anything.
"""

import os
import re
from pathlib import Path

import dagster as dg
from dagster import DagsterEventType, DagsterInstance, DagsterRun, RunsFilter

GONE = "its process was killed, or the machine went down; nothing half done was kept, run it again"
_UNDER_WAY = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]
# Place of "starttime" in /proc/<process>/stat, counted after the state.
_START_TICKS = 18
_CLOCK_SLACK_SECONDS = 60.0
_PROCESS = re.compile(r"\(pid: (\d+)\)")


def reap_dead_runs(instance: DagsterInstance) -> list[str]:
    """Report every run under way whose process is gone; their ids."""
    dead = [run for run in instance.get_runs(RunsFilter(statuses=_UNDER_WAY)) if _is_dead(instance, run)]
    reaped = []
    for run in dead:
        # Dagster's code server, where it outlived the run, may have told it meanwhile; one alert is enough.
        now = instance.get_run_by_id(run.run_id)
        if now is not None and now.status in _UNDER_WAY:
            instance.report_run_failed(run, GONE)
            reaped.append(run.run_id)
    return reaped


def _is_dead(instance: DagsterInstance, run: DagsterRun) -> bool:
    told = _process_of(instance, run)
    return told is not None and told[0] != os.getpid() and not _is_running(*told)


def _process_of(instance: DagsterInstance, run: DagsterRun) -> tuple[int, float] | None:
    """The process that executes the run, and when it said so."""
    events = instance.all_logs(run.run_id, of_type=DagsterEventType.ENGINE_EVENT)
    found = [(int(match[1]), event.timestamp) for event in events if (match := _PROCESS.search(event.message or ""))]
    return found[0] if found else None


def _is_running(process: int, seen_at: float) -> bool:
    """A process of that number that is as old as the run; a younger one only got the number later."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        state, *rest = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        began = _machine_began() + int(rest[_START_TICKS]) / os.sysconf("SC_CLK_TCK")
    except OSError:
        return not Path("/proc").is_dir()
    return state != "Z" and began <= seen_at + _CLOCK_SLACK_SECONDS


def _machine_began() -> float:
    lines = Path("/proc/stat").read_text().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("btime"))
