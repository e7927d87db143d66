"""The sheets of an old workbook (.xls, BIFF) as rows of text, written like those of a new one.

Belongs here: limits before parsing, opening, the library's faults, telling dates from numbers. Never: header, footer,
quarantine (`sheet_rows`), or how one cell is written (`xlsx_text`).

A formula's stored result is taken. Only the sheet that is read is ever parsed.
"""

import io
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import xlrd
from openpyxl.styles.numbers import is_date_format, is_timedelta_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel
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
from ingestion.readers.xlsx_text import cell_text

SIZE_LIMIT = 256 << 20  # a sheet has at most 65,536 rows of 256 cells; larger files are pictures
NO_DATE = "#VALUE!"  # what a new workbook's reader writes for a date outside the calendar
BROKEN = (  # what the parser throws at damaged or hostile records
    XLRDError, CompDocError, struct.error, ArithmeticError, AssertionError, AttributeError, EOFError, LookupError,
    RuntimeError, TypeError, ValueError,
)  # fmt: skip
OPEN: Callable[..., Any] = xlrd.open_workbook
MOMENT: Callable[..., Any] = from_excel
IS_MOMENT: Callable[[str], bool] = is_date_format
IS_DURATION: Callable[[str], bool] = is_timedelta_format


class Cell(NamedTuple):
    """A cell as the writer of texts wants it."""

    value: Any
    number_format: str


def read_xls(content: Content, sheet: str | None, dialect: CsvDialect) -> SheetReading:
    """Start reading one sheet; without a name, the workbook must have exactly one."""
    return SheetReading(open_xls(content), sheet, dialect)


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
    epoch = CALENDAR_MAC_1904 if book.datemode else CALENDAR_WINDOWS_1900
    formats = [book.format_map[style.format_key].format_str for style in book.xf_list]
    for line in range(sheet.nrows):
        yield line + 1, trimmed_row([_text(cell, formats, epoch) for cell in sheet.row(line)])


def _text(cell: Any, formats: list[str], epoch: Any) -> str:
    kind = cell.ctype
    if kind == XL_CELL_TEXT:
        return str(cell.value)  # as it is: escapes are an invention of XML
    if kind in (XL_CELL_NUMBER, XL_CELL_DATE):
        style = formats[cell.xf_index]
        is_moment = kind == XL_CELL_DATE or IS_MOMENT(style)
        return cell_text(Cell(_moment(cell.value, style, epoch) if is_moment else cell.value, style))
    if kind == XL_CELL_BOOLEAN:
        return cell_text(Cell(bool(cell.value), ""))
    return error_text_from_code.get(cell.value, NO_DATE) if kind == XL_CELL_ERROR else ""


def _moment(value: float, style: str, epoch: Any) -> Any:
    try:
        return MOMENT(value, epoch, timedelta=IS_DURATION(style))
    except (OverflowError, ValueError):
        return NO_DATE


def _refusal(error: Exception) -> FileRefused:
    """Why a workbook cannot be read; the library's own words may quote what it read."""
    words = str(error).lower() if isinstance(error, XLRDError) else ""
    if "encrypted" in words:
        return FileRefused("encrypted", "the workbook is encrypted")
    if "can't find workbook" in words:
        return FileRefused("wrong_content", "expected xls, found an office document that holds no workbook")
    return FileRefused("damaged_workbook", f"a part of the workbook cannot be read ({type(error).__name__})")
