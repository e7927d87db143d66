"""Nested files (JSON, JSON Lines, Parquet) into staged tables: the records, their arrays, lines of other kinds.

Belongs here: telling the reader what the spec wants, meeting unknown keys. Never here: parsing or typing themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Protocol

import duckdb
import pyarrow as pa

from ingestion.drift import named, plan_for_unknown
from ingestion.header import HeaderMatch, input_paths, json_inputs, path_bindings
from ingestion.ledger import SchemaChange
from ingestion.quoting import identifier, literal
from ingestion.readers.content import Content
from ingestion.readers.results import FileRefused, ReadStats, Reject, TableBatch
from ingestion.specs import Spec
from ingestion.staging import Stage, Staged, StagedTable
from ingestion.store_tables import columns_of, drift_columns

ROW_COLUMNS = ("_row_number", "_line")
NESTED_COLUMNS = ("_parent_row_number", "_child_number")


class NestedReading(Protocol):
    """What the JSON and Parquet readers have in common."""

    stats: ReadStats

    def batches(self) -> Iterator[TableBatch]:
        """Rows as text, a table at a time."""

    def rejects(self) -> list[Reject]:
        """Rejects since the last call."""


class NestedStage:
    """One nested file on its way into its staged tables."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, spec: Spec, content: Content) -> None:
        self._connection = connection
        self._spec = spec
        self._content = content
        self._stages: dict[str, Stage] = {}
        self._tables: dict[str, StagedTable] = {"": StagedTable(spec.table)}
        for name, child in spec.children.items():
            self._tables[name] = StagedTable(spec.child_tables[name], name, is_nested=child.path is not None)
        for name, table in self._tables.items():
            self._stages[name] = Stage(connection, spec, table, self._match(name))

    def look(self) -> None:
        """Nothing to prove: the reader checks every byte."""

    def read(self) -> Staged:
        """All records as typed rows."""
        reading = self._open()
        staged = Staged(list(self._tables.values()), reading.stats, "exact")
        for batch in reading.batches():
            self._stages[batch.table].take_batch(batch.batch, self._passthrough(batch.table))
            staged.rejects += reading.rejects()
            staged.rejects += self._stages[batch.table].keyless_rows(batch.batch, "to_json(incoming_batch)::varchar")
        staged.rejects += reading.rejects()
        staged.stats = reading.stats
        for name, stage in self._stages.items():
            if not stage.is_made:
                stage.take_batch(self._no_rows(name), self._passthrough(name))
        staged.changes = self._meet_unknown(getattr(reading, "unknown_keys", {}))
        return staged

    def _open(self) -> NestedReading:
        if self._spec.format == "parquet":
            return self._open_parquet()
        from ingestion.readers.json_rows import JsonLayout, JsonTable, read_json

        spec = self._spec
        children = tuple(
            JsonTable(name, self._paths(name), self._json_columns(name), child.path, dict(child.parent_key), child.kind)
            for name, child in spec.children.items()
        )
        main = JsonTable("", self._paths(""), self._json_columns(""), None, {}, spec.kind)
        layout = JsonLayout(spec.records, main, children, frozenset(spec.skip_kinds))
        reading: NestedReading = read_json(self._content, layout, spec.format)
        return reading

    def _open_parquet(self) -> NestedReading:
        from ingestion.readers.parquet_rows import read_parquet

        paths = self._paths("")
        reading = read_parquet(self._content, paths, self._json_columns(""))
        needed = {name for name, column in self._spec.columns.items() if column.required} | set(self._spec.key)
        gone = {name: path for name, path in paths.items() if path.partition(".")[0] not in reading.columns}
        missing = [path for name, path in gone.items() if name in needed or self._spec.drift_word == "freeze"]
        if missing:
            raise FileRefused("missing_column", f"expected {named(missing)}; found {named(reading.columns)}")
        return reading

    def _match(self, name: str) -> HeaderMatch:
        match = path_bindings(self._spec, name or None)
        return match if not name else replace(match, extra_input=None)

    def _paths(self, name: str) -> dict[str, str]:
        repeated = self._spec.children[name].parent_key if name else {}
        return {
            column: path for column, path in input_paths(self._spec, name or None).items() if column not in repeated
        }

    def _json_columns(self, name: str) -> frozenset[str]:
        return json_inputs(self._tables[name].table.columns)

    def _passthrough(self, name: str) -> dict[str, str]:
        columns = NESTED_COLUMNS if self._tables[name].is_nested else ROW_COLUMNS
        carried = {column: column for column in columns}
        return carried if name else carried | {"_unknown": "_extra"}

    def _no_rows(self, name: str) -> pa.Table:
        columns = NESTED_COLUMNS if self._tables[name].is_nested else ROW_COLUMNS
        fields = [(column, pa.string()) for column in input_paths(self._spec, name or None)]
        fields += [(column, pa.int64()) for column in columns]
        return pa.schema([*fields, *([] if name else [("_extra", pa.string())])]).empty_table()

    def _meet_unknown(self, unknown: Mapping[str, int]) -> list[SchemaChange]:
        """Keys of the records that the spec does not know, as far as the reader saw any."""
        main = self._tables[""]
        there = drift_columns(columns_of(self._connection, main.table), main.table)
        plan = plan_for_unknown(self._spec, main.table, {key: key for key in unknown}, there)
        for key, name in plan.kept.items():
            pointer = "/" + key.replace("~", "~0").replace("/", "~1")
            main.drift[name] = f"json_extract_string({identifier('_unknown')}, {literal(pointer)})"
        return plan.changes
