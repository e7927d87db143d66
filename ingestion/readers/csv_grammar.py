"""The strict grammar of one CSV dialect: what a cell, a record and a line end are.

Only text and positions belong here. Never a file, a batch or a count.

The rules: a quote opens only as the first character of a cell and closes only before a delimiter or a line end; inside,
the escape makes the next quote (or escape) a character. CR LF, LF and CR all end a line outside quotes. An escape that
is no quote does so in a bare cell too, and for delimiters and line ends; before anything else it is a character itself.
"""

import re
from dataclasses import dataclass, replace

from ingestion.readers.dialect import LIKELY_DELIMITERS, CsvDialect

LINE_END = re.compile(r"\r\n|\n|\r")
BLANKS = " \t"


@dataclass(frozen=True)
class Record:
    """One attempt to read a record: its cells and where it ends, or why it is none."""

    cells: tuple[str, ...]
    end: int
    problem: str = ""  # "" | broken_quote | open_end (the text stops inside the record)


class Grammar:
    """Compiled patterns of a dialect, and the slow, character-precise reading of one record."""

    def __init__(self, dialect: CsvDialect) -> None:
        self.delimiter = dialect.delimiter
        self.quote = dialect.quote
        self._trim = dialect.trim
        self._escape = _escape_of(dialect)
        self._escaped = (
            re.compile(f"{re.escape(self._escape)}({_escapable(dialect)})")
            if self._escape not in ("", self.quote)
            else None
        )
        self._cell = _cell_pattern(dialect)
        self._any_cell = re.compile(self._cell)

    def record_pattern(self, columns: int, comment: str = "") -> re.Pattern[str]:
        """A pattern that takes exactly one whole, well-formed record of `columns` cells with its line end."""
        no_comment = f"(?!{re.escape(comment)})" if comment else ""
        cells = re.escape(self.delimiter).join([f"({self._cell})"] * columns)
        return re.compile(f"{no_comment}{cells}(?:\r\n|\n|\r)")

    def read_record(self, text: str, start: int) -> Record:
        """Read one record, or say what is wrong with it."""
        cells: list[str] = []
        position = start
        while True:
            end = self._end_of_cell(text, position)
            cells.append(text[position:end])
            position = end
            parting = text[position : position + len(self.delimiter)]
            if parting == self.delimiter:
                position += len(self.delimiter)
                continue
            if self.delimiter.startswith(parting):  # the text stops before a delimiter, or inside of one
                return Record(tuple(cells), position, "open_end")
            ending = LINE_END.match(text, position)
            if ending:
                return Record(tuple(cells), ending.end())
            is_open = bool(self.quote) and not cells[-1].strip(BLANKS) and self._quote_starts(text, position)
            return Record(tuple(cells), position, "open_end" if is_open else "broken_quote")

    def plain(self, cells: "list[str] | tuple[str, ...]") -> list[str]:
        """Take the quotes off a column (or record) of cells as matched."""
        quote, escape = self.quote, self._escape
        if not quote:
            return list(cells) if self._escaped is None else [self._unescaped(c) for c in cells]
        if self._trim:
            stripped = [c.strip(BLANKS) for c in cells]
            cells = [s if s[:1] == quote else c for c, s in zip(cells, stripped, strict=True)]
        if escape == quote:
            twice = quote + quote
            return [c[1:-1].replace(twice, quote) if c[:1] == quote else c for c in cells]
        if not escape:
            return [c[1:-1] if c[:1] == quote else c for c in cells]
        return [self._unescaped(c[1:-1] if c[:1] == quote else c) for c in cells]

    def _unescaped(self, cell: str) -> str:
        if self._escaped is None or self._escape not in cell:
            return cell
        return self._escaped.sub(r"\1", cell)

    def _end_of_cell(self, text: str, position: int) -> int:
        found = self._any_cell.match(text, position)
        return found.end() if found else position

    def _quote_starts(self, text: str, position: int) -> bool:
        return text.startswith(self.quote, position) and self._is_unclosed(text, position)

    def _is_unclosed(self, text: str, position: int) -> bool:
        closed = re.compile(_quoted_pattern(self.quote, self._escape))
        return closed.match(text, position) is None


def likely_delimiter(text: str, start: int, dialect: CsvDialect) -> str | None:
    """The delimiter that makes a record of a line whose quotes do not match with the declared one."""
    for mark in LIKELY_DELIMITERS:
        if mark not in (dialect.delimiter, dialect.quote, dialect.escape):
            record = Grammar(replace(dialect, delimiter=mark)).read_record(text, start)
            if not record.problem and len(record.cells) > 1:
                return mark
    return None


def end_of_line(text: str, position: int) -> int:
    """Where the physical line that holds `position` ends, its line end included; -1 if it does not end here."""
    match = LINE_END.search(text, position)
    return match.end() if match else -1


def count_line_ends(text: str, start: int, end: int) -> int:
    """How many physical lines end between two places."""
    returns = text.count("\r", start, end)
    if not returns:
        return text.count("\n", start, end)
    return text.count("\n", start, end) + returns - text.count("\r\n", start, end)


def _escape_of(dialect: CsvDialect) -> str:
    """Where nothing is a quote, the double quote that a dialect has as its escape by default escapes nothing."""
    return "" if not dialect.quote and dialect.escape == '"' else dialect.escape


def _escapable(dialect: CsvDialect) -> str:
    """What an escape makes plain."""
    plain = [dialect.delimiter, dialect.quote, dialect.escape]
    return "|".join([*(re.escape(part) for part in plain if part), "\r\n", "\n", "\r"])


def _quoted_pattern(quote: str, escape: str) -> str:
    q, e = re.escape(quote), re.escape(escape)
    if not escape:
        return f"{q}[^{q}]*+{q}"
    if escape == quote:
        return f"{q}[^{q}]*+(?:{q}{q}[^{q}]*+)*+{q}"
    return f"{q}[^{q}{e}]*+(?:{e}[\\s\\S][^{q}{e}]*+)*+{q}"


def _cell_pattern(dialect: CsvDialect) -> str:
    delimiter, quote = dialect.delimiter, dialect.quote
    q = re.escape(quote) if quote else ""
    escape = _escape_of(dialect)
    e = re.escape(escape) if escape not in ("", quote) else ""
    if len(delimiter) == 1:
        bare = f"[^{re.escape(delimiter)}{q}{e}\r\n]*+"
    else:
        bare = f"(?:(?!{re.escape(delimiter)})[^{q}{e}\r\n])*+"
    if e:
        bare = f"{bare}(?:{e}(?:{_escapable(dialect)})?+{bare})*+"
    if not quote:
        return bare
    quoted = _quoted_pattern(quote, escape)
    if dialect.trim:
        blanks = "".join(b for b in BLANKS if b not in delimiter)
        quoted = f"[{blanks}]*+{quoted}[{blanks}]*+" if blanks else quoted
    return f"(?:{quoted}|{bare})"
