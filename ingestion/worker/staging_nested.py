"""Nested files (JSON, YAML, Parquet) into staged tables: the records, their arrays, lines of other kinds.

Belongs here: telling the reader what the spec wants, meeting unknown keys. Never here: parsing or typing themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import duckdb
import pyarrow as pa

from ingestion.cells.header import (
    WHERE,
    HeaderMatch,
    decimal_marks,
    input_name,
    input_paths,
    json_inputs,
    path_bindings,
)
from ingestion.quoting import literal
from ingestion.readers.content import Content
from ingestion.readers.json_rows import JsonLayout, JsonTable
from ingestion.readers.json_texts import Place
from ingestion.readers.json_twice import Twice
from ingestion.readers.parquet_rows import ParquetReading, read_parquet
from ingestion.readers.results import FileRefused, ReadStats, Reject, TableBatch
from ingestion.specs.model import Spec
from ingestion.specs.tables import EXTRA
from ingestion.store.ledger import SchemaChange
from ingestion.worker.drift import column_missing, named, plan_for_unknown
from ingestion.worker.foreseen import columns_so_far
from ingestion.worker.keys_twice import tell_keys_twice
from ingestion.worker.opening import open_records
from ingestion.worker.staging import Stage, Staged, StagedTable, ahead, gathered
from ingestion.worker.unknown_keys import MAP_TYPE, UNKNOWN, beyond_columns, with_unknown

ROW_COLUMNS = ("_row_number", "_line")
NESTED_COLUMNS = ("_parent_row_number", "_child_number", "_line")
NAMES_TOLD = 1000


class NestedReading(Protocol):
    """What the JSON, YAML and Parquet readers have in common."""

    stats: ReadStats
    beside: dict[str, int]

    @property
    def never_seen(self) -> dict[str, tuple[str, ...]]:
        """Table -> the reader's columns whose key no record had."""

    @property
    def unknown_keys(self) -> dict[str, set[str]]:
        """Table -> names of what no column and no child names."""

    @property
    def beyond_arrays(self) -> dict[str, int]:
        """Child -> records in which its path leads through another array."""

    @property
    def twice(self) -> Sequence[Twice]:
        """Values that another one of the same key stands behind."""

    def batches(self) -> Iterator[TableBatch]:
        """Rows as text, a table at a time."""

    def rejects(self) -> list[Reject]:
        """Rejects since the last call."""

    def texts(self, places: Collection[Place]) -> dict[Place, str]:
        """The texts of some of the file's records and children."""


