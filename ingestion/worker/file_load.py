"""One file from its bytes to its ledger line: opened once, hashed, staged, counted, judged, written or refused.

Belongs here: the order of these steps. Never here: parsing and typing (`staging`), statements (`file_writing`), or
processes (`worker`).
"""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Protocol

import duckdb

from ingestion.deliveries import Delivery
from ingestion.jobs import Job
from ingestion.path_dates import DatesInName
from ingestion.readers.content import Content, open_content
from ingestion.readers.results import FileRefused, Reject
from ingestion.specs.model import BY_HEADER, Spec
from ingestion.store.ledger import LoadLine, find_loaded, has_size, load_id_of
from ingestion.store.messages import is_about_the_store
from ingestion.worker.budgets import check_budgets, count_staged, fill_counts
from ingestion.worker.file_writing import write_load, write_without_rows
from ingestion.worker.foreseen import foresee
from ingestion.worker.notes import note_doubts, note_place
from ingestion.worker.run_memory import RunMemory
from ingestion.worker.staging import Staged, drop_staged
from ingestion.worker.staging_grid import LARGE_CONTENT, GridStage
from ingestion.worker.untaken import tell_beside, tell_untaken


class FileStage(Protocol):
    """What grid-like and nested files have in common."""

    def look(self) -> None:
        """The first pass over the bytes, which also hashes them."""

    def read(self) -> Staged:
        """All records as typed rows in temporary tables."""


