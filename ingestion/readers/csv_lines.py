"""The texts of records of a CSV file, found by the lines they begin at.

Belongs here: from a line's number to the record that begins there. Never: why it is asked for.
"""

from collections.abc import Collection

from ingestion.readers.content import Content
from ingestion.readers.csv_grammar import Grammar, end_of_line
from ingestion.readers.csv_window import TextWindow
from ingestion.readers.dialect import CsvDialect
from ingestion.readers.results import storable


def texts_at(content: Content, dialect: CsvDialect, lines: Collection[int]) -> dict[int, str]:
    """Line -> the text of the record that begins there, as it stands in the file."""
    window, grammar = TextWindow(content, dialect), Grammar(dialect)
    texts = {}
    for line in sorted(lines):
        while window.line < line and not window.is_done:
            _pass_a_line(window)
        record = window.next_record(grammar)
        if record is not None:
            texts[line] = storable(window.text[window.position : record.end].rstrip("\r\n"))
    return texts


def _pass_a_line(window: TextWindow) -> None:
    end = end_of_line(window.text, window.position)
    while (end < 0 or end > window.limit()) and not window.is_final:
        window.more()
        end = end_of_line(window.text, window.position)
    window.advance(end)
