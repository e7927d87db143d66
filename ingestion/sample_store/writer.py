"""One shop's writer: turns runs into files, some at a time.

Belongs here: the order of work, and who writes which part. Never here: simulation, names of files, SQL of layouts.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from ingestion.sample_store.deliveries import Run
from ingestion.sample_store.dirt import Dirt
from ingestion.sample_store.files import write_file
from ingestion.sample_store.layouts import Layout, shared_sql
from ingestion.sample_store.parts import Part, parts_of
from ingestion.sample_store.shop import Shop
from ingestion.sample_store.tables import open_tables, states_table
from ingestion.sample_store.ticket_minutes import durations
from ingestion.sample_store.ticket_states import History, states_at, with_running_values

PARTS_AT_A_TIME = 2  # a part's tables are too small for DuckDB to share out among its own threads
Progress = Callable[[str], None]


@dataclass
class Written:
    """What came of one part, or of many."""

    files: list[Path] = field(default_factory=list)
    rows: int = 0
    dirt: Dirt = field(default_factory=Dirt)

    def add(self, other: Written) -> None:
        """Count another part's files in."""
        self.files += other.files
        self.rows += other.rows
        self.dirt.add(other.dirt)


class Writer:
    """Writes runs of one shop. Holds the tables that the layouts select from."""

    def __init__(
        self, exports: Path, shop: Shop, progress: Progress | None = None, parts_at_a_time: int = PARTS_AT_A_TIME
    ) -> None:
        self.exports, self.shop = exports, shop
        self._progress, self._parts_at_a_time = progress, parts_at_a_time
        self._history = with_running_values(shop.conversations)
        self._connection = open_tables(shop, self._history)
        for name in ("macros", "desk_users"):
            self._connection.execute(shared_sql(name))

    def write(self, runs: list[Run]) -> Written:
        """All files of the runs. How many parts are in hand at a time changes no byte."""
        whole, parts = Written(), parts_of(runs, self.shop, self.exports)
        with ThreadPoolExecutor(self._parts_at_a_time) as pool:
            try:
                for written in pool.map(self._write_part, parts):
                    whole.add(written)
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
        return whole

    def _write_part(self, part: Part) -> Written:
        # variables and temporary tables belong to a cursor, so parts do not see one another
        with self._connection.cursor() as cursor:
            return PartWriter(cursor, self.shop, self._history, part, self._progress).write()

    def close(self) -> None:
        """Let the tables go."""
        self._connection.close()


@dataclass(frozen=True)
class PartWriter:
    """Writes the files of one part."""

    connection: duckdb.DuckDBPyConnection
    shop: Shop
    history: History
    part: Part
    progress: Progress | None

    def write(self) -> Written:
        """Make the tables of what is known in the part, then select each layout from them."""
        self._set_variables()
        if self.part.table == "orders":
            self.connection.execute(shared_sql("orders_now"))
        if self.part.table == "tickets":
            self._make_tickets_now()
        written = Written()
        for layout, path in self.part.files:
            self._write_layout(layout, path, written)
        return written

    def _set_variables(self) -> None:
        part, run = self.part, self.part.run
        flags = {
            "first_index": part.first,
            "last_index": part.last,
            "is_old": part.is_old,
            "is_dirty": run.is_dirty,
        }
        for name, value in flags.items():
            self.connection.execute(f"set variable {name} = {value}")
        for name in ("as_of", "created_from", "updated_from"):
            self.connection.execute(f"set variable {name} = make_timestamp({getattr(run, name) * 1_000_000})")

    def _make_tickets_now(self) -> None:
        created, clocks = self.shop.conversations.tickets.created, self.shop.clocks
        states = states_at(self.history, clocks, self.part.run.as_of, self.part.first, self.part.last + 1)
        self.connection.register("arriving_states", states_table(states, durations(states, created, clocks)))
        self.connection.execute(shared_sql("tickets_now"))
        self.connection.unregister("arriving_states")

    def _write_layout(self, layout: Layout, path: Path, written: Written) -> None:
        rows = write_file(self.connection, layout, path, self.part.is_old)
        if rows:
            written.rows += rows
            written.files += [path, *written.dirt.spoil(self.connection, layout, self.part.run, path, rows)]
        if rows and self.progress:
            self.progress(f"{layout.source}/{path.name}: {rows} rows")
