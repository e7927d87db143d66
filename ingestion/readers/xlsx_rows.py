"""The sheets of a workbook (.xlsx) as rows of text.

Belongs here: limits before parsing, opening, the library's faults. Never: header, footer, quarantine (`sheet_rows`), or
how one cell is written (`xlsx_text`).

XML entities are refused (defusedxml). A formula's stored result is taken; a formula without one is an empty cell.
"""

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl.xml
from defusedxml.common import DefusedXmlException
from openpyxl.reader.excel import load_workbook

from ingestion.errors import FileRefused
from ingestion.readers.content import Content
from ingestion.readers.dialect import CsvDialect
from ingestion.readers.sheet_rows import Row, SheetReading, Sheets, trimmed_row
from ingestion.readers.xlsx_text import cell_text

UNPACKED_LIMIT = 2 << 30
RATIO_LIMIT, RATIO_FROM = 200, 64 << 20
MEMBER_LIMIT = 10_000
BROKEN = (  # what the parsers below us throw at damaged or hostile parts
    zipfile.BadZipFile, zlib.error, struct.error, ParseError, DefusedXmlException, ArithmeticError, AssertionError,
    AttributeError, EOFError, LookupError, OSError, RuntimeError, TypeError, ValueError,
)  # fmt: skip
LOAD: Callable[..., Any] = load_workbook


def read_xlsx(content: Content, sheet: str | None, dialect: CsvDialect) -> SheetReading:
    """Start reading one sheet; without a name, the workbook must have exactly one."""
    return SheetReading(open_xlsx(content), sheet, dialect)


@contextmanager
def open_xlsx(content: Content) -> Iterator[Sheets]:
    """The sheets of a workbook as long as it is open."""
    if not openpyxl.xml.DEFUSEDXML:
        raise FileRefused("unsafe_xml", "workbooks are read only where defusedxml is there and switched on")
    check_size(content)
    try:
        with content.open() as stream:
            book = LOAD(stream, read_only=True, data_only=True, keep_links=False)
            yield {sheet.title: _rows(sheet) for sheet in book.worksheets}
    except FileRefused:
        raise
    except BROKEN as error:
        raise _refusal(error) from None


def _rows(sheet: Any) -> Iterator[Row]:
    sheet.reset_dimensions()  # what the sheet claims of its size is never believed
    for line, cells in enumerate(sheet.iter_rows(), start=1):
        yield line, trimmed_row([cell_text(cell) for cell in cells])


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
