"""The rows of a sheet, whatever workbook it is in, as text columns like those of a CSV file.

Belongs here: header, footer, quarantine, batches, which sheet is meant. Never: opening a workbook (`xlsx_rows`,
`xls_rows`), or how one cell is written (`xlsx_text`).

Blank rows are no records.
"""

import json
import re
from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager

import pyarrow as pa

from ingestion.errors import FileRefused
from ingestion.readers.dialect import CsvDialect, joined_header
from ingestion.readers.results import COLUMN_LIMIT, ReadStats, Reject, storable
from ingestion.readers.xlsx_text import NumberText, shown

BATCH_ROWS = 10_000
Row = tuple[int, list[str]]  # its number in the sheet, and its cells without the empty ones at its end
Form = tuple[str, str, int | None]  # of which column; the point of its numbers; the digits behind it its type holds
Sheets = Mapping[str, Iterator[Row]]


class SheetReading:
    """One sheet under way: its columns at once, then batches; rejects and counts grow with them."""

    def __init__(
        self,
        book: AbstractContextManager[Sheets],
        sheet: str | None,
        dialect: CsvDialect,
        places: Collection[int] = (),
    ) -> None:
        self.stats = ReadStats()
        self.forms: dict[str, Form] = {}  # columns that are written in a way of their own, be it a second time
        self._dialect = dialect
        self._places = places  # columns that the spec calls by their place, be it without a text in the header
        self._skip = re.compile(dialect.skip_where) if dialect.skip_where else None
        self._rejects: list[Reject] = []
        self._record = 0
        self._rows = self._without_footer(_rows(book, sheet))
        self.columns = self._read_header()

    def rejects(self) -> list[Reject]:
        """The rejects since the last call."""
        taken, self._rejects = self._rejects, []
        return taken

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Rows as text columns c1, c2, ... with `_row_number` and `_line` (the sheet's row)."""
        kept: list[tuple[list[str], int, int]] = []
        for line, cells in self._rows:
            if self._is_row(line, cells):
                cells = (cells + [""] * len(self.columns))[: len(self.columns)]
                kept.append((cells, self._record, line))
                self.stats.rows += 1
            if len(kept) >= BATCH_ROWS:
                yield self._batch(kept)
                kept = []
        if kept:
            yield self._batch(kept)

    def _is_row(self, line: int, cells: list[str]) -> bool:
        if not cells:
            self.stats.blank_lines += 1
            return False
        self._record += 1
        if self._skip and self._skip.search(self._dialect.bare(cells[0])):
            self.stats.skipped += 1
            return False
        if len(cells) > len(self.columns):
            self.stats.rejected += 1
            raw = json.dumps(cells, ensure_ascii=False)
            self._rejects.append(Reject(line, "row", "too_many_cells", storable(raw)))
            return False
        return True

    def _read_header(self) -> list[str]:
        count = self._dialect.header_rows
        headers: list[list[str]] = []
        for line, cells in self._rows if count else ():
            self.stats.header_lines += 1
            if line <= self._dialect.skip_rows or not cells:
                continue
            headers.append(cells)
            if len(headers) == count:
                break
        if len(headers) < count:
            raise FileRefused(
                "empty_file",
                "the sheet ends before its header (is it the right sheet? are skip_rows and skip_footer_rows right?)",
            )
        if not headers:
            return self._columns_by_place()
        width = max(map(len, headers))
        while width + 1 in self._places:
            width += 1
        padded = [cells + [""] * (width - len(cells)) for cells in headers]
        return joined_header(padded)

    def _columns_by_place(self) -> list[str]:
        rows = [(line, cells) for line, cells in self._rows if line > self._dialect.skip_rows]
        self._rows = iter(rows)
        width = max(len(next((cells for _, cells in rows if cells), [])), *self._places, 0)
        return [f"column_{i}" for i in range(1, width + 1)]

    def _without_footer(self, rows: Iterator[Row]) -> Iterator[Row]:
        held: deque[Row] = deque()
        for row in rows:
            if len(row[1]) > COLUMN_LIMIT:
                raise FileRefused("too_many_columns", f"row {row[0]} has more than {COLUMN_LIMIT} cells")
            if not self._dialect.skip_footer_rows:
                yield row
                continue
            held.append(row)
            while row[1] and sum(bool(cells) for _, cells in held) > self._dialect.skip_footer_rows:
                yield held.popleft()
        self.stats.skipped += sum(bool(cells) for _, cells in held)

    def _batch(self, kept: list[tuple[list[str], int, int]]) -> pa.RecordBatch:
        cells, records, lines = zip(*kept, strict=True)
        names = [f"c{i}" for i in range(1, len(self.columns) + 1)]
        columns = dict(zip(names, zip(*cells, strict=True), strict=True))
        forms: dict[str, Form] = {name: (name, ".", None) for name in names} | self.forms
        arrays = [pa.array(_texts(columns[place], mark, scale), pa.string()) for place, mark, scale in forms.values()]
        arrays += [pa.array(records, pa.int64()), pa.array(lines, pa.int64())]
        return pa.RecordBatch.from_arrays(arrays, [*forms, "_row_number", "_line"])


def _texts(column: Sequence[str], mark: str, scale: int | None) -> Sequence[str]:
    """The column's cells, its numbers as their type and the marks of its texts want them."""
    if scale is not None:
        column = [shown(t, scale) if isinstance(t, NumberText) else t for t in column]
    return column if mark == "." else [t.replace(".", mark) if isinstance(t, NumberText) else t for t in column]


def trimmed_row(texts: list[str]) -> list[str]:
    """The row without the empty cells at its end."""
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _rows(book: AbstractContextManager[Sheets], wanted: str | None) -> Iterator[Row]:
    """The rows of the sheet that is meant; without a wish, the workbook must have exactly one."""
    with book as sheets:
        names = list(sheets) if wanted is None else [wanted]
        if len(names) != 1 or names[0] not in sheets:
            said = "a sheet must be declared" if wanted is None else f"no sheet {wanted!r}"
            raise FileRefused("sheet_missing", f"{said}; the workbook has: {', '.join(sheets)}")
        yield from sheets[names[0]]
