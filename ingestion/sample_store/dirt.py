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

HALF_AN_HOUR = 1_800
ROWS_THAT_BEAR_A_REJECT = 40  # one reject in fewer rows would break an error budget of 5 %


@dataclass
class Dirt:
    """What a loader is to find: file names and counts by `source/layout`."""

    duplicate_files: list[str] = field(default_factory=list)
    late_files: list[str] = field(default_factory=list)
    rejected_rows: dict[str, int] = field(default_factory=dict)
    failed_cells: dict[str, int] = field(default_factory=dict)

    def spoil(
        self, connection: duckdb.DuckDBPyConnection, layout: Layout, run: Run, path: Path, rows: int
    ) -> list[Path]:
        """Spoil one written file as its layout and its run ask for; returns further files. Files get their arrival."""
        arrival, further = run.as_of + HALF_AN_HOUR, list[Path]()
        if run.days_late:
            arrival += run.days_late * 86_400
            self.late_files.append(f"{layout.source}/{path.name}")
        if run.is_dirty:
            self._damage(connection, layout, path, rows)
        if run.is_repeated and layout.has_duplicate:
            further.append(copy_again(path))
            self.duplicate_files.append(f"{layout.source}/{further[0].name}")
        for written in (path, *further):
            set_arrival(written, arrival)
        return further

    def _damage(self, connection: duckdb.DuckDBPyConnection, layout: Layout, path: Path, rows: int) -> None:
        name = f"{layout.source}/{layout.name}"
        for column, text in layout.dirt.items():
            if cells := _count_cells(connection, layout, column, text):
                self.failed_cells[name] = self.failed_cells.get(name, 0) + cells
        if layout.short_row and rows >= ROWS_THAT_BEAR_A_REJECT:
            append_short_row(path, layout.short_row)
            self.rejected_rows[name] = self.rejected_rows.get(name, 0) + 1

    def add(self, other: Dirt) -> None:
        """Count another file's damage in."""
        self.duplicate_files += other.duplicate_files
        self.late_files += other.late_files
        for mine, more in ((self.rejected_rows, other.rejected_rows), (self.failed_cells, other.failed_cells)):
            for name, count in more.items():
                mine[name] = mine.get(name, 0) + count

    def as_json(self) -> dict[str, Any]:
        """For the truth document."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Dirt:
        """Dirt planted so far, from the truth document."""
        return cls(**values)


def _count_cells(connection: duckdb.DuckDBPyConnection, layout: Layout, column: str, text: str) -> int:
    if layout.is_csv:
        query = f'select count(*) from ({layout.sql}) where "{column}" = ?'
    else:
        query = f"select count(*) from ({layout.sql}) where line ->> '{column}' = ?"
    return int(connection.execute(query, [text]).fetchall()[0][0])
