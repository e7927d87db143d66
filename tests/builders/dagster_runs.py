"""Dagster over the tiny dbt project: a home, its definitions, and one run of the job nightly. Asserts nothing."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from ingestion.home import Home
from orchestration import dagster_night
from orchestration.dagster_home import ensure_dagster_home
from orchestration.definitions import build_definitions
from tests.builders import tiny_project


@contextmanager
def tiny_dagster_home(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A home with one file, named by the environment, in which a retry waits for no time."""
    tiny_project.write_tiny_project(folder / "project")
    tiny_project.write_tiny_home(folder / "home")
    patch.setenv("CX_HOME", str(folder / "home"))
    patch.setenv("CX_SETTLE_SECONDS", "0")
    for name in ("CX_ASOF", "CX_PSEUDONYM_KEY", "CX_EXPORTS"):
        patch.delenv(name, raising=False)
    patch.setattr(dagster_night, "_FIRST_WAIT_SECONDS", 0.01)
    old_mask = os.umask(0o077)
    try:
        yield Home.at(folder / "home")
    finally:
        os.umask(old_mask)


@contextmanager
def quick_storage(home: Home) -> Iterator[Path]:
    """Dagster's folder of the home, in memory where there is some: Dagster syncs its storage at every event."""
    memory = Path("/dev/shm")
    home.root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else home.root) as storage:
        home.dagster.symlink_to(storage)
        yield ensure_dagster_home(home)


def definitions(home: Home) -> dg.Definitions:
    """Everything Dagster shows for it."""
    return build_definitions(home, home.root.parent / "project")


def run_nightly(
    home: Home, instance: dg.DagsterInstance, assets: Sequence[str] = (), **tags: str
) -> dg.ExecuteInProcessResult:
    """One run in this process, failed or not; of these assets only (`marts/fct_visits`), where there are any."""
    job = definitions(home).resolve_job_def("nightly")
    chosen = [dg.AssetKey(name.split("/")) for name in assets] or None
    return job.execute_in_process(instance=instance, tags=tags, asset_selection=chosen, raise_on_error=False)


def published_day(home: Home) -> str:
    """The day the file that is up is about."""
    with duckdb.connect(str(home.published_db), read_only=True) as connection:
        return str(connection.execute("select as_of_date from night_facts").fetchall()[0][0])
