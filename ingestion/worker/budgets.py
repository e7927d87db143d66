"""Do the counts add up, and is a file good enough to be taken?

Belongs here: counting staged rows, conservation, error budgets. Never here: changing rows.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import duckdb

from ingestion.advice import with_advice
from ingestion.readers.results import FileRefused
from ingestion.specs.model import Spec
from ingestion.store.ledger import LoadLine
from ingestion.worker.staging import Staged, StagedTable, lacks_key
from ingestion.worker.unreadable import judge_columns

REASONS_TOLD = 3


@dataclass(frozen=True)
class TableCounts:
    """Staged rows of one table: all of them, those a row filter leaves out, those without a key, cells in error."""

    rows: int
    skipped: int
    keyless: int
    cells_failed: int

    @property
    def good(self) -> int:
        """Rows that are to be loaded."""
        return self.rows - self.skipped - self.keyless


def count_staged(connection: duckdb.DuckDBPyConnection, spec: Spec, staged: Staged) -> dict[str, TableCounts]:
    """Count every staged table, by its temporary name."""
    record = staged.tables[0]
    queries = " union all ".join(_count(spec, record, table, at) for at, table in enumerate(staged.tables))
    rows = connection.execute(f"{queries} order by 1").fetchall()
    return {table.name: TableCounts(*map(int, row[1:])) for table, row in zip(staged.tables, rows, strict=True)}


def fill_counts(line: LoadLine, staged: Staged, counts: dict[str, TableCounts]) -> None:
    """Put a file's counts into its ledger line. The reader's count and the database's must agree."""
    records = [counts[table.name] for table in staged.tables if not table.is_nested]
    rows, keyless = sum(each.rows for each in records), sum(each.keyless for each in records)
    line.path = staged.path
    line.rows_in = staged.stats.records_in
    line.rows_rejected = staged.stats.rejected + keyless
    line.rows_skipped = staged.stats.skipped + sum(each.skipped for each in records)
    line.rows_loaded = rows - keyless - sum(each.skipped for each in records)
    line.cells_failed = sum(each.cells_failed for each in counts.values())
    if rows != staged.stats.rows:
        raise FileRefused("does_not_add_up", f"{staged.stats.rows} rows read, {rows} typed")
    check_conservation(line)


def check_conservation(line: LoadLine) -> None:
    """Records in = loaded + rejected + declared skips."""
    out = line.rows_loaded + line.rows_rejected + line.rows_skipped
    if line.rows_in != out:
        raise FileRefused("does_not_add_up", f"{line.rows_in} records in, {out} accounted for")


def check_budgets(
    connection: duckdb.DuckDBPyConnection, spec: Spec, line: LoadLine, staged: Staged, counts: dict[str, TableCounts]
) -> None:
    """Refuse a file with too many faults or too few rows."""
    if any(each.cells_failed or each.keyless for each in counts.values()):
        judge_columns(connection, spec, line, staged)
    if line.rows_rejected > spec.error_budget * line.rows_in:
        raise FileRefused(
            "error_budget",
            f"{line.rows_rejected} of {line.rows_in} records are rejects, above the error budget of "
            f"{spec.error_budget:g}: {_told_rejects(staged)}",
        )
    _judge_children(spec, line, staged, counts)
    cells = sum(counts[table.name].good * len(table.table.columns) for table in staged.tables)
    if spec.cell_error_budget < 1 and line.cells_failed > spec.cell_error_budget * cells:
        raise FileRefused(
            "cell_error_budget",
            f"{line.cells_failed} of {cells} cells do not have their type, above the budget of "
            f"{spec.cell_error_budget:g}: {_told_cells(connection, staged)}",
        )
    if line.rows_loaded < spec.volume.min_rows:
        raise FileRefused(
            "too_few_rows",
            f"{line.rows_loaded} rows, the spec promises at least {spec.volume.min_rows}",
        )


def _judge_children(spec: Spec, line: LoadLine, staged: Staged, counts: dict[str, TableCounts]) -> None:
    """Children without their key are in no count of records: too many refuse the file, any others its line tells."""
    rejected = len(staged.rejects) - line.rows_rejected
    rows = sum(counts[table.name].rows for table in staged.tables if table.is_nested)
    if rejected <= 0 or not rows:
        return
    told = f"{rejected} of {rows} children are rejects"
    if rejected > spec.error_budget * rows:
        budget = f"above the error budget of {spec.error_budget:g}"
        raise FileRefused("error_budget", f"{told}, {budget}: {_told_rejects(staged)}")
    if not line.reason:
        told = f"{told}, their records are loaded: {_told_rejects(staged)}"
        line.reason, line.detail = "children_rejected", with_advice("children_rejected", told)


def _told_rejects(staged: Staged) -> str:
    """The commonest reasons, each with its column and the first line it was met at."""
    kinds = Counter((reject.reason, reject.column) for reject in staged.rejects)
    lines = {(reject.reason, reject.column): reject.line for reject in reversed(staged.rejects)}
    return ", ".join(
        f"{count} {reason}" + (f" in {column}" if column else "") + (f" from line {line}" if line else "")
        for (reason, column), count in kinds.most_common(REASONS_TOLD)
        for line in [lines[reason, column]]
    )


def _told_cells(connection: duckdb.DuckDBPyConnection, staged: Staged) -> str:
    """The columns that failed most, each with its commonest reason."""
    cells = " union all ".join(f"select unnest(_cast_errors) as cell from {table.qualified}" for table in staged.tables)
    found = connection.execute(
        f'select cell."column", mode(cell.reason), count(*) from ({cells}) group by 1 order by 3 desc, 1 limit ?',
        [REASONS_TOLD],
    ).fetchall()
    return ", ".join(f"{count} in {column} ({reason})" for column, reason, count in found)


def _count(spec: Spec, record: StagedTable, table: StagedTable, at: int) -> str:
    lacks = f"({lacks_key(spec, table)})"
    if table.is_nested:  # what hangs on a record that is not loaded is not loaded either
        left_out = f"select _row_number from {record.qualified} where {lacks_key(spec, record)} or not _is_kept"
        lacks = f"({lacks} or _parent_row_number in ({left_out}))"
    return (
        f"select {at}, count(*), count(*) filter (not _is_kept), count(*) filter (_is_kept and {lacks}), "
        f"coalesce(sum(len(_cast_errors)) filter (_is_kept and not {lacks}), 0) from {table.qualified}"
    )
