"""Grid-like files (CSV, sheets) into a staged table: the fast way where the file is proven regular, else the exact way.

Belongs here: choosing the way, meeting the header, rejects for missing keys. Never here: parsing or typing themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Protocol

import duckdb

from ingestion.cells.header import HeaderMatch, columns_for_header
from ingestion.quoting import identifier, literal, literals
from ingestion.readers.content import Beginning, Content
from ingestion.readers.csv_scan import Regularity, duckdb_read_csv, scan_csv
from ingestion.readers.dialect import CsvDialect
from ingestion.readers.results import FileRefused, ReadStats, Reject
from ingestion.specs.model import Spec
from ingestion.specs.tables import EXTRA
from ingestion.store.ledger import SchemaChange
from ingestion.worker.drift import plan_for_header
from ingestion.worker.foreseen import columns_so_far
from ingestion.worker.opening import declared_width, open_csv, open_sheet
from ingestion.worker.staging import REJECTS_KEPT, Stage, Staged, StagedTable, ahead, gathered, key_fault, lacks_key

if TYPE_CHECKING:
    import pyarrow as pa

    from ingestion.readers.sheet_rows import Form, SheetReading

LARGE_CONTENT = 16 << 20  # from here on reading ahead of the proof pays; a file that is not regular is read again


class GridReading(Protocol):
    """What the exact CSV reader and the readers of workbooks have in common."""

    columns: list[str]
    stats: ReadStats

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Rows as text, c1 to cn, with `_row_number` and `_line`."""

    def rejects(self) -> list[Reject]:
        """Rejects since the last call."""


