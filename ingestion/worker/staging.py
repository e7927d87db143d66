"""A file's records as typed rows in temporary tables, before any of them touches a raw table.

Belongs here: what all formats share: typed batches, rows without their key. Never here: the raw tables
(`file_writing`), parsing (readers), typing rules (`ingestion.cells`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import duckdb

from ingestion.cells.header import HeaderMatch
from ingestion.cells.projection import missing_key, row_filter, typing_projection
from ingestion.quoting import identifier, literal, literals
from ingestion.readers.results import ReadStats, Reject
from ingestion.specs.model import Spec
from ingestion.specs.tables import CAST_ERRORS, Table
from ingestion.store.ledger import SchemaChange

if TYPE_CHECKING:
    import pyarrow as pa

INCOMING = "incoming_batch"
REJECTS_KEPT = 1_000_000
SMALL_CONTENT = 4 << 20
GATHERED_ROWS = 60_000
GATHERED_BYTES = 16 << 20
Part = TypeVar("Part")


@dataclass
class StagedTable:
    """Typed rows of one raw table. `drift` = raw column that no spec names -> SQL over the staged table."""

    table: Table
    child: str | None = None
    is_nested: bool = False
    drift: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The temporary table's name."""
        return f"staged_{self.child or ''}"

    @property
    def qualified(self) -> str:
        """The quoted name."""
        return f"temp.main.{identifier(self.name)}"


@dataclass
class Staged:
    """All of one file."""

    tables: list[StagedTable]
    stats: ReadStats
    path: str
    rejects: list[Reject] = field(default_factory=list)
    changes: list[SchemaChange] = field(default_factory=list)
    beside: dict[str, int] = field(default_factory=dict)  # path -> objects in arrays that are not the records
    lines_before: int | None = None  # the fast way: lines above the first record, where each record is one line

    @property
    def has_row_numbers(self) -> bool:
        """The exact way brings the record's number; the fast way keeps the file's order, so that rowid tells it."""
        return self.path == "exact"


