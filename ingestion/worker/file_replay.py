"""A loaded file read once more under its mended spec: what was a reject then is taken now, under the same load.

Belongs here: telling old rows from new ones, and the proof that the records are still the same. Never here: a change
of a row that is loaded already.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from ingestion.quoting import identifier
from ingestion.readers.content import Content, open_content
from ingestion.readers.results import FileRefused
from ingestion.store.ledger import LoadLine, find_loaded, load_id_of, write_changes
from ingestion.worker.budgets import TableCounts, count_staged, fill_counts
from ingestion.worker.file_load import FileLoad
from ingestion.worker.file_writing import add_drift_columns, insert_rows, row_number, transaction
from ingestion.worker.staging import Staged, StagedTable


@dataclass
class FileReplay(FileLoad):
    """One replay under way."""

    def _take(self, line: LoadLine) -> None:
        if self.job.failure:
            raise FileRefused(*self.job.failure)
        with open_content(Path(os.fsdecode(self.job.path)), self.spec.format, scratch=self.scratch) as content:
            line.file_bytes, line.content_bytes = content.file_bytes, content.content_bytes
            stage = self._stage(content)
            stage.look()
            line.content_sha256 = content.sha256
            line.load_id = load_id_of(line.source, line.export, line.instance, content.sha256)
            if find_loaded(self.connection, line.load_id) is None:
                raise FileRefused(
                    "not_the_loaded_file", "its content is not what was loaded; it is a delivery of its own"
                )
            self.staged = stage.read()
            self._replay(line, self.staged, content)

    def _refuse(self, line: LoadLine, refusal: FileRefused) -> None:
        """Nothing to record: the load stands as it was."""
        line.status, line.reason, line.detail, line.rows_loaded = "refused", refusal.reason, refusal.detail, 0

    def _replay(self, line: LoadLine, staged: Staged, content: Content) -> None:
        counts = count_staged(self.connection, self.spec, staged)
        fill_counts(line, staged, counts)
        columns = "rows_in, rows_loaded, exported_at"
        query = f"select {columns} from raw.meta.loads where load_id = ? and status = 'loaded'"
        rows_in, rows_before, line.exported_at = self.connection.execute(query, [line.load_id]).fetchall()[0]
        if rows_in != line.rows_in or any(
            self._moved(line, staged, each) for each in staged.tables if not each.is_nested
        ):
            raise FileRefused(
                "records_moved", "the mended spec cuts the file into other records; mend a copy of the file"
            )
        line.status = "loaded"
        self._finish(line)
        with transaction(self.connection):
            inserted = self._write(line, staged, counts)
            if rows_before + inserted != line.rows_loaded:
                raise FileRefused(
                    "records_moved", "the mended spec would reject rows that are loaded; widen it instead"
                )
            content.check_unchanged()
        line.rows_loaded = inserted

    def _moved(self, line: LoadLine, staged: Staged, table: StagedTable) -> bool:
        """Whether a loaded row stands no longer where it stood, with the key it had."""
        number = row_number(staged, table)
        keys = (self.spec.children[table.child] if table.child else self.spec).key
        changed = "".join(f" or s.{identifier(name)} is distinct from t.{identifier(name)}" for name in keys)
        rows = self.connection.execute(
            f"select 1 from {table.table.qualified()} t "
            f"left join (select *, {number} as number_ from {table.qualified}) s on s.number_ = t._row_number "
            f"where t._load_id = ? and (s.number_ is null{changed}) limit 1",
            [line.load_id],
        )
        return bool(rows.fetchall())

    def _write(self, line: LoadLine, staged: Staged, counts: dict[str, TableCounts]) -> int:
        inserted = 0
        for table in sorted(staged.tables, key=lambda each: not each.is_nested):  # nested ones look at old records
            add_drift_columns(self.connection, table)
            owner = staged.tables[0] if table.is_nested else table
            number = "_parent_row_number" if table.is_nested else row_number(staged, table)
            beside = f"{number} not in (select _row_number from {owner.table.qualified()} where _load_id = $load_id)"
            count = insert_rows(self.connection, self.spec, line, staged, table, counts, beside)
            inserted += 0 if table.is_nested else count
        lines = [reject.line for reject in staged.rejects]
        self.connection.execute(
            "update raw.meta.rejects set replayed_by = ? where load_id = ? and replayed_by is null "
            "and not coalesce(list_contains(?::bigint[], line), len(?::bigint[]) > 0)",
            [self.spec.sha256, line.load_id, lines, lines],
        )
        self.connection.execute(
            "update raw.meta.loads set rows_loaded = ?, rows_rejected = ?, rows_skipped = ?, spec_sha256 = ? "
            "where load_id = ?",
            [line.rows_loaded, line.rows_rejected, line.rows_skipped, self.spec.sha256, line.load_id],
        )
        write_changes(self.connection, line, staged.changes)
        return inserted
