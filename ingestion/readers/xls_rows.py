"""The sheets of an old workbook (.xls, BIFF) as rows of text, written like those of a new one.

Belongs here: limits before parsing, opening, the library's faults, telling dates from numbers. Never: header, footer,
quarantine (`sheet_rows`), or how one cell is written (`xlsx_text`).

A formula's stored result is taken. Only the sheet that is read is ever parsed.
"""

import io
import struct
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

import xlrd
from xlrd.biffh import (
    XL_CELL_BOOLEAN,
    XL_CELL_DATE,
    XL_CELL_ERROR,
    XL_CELL_NUMBER,
    XL_CELL_TEXT,
    XLRDError,
    error_text_from_code,
)
from xlrd.compdoc import CompDocError

from ingestion.errors import FileRefused
from ingestion.readers.content import Content
from ingestion.readers.dialect import CsvDialect
from ingestion.readers.sheet_rows import Row, SheetReading, Sheets, trimmed_row
from ingestion.readers.xlsx_text import IS_MOMENT, moment_text, number_text

SIZE_LIMIT = 256 << 20  # a sheet has at most 65,536 rows of 256 cells; larger files are pictures
NO_ERROR = "#VALUE!"  # what is written for the code of no known error
BROKEN = (  # what the parser throws at damaged or hostile records
    XLRDError, CompDocError, struct.error, ArithmeticError, AssertionError, AttributeError, EOFError, LookupError,
    RuntimeError, TypeError, ValueError,
)  # fmt: skip
OPEN: Callable[..., Any] = xlrd.open_workbook


def read_xls(content: Content, sheet: str | None, dialect: CsvDialect, places: Collection[int] = ()) -> SheetReading:
    """Start reading one sheet; without a name, the workbook must have exactly one."""
    return SheetReading(open_xls(content), sheet, dialect, places)


@contextmanager
def open_xls(content: Content) -> Iterator[Sheets]:
    """The sheets of a workbook as long as it is open."""
    if content.content_bytes > SIZE_LIMIT:
        raise FileRefused("too_large", f"an .xls workbook of more than {SIZE_LIMIT} bytes")
    log = io.StringIO()  # the library prints its doubts; the worker's own output is for its replies alone
    try:
        book = OPEN(
            file_contents=content.read_at(0, SIZE_LIMIT), on_demand=True, formatting_info=True, ragged_rows=True,
            logfile=log,
        )  # fmt: skip
        with book:
            yield {name: _rows(book, name) for name in book.sheet_names()}
    except BROKEN as error:
        raise _refusal(error) from None


def _rows(book: Any, name: str) -> Iterator[Row]:
    sheet = book.sheet_by_name(name)
    formats = [book.format_map[style.format_key].format_str for style in book.xf_list]
    for line in range(sheet.nrows):
        yield line + 1, trimmed_row([_text(cell, formats, bool(book.datemode)) for cell in sheet.row(line)])


def _text(cell: Any, formats: list[str], is_1904: bool) -> str:
    kind = cell.ctype
    if kind == XL_CELL_TEXT:
        return str(cell.value)  # as it is: escapes are an invention of XML
    if kind in (XL_CELL_NUMBER, XL_CELL_DATE):
        style = formats[cell.xf_index]
        is_moment = kind == XL_CELL_DATE or IS_MOMENT(style)
        return moment_text(cell.value, style, is_1904=is_1904) if is_moment else number_text(cell.value)
    if kind == XL_CELL_BOOLEAN:
        return "true" if cell.value else "false"
    return error_text_from_code.get(cell.value, NO_ERROR) if kind == XL_CELL_ERROR else ""


def _refusal(error: Exception) -> FileRefused:
    """Why a workbook cannot be read; the library's own words may quote what it read."""
    words = str(error).lower() if isinstance(error, XLRDError) else ""
    if "encrypted" in words:
        return FileRefused("encrypted", "the workbook is encrypted")
    if "can't find workbook" in words:
        return FileRefused("wrong_content", "expected xls, found an office document that holds no workbook")
    return FileRefused("damaged_workbook", f"a part of the workbook cannot be read ({type(error).__name__})")
