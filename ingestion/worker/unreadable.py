"""Columns of which most filled cells do not have their type: a spec or a file that is wrong, not a few bad cells.

Belongs here: finding them in staged rows, and their words. Never here: cells themselves, or what is written of a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from ingestion.advice import with_advice
from ingestion.cells.projection import KEY_TWICE
from ingestion.quoting import identifier
from ingestion.readers.results import FileRefused
from ingestion.specs.model import Spec
from ingestion.store.ledger import LoadLine
from ingestion.worker.staging import Staged, StagedTable

# Fewer bad cells than these may be chance: one odd order in a day of three.
LEAST_FAILED = 5
COLUMNS_TOLD = 3


@dataclass(frozen=True)
class Unreadable:
    """One such column: how many of its filled cells failed, the commonest reason, and where the first one stands."""

    column: str
    failed: int
    filled: int
    reason: str
    place: str
    is_needed: bool

    def sentence(self) -> str:
        """Column and counts, never a cell."""
        return (
            f"{self.failed:,} of {self.filled:,} filled cells of column {self.column!r} do not have their type "
            f"({self.reason}{self.place})"
        )


def judge_columns(connection: duckdb.DuckDBPyConnection, spec: Spec, line: LoadLine, staged: Staged) -> None:
    """Refuse a file that is worthless without such a column; of any other column its ledger line tells."""
    found = [each for table in staged.tables for each in _unreadable(connection, spec, staged, table)]
    needed = [each for each in found if each.is_needed]
    told = ", ".join(each.sentence() for each in (needed or found)[:COLUMNS_TOLD])
    if needed:
        raise FileRefused("column_unreadable", told)
    if found:
        line.reason, line.detail = "column_unreadable", with_advice("column_unreadable", told)


def _unreadable(
    connection: duckdb.DuckDBPyConnection, spec: Spec, staged: Staged, table: StagedTable
) -> Iterator[Unreadable]:
    place = "_line" if staged.has_row_numbers else "rowid + 1"
    failed = connection.execute(
        f'select cell."column", count(*), mode(cell.reason), min(place) from (select unnest(_cast_errors) as cell, '
        f"{place} as place from {table.qualified} where _is_kept) where cell.reason <> '{KEY_TWICE}' group by 1 "
        "having count(*) >= ? order by 2 desc, 1",
        [LEAST_FAILED],
    ).fetchall()
    if not failed:
        return
    counts = ", ".join(f"count({identifier(column)})" for column, *_ in failed)
    good = connection.execute(f"select {counts} from {table.qualified} where _is_kept").fetchall()[0]
    needed = _needed(spec, table)
    for (column, count, reason, first), well in zip(failed, good, strict=True):
        if count > well:
            yield Unreadable(column, count, count + well, reason, _place(staged, first), column in needed)


def _needed(spec: Spec, table: StagedTable) -> set[str]:
    """What a row is worthless without: required columns, keys, and the day of a period."""
    keyed = spec.children[table.child] if table.child else spec
    return spec.needed(table.child or "") | {*keyed.replace_by}


def _place(staged: Staged, first: int | None) -> str:
    if first is None:  # a format without lines
        return ""
    if staged.has_row_numbers:
        return f", from line {first}"
    if staged.lines_before is not None:
        return f", from line {first + staged.lines_before}"
    return f", from record {first}"
