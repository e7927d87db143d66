"""The exact CSV reader: every record is taken cell for cell, or stands in quarantine with its line and text.

Belongs here: walking the text record by record, resynchronising, quarantine, batches. Never: where the text comes from
(`csv_window`), types, contracts, guesses.

A record with a broken quote costs its physical line; reading goes on at the next line. A well-formed record with
another number of cells costs all of its lines. Blank lines are no records, except in a table of one column.
"""

import json
import re
from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from ingestion.readers.content import Content
from ingestion.readers.csv_grammar import Grammar, Record, count_line_ends, end_of_line, likely_delimiter
from ingestion.readers.csv_window import SURROGATE, TextWindow
from ingestion.readers.dialect import CsvDialect, joined_header
from ingestion.readers.garbage import no_garbage_search
from ingestion.readers.results import COLUMN_LIMIT, FileRefused, ReadStats, Reject, check_reject_count, storable

PATTERN_COLUMNS = 300  # above it, one pattern for the whole record costs more than it saves
UNCLOSED_LIMIT = 100  # each costs a look through LINE_LIMIT characters


class CsvReading:
    """One file under way: its columns at once, then batches; rejects and counts grow with them."""

    def __init__(self, content: Content, dialect: CsvDialect, column_count: int | None = None) -> None:
        self.stats = ReadStats()
        self._dialect = dialect
        self._grammar = Grammar(dialect)
        self._skip = re.compile(dialect.skip_where) if dialect.skip_where else None
        self._rejects: list[Reject] = []
        self._window = TextWindow(content, dialect)
        self._record = self._unclosed = 0
        self._cells: list[tuple[str, ...] | list[str]] = []
        self._records: list[int] = []
        self._lines: list[int] = []
        self.columns = self._read_header(column_count)
        width = len(self.columns)
        self._pattern = self._grammar.record_pattern(width, dialect.comment) if width <= PATTERN_COLUMNS else None

    def rejects(self) -> list[Reject]:
        """The rejects since the last call."""
        taken, self._rejects = self._rejects, []
        return taken

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Rows as text columns c1, c2, ... with `_row_number` (record in the file) and `_line`."""
        while True:
            with no_garbage_search():
                self._read_text()
            if self._cells:
                yield self._batch()
            if self._window.is_done:
                self.stats.skipped += self._window.footer_records
                return
            self._window.more()

    # -- header

    def _read_header(self, column_count: int | None) -> list[str]:
        self._window.skip(self._dialect.skip_rows)
        if self._dialect.header_rows:
            self._window.pass_over(self._dialect.comment)
        rows = [self._header_record() for _ in range(self._dialect.header_rows)]
        self.stats.header_lines = self._window.line - 1
        if not rows:
            return [f"column_{i}" for i in range(1, (column_count or self._first_width()) + 1)]
        if len({len(row) for row in rows}) > 1:
            raise FileRefused("broken_header", f"line {self._window.line - 1}: header rows of different lengths")
        if len(rows[0]) > COLUMN_LIMIT:
            raise FileRefused("too_many_columns", f"the header has more than {COLUMN_LIMIT} columns")
        return joined_header(rows)

    def _header_record(self) -> list[str]:
        record = self._window.next_record(self._grammar)
        if record is None:
            line = self._window.line
            words = f"the file ends at line {line}, before its header" if line > 1 else "the file has no bytes"
            if cut := self._window.footer_records:
                words = f"skip_footer_rows takes the last {cut} records, and no header is left"
            raise FileRefused("empty_file", words)
        if record.problem:
            told = f"line {self._window.line}: the header's quotes do not match"
            if other := likely_delimiter(self._window.text, self._window.position, self._dialect):
                told += f", but separated by {other!r} they do: write delimiter = {json.dumps(other)} under [dialect]"
                told += " in the spec"
            raise FileRefused("broken_header", told)
        text = self._window.text[self._window.position : record.end]
        if SURROGATE.search(text):
            raise FileRefused("wrong_encoding", f"line {self._window.line}: the header is not {self._dialect.encoding}")
        self._window.advance(record.end)
        return self._grammar.plain(record.cells)

    def _first_width(self) -> int:
        record = self._window.next_record(self._grammar)
        return len(record.cells) if record else 0

    # -- records

    def _read_text(self) -> None:
        while self._window.position < self._window.limit():
            if not self._window.is_unsound:
                self._take_run()
                if self._window.position >= self._window.limit():
                    return
            if not self._take_one():
                return

    def _take_run(self) -> None:
        """Take well-formed records of the right width as long as they come; a comment or declared skip ends the run."""
        if self._pattern is None:
            return
        start, limit = self._window.position, self._window.limit()
        match = self._pattern.scanner(self._window.text, start).match  # type: ignore[attr-defined]
        cells, ends, skip = self._cells, [], self._skip
        while (found := match()) is not None and found.end() <= limit:
            groups = found.groups()
            if skip is not None and self._is_skipped(self._grammar.plain(groups[:1])[0]):
                break
            cells.append(groups)
            ends.append(found.end())
        if not ends:
            return
        count = len(ends)
        line_ends = count_line_ends(self._window.text, start, ends[-1])
        if line_ends == count:
            self._lines.extend(range(self._window.line, self._window.line + count))
        else:
            lengths = [count_line_ends(self._window.text, a, b) for a, b in zip([start, *ends], ends, strict=False)]
            self._lines.extend((self._window.line + np.cumsum([0, *lengths[:-1]])).tolist())
        self._records.extend(range(self._record + 1, self._record + count + 1))
        self._record += count
        self._window.line += line_ends
        self._window.position = ends[-1]

    def _take_one(self) -> bool:
        """Take, skip or reject one record with care; False if its text is not all there yet."""
        text, start = self._window.text, self._window.position
        line_end = end_of_line(text, start)
        if (line_end < 0 or line_end > self._window.limit()) and not self._window.is_final:
            return False
        if self._dialect.comment and text.startswith(self._dialect.comment, start):
            self.stats.comment_lines += 1
            self._window.advance(line_end)
            return True
        if text[start:line_end].strip("\r\n") == "" and len(self.columns) > 1:
            self.stats.blank_lines += 1
            self._window.advance(line_end)
            return True
        record = self._grammar.read_record(text, start)
        if record.problem == "open_end":
            if self._window.may_go_on():
                return False
            self._count_unclosed()
        elif record.end > self._window.limit():
            return False
        self._judge(record, line_end)
        return True

    def _judge(self, record: Record, line_end: int) -> None:
        """Decide on one record: a row, a declared skip or a reject."""
        self._record += 1
        cells = self._grammar.plain(record.cells)
        end = line_end if record.problem else record.end
        raw = self._window.text[self._window.position : end]
        if self._skip is not None and not record.problem and self._is_skipped(cells[0]):
            self.stats.skipped += 1
        elif record.problem:
            self._reject("broken_quote", raw)
        elif len(cells) != len(self.columns):
            self._reject("too_many_cells" if len(cells) > len(self.columns) else "too_few_cells", raw)
        elif SURROGATE.search(raw):
            self._reject("wrong_encoding", raw)
        else:
            self._cells.append(record.cells)
            self._records.append(self._record)
            self._lines.append(self._window.line)
        self._window.advance(end)

    def _is_skipped(self, first: str) -> bool:
        """Whether the first cell says that the record is none."""
        return self._skip is not None and self._skip.search(self._dialect.bare(first)) is not None

    def _reject(self, reason: str, raw: str) -> None:
        self.stats.rejected += 1
        check_reject_count(self.stats)
        self._rejects.append(Reject(self._window.line, "row", reason, storable(raw.rstrip("\r\n"))))

    def _count_unclosed(self) -> None:
        self._unclosed += 1
        if self._unclosed > UNCLOSED_LIMIT:
            raise FileRefused(
                "broken_quotes", f"line {self._window.line}: {UNCLOSED_LIMIT} quotes before it are never closed"
            )

    def _batch(self) -> pa.RecordBatch:
        columns = [pa.array(self._grammar.plain(column), pa.string()) for column in zip(*self._cells, strict=True)]
        names = [f"c{i}" for i in range(1, len(columns) + 1)]
        columns += [pa.array(self._records, pa.int64()), pa.array(self._lines, pa.int64())]
        self.stats.rows += len(self._cells)
        self._cells, self._records, self._lines = [], [], []
        return pa.RecordBatch.from_arrays(columns, [*names, "_row_number", "_line"])


def read_csv_exact(content: Content, dialect: CsvDialect, column_count: int | None = None) -> CsvReading:
    """Start reading; the header is read and checked at once."""
    return CsvReading(content, dialect, column_count)
