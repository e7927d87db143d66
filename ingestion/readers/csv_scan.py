"""The proof that a CSV file is regular: that DuckDB's strict reader and our exact reader must see the same rows.

Belongs here: the header, the walk over the blocks, the digest. Never: the proof of one block (`csv_marks`), decoding
cells, typing, repairing.
What is not proven is not wrong; it is only left to the exact reader (`csv_exact`).

Proven regular means: UTF-8 without NUL; one kind of line end; every record has as many cells as the header; a quote
opens only at the start of a cell, closes only at its end and is doubled inside; no blank line; no record above
RECORD_LIMIT; no text that stands for null.
A file cut inside its last value, with the right number of cells, cannot be told from a whole one.
"""

import hashlib
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from string import punctuation

from ingestion.quoting import literal
from ingestion.readers.content import Content, Scannable
from ingestion.readers.csv_grammar import Grammar
from ingestion.readers.csv_marks import BLOCK, CLEAN, CR, NEVER, Finding, Shape, end_of_records, examine
from ingestion.readers.dialect import CsvDialect
from ingestion.readers.results import COLUMN_LIMIT, FileRefused

THREADS = 2
MARKS = (*punctuation, "\t")  # DuckDB misreads letters, digits, blanks as quotes, and what its null text is made of
BOM = b"\xef\xbb\xbf"


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
    rows, state, multiline = 0, CLEAN, False
    for block, future in _examined(content, offset, shape):
        digest.update(block)
        finding = future.result()
        if state != CLEAN and not finding.problem.startswith("not_"):
            finding = examine(block, shape, state)
        if finding.problem:
            return Regularity(False, finding.problem, columns)
        rows, state, multiline = rows + finding.rows, finding.state, multiline or finding.multiline
    if state != CLEAN:
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
        f"strict_mode = true, compression = 'none', nullstr = {literal(NEVER.decode())}{new_line})"
    )


def _beyond_the_scan(dialect: CsvDialect) -> str:
    if dialect.codec != "utf-8-sig":
        return "encoding"
    if dialect.delimiter not in MARKS:
        return "delimiter"
    if dialect.quote not in MARKS or dialect.escape != dialect.quote:
        return "quote"
    if dialect.header_rows > 1 or dialect.skip_rows or dialect.skip_footer_rows:
        return "header"
    return "skips" if dialect.skip_where or dialect.comment or dialect.trim else ""


def _read_header(start: bytes, dialect: CsvDialect, column_count: int | None) -> tuple[list[str], int, Shape]:
    mark = len(BOM) if start.startswith(BOM) else 0
    line_end = start.find(b"\n")
    ending = b"\r\n" if line_end > 0 and start[line_end - 1] == CR else b"\n"
    first = start[mark : line_end + 1 if line_end >= 0 else len(start)]
    text = first.decode("utf-8") + ("" if line_end >= 0 else "\n")
    grammar = Grammar(dialect)
    record = grammar.read_record(text, 0)
    if record.problem or record.end != len(text) or "\0" in text or not text.strip("\r\n") or "\r" in text[:-2]:
        raise FileRefused("header", "the first line is not a plain record")
    cells = grammar.plain(record.cells)
    if (
        len(cells) < 2
        or len(cells) > COLUMN_LIMIT
        or (not dialect.header_rows and column_count not in (None, len(cells)))
    ):
        raise FileRefused("columns", "the number of columns is left to the exact reader")
    shape = Shape(ord(dialect.delimiter), ord(dialect.quote), len(cells), ending)
    if dialect.header_rows:
        return cells, mark + len(first), shape
    return [f"column_{i}" for i in range(1, len(cells) + 1)], mark, shape


def _examined(content: Scannable, offset: int, shape: Shape) -> Iterator[tuple[bytes, "Future[Finding]"]]:
    """Blocks of whole lines in file order, each with its examination under way in another thread."""
    waiting: list[tuple[bytes, Future[Finding]]] = []
    if len(only := content.read_at(offset, BLOCK)) < BLOCK:  # small files are many, and threads are dear
        if only:
            done: Future[Finding] = Future()
            done.set_result(examine(only, shape, CLEAN))
            yield only, done
        return
    with ThreadPoolExecutor(THREADS) as pool:
        for block in _blocks(content, offset, shape.quote):
            waiting.append((block, pool.submit(examine, block, shape, CLEAN)))
            if len(waiting) > 2 * THREADS:
                yield waiting.pop(0)
        yield from waiting


def _blocks(content: Scannable, offset: int, quote: int) -> Iterator[bytes]:
    while data := content.read_at(offset, BLOCK):
        block = data[: end_of_records(data, quote)] if len(data) == BLOCK else data
        offset += len(block)
        yield block
