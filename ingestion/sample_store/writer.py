"""One shop's writer: turns runs into files.

Belongs here: the order of work inside a run. Never here: simulation, texts, SQL of layouts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np

from ingestion.sample_store.deliveries import Run
from ingestion.sample_store.dirt import Dirt
from ingestion.sample_store.files import write_file
from ingestion.sample_store.layouts import Layout, all_layouts, shared_sql
from ingestion.sample_store.shop import Shop
from ingestion.sample_store.tables import open_tables, states_table
from ingestion.sample_store.ticket_states import durations, states_at, with_running_values

PART_ROWS = {"orders": 100_000, "tickets": 50_000}
EVERYTHING = (0, 2**60)
Progress = Callable[[str], None]


@dataclass
class Writer:
    """Writes runs of one shop. Holds the tables that the layouts select from."""

    exports: Path
    shop: Shop
    progress: Progress | None = None
    dirt: Dirt = field(default_factory=Dirt)
    files: list[Path] = field(default_factory=list)
    rows: int = 0

    def __post_init__(self) -> None:
        self._history = with_running_values(self.shop.conversations)
        self._connection = open_tables(self.shop, self._history)
        for name in ("macros", "desk_users"):
            self._connection.execute(shared_sql(name))
        self._layouts = [layout for layout in all_layouts() if self._is_wanted(layout)]

    def _is_wanted(self, layout: Layout) -> bool:
        formats = self.shop.settings.formats
        return {"window": "csv" in formats, "change": "bulk" in formats}.get(layout.rhythm, True)

    def write(self, run: Run) -> None:
        """All files of one run; a history comes in parts, everything else in one."""
        layouts = [layout for layout in self._layouts if layout.rhythm == run.rhythm]
        for table in ("orders", "tickets", ""):
            mine = [layout for layout in layouts if layout.parts == table]
            parts = self._parts(table, run) if mine else []
            for number, part in enumerate(parts, start=1):
                self._write_part(mine, run, table, number if len(parts) > 1 else 0, part)

    def _parts(self, table: str, run: Run) -> list[tuple[int, int]]:
        """First and last index of each file's orders or tickets."""
        if not table or not run.is_history:
            return [EVERYTHING]
        known = self.shop.orders.created if table == "orders" else self.shop.conversations.tickets.created
        first, last = (int(np.searchsorted(known, at)) for at in (run.created_from, run.as_of))
        count = max(2, -(-(last - first) // PART_ROWS[table]))
        return [(a, b - 1) for a, b in pairwise(first + (last - first) * n // count for n in range(count + 1))]

    def _write_part(self, layouts: list[Layout], run: Run, table: str, number: int, part: tuple[int, int]) -> None:
        is_old = run.is_history and number == 1 and run.rhythm == "window"
        self._set_variables(run, part, is_old)
        if table == "orders":
            self._connection.execute(shared_sql("orders_now"))
        if table == "tickets":
            self._make_tickets_now(run, part)
        for layout in layouts:
            self._write_layout(layout, run, number, is_old)

    def _set_variables(self, run: Run, part: tuple[int, int], is_old: bool) -> None:
        flags = {"first_index": part[0], "last_index": part[1], "is_old": is_old, "is_dirty": run.is_dirty}
        for name, value in flags.items():
            self._connection.execute(f"set variable {name} = {value}")
        for name in ("as_of", "created_from", "updated_from"):
            self._connection.execute(f"set variable {name} = make_timestamp({getattr(run, name) * 1_000_000})")

    def _make_tickets_now(self, run: Run, part: tuple[int, int]) -> None:
        created, clock = self.shop.conversations.tickets.created, self.shop.clock
        states = states_at(self._history, clock, run.as_of, part[0], part[1] + 1)
        self._connection.register("arriving_states", states_table(states, durations(states, created, clock)))
        self._connection.execute(shared_sql("tickets_now"))
        self._connection.unregister("arriving_states")

    def _write_layout(self, layout: Layout, run: Run, number: int, is_old: bool) -> None:
        part = f"_{number}" if number else ""
        path = self.exports / layout.source / layout.file.format(day=run.day, part=part)
        if path in self.files:  # a corrected export of a day that has one gets the number a browser would give it
            path = path.with_name(f"{path.stem} (2){path.suffix}")
        rows = write_file(self._connection, layout, path, is_old)
        if rows:
            self.rows += rows
            self.files += [path, *self.dirt.spoil(self._connection, layout, run, path, rows)]
        if rows and self.progress:
            self.progress(f"{layout.source}/{path.name}: {rows} rows")

    def close(self) -> None:
        """Let the tables go."""
        self._connection.close()
