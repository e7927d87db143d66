"""Why a run of Dagster failed, read from its events.

Belongs here: our own words where the error is ours, else only its kind. Never here: the text of another's error, which
may quote data; sending.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import dagster as dg
from dagster import DagsterEventType, DagsterInstance

from orchestration.reaping import GONE

_CLASS = re.compile(r"^[\w.]*Failure: ")
_KILLED = "from outside the execution context"  # how Dagster marks a run that could not tell its own end


def cause_of_step(event: dg.DagsterEvent) -> str:
    """Why a step failed."""
    error = event.step_failure_data.error
    return _told(error) if error else "failed"


def cause_of_end(instance: DagsterInstance, run_id: str, message: str) -> str:
    """Why a run ended in which no step failed: what kept its process from beginning, or that the process is gone."""
    entries = instance.all_logs(run_id, of_type=DagsterEventType.ENGINE_EVENT)
    events = [entry.dagster_event for entry in entries if entry.dagster_event]
    failed = [(event.message or "", event.engine_event_data.error) for event in events if event.engine_event_data.error]
    if failed:
        words, error = failed[-1]
        return f"{words} {_told(error)}".strip()
    return GONE if _KILLED in message else message


def _told(error: Any) -> str:
    chain = list(_chain(error))
    ours = next((each for each in chain if each.cls_name == "Failure"), None)
    return _CLASS.sub("", ours.message.strip()) if ours else str(chain[-1].cls_name)


def _chain(error: Any) -> Iterator[Any]:
    while error is not None:
        yield error
        error = error.cause or error.context
