"""Rejects taken after all: files that left some are read again once their spec was mended.

Belongs here: which loads are replayed, and why others are not. Never here: how one is (`file_replay`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from shutil import rmtree

from ingestion.deliveries import Delivery, LoadSettings, LoadSummary
from ingestion.folder_walk import Found, walk_exports
from ingestion.home import Home
from ingestion.job_taking import JobTaker, take_job
from ingestion.jobs import Job, Start
from ingestion.landing import Arrival
from ingestion.specs.files import read_all_specs
from ingestion.specs.model import Spec
from ingestion.store.foreign_log import release_log
from ingestion.store.raw_store import ensure_raw_store, open_raw
from ingestion.worker_process import WorkerProcess

OPEN_REJECTS = (
    "select l.source, l.export, l.instance, l.file_name, l.load_id, l.spec_sha256 from raw.meta.loads l "
    "where status = 'loaded' and load_id in (select load_id from raw.meta.rejects where replayed_by is null) "
    "and coalesce(?, source) = source "
    "order by l.file_name"
)


def replay_rejects(
    home: Home,
    source: str | None = None,
    *,
    clock: Callable[[], datetime] | None = None,
    settings: LoadSettings | None = None,
    specs: Sequence[Spec] | None = None,
    worker: Callable[[Start], JobTaker] = WorkerProcess,
) -> LoadSummary:
    """Read the files of open rejects again. `rows_loaded` of a delivery = rows that were rejects and are none now."""
    known = {spec.name: spec for spec in (read_all_specs(home).specs if specs is None else specs)}
    ensure_raw_store(home, list(known.values()))
    with open_raw(home, read_only=True) as connection:
        loads = connection.execute(OPEN_REJECTS, [source]).fetchall()
    files = {found.name: found for found in walk_exports(home.exports)}
    summary = LoadSummary()
    arrivals: list[Arrival] = []
    for of, export, instance, name, load_id, spec_sha256 in loads:
        found, spec = files.get(name), known.get(f"{of}.{export}")
        reason, detail = _why_not(found, spec, spec_sha256)
        if reason or found is None or found.stat is None or spec is None:
            summary.deliveries.append(Delivery(of, export, instance, name, "waiting", reason, detail, load_id))
        else:
            arrivals.append(Arrival(found.path, found.name, found.relative, instance, spec, found.stat))
    if arrivals:
        now = (clock or _now)().astimezone(UTC).replace(tzinfo=None).isoformat()
        start = Start(home, settings or LoadSettings.from_environment(), tuple(known.values()), dry_run=False)
        scratch = home.root / "scratch"
        scratch.mkdir(mode=0o700, exist_ok=True)
        try:
            with worker(start) as taker:
                jobs = [replace(Job.of(arrival, now), is_replay=True) for arrival in arrivals]
                summary.deliveries += [take_job(taker, job) for job in jobs]
        finally:
            rmtree(scratch, ignore_errors=True)
    release_log(home.raw_db)
    return summary


def _now() -> datetime:
    return datetime.now(UTC)


def _why_not(found: Found | None, spec: Spec | None, spec_sha256: str) -> tuple[str, str]:
    if spec is None:
        return "no_spec", "its export has no spec (any more); write one, then replay"
    if spec.sha256 == spec_sha256:
        return "spec_unchanged", "its spec is the one it was loaded with; mend it, then replay"
    if found is None or found.stat is None:
        return "file_gone", "the file is not in the exports folder any more; put it back, then replay"
    return "", ""