class GridStage:
    """One grid-like file on its way into its staged table."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, spec: Spec, content: Content) -> None:
        self._connection = connection
        self._spec = spec
        self._content = content
        self._dialect = CsvDialect.of(spec.dialect)
        self._width = declared_width(spec)
        self._table = StagedTable(spec.table)
        self._changes: list[SchemaChange] = []
        self._regularity: Regularity | None = None
        self._is_staged = False

    def look(self) -> None:
        """The pass over the bytes that also hashes them: is the file regular? A large one is read meanwhile."""
        if self._spec.format != "csv":
            return
        if self._content.content_bytes < LARGE_CONTENT:
            self._regularity = scan_csv(self._content, self._dialect, self._width)
            return
        foreseen = scan_csv(Beginning(self._content), self._dialect, self._width)
        with ThreadPoolExecutor(1) as pool:
            proof = pool.submit(scan_csv, self._content, self._dialect, self._width)
            with suppress(FileRefused, duckdb.OutOfMemoryException):  # if it must be so, `read` meets it again
                self._is_staged = foreseen.is_regular and self._stage_fast(foreseen)
            self._regularity = proof.result()

    def read(self) -> Staged:
        """All records as typed rows."""
        if self._regularity is not None and self._regularity.is_regular:
            fast = self._read_fast(self._regularity)
            if fast is not None:
                return fast
        if self._spec.format == "csv":
            return self._read_exactly(open_csv(self._content, self._spec))
        sheet = open_sheet(self._content, self._spec)
        return self._read_exactly(sheet, sheet)

    def _read_fast(self, regularity: Regularity) -> Staged | None:
        """None where only the exact way can tell the line of a reject."""
        if not (self._is_staged or self._stage_fast(regularity)):
            return None
        condition = f"_is_kept and ({lacks_key(self._spec, self._table)})"
        missing = self._connection.execute(
            f"select count(*) from {self._table.qualified} where {condition}"
        ).fetchall()[0][0]
        if missing and regularity.has_multiline_cells:
            return None
        before = self._dialect.skip_rows + self._dialect.header_rows
        staged = Staged([self._table], ReadStats(rows=regularity.data_rows), "fast", changes=self._changes)
        staged.lines_before = None if regularity.has_multiline_cells else before
        if missing:
            relation = duckdb_read_csv(self._content, self._dialect, regularity)
            faults = f"select rowid + 1 as n, {key_fault(self._spec, self._table)} from {self._table.qualified}"
            found = self._connection.execute(
                f"select n + {before}, cells, _reason, _column from (select row_number() over () as n, "
                f"{_cells(len(regularity.columns))} as cells from {relation}) "
                f"join ({faults} where {condition}) using (n) order by n limit {REJECTS_KEPT}"
            )
            keyless = [Reject(line, "row", why, cells, name) for line, cells, why, name in found.fetchall()]
            staged.rejects = self._with_lines(keyless)
        return staged

    def _stage_fast(self, regularity: Regularity) -> bool:
        """Let DuckDB read and type it all. False where it disagrees: then the exact reader is the judge."""
        stage, passthrough = self._meet(regularity.columns)
        try:
            stage.take(duckdb_read_csv(self._content, self._dialect, regularity), passthrough)
        except (duckdb.InvalidInputException, duckdb.ConversionException):
            return False
        return True

    def _read_exactly(self, reading: GridReading, sheet: SheetReading | None = None) -> Staged:
        stage, passthrough = self._meet(reading.columns, sheet)
        width = len(reading.columns)
        passthrough |= {"_row_number": "_row_number", "_line": "_line"}
        staged = Staged([self._table], reading.stats, "exact", changes=self._changes)
        batches = gathered(("", batch) for batch in reading.batches())
        for _, batch in ahead(batches, self._content.content_bytes):
            stage.take_batch(batch, passthrough)
            staged.rejects += stage.keyless_rows(batch, _cells(width))
        staged.rejects = self._with_lines(staged.rejects) + reading.rejects()
        if not stage.is_made:
            stage.take_batch(_no_rows(width, sheet.forms if sheet else ()), passthrough)
        return staged

    def _with_lines(self, keyless: list[Reject]) -> list[Reject]:
        """Of a CSV file their texts are its own lines; a sheet has none."""
        if self._spec.format != "csv" or not keyless:
            return keyless
        from ingestion.readers.csv_lines import texts_at

        texts = texts_at(self._content, self._dialect, {each.line for each in keyless if each.line})
        return [replace(each, raw_text=texts.get(each.line or 0, each.raw_text)) for each in keyless]

    def _meet(self, header: Sequence[str], sheet: SheetReading | None = None) -> tuple[Stage, dict[str, str]]:
        """Meet the header: what is typed, and which columns only the file knows ride along as text."""
        match: HeaderMatch = columns_for_header(self._spec, header)
        if sheet is not None:
            match, sheet.forms = _with_forms(self._spec, match)
        there = columns_so_far(self._connection, self._spec.table) if match.extra else {}
        plan = plan_for_header(self._spec, match, header, there)
        self._changes = plan.changes
        passthrough: dict[str, str] = {}
        for number, (place, name) in enumerate(plan.kept.items(), 1):
            passthrough[f"_drift_{number}"] = _without(identifier(place), self._spec.null_tokens)
            self._table.drift[name] = identifier(f"_drift_{number}")
        if plan.beyond and not self._table.table.keeps_extra:
            cells = (f"{literal(text)}, {identifier(place)}" for place, text in plan.beyond.items())
            passthrough["_drift_beyond"] = f"json_object({', '.join(cells)})"
            self._table.drift[EXTRA[0]] = "_drift_beyond"
        return Stage(self._connection, self._spec, self._table, match, self._content.content_bytes), passthrough


def _without(text: str, tokens: Sequence[str]) -> str:
    """The text, null where it is one of the texts that mean missing."""
    return f"case when {text} in ({literals(tokens)}) then null else {text} end" if tokens else text


def _with_forms(spec: Spec, match: HeaderMatch) -> tuple[HeaderMatch, dict[str, Form]]:
    """How the numbers of a workbook are written for each column. Columns that read one cell in several ways part.

    What `where` looks at stays as the workbook says it, however a column reads the same cell.
    """
    forms: dict[str, Form] = {place: (place, ".", None) for place in [match.where_input] if place}
    bindings: dict[str, tuple[str | None, ...]] = {}
    for name, places in match.bindings.items():
        column = spec.columns[name]
        mark, scale = column.mark_of_numbers, column.exact_scale
        bindings[name] = tuple(place and _name_of((place, mark, scale), forms) for place in places)
    return replace(match, bindings=bindings), forms


def _name_of(form: Form, forms: dict[str, Form]) -> str:
    """The relation's column for a cell written so: its own, or another one if that is taken by another way."""
    names = (form[0] if number == 1 else f"{form[0]}_{number}" for number in count(1))
    return next(name for name in names if forms.setdefault(name, form) == form)


def _cells(width: int) -> str:
    """SQL for the cells of a row as a JSON array: the raw text of a row that was read but lacks its key."""
    return f"to_json([{', '.join(f'c{at}' for at in range(1, width + 1))}])::varchar"


def _no_rows(width: int, forms: Collection[str]) -> pa.Table:
    """A file without records still makes a staged table of the right types."""
    import pyarrow as pa

    names = dict.fromkeys([*(f"c{at}" for at in range(1, width + 1)), *forms])
    fields = [(name, pa.string()) for name in names]
    return pa.schema([*fields, ("_row_number", pa.int64()), ("_line", pa.int64())]).empty_table()