@dataclass
class FileLoad:
    """One job under way."""

    connection: duckdb.DuckDBPyConnection
    job: Job
    spec: Spec
    scratch: Path
    memory: RunMemory = field(default_factory=RunMemory)
    delivered: Collection[str] = ()  # arrays that exports of this source read from files of their own
    staged: Staged | None = None
    began: float = field(default_factory=time.monotonic)

    @property
    def is_dry(self) -> bool:
        """True where nothing is to be written."""
        return self.memory.seen is not None

    @cached_property
    def dates(self) -> DatesInName:
        """What the file's path says of its time."""
        return self.spec.dates_in_name(self.job.relative, self.modified)

    @cached_property
    def modified(self) -> datetime:
        """When the file was last changed."""
        return datetime.fromtimestamp(self.job.stat.mtime_ns // 1000 / 1e6, UTC).replace(tzinfo=None)

    def run(self) -> Delivery:
        """Take the file, or refuse it with its reason. Only errors of the database itself are raised."""
        line = self._begin()
        try:
            refusal = self._try(line)
            if refusal is not None:
                self._refuse(line, refusal)
        finally:
            drop_staged(self.connection, self.spec)
        return self._delivery(line)

    def _try(self, line: LoadLine) -> FileRefused | None:
        """Take the file, or say why not. What a failed try held in memory is free once this has returned."""
        try:
            self._take(line)
        except FileRefused as refusal:
            return FileRefused(refusal.reason, refusal.detail)
        except (MemoryError, duckdb.OutOfMemoryException):
            return FileRefused("out_of_memory", "needs more memory than the limits allow")
        except Exception as error:  # one bad file, or a fault of ours on it, must not stop the others
            if isinstance(error, duckdb.Error) and is_about_the_store(error):
                raise
            if isinstance(error, ImportError) and not isinstance(error, ModuleNotFoundError):
                raise  # no room is left for a library: a new process has it
            return _fault(error)
        return None

    def _begin(self) -> LoadLine:
        started = datetime.fromisoformat(self.job.started_at)
        return LoadLine(
            load_id=0,
            source=self.job.source,
            export=self.job.export,
            instance=self.job.instance,
            file_name=self.job.name,
            started_at=started,
            spec_sha256=self.spec.sha256,
            file_bytes=self.job.stat.size,
            modified_at=self.modified,
            exported_at=self.dates.exported_at or self.modified,
            period_start=self.dates.period_start,
            period_end=self.dates.period_end,
        )

    def _take(self, line: LoadLine) -> None:
        if self.job.failure:
            raise FileRefused(*self.job.failure)
        path, seen = Path(os.fsdecode(self.job.path)), (self.job.stat.device, self.job.stat.inode)
        with open_content(path, self.spec.format, scratch=self.scratch, seen=seen) as content:
            line.file_bytes, line.content_bytes = content.file_bytes, content.content_bytes
            if (
                content.content_bytes >= LARGE_CONTENT
                and has_size(self.connection, line)
                and self._is_known(line, content)
            ):
                return  # its hash is known before much else is done with it
            stage = self._stage(content)
            stage.look()
            if self._is_known(line, content):
                return
            self.staged = stage.read()
            content.check_unchanged()  # before any sum: a file that grew meanwhile is no fault of ours
            self._load(line, self.staged, content)

    def _is_known(self, line: LoadLine, content: Content) -> bool:
        """True where these very bytes were taken before; then that is noted."""
        line.content_sha256 = content.sha256
        line.load_id = load_id_of(line.source, line.export, line.instance, content.sha256)
        known = find_loaded(self.connection, line.load_id) or (self.memory.seen or {}).get(line.load_id)
        if known is None:
            return False
        content.check_unchanged()
        self._note_duplicate(line, known)
        return True

    def _stage(self, content: Content) -> FileStage:
        if self.spec.format in BY_HEADER:
            return GridStage(self.connection, self.spec, content)
        from ingestion.worker.staging_nested import NestedStage  # its libraries are not for every file

        return NestedStage(self.connection, self.spec, content)

    def _load(self, line: LoadLine, staged: Staged, content: Content) -> None:
        counts = count_staged(self.connection, self.spec, staged)
        fill_counts(line, staged, counts)
        check_budgets(self.connection, self.spec, line, staged, counts)
        note_doubts(self.connection, self.spec, line, staged, self.dates)
        tell_untaken(self.connection, self.job, self.spec, line, staged)
        tell_beside(self.spec, line, staged, self.delivered)
        note_place(self.connection, self.spec, line, self.dates, self.memory)
        line.status = "loaded"
        self._finish(line)
        if self.memory.seen is not None:
            content.check_unchanged()
            self.memory.seen[line.load_id] = line.file_name
            foresee(self.connection, self.spec, line, staged)
        else:
            write_load(self.connection, self.job, self.spec, line, staged, counts, content.check_unchanged)
        self.memory.files(self.connection, self.spec, line.instance).add(line.file_name, self.modified)

    def _note_duplicate(self, line: LoadLine, known: str) -> None:
        line.status, line.reason, line.duplicate_of = "duplicate", "same_content", line.load_id
        line.detail = f"the same bytes as {known}"
        line.load_id = load_id_of(
            line.source,
            line.export,
            line.instance,
            line.content_sha256 or "",
            line.file_name,
            str(line.exported_at),
            "duplicate",
        )
        self._finish(line)
        if not self.is_dry:
            write_without_rows(self.connection, self.job, line, [])

    def _refuse(self, line: LoadLine, refusal: FileRefused) -> None:
        line.status, line.reason, line.detail, line.rows_loaded = "refused", refusal.reason, refusal.told, 0
        line.load_id = load_id_of(
            line.source,
            line.export,
            line.instance,
            line.file_name,
            str(line.modified_at),
            "refused",
            refusal.reason,
            self.spec.sha256,
        )
        self._finish(line)
        rejects: list[Reject] = self.staged.rejects if self.staged else []
        if not self.is_dry:
            write_without_rows(self.connection, self.job, line, rejects)

    def _finish(self, line: LoadLine) -> None:
        if line.started_at is not None:
            line.finished_at = line.started_at + timedelta(seconds=time.monotonic() - self.began)

    def _delivery(self, line: LoadLine) -> Delivery:
        return Delivery(
            source=line.source,
            export=line.export,
            instance=line.instance,
            file_name=line.file_name,
            status=line.status,
            reason=line.reason or "",
            detail=line.detail or "",
            load_id=line.load_id,
            path=line.path or "",
            rows_in=line.rows_in,
            rows_loaded=line.rows_loaded,
            rows_rejected=line.rows_rejected,
            rows_skipped=line.rows_skipped,
            cells_failed=line.cells_failed,
            content_bytes=line.content_bytes or 0,
            schema_changes=len(self.staged.changes) if self.staged else 0,
            seconds=round(time.monotonic() - self.began, 3),
        )


def _fault(error: Exception) -> FileRefused:
    """What we say of an error nobody expected. Its own text may quote cells, so only its kind is named."""
    if os.environ.get("CX_WORKER_STDERR"):
        traceback.print_exception(error)
    return FileRefused("fault", f"the loader failed on it ({type(error).__name__})")
