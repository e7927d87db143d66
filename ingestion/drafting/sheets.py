"""The sheet of a workbook a draft looks at, as a table.

Belongs here: choosing the sheet and sampling its cells as the night reads them. Never here: where the table lies
(`grid`), types.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any

from ingestion.drafting.delimited import SAMPLE_ROWS
from ingestion.drafting.footer import Row
from ingestion.drafting.grid import Grid, table_in, titles_above
from ingestion.readers.content import Content
from ingestion.readers.sheet_rows import Row as SheetRow
from ingestion.readers.xls_rows import open_xls
from ingestion.readers.xlsx_rows import open_xlsx
from ingestion.readers.xlsx_text import NumberText, shown
from ingestion.specs.columns import DEFAULT_SCALE

CELLS = 4_000_000


def sheet_table(content: Content, file_format: str) -> tuple[Grid, dict[str, Any]]:
    """The table of the sheet with most rows, and the spec's key that names the sheet where there are several."""
    with (open_xls if file_format == "xls" else open_xlsx)(content) as book:
        sheets = {title: _rows(rows) for title, rows in book.items()}
    title = max(
        sheets, key=lambda name: (len(sheets[name]), sum(len(cells) for _, _, cells in sheets[name])), default=""
    )
    rows = sheets.get(title, [])
    width = max(
        Counter(len(cells) for _, _, cells in rows[:500]).items(), key=lambda item: (item[1], item[0]), default=(0, 0)
    )[0]
    width = max([width, *(len(cells) for _, _, cells in rows[:500] if len(cells) <= width + 3)])
    titles = titles_above([cells for _, _, cells in rows], width)
    padded = [
        (first, last, (cells + [""] * width)[:width] if at >= titles and (len(cells) > 1 or width < 3) else cells)
        for at, (first, last, cells) in enumerate(rows)
    ]
    grid = table_in(padded, width, len(rows) < SAMPLE_ROWS)
    grid.dialect = {
        key: value for key, value in grid.dialect.items() if (key, value) not in (("header_rows", 1), ("skip_rows", 0))
    }
    if len(sheets) > 1:
        others = ", ".join(repr(name) for name in sheets if name != title)
        grid.notes.insert(0, f"sheet {title!r} was drafted, the one with most rows; the others are {others}")
    return grid, {"sheet": title} if len(sheets) > 1 else {}


def _rows(sheet: Iterator[SheetRow]) -> list[Row]:
    """The rows that are not blank, with their numbers."""
    rows: list[Row] = []
    left = CELLS
    for line, texts in islice(sheet, SAMPLE_ROWS):
        if texts:
            rows.append((line, line, [_shown(text) for text in texts]))
        left -= len(texts)
        if left < 0:
            break
    return rows


def _shown(text: str) -> str:
    """A number as a column of amounts takes it."""
    return shown(text, DEFAULT_SCALE) if isinstance(text, NumberText) else text
