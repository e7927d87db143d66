"""The sheets of a workbook (.xlsx) as rows of text.

Belongs here: limits before parsing, opening, the parsers' faults. Never: header, footer, quarantine (`sheet_rows`), the
cells of a sheet (`xlsx_xml`), or how one is written (`xlsx_text`).

The library finds the parts; what is in them is read by us, since it drops and swaps rows and texts without a word.
XML entities are refused (defusedxml). A formula's stored result is taken; a formula without one is an empty cell.
"""

import struct
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ExpatError

import openpyxl.xml
from defusedxml.common import DefusedXmlException
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.xml.constants import REL_NS, SHARED_STRINGS, SHEET_MAIN_NS, STYLES_TYPE

from ingestion.errors import FileRefused
from ingestion.readers.content import Content
from ingestion.readers.dialect import CsvDialect
from ingestion.readers.sheet_rows import Row, SheetReading, Sheets
from ingestion.readers.xlsx_text import IS_DURATION, IS_MOMENT, CellTexts
from ingestion.readers.xlsx_xml import shared_texts, sheet_rows, styles

UNPACKED_LIMIT = 2 << 30
RATIO_LIMIT, RATIO_FROM = 200, 64 << 20
MEMBER_LIMIT = 10_000
BROKEN = (  # what the parsers below us throw at damaged or hostile parts
    zipfile.BadZipFile, zlib.error, struct.error, ParseError, ExpatError, DefusedXmlException, ArithmeticError,
    AssertionError, AttributeError, EOFError, LookupError, OSError, RuntimeError, TypeError, ValueError,
)  # fmt: skip
NAMES_OF_STRICT = (
    (b"http://purl.oclc.org/ooxml/spreadsheetml/main", SHEET_MAIN_NS.encode()),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", REL_NS.encode()),
)
READER: Callable[..., Any] = ExcelReader


def read_xlsx(content: Content, sheet: str | None, dialect: CsvDialect, places: Collection[int] = ()) -> SheetReading:
    """Start reading one sheet; without a name, the workbook must have exactly one."""
    return SheetReading(open_xlsx(content), sheet, dialect, places)


@contextmanager
def open_xlsx(content: Content) -> Iterator[Sheets]:
    """The sheets of a workbook as long as it is open."""
    if not openpyxl.xml.DEFUSEDXML:
        raise FileRefused("unsafe_xml", "workbooks are read only where defusedxml is there and switched on")
    check_size(content)
    try:
        with content.open() as stream:
            yield _sheets(stream)
    except FileRefused:
        raise
    except BROKEN as error:
        raise _refusal(error) from None


def _sheets(stream: BinaryIO) -> Sheets:
    book = READER(stream, read_only=True, data_only=True, keep_links=False)
    read = book.archive.read
    book.archive.read = lambda part: _transitional(read(part))  # the small parts, which lead to the sheets
    book.read_manifest()
    book.read_workbook()
    sheets = [(sheet.name, place) for sheet, place in book.parser.find_sheets() if "chartsheet" not in place.Type]
    found = {name: _rows(book, place.target) for name, place in sheets if place.target in book.valid_files}
    if not found:
        raise FileRefused("damaged_workbook", "none of the sheets that the workbook names is in it")
    return found


def _transitional(part: bytes) -> bytes:
    """What a workbook saved as strict calls by other names, under those that the library knows."""
    for strict, usual in NAMES_OF_STRICT:
        part = part.replace(strict, usual)
    return part


def _rows(book: Any, part: str) -> Iterator[Row]:
    texts = _read(book, SHARED_STRINGS, shared_texts)
    moments = _moments(_read(book, STYLES_TYPE, styles))
    with book.archive.open(part) as stream:
        yield from sheet_rows(stream, CellTexts(texts, moments, is_1904=book.wb.epoch == CALENDAR_MAC_1904))


def _read(book: Any, kind: str, read: Callable[..., Any]) -> Any:
    """What the workbook's part of this kind holds; nothing where it has none."""
    part = book.package.find(kind)
    if part is None:
        return []
    with book.archive.open(part.PartName[1:]) as stream:
        return read(stream)


def _moments(formats: Sequence[tuple[int, str]]) -> dict[str, str]:
    """The formats of the styles that show a number as a day, a time or a duration."""
    named = {str(at): own or BUILTIN_FORMATS.get(number, "General") for at, (number, own) in enumerate(formats)}
    return {style: name for style, name in named.items() if IS_MOMENT(name) or IS_DURATION(name)}


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
