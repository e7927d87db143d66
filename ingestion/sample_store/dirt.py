"""The planted dirt, counted: duplicates, cut-off rows, bad cells, late files.

Belongs here: damage done to written files and its counts. Never here: the clean rows.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from ingestion.sample_store.deliveries import Run
from ingestion.sample_store.files import append_short_row, copy_again, set_arrival
from ingestion.sample_store.layouts import Layout


@dataclass
class Dirt:
    """What a loader is to find: file names and counts by `source/layout`."""

    duplicate_files: list[str] = field(default_factory=list)
    late_files: list[str] = field(default_factory=list)
    rejected_rows: dict[str, int] = field(default_factory=dict)
    failed_cells: dict[str, int] = field(default_factory=dict)

    def spoil(
        self, connection: duckdb.DuckDBPyConnection, layout: Layout, run: Run, path: Path, number: int
    ) -> list[Path]:
        """Spoil one written file as its layout asks for; returns further files."""
        name = f"{layout.source}/{layout.name}"
        if run.is_dirty and layout.dirt:
            ((column, text),) = layout.dirt.items()
            cells = _count_cells(connection, layout, column, text)
            self.failed_cells[name] = self.failed_cells.get(name, 0) + cells
        if run.is_dirty and layout.short_row:
            append_short_row(path, layout.short_row)
            self.rejected_rows[name] = self.rejected_rows.get(name, 0) + 1
        if run.is_dirty and layout.duplicate:
            part = f"_{number}" if number else ""
            again = copy_again(path, layout.duplicate.format(day=run.day, part=part))
            self.duplicate_files.append(f"{layout.source}/{again.name}")
            return [again]
        return []

    def arrive_late(self, layout: Layout, path: Path, at: int) -> None:
        """A file that arrives days after its name says, after newer ones."""
        set_arrival(path, at)
        self.late_files.append(f"{layout.source}/{path.name}")

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Dirt:
        return cls(**values)


def _count_cells(connection: duckdb.DuckDBPyConnection, layout: Layout, column: str, text: str) -> int:
    if layout.is_csv:
        query = f'select count(*) from ({layout.sql}) where "{column}" = ?'
    else:
        query = f"select count(*) from ({layout.sql}) where line ->> '{column}' = ?"
    return int(connection.execute(query, [text]).fetchall()[0][0])
