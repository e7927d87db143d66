"""One sheet of a workbook as rows of text, like a CSV file.

Belongs here: limits before parsing, the sheet by name, header, footer, quarantine. Never: how one cell is written.

XML entities are refused (defusedxml). A formula's stored result is taken; a formula without one is an empty cell.
Blank rows are no records.
"""

import json
import re
import struct
import zipfile
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl.xml
import pyarrow as pa
from defusedxml.common import DefusedXmlException
from openpyxl.reader.excel import load_workbook

from ingestion.errors import FileRefused
from ingestion.readers.content import Content
from ingestion.readers.dialect import CsvDialect
from ingestion.readers.results import ReadStats, Reject, storable
from ingestion.readers.xlsx_text import NumberText, cell_text

BATCH_ROWS = 10_000
COLUMN_LIMIT = 4096
UNPACKED_LIMIT = 2 << 30
RATIO_LIMIT, RATIO_FROM = 200, 64 << 20
MEMBER_LIMIT = 10_000
BROKEN = (  # what the parsers below us throw at damaged or hostile parts
    zipfile.BadZipFile, zlib.error, struct.error, ParseError, DefusedXmlException, ArithmeticError, AssertionError,
    AttributeError, EOFError, LookupError, OSError, RuntimeError, TypeError, ValueError,
)  # fmt: skip
LOAD: Callable[..., Any] = load_workbook
Row = tuple[int, list[str]]


class XlsxReading:
    """One sheet under way: its columns at once, then batches; rejects and counts grow with them."""

    def __init__(self, content: Content, sheet: str | None, dialect: CsvDialect) -> None:
        if not openpyxl.xml.DEFUSEDXML:
            raise FileRefused("unsafe_xml", "workbooks are read only where defusedxml is there and switched on")
        check_size(content)
        self.stats = ReadStats()
        self.decimal_marks: dict[str, str] = {}  # of columns c1, c2, ...: their numbers are written as their texts are
        self._dialect = dialect
        self._skip = re.compile(dialect.skip_where) if dialect.skip_where else None
        self._rejects: list[Reject] = []
        self._record = 0
        self._rows = self._without_footer(_sheet_rows(content, sheet))
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
        if self._skip and self._skip.search(cells[0]):
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
                "empty_file", "the sheet ends before its header (is it the right sheet? is skip_rows right?)"
            )
        if not headers:
            return self._columns_by_place()
        width = max(map(len, headers))
        padded = [cells + [""] * (width - len(cells)) for cells in headers]
        return [" / ".join(part for part in parts if part) for parts in zip(*padded, strict=True)]

    def _columns_by_place(self) -> list[str]:
        rows = [(line, cells) for line, cells in self._rows if line > self._dialect.skip_rows]
        self._rows = iter(rows)
        width = len(next((cells for _, cells in rows if cells), []))
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

    def _batch(self, kept: list[tuple[list[str], int, int]]) -> pa.RecordBatch:
        cells, records, lines = zip(*kept, strict=True)
        names = [f"c{i}" for i in range(1, len(self.columns) + 1)]
        columns = zip(names, zip(*cells, strict=True), strict=True)
        arrays = [pa.array(_marked(column, self.decimal_marks.get(name, ".")), pa.string()) for name, column in columns]
        arrays += [pa.array(records, pa.int64()), pa.array(lines, pa.int64())]
        return pa.RecordBatch.from_arrays(arrays, [*names, "_row_number", "_line"])


def _marked(texts: Sequence[str], mark: str) -> Sequence[str]:
    return texts if mark == "." else [t.replace(".", mark) if isinstance(t, NumberText) else t for t in texts]


def read_xlsx(content: Content, sheet: str | None, dialect: CsvDialect) -> XlsxReading:
    """Start reading one sheet; without a name, the workbook must have exactly one."""
    return XlsxReading(content, sheet, dialect)


def check_size(content: Content) -> None:
    """Refuse bombs by what the archive says of itself; unpacking cannot give more than it says."""
    try:
        with content.open() as stream, zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
    except zipfile.BadZipFile:
        raise FileRefused("damaged_archive", "the workbook is cut or damaged") from None
    total = sum(member.file_size for member in members)
    if len(members) > MEMBER_LIMIT:
        raise FileRefused("too_many_members", f"the workbook holds more than {MEMBER_LIMIT} parts")
    if total > UNPACKED_LIMIT:
        raise FileRefused("too_large", f"the workbook unpacks to more than {UNPACKED_LIMIT} bytes")
    if total > RATIO_FROM and total > RATIO_LIMIT * content.content_bytes:
        raise FileRefused("unpack_ratio", f"the workbook unpacks to more than {RATIO_LIMIT} times its size")


def _sheet_rows(content: Content, name: str | None) -> Iterator[Row]:
    """The rows of the sheet with their numbers, empty cells at the end cut off."""
    try:
        with content.open() as stream:
            book = LOAD(stream, read_only=True, data_only=True, keep_links=False)
            sheet = _sheet(book, name)
            sheet.reset_dimensions()  # what the sheet claims of its size is never believed
            for line, cells in enumerate(sheet.iter_rows(), start=1):
                texts = [cell_text(cell) for cell in cells]
                while texts and not texts[-1]:
                    texts.pop()
                yield line, texts
    except FileRefused:
        raise
    except BROKEN as error:
        raise _refusal(error) from None


def _refusal(error: BaseException) -> FileRefused:
    """Why a workbook cannot be read. The library wraps what its parser refused, so the whole chain is looked at."""
    link: BaseException | None = error
    while link is not None:
        if isinstance(link, DefusedXmlException):
            return FileRefused(
                "damaged_workbook", "the workbook's XML declares entities or a document type, which are never read"
            )
        link = link.__cause__ or link.__context__
    return FileRefused("damaged_workbook", f"a part of the workbook cannot be read ({type(error).__name__})")


def _sheet(book: Any, name: str | None) -> Any:
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    if name is not None and name in sheets:
        return sheets[name]
    if name is None and len(sheets) == 1:
        return next(iter(sheets.values()))
    wanted = "a sheet must be declared" if name is None else f"no sheet {name!r}"
    raise FileRefused("sheet_missing", f"{wanted}; the workbook has: {', '.join(sheets)}")
