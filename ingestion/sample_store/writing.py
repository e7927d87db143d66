"""Writing a sample shop's exports: simulate, then deliver run by run.

Belongs here: the order of work and the public functions. Never here: simulation, texts, SQL.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from ingestion.sample_store.deliveries import Phases, Run
from ingestion.sample_store.dirt import Dirt
from ingestion.sample_store.files import set_arrival, write_file
from ingestion.sample_store.layouts import Layout, all_layouts, shared_sql
from ingestion.sample_store.settings import SampleSettings
from ingestion.sample_store.shop import Shop, simulate
from ingestion.sample_store.tables import open_tables, states_table
from ingestion.sample_store.ticket_states import durations, states_at, with_running_values
from ingestion.sample_store.truths import truths_of

TRUTH_FILE = "sample_truth.json"
PART_ROWS = {"orders": 100_000, "tickets": 50_000}
Progress = Callable[[str], None]


@dataclass(frozen=True)
class SampleSummary:
    """What was written."""

    files: list[Path]
    rows: int
    orders: int
    tickets: int
    truth: Path

    def __str__(self) -> str:
        return (
            f"{self.orders} orders and {self.tickets} tickets in {len(self.files)} files; truths in {self.truth.name}"
        )


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
            if mine:
                parts = self._parts(table, run)
                for number, (first, last) in enumerate(parts, start=1):
                    self._write_part(mine, run, table, number if len(parts) > 1 else 0, first, last)

    def _parts(self, table: str, run: Run) -> list[tuple[int, int]]:
        if not table or not run.is_history:
            return [(0, 2**60)]
        known = self.shop.orders.created if table == "orders" else self.shop.conversations.tickets.created
        first, last = (int(np.searchsorted(known, at)) for at in (run.created_from, run.as_of))
        count = max(2, -(-(last - first) // PART_ROWS[table]))
        edges = [first + (last - first) * n // count for n in range(count + 1)]
        return [(a, b - 1) for a, b in zip(edges, edges[1:], strict=False)]

    def _write_part(self, layouts: list[Layout], run: Run, table: str, number: int, first: int, last: int) -> None:
        is_old = run.is_history and number == 1 and run.rhythm == "window"
        self._set_variables(run, first, last, is_old)
        if table == "orders":
            self._connection.execute(shared_sql("orders_now"))
        if table == "tickets":
            self._make_tickets_now(run, first, last)
        for layout in layouts:
            self._write_layout(layout, run, number, is_old)

    def _set_variables(self, run: Run, first: int, last: int, is_old: bool) -> None:
        flags = {"first_index": first, "last_index": last, "is_old": is_old, "is_dirty": run.is_dirty}
        for name, value in flags.items():
            self._connection.execute(f"set variable {name} = {value}")
        for name in ("as_of", "created_from", "updated_from"):
            self._connection.execute(f"set variable {name} = make_timestamp({getattr(run, name) * 1_000_000})")

    def _make_tickets_now(self, run: Run, first: int, last: int) -> None:
        created = self.shop.conversations.tickets.created
        states = states_at(self._history, self.shop.clock, run.as_of, first, last + 1)
        self._connection.register("arriving_states", states_table(states, durations(states, created, self.shop.clock)))
        self._connection.execute(shared_sql("tickets_now"))
        self._connection.unregister("arriving_states")

    def _write_layout(self, layout: Layout, run: Run, number: int, is_old: bool) -> None:
        part = f"_{number}" if number else ""
        path = self._free(self.exports / layout.source / layout.file.format(day=run.day, part=part))
        rows = write_file(self._connection, layout, path, is_old)
        if not rows:
            return
        self.rows += rows
        self.files += [path, *self.dirt.spoil(self._connection, layout, run, path, number)]
        for written in self.files[-2:]:
            set_arrival(written, run.as_of + 1800)
        if self.progress:
            self.progress(f"{layout.source}/{path.name}: {rows} rows")

    def _free(self, path: Path) -> Path:
        """A corrected export of a day that has one already gets the number a browser would give it."""
        return path if not path.exists() else path.with_name(f"{path.stem} (2){path.suffix}")

    def close(self) -> None:
        self._connection.close()


def write_sample(exports_dir: Path, *, orders: int = 5_000, tickets: int | None = None, days: int = 400, seed: int = 1,
                 end_day: date, formats: tuple[str, ...] = ("csv", "bulk"), progress: Progress | None = None) -> SampleSummary:  # fmt: skip
    """Write a whole sample shop up to `end_day` into `exports_dir`, and its truths beside that folder."""
    settings = SampleSettings(orders, tickets or max(20, orders // 5), days, seed, end_day, formats)
    phases = Phases(settings)
    writer = Writer(exports_dir, simulate(settings, phases.changes_from), progress)
    for run in phases.all_runs():
        writer.write(run)
    return _finish(writer, end_day)


def write_day(exports_dir: Path, day: date, progress: Progress | None = None) -> SampleSummary:
    """Append what arrives in the night after one further day of the shop that was written before."""
    truth = json.loads((exports_dir.parent / TRUTH_FILE).read_text("utf-8"))
    settings = SampleSettings.from_json(truth["settings"])
    written = date.fromisoformat(truth["written_until"])
    if day != written + timedelta(days=1) or (day - settings.end_day).days > settings.spare_days:
        raise ValueError(
            f"the next day of this shop is {written + timedelta(days=1)}, at most {settings.spare_days} after its end"
        )
    phases = Phases(settings)
    writer = Writer(exports_dir, simulate(settings, phases.changes_from), progress, Dirt.from_json(truth["dirt"]))
    for run in phases.one_more(day):
        writer.write(run)
    return _finish(writer, day)


def _finish(writer: Writer, day: date) -> SampleSummary:
    shop = writer.shop
    at = shop.settings.end_of(day)
    truth = {
        "settings": shop.settings.as_json(),
        "written_until": day.isoformat(),
        "dirt": writer.dirt.as_json(),
        **truths_of(shop, at),
    }
    path = writer.exports.parent / TRUTH_FILE
    path.write_text(json.dumps(truth, indent=1, sort_keys=True) + "\n", "utf-8")
    writer.close()
    orders = int(np.count_nonzero(shop.orders.created < at))
    return SampleSummary(
        writer.files, writer.rows, orders, int(np.count_nonzero(shop.conversations.tickets.created < at)), path
    )
