"""Handing one job to whoever opens files, and what it means when he dies of it.

Belongs here: the second try, the refusal after it. Never here: which jobs there are, or how a file is loaded.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Protocol

from ingestion.deliveries import Delivery
from ingestion.jobs import Job, Reply
from ingestion.worker_exit import WorkerDied


class JobTaker(AbstractContextManager["JobTaker"], Protocol):
    """Who opens the files: a process of its own (`WorkerProcess`), or a `Worker` in this one."""

    def do(self, job: Job) -> Reply:
        """Take one file."""


def take_job(taker: JobTaker, job: Job) -> Delivery:
    """Take one file; if the process dies of it, record that. Raises only the errors of the store itself."""
    try:
        reply = _twice(taker, job)
    except WorkerDied as death:
        reply = taker.do(replace(job, failure=(death.reason, death.detail)))
    if reply.delivery is None:
        raise ValueError("the worker answered a job without a delivery")
    return reply.delivery


def _twice(taker: JobTaker, job: Job) -> Reply:
    try:
        return taker.do(job)
    except WorkerDied as death:
        if death.reason == "time_limit":
            raise
        # Somebody may have killed it, or files before this one filled it; a file that kills does so twice.
        return taker.do(job)
