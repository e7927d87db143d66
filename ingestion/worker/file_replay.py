"""A loaded file read once more under its fixed spec: its rows become what a first load by that spec would have made.

Belongs here: the proof that content and records are the same, and the one transaction that replaces the rows of one
load. Never here: another load's rows, or a new identity: the load keeps its id, which is made of the content.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from ingestion.deliveries import Delivery
from ingestion.quoting import literal, qualified
from ingestion.readers.content import Content, open_content
from ingestion.readers.results import FileRefused
from ingestion.specs.tables import CHILD_PLUMBING
from ingestion.store.ledger import LoadLine, SchemaChange, load_id_of, write_changes
from ingestion.store.raw_tables import every_column
from ingestion.store.rejects import replace_open_rejects
from ingestion.worker.budgets import TableCounts, check_budgets, check_conservation, count_staged, fill_counts
from ingestion.worker.file_load import FileLoad
from ingestion.worker.file_writing import add_drift_columns, insert_rows, row_number, transaction
from ingestion.worker.notes import note_doubts, note_place
from ingestion.worker.staging import Staged, StagedTable, lacks_key
from ingestion.worker.untaken import keep_untaken, tell_beside

BEFORE = (
    "rows_in, rows_loaded, rows_rejected, rows_skipped, cells_failed, coalesce(modified_at, exported_at), "
    "coalesce(detail, '')"
)
UPDATED = (
    "exported_at", "period_start", "period_end", "path", "rows_loaded", "rows_rejected", "rows_skipped",
    "cells_failed", "spec_sha256", "started_at", "finished_at", "reason", "detail",
)  # fmt: skip


@dataclass(frozen=True)
class Before:
    """What the ledger said of the load until now."""

    rows_in: int
    rows_loaded: int
    rows_rejected: int
    rows_skipped: int
    cells_failed: int
    modified_at: datetime
    detail: str


@dataclass
class FileReplay(FileLoad):
    """One replay under way."""

    before: Before | None = field(default=None)

    def _take(self, line: LoadLine) -> None:
        if self.job.failure:
            raise FileRefused(*self.job.failure)
        path, seen = Path(os.fsdecode(self.job.path)), (self.job.stat.device, self.job.stat.inode)
        with open_content(path, self.spec.format, scratch=self.scratch, seen=seen) as content:
            line.file_bytes, line.content_bytes = content.file_bytes, content.content_bytes
            stage = self._stage(content)
            stage.look()
            line.content_sha256 = content.sha256
            line.load_id = load_id_of(line.source, line.export, line.instance, content.sha256)
            before = self._before(line)
            self.staged = stage.read()
            content.check_unchanged()
            self._repair(line, self.staged, before, content)
            self.before = before

    def _refuse(self, line: LoadLine, refusal: FileRefused) -> None:
        """Nothing to record: the load stands as it was."""
        line.status, line.reason, line.detail, line.rows_loaded = "refused", refusal.reason, refusal.told, 0
        line.rows_rejected = line.rows_skipped = line.cells_failed = 0

    def _delivery(self, line: LoadLine) -> Delivery:
        """`rows_loaded` and `cells_mended` say what this replay changed, the other counts what is left."""
        delivery = super()._delivery(line)
        if self.before is None:
            return delivery
        taken = line.rows_loaded - self.before.rows_loaded
        return replace(delivery, rows_loaded=taken, cells_mended=self.before.cells_failed - line.cells_failed)

    def _before(self, line: LoadLine) -> Before:
        found = self.connection.execute(
            f"select {BEFORE} from raw.meta.loads where load_id = ? and status = 'loaded'", [line.load_id]
        ).fetchall()
        if not found:
            raise FileRefused(
                "not_the_loaded_file",
                "its content is not what was loaded under this name (it is a delivery of its own: `cx load` takes it)",
            )
        return Before(*found[0])

    def _repair(self, line: LoadLine, staged: Staged, before: Before, content: Content) -> None:
        counts = count_staged(self.connection, self.spec, staged)
        fill_counts(line, staged, counts)
        dates = self.spec.dates_in_name(self.job.relative, before.modified_at)
        line.exported_at = dates.exported_at or before.modified_at
        check_budgets(self.connection, self.spec, line, staged, counts)
        self._check_records(line, staged, before)
        note_doubts(self.connection, self.spec, line, staged, dates)
        keep_untaken(line, before.detail)
        tell_beside(self.spec, line, staged, self.delivered)
        note_place(self.connection, self.spec, line, dates, self.memory)
        line.status = "loaded"
        self._finish(line)
        with transaction(self.connection):
            self._replace_rows(line, staged, before, counts)
            replace_open_rejects(self.connection, line, staged.rejects)
            self._add_changes(line, staged.changes)
            self._update_line(line)
            self._date_duplicates(line)
            content.check_unchanged()
        self.memory.files(self.connection, self.spec, line.instance).add(line.file_name, before.modified_at)

    def _check_records(self, line: LoadLine, staged: Staged, before: Before) -> None:
        """The same bytes must be the same records, and none that is loaded may become a reject."""
        if line.rows_in != before.rows_in:
            raise FileRefused(
                "records_moved",
                f"the fixed spec cuts the file into {line.rows_in} records, not {before.rows_in}; nothing was changed",
            )
        lost = sum(self._lost(line, staged, table) for table in staged.tables if not table.is_nested)
        if lost > max(0, line.rows_skipped - before.rows_skipped) or line.rows_rejected > before.rows_rejected:
            raise FileRefused(
                "records_moved",
                f"the fixed spec would reject {max(lost, 1)} or more records that are loaded; nothing was changed",
            )

    def _lost(self, line: LoadLine, staged: Staged, table: StagedTable) -> int:
        """Loaded rows that would not be loaded under the fixed spec."""
        good = f"_is_kept and not ({lacks_key(self.spec, table)})"
        rows = self.connection.execute(
            f"select count(*) from {table.table.qualified()} where _load_id = ? and _row_number not in "
            f"(select {row_number(staged, table)} from {table.qualified} where {good})",
            [line.load_id],
        )
        return int(rows.fetchall()[0][0])

    def _replace_rows(self, line: LoadLine, staged: Staged, before: Before, counts: dict[str, TableCounts]) -> None:
        removed = inserted = 0
        for table in staged.tables:
            add_drift_columns(self.connection, table)
            delete = f"delete from {table.table.qualified()} where _load_id = ?"
            gone = int(self.connection.execute(delete, [line.load_id]).fetchall()[0][0])
            came = insert_rows(self.connection, self.spec, line, staged, table, counts)
            if not table.is_nested:
                removed, inserted = removed + gone, inserted + came
        for name in self._former_children(staged):
            self.connection.execute(f"delete from {name} where _load_id = ?", [line.load_id])
        if removed != before.rows_loaded:
            raise FileRefused(
                "does_not_add_up",
                f"the ledger says {before.rows_loaded} rows of this load, {removed} were found in its tables (was the "
                "spec's entity changed?); nothing was changed. To load all again, move raw.duckdb aside",
            )
        line.rows_loaded = inserted
        check_conservation(line)

    def _former_children(self, staged: Staged) -> list[str]:
        """Tables of children that were taken out of the spec: what they hold of the load stands elsewhere now.

        (A load's id is its own in all the tables of its source, so no other export is touched.)
        """
        columns = every_column(self.connection, f"schema_name = {literal(self.spec.table.schema)}")
        children = [place for place, names in columns.items() if CHILD_PLUMBING[0][0] in names]
        own = {(table.table.schema, table.table.name) for table in staged.tables}
        return [qualified("raw", *place) for place in children if place not in own]

    def _add_changes(self, line: LoadLine, changes: list[SchemaChange]) -> None:
        """What was noted of the columns stays noted; what the fixed spec makes of them is added."""
        known = self.connection.execute(
            "select change, column_name, detail from raw.meta.schema_changes where load_id = ?", [line.load_id]
        ).fetchall()
        noted = {SchemaChange(*row) for row in known}
        write_changes(self.connection, line, [change for change in changes if change not in noted])

    def _date_duplicates(self, line: LoadLine) -> None:
        """The same bytes under other names: the fixed spec reads the dates of those names again, too."""
        duplicates = "select load_id, file_name, modified_at from raw.meta.loads where duplicate_of = ?"
        for load_id, file_name, modified_at in self.connection.execute(duplicates, [line.load_id]).fetchall():
            dates = self.spec.dates_in_name(file_name.partition("/")[2], modified_at)
            self.connection.execute(
                "update raw.meta.loads set exported_at = ?, period_start = ?, period_end = ? where load_id = ?",
                [dates.exported_at or modified_at, dates.period_start, dates.period_end, load_id],
            )

    def _update_line(self, line: LoadLine) -> None:
        values = [getattr(line, name) for name in UPDATED]
        marks = ", ".join(f"{name} = ?" for name in UPDATED)
        self.connection.execute(f"update raw.meta.loads set {marks} where load_id = ?", [*values, line.load_id])