class NestedStage:
    """One nested file on its way into its staged tables."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, spec: Spec, content: Content) -> None:
        self._connection = connection
        self._spec = spec
        self._content = content
        self._stages: dict[str, Stage] = {}
        self._changes: list[SchemaChange] = []
        self._tables: dict[str, StagedTable] = {"": StagedTable(spec.table)}
        for name, child in spec.children.items():
            self._tables[name] = StagedTable(spec.child_tables[name], name, is_nested=child.path is not None)
        for name, table in self._tables.items():
            self._stages[name] = Stage(connection, spec, table, self._match(name), content.content_bytes)

    def look(self) -> None:
        """Nothing to prove: the reader checks every byte."""

    def read(self) -> Staged:
        """All records as typed rows."""
        reading = self._open()
        staged = Staged(list(self._tables.values()), reading.stats, "exact")
        evolves = self._spec.drift_word == "evolve"
        batches = gathered((part.table, with_unknown(part.batch, evolves)) for part in reading.batches())
        keyless: list[tuple[str, Reject]] = []
        for name, batch in ahead(batches, self._content.content_bytes):
            stage = self._stages[name]
            stage.take_batch(batch, self._passthrough(name))
            keyless += [(name, each) for each in stage.keyless_rows(batch, self._place(name))]
        staged.rejects = _with_texts(reading, keyless) + reading.rejects()
        staged.stats, staged.beside = reading.stats, reading.beside
        for name, stage in self._stages.items():
            if not stage.is_made:
                stage.take_batch(self._no_rows(name), self._passthrough(name))
        if reading.twice:
            columns = {path: name for name, path in self._paths("").items() if name in self._spec.columns}
            tell_keys_twice(self._connection, reading.twice, staged.tables, columns)
        self._meet_missing(reading.never_seen)
        staged.changes += self._changes + [
            SchemaChange("child_unreached", name, f"its path leads through another array in {count} records")
            for name, count in reading.beyond_arrays.items()
        ]
        for name, keys in sorted(reading.unknown_keys.items()):
            staged.changes += self._meet_unknown(self._tables[name], sorted(keys))
        return staged

    def _open(self) -> NestedReading:
        if self._spec.format != "parquet":
            return open_records(self._content, self._spec, self._layout())
        reading = read_parquet(self._content, self._layout())
        self._check_columns(reading)
        return reading

    def _meet_missing(self, never_seen: Mapping[str, Sequence[str]]) -> None:
        """A key that no record has is a column gone; one that some records lack is none."""
        for table, inputs in never_seen.items():
            self._meet_absent(table, inputs, "no record has it")
        if self._spec.where and WHERE in never_seen.get("", ()):
            self._meet_missing_where(self._spec.where.column)

    def _meet_absent(self, table: str, absent: Collection[str], found: str) -> None:
        """Refuse the file for what it has nothing for, or note it. Of a joined column each input may be missing."""
        paths, noted = self._paths(table), {change.column_name for change in self._changes}
        lost: dict[str, list[str]] = {}
        whole = set()
        for name, column in self._tables[table].table.columns.items():
            inputs = [input_name(name, number) for number, _ in enumerate(column.inputs(name))]
            if gone := [paths[each] for each in inputs if each in absent]:
                lost[name] = gone
                whole |= {name} if len(gone) == len(inputs) else set()
        needed = self._spec.needed(table)
        refused = [path for name in lost if name in needed or self._spec.drift_word == "freeze" for path in lost[name]]
        if refused:
            raise FileRefused("missing_column", f"expected {named(refused)}; {found}")
        self._changes += [
            column_missing(name, lost[name], is_whole=name in whole) for name in lost if name not in noted
        ]

    def _meet_missing_where(self, path: str) -> None:
        """A vendor may leave a key out where it is empty, so this refuses nothing by itself."""
        if self._spec.drift_word == "freeze":
            raise FileRefused("missing_column", f"expected {path!r}, at which `where` looks; no record has it")
        self._changes.append(SchemaChange("where_missing", path, "no record has it"))

    def _layout(self) -> JsonLayout:
        spec = self._spec
        children = [
            replace(self._json_table(name), path=child.path, parent_key=self._repeated(name), kind=child.kind)
            for name, child in spec.children.items()
        ]
        main = replace(self._json_table(""), kind=spec.kind)
        return JsonLayout(main, tuple(children), spec.records, frozenset(spec.skip_kinds))

    def _json_table(self, name: str) -> JsonTable:
        columns = self._tables[name].table.columns
        return JsonTable(
            name, self._paths(name), json_inputs(columns), keeps_unknown=self._keeps_unknown(name),
            decimal_marks=decimal_marks(columns), passing=frozenset({WHERE} if self._spec.where and not name else ()),
        )  # fmt: skip

    def _keeps_unknown(self, name: str) -> bool:
        """Whether what no column names is to be kept; else only its name is noted, or it refuses the file."""
        return self._spec.drift_word == "evolve" or self._tables[name].table.keeps_extra

    def _check_columns(self, reading: ParquetReading) -> None:
        """A Parquet file has a header of a kind; what is missing there is missing in every row."""
        spec = self._spec
        found = f"found {named(reading.columns)}"
        if spec.where and WHERE in reading.absent:
            raise FileRefused("missing_column", f"expected {spec.where.column!r}, at which `where` looks; {found}")
        self._meet_absent("", reading.absent, found)

    def _match(self, name: str) -> HeaderMatch:
        return path_bindings(self._spec, name or None)

    def _repeated(self, name: str) -> dict[str, str]:
        """The child's inputs that its parent fills; a joined column has several."""
        pairs = self._spec.children[name].parent_key.items() if name else ()
        return {
            input_name(mine, number): input_name(theirs, number)
            for mine, theirs in pairs
            for number, _ in enumerate(self._spec.columns[theirs].inputs(theirs))
        }

    def _paths(self, name: str) -> dict[str, str]:
        repeated = self._repeated(name)
        return {
            column: path for column, path in input_paths(self._spec, name or None).items() if column not in repeated
        }

    def _passthrough(self, name: str) -> dict[str, str]:
        return {column: column for column in (*self._numbers(name), UNKNOWN)}

    def _numbers(self, name: str) -> tuple[str, ...]:
        return NESTED_COLUMNS if self._tables[name].is_nested else ROW_COLUMNS

    def _place(self, name: str) -> str:
        """SQL for where a row comes from, in place of its text until that is looked up."""
        numbers = NESTED_COLUMNS[:2] if self._tables[name].is_nested else ROW_COLUMNS[:1]
        return f"concat_ws(' ', {', '.join(numbers)})"

    def _no_rows(self, name: str) -> pa.Table:
        fields = [(column, pa.string()) for column in input_paths(self._spec, name or None)]
        fields += [(column, pa.int64()) for column in self._numbers(name)]
        return pa.schema([*fields, ("_extra", pa.string()), (UNKNOWN, MAP_TYPE)]).empty_table()

    def _meet_unknown(self, table: StagedTable, keys: Sequence[str]) -> list[SchemaChange]:
        """Keys of the records that the spec does not know."""
        there = columns_so_far(self._connection, table.table)
        told = keys if self._spec.drift_word == "evolve" else keys[:NAMES_TOLD]
        plan = plan_for_unknown(self._spec, table.table, {key: key for key in told}, there)
        for key, name in plan.kept.items():
            table.drift[name] = f"{UNKNOWN}[{literal(key)}]"
        if plan.beyond and not table.table.keeps_extra:
            table.drift[EXTRA[0]] = beyond_columns(plan.kept)
        return plan.changes


def _with_texts(reading: NestedReading, keyless: Sequence[tuple[str, Reject]]) -> list[Reject]:
    places = [Place(name, *map(int, reject.raw_text.split())) for name, reject in keyless]
    texts = reading.texts(places)
    return [replace(reject, raw_text=texts[place]) for (_, reject), place in zip(keyless, places, strict=True)]
