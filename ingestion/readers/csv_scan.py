"""The proof that a CSV file is regular: that DuckDB's strict reader and our exact reader must see the same rows.

Belongs here: counting separators, quotes and line ends of raw bytes, fast. Never: decoding cells, typing, repairing.
What is not proven is not wrong; it is only left to the exact reader (`csv_exact`).

Proven regular means: UTF-8 without NUL; one kind of line end; every record has as many cells as the header; a quote
opens only at the start of a cell, closes only at its end and is doubled inside; no blank line; no record above
RECORD_LIMIT.
A file cut inside its last value, with the right number of cells, cannot be told from a whole one.
"""

import hashlib
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from ingestion.quoting import literal
from ingestion.readers.content import Content, Scannable
from ingestion.readers.csv_grammar import Grammar
from ingestion.readers.dialect import CsvDialect
from ingestion.readers.results import FileRefused

BLOCK = 1 << 20
RECORD_LIMIT = 1 << 19  # of a regular file; DuckDB's own limit is 2 MB
COLUMN_LIMIT = 4096
THREADS = 2
LF, CR = 10, 13
BOM = b"\xef\xbb\xbf"
NEVER = "\x01\x02"  # a null text that no cell has: empty cells stay empty texts


@dataclass(frozen=True)
class Regularity:
    """What the scan found out; `data_rows` is an independent count for the conservation check."""

    is_regular: bool
    reason: str = ""
    columns: list[str] = field(default_factory=list)
    data_rows: int = 0
    new_line: str = "\n"
    has_multiline_cells: bool = False
    has_header: bool = True


@dataclass(frozen=True)
class _Shape:
    delimiter: int
    quote: int
    columns: int
    ending: bytes

    @property
    def pattern(self) -> np.ndarray:
        marks = [self.delimiter] * (self.columns - 1) + list(self.ending)
        return np.array(marks, dtype=np.uint8)


@dataclass(frozen=True)
class _State:
    """Where a block begins: inside quotes or not, after how many delimiters and bytes of an unfinished record."""

    parity: int = 0
    delimiters: int = 0
    length: int = 0


@dataclass(frozen=True)
class _Finding:
    problem: str = ""
    rows: int = 0
    state: _State = _State()
    multiline: bool = False


def scan_csv(content: Scannable, dialect: CsvDialect, column_count: int | None = None) -> Regularity:
    """Try to prove that the file is regular; the content's SHA-256 is made in the same pass."""
    reason = _beyond_the_scan(dialect)
    start = content.read_at(0, BLOCK)
    if reason or not start:
        return Regularity(False, reason or "empty")
    try:
        columns, offset, shape = _read_header(start, dialect, column_count)
    except (FileRefused, UnicodeDecodeError) as error:
        return Regularity(False, getattr(error, "reason", "not_utf8"))
    digest = hashlib.sha256(start[:offset])
    rows, state, multiline = 0, _State(), False
    for block, future in _examined(content, offset, shape):
        digest.update(block)
        finding = future.result()
        if state != _State() and not finding.problem.startswith("not_"):
            finding = _examine(block, shape, state)
        if finding.problem:
            return Regularity(False, finding.problem, columns)
        rows, state, multiline = rows + finding.rows, finding.state, multiline or finding.multiline
    if state != _State():
        return Regularity(False, "open_quote", columns)
    content.keep_sha256(digest.hexdigest())
    return Regularity(True, "", columns, rows, shape.ending.decode(), multiline, dialect.header_rows == 1)


def duckdb_read_csv(content: Content, dialect: CsvDialect, regularity: Regularity) -> str:
    """Write the table function that reads a regular file as text columns c1, c2, ...; empty cells are ''."""
    if not regularity.is_regular:
        raise ValueError("only a file proven regular may be read by DuckDB")
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(1, len(regularity.columns) + 1))
    new_line = ", new_line = '\\n'" if regularity.new_line == "\n" else ""  # CR LF cannot be declared, only recognised
    quote, header = literal(dialect.quote), str(regularity.has_header).lower()
    return (
        f"read_csv({literal(str(content.path))}, columns = {{{columns}}}, auto_detect = false, "
        f"delim = {literal(dialect.delimiter)}, quote = {quote}, escape = {quote}, header = {header}, "
        f"strict_mode = true, compression = 'none', nullstr = {literal(NEVER)}{new_line})"
    )


def _beyond_the_scan(dialect: CsvDialect) -> str:
    if dialect.codec != "utf-8-sig":
        return "encoding"
    if len(dialect.delimiter) != 1 or not dialect.delimiter.isascii():
        return "delimiter"
    if not dialect.quote or not dialect.quote.isascii() or dialect.escape != dialect.quote:
        return "quote"
    if dialect.header_rows > 1 or dialect.skip_rows or dialect.skip_footer_rows:
        return "header"
    return "skips" if dialect.skip_where or dialect.comment or dialect.trim else ""


