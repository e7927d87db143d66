"""Repair after a spec was fixed: files that left rejects or failed cells are read again, each under its own load.

Belongs here: which loads are replayed, and why others are not. Never here: how one is (`file_replay`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from shutil import rmtree

from ingestion.deliveries import Delivery, LoadSettings, LoadSummary
from ingestion.folder_walk import Found, walk_exports
from ingestion.home import Home
from ingestion.job_taking import JobTaker, take_job
from ingestion.jobs import Job, Start, delivered_arrays
from ingestion.landing import Arrival
from ingestion.specs.files import LoadedSpecs, read_all_specs
from ingestion.specs.model import Spec
from ingestion.store.foreign_log import release_log
from ingestion.store.raw_store import ensure_raw_store, open_raw
from ingestion.worker_process import WorkerProcess

LOADS = """
    select
        source, export, instance, file_name, load_id, spec_sha256,
        cells_failed > 0 or load_id in (select load_id from raw.meta.rejects where replayed_by is null) as has_faults,
        coalesce((select list(d.file_name order by d.file_name) from raw.meta.loads d where d.duplicate_of = l.load_id
            and d.status = 'duplicate'), []) as further_names
    from raw.meta.loads l where status = 'loaded' and coalesce(?, source) = source order by file_name, export
"""


@dataclass(frozen=True)
class LoadToReplay:
    """One line of the ledger. `further_names`: under which the very same bytes were delivered too."""

    source: str
    export: str
    instance: str
    file_name: str
    load_id: int
    spec_sha256: str
    has_faults: bool
    further_names: Sequence[str]

    def waits(self, reason: str, detail: str) -> Delivery:
        """It stays as it is, and why."""
        return Delivery(
            source=self.source,
            export=self.export,
            instance=self.instance,
            file_name=self.file_name,
            status="waiting",
            reason=reason,
            detail=detail,
            load_id=self.load_id,
        )

    def job(self, spec: Spec, found: Found, started_at: str) -> Job | None:
        """Its file once more, under the name the ledger knows it by."""
        if found.stat is None:
            return None
        arrival = Arrival(found.path, found.name, found.relative, self.instance, spec, found.stat)
        relative = found.relative if found.name == self.file_name else self.file_name.partition("/")[2]
        job = Job.of(arrival, started_at)
        return replace(job, name=self.file_name, relative=relative, is_replay=True)


def replay_rejects(
    home: Home,
    source: str | None = None,
    *,
    every_load: bool = False,
    clock: Callable[[], datetime] | None = None,
    settings: LoadSettings | None = None,
    specs: Sequence[Spec] | None = None,
    worker: Callable[[Start], JobTaker] = WorkerProcess,
) -> LoadSummary:
    """Read files again whose load has open rejects or failed cells (or all, `every_load`) and whose spec was fixed.

    `rows_loaded` of a delivery = rows that were rejects and are none now, `cells_mended` = cells that failed and do
    not any more.
    """
    reading = read_all_specs(home) if specs is None else LoadedSpecs(list(specs), [])
    known = {spec.name: spec for spec in reading.specs}
    mistakes = [*reading.mistakes, *ensure_raw_store(home, reading.specs)]
    wrong = {mistake.spec for mistake in mistakes}
    known = {name: spec for name, spec in known.items() if name not in wrong}
    with open_raw(home, read_only=True) as connection:
        loads = [LoadToReplay(*row) for row in connection.execute(LOADS, [source]).fetchall()]
    summary = LoadSummary(spec_mistakes=mistakes)
    stale = [each for each in loads if each.has_faults or _is_stale(each, known)]
    chosen = stale if every_load else [each for each in stale if each.has_faults]
    summary.earlier_spec = len(stale) - len(chosen)
    jobs = _jobs(home, chosen, known, (clock or _now)().astimezone(UTC).replace(tzinfo=None).isoformat(), summary)
    if jobs:
        arrays = delivered_arrays(known.values(), {f"{load.source}.{load.export}" for load in loads})
        limits = settings or LoadSettings.from_environment()
        start = Start(home, limits, tuple(known.values()), dry_run=False, delivered=arrays)
        summary.deliveries += _replay(start, jobs, worker)
    release_log(home.raw_db)
    return summary


def _jobs(
    home: Home, loads: Sequence[LoadToReplay], known: Mapping[str, Spec], now: str, summary: LoadSummary
) -> list[Job]:
    files = {found.name: found for found in walk_exports(home.exports) if found.stat is not None}
    jobs = []
    for load in loads:
        spec = known.get(f"{load.source}.{load.export}")
        names = (load.file_name, *load.further_names)
        found = next((files[name] for name in names if name in files), None)
        job = load.job(spec, found, now) if spec and found else None
        if job is None or spec is None or spec.sha256 == load.spec_sha256:
            summary.deliveries.append(load.waits(*_why_not(load, spec)))
        else:
            jobs.append(job)
    return jobs


def _replay(start: Start, jobs: Sequence[Job], worker: Callable[[Start], JobTaker]) -> list[Delivery]:
    scratch = start.home.root / "scratch"
    rmtree(scratch, ignore_errors=True)
    scratch.mkdir(mode=0o700, exist_ok=True)
    try:
        with worker(start) as taker:
            return [take_job(taker, job) for job in jobs]
    finally:
        rmtree(scratch, ignore_errors=True)


def _now() -> datetime:
    return datetime.now(UTC)


def _is_stale(load: LoadToReplay, known: Mapping[str, Spec]) -> bool:
    spec = known.get(f"{load.source}.{load.export}")
    return spec is not None and spec.sha256 != load.spec_sha256


def _why_not(load: LoadToReplay, spec: Spec | None) -> tuple[str, str]:
    if spec is None:
        return "no_spec", "its export has no spec, or one with a mistake; write or fix it, then replay"
    if spec.sha256 == load.spec_sha256:
        return "spec_unchanged", "its spec is the one it was loaded with; fix it, then replay"
    return "file_gone", "the file is not in the exports folder any more; put the same bytes back, then replay"