class Stage:
    """Fills one staged table from relations of texts; each batch goes through the same typing."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        spec: Spec,
        staged: StagedTable,
        match: HeaderMatch,
        content_bytes: int,
    ) -> None:
        self._connection = connection
        self._spec = spec
        self._staged = staged
        self._match = match
        self._is_small = content_bytes < SMALL_CONTENT
        self.is_made = False

    def take(self, relation: str, passthrough: Mapping[str, str]) -> None:
        """Type the rows of one relation into the staged table."""
        if self.is_made:
            select = self._projection(relation, passthrough)
            self._connection.execute(f"insert into {self._staged.qualified} by name {select}")
        elif not (self._is_small and self._take_flawless(relation, passthrough)):
            self._create(self._projection(relation, passthrough))
        self.is_made = True

    def _take_flawless(self, relation: str, passthrough: Mapping[str, str]) -> bool:
        """Planning the list of errors costs more than typing a small file does: try to get by with a flag."""
        select = self._projection(relation, passthrough, lists_errors=False)
        self._create(f"select *, cast(null as {CAST_ERRORS}) as _cast_errors from ({select})")
        flawed = f"select 1 from {self._staged.qualified} where _has_cast_errors limit 1"
        return not self._connection.execute(flawed).fetchall()

    def _create(self, select: str) -> None:
        self._connection.execute(f"create or replace temp table {identifier(self._staged.name)} as {select}")

    def take_batch(self, batch: pa.Table, passthrough: Mapping[str, str]) -> None:
        """The same for a batch in memory."""
        self._connection.register(INCOMING, batch)
        try:
            self.take(INCOMING, passthrough)
        finally:
            self._connection.unregister(INCOMING)

    def keyless_rows(self, batch: pa.Table, cells: str) -> list[Reject]:
        """The rows of the batch just taken whose key is missing. `cells` = SQL for their raw text."""
        lacks = lacks_key(self._spec, self._staged)
        if lacks == "false" or not batch.num_rows:
            return []
        pair = ("_parent_row_number", "_child_number") if self._staged.is_nested else ("_row_number", "_row_number")
        condition = f"_is_kept and ({lacks})"
        if self._staged.is_nested:  # what hangs on a rejected record is part of it, and no reject of its own
            record = StagedTable(self._spec.table)
            keyless = f"select _row_number from {record.qualified} where {lacks_key(self._spec, record)}"
            condition += f" and _parent_row_number not in ({keyless})"
        first = [batch.column(pair[0])[0].as_py()]
        keys = f"from {self._staged.qualified} where {pair[0]} >= ? and {condition}"
        if not self._connection.execute(f"select 1 {keys} limit 1", first).fetchall():
            return []
        return self._texts_of(batch, cells, keys, pair, first)

    def _texts_of(
        self, batch: pa.Table, cells: str, keys: str, pair: tuple[str, str], first: list[int]
    ) -> list[Reject]:
        names = ", ".join(dict.fromkeys(pair))
        faults = f"select {names}, {key_fault(self._spec, self._staged)} {keys}"
        query = (
            f"select _line, {cells}, _reason, _column from {INCOMING} join ({faults}) using ({names}) order by {names}"
        )
        self._connection.register(INCOMING, batch)
        try:
            found = self._connection.execute(query, first).fetchall()
        finally:
            self._connection.unregister(INCOMING)
        return [Reject(line, "row", reason, text, column) for line, text, reason, column in found]

    def _projection(self, relation: str, passthrough: Mapping[str, str], *, lists_errors: bool = True) -> str:
        """The SELECT that types a relation. `passthrough` = output -> SQL over it; a row filter rides along."""
        kept = row_filter(self._spec, self._match) if not self._staged.child else None
        outputs = {"_is_kept": kept or "true"} | dict(passthrough)
        table = self._staged.table
        return typing_projection(self._spec, table, self._match, relation, outputs, lists_errors=lists_errors)


def gathered(parts: Iterable[tuple[str, pa.RecordBatch]]) -> Iterator[tuple[str, pa.Table]]:
    """Few large batches out of many small ones, since each has its plan; the records before what hangs on them."""
    waiting: dict[str, list[pa.RecordBatch]] = {}
    rows = size = 0
    for name, batch in parts:
        waiting.setdefault(name, []).append(batch)
        rows, size = rows + batch.num_rows, size + batch.nbytes
        if rows >= GATHERED_ROWS or size >= GATHERED_BYTES:
            yield from _joined(waiting)
            waiting, rows, size = {}, 0, 0
    yield from _joined(waiting)


def ahead(items: Iterator[Part], content_bytes: int) -> Iterator[Part]:
    """The same items; of a large file the next one is made in another thread while this one is typed.

    So nothing of the reader behind them may be asked for before they are all taken.
    """
    if content_bytes < SMALL_CONTENT:
        yield from items
        return
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(next, items, None)
        while (item := waiting.result()) is not None:
            waiting = pool.submit(next, items, None)
            yield item


def _joined(waiting: Mapping[str, list[pa.RecordBatch]]) -> list[tuple[str, pa.Table]]:
    import pyarrow as pa  # only where batches come: a file that DuckDB reads whole can do without

    return [(name, pa.Table.from_batches(waiting[name])) for name in sorted(waiting, key=bool)]


def lacks_key(spec: Spec, staged: StagedTable) -> str:
    """SQL over the staged table: true for rows that are no records since their key is missing."""
    keyed = spec.children[staged.child] if staged.child else spec
    if keyed.key or not keyed.replace_by:
        return missing_key(spec, staged.child)
    return "(" + " and ".join(f"{identifier(name)} is null" for name in keyed.replace_by) + ")"


def key_fault(spec: Spec, staged: StagedTable) -> str:
    """SQL over the staged table, for rows that lack their key: `_reason` and `_column`, an unreadable cell first."""
    keyed = spec.children[staged.child] if staged.child else spec
    names = keyed.key or keyed.replace_by
    unreadable = f'list_filter(_cast_errors, lambda _e: _e."column" in ({literals(names)}))[1]."column"'
    missing = " ".join(f"when {identifier(name)} is null then {literal(name)}" for name in names)
    reason = f"case when {unreadable} is null then 'missing_key' else 'key_not_readable' end as _reason"
    return f"{reason}, coalesce({unreadable}, case {missing} end) as _column"


def drop_staged(connection: duckdb.DuckDBPyConnection, spec: Spec) -> None:
    """Take a spec's temporary tables away."""
    names = [identifier(f"staged_{name}") for name in ("", *spec.children)]
    connection.execute(";".join(f"drop table if exists temp.main.{name}" for name in names))