def _read_header(start: bytes, dialect: CsvDialect, column_count: int | None) -> tuple[list[str], int, _Shape]:
    mark = len(BOM) if start.startswith(BOM) else 0
    line_end = start.find(b"\n")
    ending = b"\r\n" if line_end > 0 and start[line_end - 1] == CR else b"\n"
    first = start[mark : line_end + 1 if line_end >= 0 else len(start)]
    text = first.decode("utf-8") + ("" if line_end >= 0 else "\n")
    grammar = Grammar(dialect)
    record = grammar.read_record(text, 0)
    if record.problem or record.end != len(text) or "\0" in text or not text.strip("\r\n"):
        raise FileRefused("header", "the first line is no plain record")
    cells = grammar.plain(record.cells)
    if (
        len(cells) < 2
        or len(cells) > COLUMN_LIMIT
        or (not dialect.header_rows and column_count not in (None, len(cells)))
    ):
        raise FileRefused("columns", "the number of columns is left to the exact reader")
    shape = _Shape(ord(dialect.delimiter), ord(dialect.quote), len(cells), ending)
    if dialect.header_rows:
        return cells, mark + len(first), shape
    return [f"column_{i}" for i in range(1, len(cells) + 1)], mark, shape


def _examined(content: Scannable, offset: int, shape: _Shape) -> Iterator[tuple[bytes, "Future[_Finding]"]]:
    """Blocks of whole lines in file order, each with its examination under way in another thread."""
    waiting: list[tuple[bytes, Future[_Finding]]] = []
    if len(only := content.read_at(offset, BLOCK)) < BLOCK:  # small files are many, and threads are dear
        if only:
            done: Future[_Finding] = Future()
            done.set_result(_examine(only, shape, _State()))
            yield only, done
        return
    with ThreadPoolExecutor(THREADS) as pool:
        for block in _blocks(content, offset):
            waiting.append((block, pool.submit(_examine, block, shape, _State())))
            if len(waiting) > 2 * THREADS:
                yield waiting.pop(0)
        yield from waiting


def _blocks(content: Scannable, offset: int) -> Iterator[bytes]:
    while data := content.read_at(offset, BLOCK):
        cut = data.rfind(b"\n") + 1
        block = data[:cut] if cut and len(data) == BLOCK else data
        offset += len(block)
        yield block


def _examine(block: bytes, shape: _Shape, state: _State) -> _Finding:
    """Prove one block of lines regular, given what came before it."""
    problem = _unlike_text(block)
    if problem:
        return _Finding(problem)
    whole = block if block.endswith(b"\n") else block + shape.ending  # the file's last line may lack its end
    data = np.frombuffer(whole, dtype=np.uint8)
    has_quotes = state.parity or shape.quote in whole
    hits = data == shape.delimiter
    hits |= data == LF
    if CR in whole:
        hits |= data == CR
    if has_quotes:
        hits |= data == shape.quote
    places = np.flatnonzero(hits)
    marks = data[places]
    if not has_quotes:
        return _count_records(places, marks, shape, state, 0, len(whole))
    quoted = marks == shape.quote
    inside = np.bitwise_xor.accumulate(quoted.view(np.uint8)) ^ np.uint8(state.parity)
    if not _quotes_stand_right(places, quoted, inside, state):
        return _Finding("quotes")
    outside = np.flatnonzero(~(quoted | inside.view(bool)))
    finding = _count_records(places.take(outside), marks.take(outside), shape, state, int(inside[-1]), len(whole))
    lines = int(np.count_nonzero(marks == LF))
    return _Finding(finding.problem, finding.rows, finding.state, lines != finding.rows)


def _unlike_text(block: bytes) -> str:
    if not block.isascii():
        try:
            block.decode("utf-8")
        except UnicodeDecodeError:
            return "not_utf8"
    if len(block) >= BLOCK and not block.endswith(b"\n"):
        return "record_too_long"
    return "not_text" if 0 in block else ""


def _quotes_stand_right(places: np.ndarray, quoted: np.ndarray, inside: np.ndarray, state: _State) -> bool:
    """Each opening quote follows a separator or a quote at once; each closing one is followed by such at once."""
    touches = np.empty(len(places) + 1, dtype=bool)  # touches[i]: mark i stands right behind mark i - 1
    np.equal(places[1:], places[:-1] + 1, out=touches[1:-1])
    touches[0] = not state.parity and places[0] == 0
    touches[-1] = False  # a block ends with a line end, never with a quote
    opening = inside.view(bool)
    right = (opening & touches[:-1]) | (~opening & touches[1:])
    return bool((right | ~quoted).all())


def _count_records(
    places: np.ndarray, marks: np.ndarray, shape: _Shape, state: _State, parity: int, size: int
) -> _Finding:
    pattern = shape.pattern
    if state.delimiters:
        marks = np.concatenate([np.full(state.delimiters, shape.delimiter, dtype=np.uint8), marks])
        places = np.concatenate([np.full(state.delimiters, -state.length, dtype=places.dtype), places])
    rows, rest = divmod(len(marks), len(pattern))
    whole = rows * len(pattern)
    if (rest and not parity) or rest >= shape.columns or (marks[whole:] != shape.delimiter).any():
        return _Finding("cells")
    if not (marks[:whole].reshape(rows, len(pattern)) == pattern).all():
        return _Finding("cells")
    grid = places[:whole].reshape(rows, len(pattern))
    if shape.ending == b"\r\n" and rows and (grid[:, -1] - grid[:, -2] != 1).any():
        return _Finding("line_ends")
    ends = grid[:, -1]
    longest = int(np.diff(ends).max()) if rows > 1 else 0
    first = (int(ends[0]) if rows else size) + state.length
    left = size - (int(ends[-1]) + 1 if rows else 0) + (0 if rows else state.length)
    if max(longest, first, left) > RECORD_LIMIT:
        return _Finding("record_too_long")
    return _Finding("", rows, _State(parity, rest, left) if parity else _State())
