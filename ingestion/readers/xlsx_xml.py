"""The XML of a workbook's sheets, shared texts and styles, read to the letter.

Belongs here: which rows, cells, texts and formats a part holds, at the addresses it claims. Never: the limits and
faults of a workbook (`xlsx_rows`), or how a value is written (`xlsx_text`).

Rows ascend and no address comes twice; anything else is damage, since a reader would have to choose what to lose.
Phonetic guides are no text. A document type is never read.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import IO
from xml.parsers import expat

from defusedxml.common import DTDForbidden

from ingestion.errors import FileRefused
from ingestion.readers.sheet_rows import Row
from ingestion.readers.xlsx_text import CellTexts, unescaped

FORBIDDEN: Callable[..., Exception] = DTDForbidden
BLOCK = 1 << 16
ROW_LIMIT, PLACE_LIMIT = 1_048_576, 16_384
NAMESPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
Attributes = dict[str, str]


def shared_texts(stream: IO[bytes]) -> list[str]:
    """The texts that cells name by number, in their order."""
    part = _SharedTexts()
    for _ in _blocks(stream, part):
        pass
    return part.texts


def styles(stream: IO[bytes]) -> list[tuple[int, str]]:
    """Of the styles 0, 1, 2, ... that cells name: the number of the format, and its text where the workbook has it."""
    part = _Styles()
    for _ in _blocks(stream, part):
        pass
    return [(number, part.formats.get(number, "")) for number in part.numbers]


def sheet_rows(stream: IO[bytes], texts: CellTexts) -> Iterator[Row]:
    """The rows of a sheet that the part holds, each with its number."""
    part = _Sheet(texts)
    for _ in _blocks(stream, part):
        rows, part.rows = part.rows, []
        yield from rows


class _Part:
    """What is common to all parts: texts are in `t`, each of them escaped on its own."""

    def __init__(self) -> None:
        self._characters: list[str] = []
        self._texts: list[str] = []
        self._is_phonetic = False
        self.starts: dict[str, Callable[[Attributes], None]] = {
            "t": lambda _: self._characters.clear(),
            "rPh": lambda _: self._guide(is_open=True),
        }
        self.ends: dict[str, Callable[[], None]] = {"t": self._end_text, "rPh": lambda: self._guide(is_open=False)}
        self.characters = self._characters.append

    def _guide(self, *, is_open: bool) -> None:
        self._is_phonetic = is_open

    def _end_text(self) -> None:
        if not self._is_phonetic:
            self._texts.append(unescaped("".join(self._characters)))


class _SharedTexts(_Part):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.starts["si"] = lambda _: self._texts.clear()
        self.ends["si"] = lambda: self.texts.append("".join(self._texts))


class _Styles(_Part):
    def __init__(self) -> None:
        super().__init__()
        self.formats: dict[int, str] = {}
        self.numbers: list[int] = []
        self._is_of_cells = False
        self.starts |= {"numFmt": self._format, "xf": self._style, "cellXfs": lambda _: self._of_cells(is_open=True)}
        self.ends["cellXfs"] = lambda: self._of_cells(is_open=False)

    def _of_cells(self, *, is_open: bool) -> None:
        self._is_of_cells = is_open

    def _format(self, attributes: Attributes) -> None:
        self.formats[int(attributes["numFmtId"])] = attributes["formatCode"]

    def _style(self, attributes: Attributes) -> None:
        if self._is_of_cells:
            self.numbers.append(int(attributes.get("numFmtId", 0)))


class _Sheet(_Part):
    def __init__(self, texts: CellTexts) -> None:
        super().__init__()
        self.rows: list[Row] = []
        self._write = texts.text
        self._line, self._number, self._place = 0, "0", 0
        self._cells: dict[int, str] = {}
        self._cell: Attributes = {}
        self._value = ""
        self.starts |= {"row": self._start_row, "c": self._start_cell, "v": lambda _: self._characters.clear()}
        self.ends |= {"v": self._end_value, "c": self._end_cell, "row": self._end_row}

    def _start_row(self, attributes: Attributes) -> None:
        line = _row_number(attributes["r"]) if "r" in attributes else self._line + 1
        if not self._line < line <= ROW_LIMIT:
            raise FileRefused(
                "damaged_workbook", f"row {line} comes after row {self._line}; rows ascend, up to {ROW_LIMIT}"
            )
        self._line, self._number, self._place = line, str(line), 0
        self._cells = {}

    def _start_cell(self, attributes: Attributes) -> None:
        address = attributes.get("r")
        place = self._place + 1 if address is None else _column(address.removesuffix(self._number))
        if place in self._cells or not 1 <= place <= PLACE_LIMIT or (address and not address.endswith(self._number)):
            raise FileRefused(
                "damaged_workbook", f"row {self._line} holds two cells of one address, or an address of another row"
            )
        self._place, self._cell, self._value = place, attributes, ""
        self._texts.clear()

    def _end_value(self) -> None:
        self._value = "".join(self._characters)

    def _end_cell(self) -> None:
        cell, value = self._cell, self._value
        kind = cell.get("t", "n")
        if self._texts and (kind == "inlineStr" or not value):
            text = "".join(self._texts)
        else:
            text = self._write(kind, cell.get("s", "0"), value) if value else ""
        self._cells[self._place] = text

    def _end_row(self) -> None:
        cells = self._cells
        width = max((place for place, text in cells.items() if text), default=0)
        self.rows.append((self._line, [cells.get(place, "") for place in range(1, width + 1)]))


def _blocks(stream: IO[bytes], part: _Part) -> Iterator[None]:
    """Feed the part block by block, to the last byte: the archive checks what it gave away when all is read."""
    parser = expat.ParserCreate(namespace_separator=" ")
    starts = {f"{space} {name}": start for space in NAMESPACES for name, start in part.starts.items()}
    ends = {f"{space} {name}": end for space in NAMESPACES for name, end in part.ends.items()}

    def start(name: str, attributes: Attributes) -> None:
        if handler := starts.get(name):
            handler(attributes)

    def end(name: str) -> None:
        if handler := ends.get(name):
            handler()

    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _forbidden
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = part.characters
    while block := stream.read(BLOCK):
        parser.Parse(block)
        yield
    parser.Parse(b"", True)
    yield


def _forbidden(name: str, system: str | None, public: str | None, _has_subset: bool) -> None:
    raise FORBIDDEN(name, system, public)


def _row_number(text: str) -> int:
    number = float(text)  # some writers write 2.0
    if not number.is_integer() or "_" in text:
        raise FileRefused("damaged_workbook", "a row has a number that is none")
    return int(number)


@lru_cache(PLACE_LIMIT)
def _column(letters: str) -> int:
    """Which column these letters name; 0 where they name none."""
    if not (letters.isascii() and letters.isalpha() and len(letters) <= 3):
        return 0
    place = 0
    for letter in letters.upper():
        place = place * 26 + ord(letter) - ord("A") + 1
    return place
