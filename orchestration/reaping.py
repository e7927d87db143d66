"""Runs whose process is gone: reported failed, so that the queue's slot is free and the next night runs.

Belongs here: telling a dead run from a live one on this machine. Never here: killing anything.
"""

import os
import re
from pathlib import Path

import dagster as dg
from dagster import DagsterEventType, DagsterInstance, DagsterRun, RunsFilter

_UNDER_WAY = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]
_PROCESS = re.compile(r"\(pid: (\d+)\)")


def reap_dead_runs(instance: DagsterInstance) -> list[str]:
    """Report every run under way whose process is gone; their ids."""
    dead = [run for run in instance.get_runs(RunsFilter(statuses=_UNDER_WAY)) if _is_dead(instance, run)]
    for run in dead:
        instance.report_run_failed(run, "its process is gone: it was killed, or the machine went down")
    return [run.run_id for run in dead]


def _is_dead(instance: DagsterInstance, run: DagsterRun) -> bool:
    process = _process_of(instance, run)
    return process is not None and process != os.getpid() and not _is_running(process, run.run_id)


def _process_of(instance: DagsterInstance, run: DagsterRun) -> int | None:
    events = instance.all_logs(run.run_id, of_type=DagsterEventType.ENGINE_EVENT)
    found = [match[1] for event in events if (match := _PROCESS.search(event.message or ""))]
    return int(found[0]) if found else None


def _is_running(process: int, run_id: str) -> bool:
    """A process of that number that knows the run's id; the number alone may belong to somebody new by now."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    command = Path(f"/proc/{process}/cmdline")
    try:
        words = command.read_bytes()
    except OSError:
        return not Path("/proc").is_dir()
    is_zombie = not words
    return not is_zombie and (run_id.encode() in words or b"dagster" in words)
