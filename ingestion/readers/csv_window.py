"""The text of one delimited file under way: as much of it as is at hand, and the place that is reached.

Belongs here: taking the next piece, the file's end and footer, the number of the line. Never: what a record means
(`csv_exact`), or decoding (`csv_text`).
"""

import re

from ingestion.readers.content import Content
from ingestion.readers.csv_grammar import Grammar, Record, count_line_ends, end_of_line
from ingestion.readers.csv_text import LINE_LIMIT, skip_lines, text_pieces
from ingestion.readers.dialect import CsvDialect
from ingestion.readers.results import FileRefused

FOOTER_REACH = 1 << 16  # a footer must lie within the last characters of the file
SURROGATE = re.compile("[\ud800-\udfff]")


class TextWindow:
    """`text` from `position` on is still to be read; `line` is the physical line at `position`."""

    def __init__(self, content: Content, dialect: CsvDialect) -> None:
        self.text, self.position, self.line = "", 0, 1
        self.is_final = self.is_unsound = False
        self.footer_records = 0
        self._pieces = text_pieces(content, dialect)
        self._dialect, self._footer_rows = dialect, dialect.skip_footer_rows
        self._limit = 0
        self.more()

    @property
    def is_done(self) -> bool:
        """True where nothing is left of the file."""
        return self.is_final and self.position >= len(self.text)

    def more(self) -> None:
        """Take the next piece behind what is not read yet."""
        rest = self.text[self.position :]
        piece = next(self._pieces, None)
        if piece is None:
            self._finish(rest)
            return
        if len(rest) > LINE_LIMIT and end_of_line(rest, 0) < 0:
            raise FileRefused("line_too_long", f"line {self.line} has more than {LINE_LIMIT} characters")
        self.is_unsound = piece[1] or (self.is_unsound and bool(SURROGATE.search(rest)))
        self.text, self.position = rest + piece[0], 0
        self._limit = self._solid_end() - FOOTER_REACH if self._footer_rows else len(self.text) - 1

    def limit(self) -> int:
        """Up to where a record may be trusted: a CR at the very end may still get its LF."""
        return self._limit

    def may_go_on(self) -> bool:
        """True where a record that does not end in the text may end in the next piece."""
        return not self.is_final and len(self.text) - self.position <= LINE_LIMIT

    def advance(self, end: int) -> None:
        """What lies before `end` is read."""
        self.line += count_line_ends(self.text, self.position, end)
        self.position = end

    def skip(self, lines: int) -> None:
        """Pass over the physical lines before the table."""
        while (start := skip_lines(self.text, lines)) < 0 and not self.is_final:
            self.more()
        self.line += lines
        self.position = max(start, 0) if start >= 0 else len(self.text)

    def pass_over(self, comment: str) -> None:
        """Pass over blank lines and comments; of those above a table none is its header."""
        while not self.is_done:
            end = end_of_line(self.text, self.position)
            if (end < 0 or end > self.limit()) and self.may_go_on():
                self.more()
                continue
            line = self.text[self.position : end]
            if end < 0 or (line.strip("\r\n") and not (comment and line.startswith(comment))):
                return
            self.advance(end)

    def next_record(self, grammar: Grammar) -> Record | None:
        """The record at the current place with its text complete, or None at the end of the file."""
        while True:
            if self.position < self.limit():
                record = grammar.read_record(self.text, self.position)
                if self.is_final or (record.problem != "open_end" and record.end <= self.limit()):
                    return record
            if self.is_final:
                return None
            if not self.may_go_on():
                raise FileRefused("broken_header", f"line {self.line}: the header does not end")
            self.more()

    def _finish(self, rest: str) -> None:
        """The end of the file is reached: take the footer off and close the last line."""
        if rest and not rest.endswith(("\n", "\r")):
            rest += "\n"
        if self._footer_rows and not self.is_final:
            footer = _record_starts(rest, self._dialect)[-self._footer_rows :]
            if len(footer) < self._footer_rows and self.line > 1 + self._dialect.skip_rows:
                words = f"its last {self._footer_rows} records have more than {FOOTER_REACH} characters"
                raise FileRefused("footer_too_long", words)
            self.footer_records = len(footer)
            rest = rest[: footer[0]] if footer else rest
        self.text, self.position, self.is_final, self._limit = rest, 0, True, len(rest)

    def _solid_end(self) -> int:
        """Where the blank lines and comments at the end of the text begin: a footer may lie before them."""
        end = start = len(self.text)
        while end and start == end:
            while end and self.text[end - 1] in "\r\n":
                end -= 1
            start = self.text.rfind("\n", 0, end) + 1
            start = max(start, self.text.rfind("\r", start, end) + 1)
            if start < end and self._dialect.comment and self.text.startswith(self._dialect.comment, start):
                end = start
        return end


def _record_starts(text: str, dialect: CsvDialect) -> list[int]:
    """Where the records of a text begin that begins with one. A broken one is a physical line, a blank one none."""
    grammar, starts, position = Grammar(dialect), [], 0
    while position < len(text):
        end = end_of_line(text, position)
        if text[position:end].strip("\r\n") and not (dialect.comment and text.startswith(dialect.comment, position)):
            starts.append(position)
            record = grammar.read_record(text, position)
            end = end if record.problem else record.end
        position = end
    return starts
