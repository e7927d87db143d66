"""The loader's front door: each new file of the exports folder goes into raw.duckdb, or is refused with its reason.

Belongs here: the order of a run. Never here: what happens to one file (`file_load`, in the worker), or a vendor.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from ingestion.deliveries import Delivery, LoadSettings, LoadSummary
from ingestion.errors import HomeError, NoSpace, SpecMistake
from ingestion.home import Home
from ingestion.job_taking import JobTaker, take_job
from ingestion.jobs import Job, Start, delivered_arrays
from ingestion.landing import Arrival, Landing, claims_mark, survey, wait_until_still
from ingestion.renamed_specs import renamed_specs
from ingestion.specs.files import LoadedSpecs, read_all_specs
from ingestion.specs.model import Spec
from ingestion.store.foreign_log import release_log
from ingestion.store.ledger import FileMark, LoadLine, has_line, load_id_of, read_marks, write_line
from ingestion.store.raw_store import ensure_raw_store, open_raw, set_version, type_conflicts, version_of
from ingestion.worker_process import WorkerProcess

Clock = Callable[[], datetime]
LEAST_FREE_BYTES = 32 << 20
FREE_SHARE = 0.1  # raw.duckdb grows by less than this share of most text files; a hint before the work, not a promise


class Progress(Protocol):
    """Told after each delivery."""

    def __call__(self, delivery: Delivery, done: int, total: int) -> None:
        """One more of `total` is done."""


def load(
    home: Home,
    clock: Clock | None = None,
    only: str | None = None,
    progress: Progress | None = None,
    *,
    dry_run: bool = False,
    settings: LoadSettings | None = None,
    specs: Sequence[Spec] | None = None,
    worker: Callable[[Start], JobTaker] = WorkerProcess,
) -> LoadSummary:
    """Load what is new. `only` = a source or `<source>.<export>`; `dry_run` reads everything and writes nothing."""
    began = time.monotonic()
    reading = read_all_specs(home) if specs is None else LoadedSpecs(list(specs), [])
    summary = LoadSummary(spec_mistakes=list(reading.mistakes), dry_run=dry_run)
    limits = settings or LoadSettings.from_environment()
    _Run(home, clock or _now, limits, progress, worker, reading.specs, summary).work(only)
    summary.seconds = round(time.monotonic() - began, 3)
    return summary


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class _Run:
    """One run under way."""

    home: Home
    clock: Clock
    settings: LoadSettings
    progress: Progress | None
    worker: Callable[[Start], JobTaker]
    specs: list[Spec]
    summary: LoadSummary
    total: int = 0

    def work(self, only: str | None) -> None:
        """Look, wait, load, note."""
        marks, trust_claims = self._prepare()
        wrong = frozenset(mistake.source for mistake in self.summary.spec_mistakes)
        self._check_exports(bool(marks))
        landing = survey(self.home.exports, self.specs, marks, trust_claims=trust_claims, only=only, mistaken=wrong)
        self.summary.known_files = landing.known_files
        wait_until_still(landing, self.settings.settle_seconds)
        self.total = len(landing.arrivals) + len(landing.problems)
        if landing.arrivals:
            self._check_space(landing)
            self._load(landing.arrivals, marks)
        for problem in landing.problems:
            self._report(problem)
        if not self.summary.dry_run:
            # A part of the sources says nothing of who claims the others' files.
            self._note(landing, claims_are_new=only is None and not trust_claims)
            release_log(self.home.raw_db)

    def _prepare(self) -> tuple[dict[str, list[FileMark]], bool]:
        """The memory of files, and whether it was made under the same claims. The scratch of a killed run goes."""
        if self.summary.dry_run and not self.home.raw_db.exists():
            return {}, False
        shutil.rmtree(self._scratch, ignore_errors=True)
        if not self.summary.dry_run:
            self._leave_out(ensure_raw_store(self.home, self.specs))
        with open_raw(self.home, read_only=True) as connection:
            if self.summary.dry_run:
                self._leave_out(type_conflicts(connection, self.specs))
            marks = read_marks(connection)
            left_out = [mistake.spec for mistake in self.summary.spec_mistakes]
            self._leave_out(list(renamed_specs(connection, self.specs, marks, left_out)))
            return marks, version_of(connection, "claims") == claims_mark(self.specs)

    def _leave_out(self, mistakes: Sequence[SpecMistake]) -> None:
        """A spec whose types the loaded values would not survive waits until it is fixed; the others go on."""
        wrong = {mistake.spec for mistake in mistakes}
        self.specs = [spec for spec in self.specs if spec.name not in wrong]
        self.summary.spec_mistakes += mistakes

    def _load(self, arrivals: Sequence[Arrival], marks: Mapping[str, Sequence[FileMark]]) -> None:
        specs = {arrival.spec.name: arrival.spec for arrival in arrivals}
        names = specs.keys() | {f"{mark.source}.{mark.export}" for known in marks.values() for mark in known}
        arrays = delivered_arrays(self.specs, names)
        self._scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
        start = Start(self.home, self.settings, tuple(specs.values()), self.summary.dry_run, arrays)
        try:
            with self.worker(start) as worker:
                for arrival in arrivals:
                    job = Job.of(arrival, _plain(self.clock()).isoformat())
                    self._report(take_job(worker, job))
        finally:
            shutil.rmtree(self._scratch, ignore_errors=True)

    def _report(self, delivery: Delivery) -> None:
        self.summary.deliveries.append(delivery)
        if self.progress is not None:
            self.progress(delivery, len(self.summary.deliveries), self.total)

    def _note(self, landing: Landing, *, claims_are_new: bool) -> None:
        """Into the ledger, once each: what was refused before it was opened. And the claims a whole run went by."""
        refused = [each for each in landing.problems if each.is_new and each.status in ("refused", "unclaimed")]
        if not refused and not claims_are_new:
            return
        now = _plain(self.clock())
        with open_raw(self.home) as connection:
            connection.execute("begin")
            for each in refused:
                load_id = load_id_of(each.source, each.file_name, each.status, each.reason, each.detail)
                line = LoadLine(
                    load_id=load_id,
                    source=each.source,
                    export=each.export,
                    instance=each.instance,
                    file_name=each.file_name,
                    reason=each.reason,
                    detail=each.detail,
                    started_at=now,
                    finished_at=now,
                )
                if not has_line(connection, load_id):
                    write_line(connection, line)
            if claims_are_new:
                set_version(connection, "claims", claims_mark(self.specs))
            connection.execute("commit")

    def _check_exports(self, is_used: bool) -> None:
        """A missing folder is no quiet night, unless the home is new and its folder still to be made."""
        exports = self.home.exports
        if not exports.is_dir() and (is_used or exports != self.home.root / "exports"):
            raise HomeError(
                f"{exports}: there is no such folder of exports; make it or mount it, or fix CX_EXPORTS, and run again"
            )

    def _check_space(self, landing: Landing) -> None:
        need = LEAST_FREE_BYTES + int(FREE_SHARE * sum(arrival.stat.size for arrival in landing.arrivals))
        self.home.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        free = shutil.disk_usage(self.home.root).free
        if free < need:
            raise NoSpace(
                f"{self.home.root}: {free >> 20} MB are free, this load needs about {need >> 20} MB; "
                "free some and run again"
            )

    @property
    def _scratch(self) -> Path:
        return self.home.root / "scratch"


def _plain(moment: datetime) -> datetime:
    """UTC without zone, as the store keeps it."""
    return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)
