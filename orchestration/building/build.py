"""Run dbt inside this process, so that a night starts one interpreter and its messages pass through our hands.

Belongs here: the arguments of dbt, where its files go, closing what it opened. Never here: a model's name.
"""

from __future__ import annotations

import gc
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Any

from ingestion.durable_files import write_whole
from ingestion.home import Home
from orchestration.building.build_report import BuildReport, report_of, safe_message
from orchestration.building.failing_rows import with_origins
from orchestration.building.fingerprint import code_fingerprint
from orchestration.errors import AuditFailed, SettingsWrong, named_error
from orchestration.memory_sizes import build_memory, held_memory
from orchestration.settings import DBT_PROJECT, Settings

Progress = Callable[[str], None]
_PARSED_FROM = "parsed_from"


@dataclass(frozen=True)
class DbtPlace:
    """Where dbt reads its project and leaves its files: under the home, so that the project's folder stays clean."""

    home: Home
    project: Path = DBT_PROJECT
    folder: str = "dbt_target"

    def __post_init__(self) -> None:
        if "'" in str(self.project):  # dbt-duckdb writes the path of a seed into SQL as it is
            raise SettingsWrong(f"the project lies in {self.project}", "Move it to a folder without an apostrophe.")

    @property
    def target(self) -> Path:
        """dbt's target folder."""
        return self.home.root / self.folder

    @property
    def manifest(self) -> Path:
        """What dbt knows of the project."""
        return self.target / "manifest.json"

    def arguments(self, settings: Settings) -> list[str]:
        """The arguments each dbt command shares. Logs stay off: they would hold what failing SQL quotes."""
        return [
            *("--project-dir", str(self.project), "--profiles-dir", str(self.project)),
            *("--target-path", str(self.target), "--log-path", str(self.target)),
            *("--log-level", "none", "--log-level-file", "none", "--no-version-check"),
            *settings.dbt_vars,
        ]

    @contextmanager
    def named(self, as_of: date, settings: Settings) -> Iterator[None]:
        """Name home, day and code to the project's env_var calls, and give the environment back as it was.

        A process that lives for days (Dagster's) would otherwise hand tonight's day to every later night.
        """
        self.target.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._forget_another_clone()
        ours = {
            "CX_HOME": str(self.home.root),
            "CX_MEMORY_LIMIT": build_memory(),
            "CX_HELD_MEMORY": held_memory(),
            "CX_ASOF": as_of.isoformat(),
            "CX_CODE": code_fingerprint(self.home, self.project, settings),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }
        before = {name: os.environ.get(name) for name in ours}
        os.environ.update(ours)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value

    def _forget_another_clone(self) -> None:
        """What dbt remembers of its last parse holds the project's path, and it would look for the seeds there."""
        mark = self.target / _PARSED_FROM
        here = os.fspath(self.project.resolve())
        if not mark.exists() or mark.read_text(encoding="utf-8") != here:
            (self.target / "partial_parse.msgpack").unlink(missing_ok=True)
            mark.write_text(here, encoding="utf-8")


def build(
    place: DbtPlace,
    settings: Settings,
    as_of: date,
    *,
    full_refresh: bool = False,
    select: Sequence[str] = (),
    progress: Progress | None = None,
) -> BuildReport:
    """Build and test everything, or what is selected. Failing tests run once more so that their rows are kept."""
    with place.named(as_of, settings):
        return _build(place, settings, full_refresh, select, progress)


def _build(
    place: DbtPlace, settings: Settings, full_refresh: bool, select: Sequence[str], progress: Progress | None
) -> BuildReport:
    started = time.monotonic()
    options = ["--threads", "2", "--exclude-resource-type", "unit_test"]
    options += ["--full-refresh"] if full_refresh else []
    options += ["--select", *select] if select else []
    results = _invoke(place, ["build", *options], settings, progress)
    _raise_machine_faults(results)
    report = report_of(results, time.monotonic() - started)
    failed = [failure.name for failure in report.failures if failure.kind == "test" and failure.row_count]
    if not failed:
        return report
    stored = _store_failing_rows(place, settings, failed)
    manifest = read_manifest(place)
    told = [with_origins(place.home, failure, stored.get(failure.name, ""), manifest) for failure in report.failures]
    return replace(report, failures=told)


@cache
def import_dbt_meanwhile() -> None:
    """Import dbt beside other work: it takes a second, in which loading mostly waits for its worker."""
    Thread(target=_import_dbt).start()


def _import_dbt() -> None:
    with suppress(Exception):  # the build imports it too and says why it cannot; a stopped night ends meanwhile
        import_module("dbt.cli.main")


def parse(place: DbtPlace, settings: Settings, as_of: date) -> None:
    """Write the manifest without touching a database."""
    with place.named(as_of, settings):
        _invoke(place, ["parse"], settings, None)


def read_manifest(place: DbtPlace) -> dict[str, Any]:
    """The manifest of the last build."""
    manifest: dict[str, Any] = json.loads(place.manifest.read_text(encoding="utf-8"))
    return manifest


def _raise_machine_faults(results: Sequence[Any]) -> None:
    """A full disk or a held file is no fault of the model that met it."""
    for result in results:
        if str(getattr(result.status, "value", result.status)) == "error":
            named = named_error(RuntimeError(result.message or ""))
            if named is not None:
                raise named


def _store_failing_rows(place: DbtPlace, settings: Settings, tests: Sequence[str]) -> Mapping[str, str]:
    results = _invoke(place, ["test", "--store-failures", "--threads", "1", "--select", *tests], settings, None)
    return {result.node.name: (result.node.relation_name or "").replace('"', "") for result in results}


def _invoke(place: DbtPlace, command: list[str], settings: Settings, progress: Progress | None) -> list[Any]:
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    callbacks = [_told(progress)] if progress else []
    was_collecting = gc.isenabled()
    gc.disable()  # dbt's graph is walked again and again for garbage it does not hold: a sixth of a small night
    try:
        outcome = dbtRunner(callbacks=callbacks).invoke([*command, *place.arguments(settings)])
    finally:
        if was_collecting:
            gc.enable()
        DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
        _mask_run_results(place.target / "run_results.json")
    if outcome.exception is not None or outcome.result is None:
        raise _stopped(outcome.exception)
    return list(getattr(outcome.result, "results", None) or [])


def _stopped(error: BaseException | None) -> BaseException:
    if isinstance(error, KeyboardInterrupt):
        return error
    if error is not None and (named := named_error(error)):
        return named
    return AuditFailed(
        f"dbt could not start: {' '.join(str(error).split())[:500]}", "Fix the dbt project or its settings, run again."
    )


def _told(progress: Progress) -> Callable[[Any], None]:
    def tell(event: Any) -> None:
        if event.info.name == "NodeFinished":
            node = event.data.node_info
            progress(f"{node.resource_type} {node.node_name}: {node.node_status}")

    return tell


def _mask_run_results(file: Path) -> None:
    """Take out of dbt's own file the messages that may quote a cell."""
    if not file.exists():
        return
    run = json.loads(file.read_text(encoding="utf-8"))
    for result in run.get("results", []):
        if result.get("status") == "error" and result.get("message"):
            result["message"] = safe_message(result["message"])
        result["adapter_response"] = {}
    write_whole(file, json.dumps(run))
