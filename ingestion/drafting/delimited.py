"""The dialect of a delimited file, sniffed: encoding, delimiter, quotes, blanks in place of a delimiter.

Belongs here: cutting text into cells for drafts. Never here: where the table lies (`grid`), types, any part of a night.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from ingestion.drafting.beginning import Beginning, decoded
from ingestion.drafting.footer import Row
from ingestion.drafting.grid import Grid, table_in

SAMPLE_ROWS = 100_000
SAMPLE_CELLS = 4_000_000  # of a wide file fewer rows are looked at
DELIMITERS = (",", ";", "\t", "|", "^", "~", "\x01", "\x1f")
NOWHERE = ("\t", "|", ";", "~", "^", "\x01")
SEP = re.compile(r"(?:\ufeff)?\"?sep=(.)\"?(?:\r\n|\n|\r)", re.IGNORECASE)
DEFAULTS = {"delimiter": ",", "encoding": "utf-8", "header_rows": 1, "skip_rows": 0}

csv.field_size_limit(1 << 27)


def delimited(start: Beginning) -> Grid:
    """The table of a text, with the dialect where it is not the default; `extract` where blanks part the cells."""
    encoding, text, unsure = decoded(start)
    told = SEP.match(text)
    text = text[told.end() :] if told else text
    delimiter, width, quote = _delimiter(text, (told[1],) if told else DELIMITERS)
    blank_width = _blank_width(text) if width == 1 else 0
    if blank_width:
        rows, width, dialect = _blank_parted(text), blank_width, {"delimiter": _unused(text), "quote": ""}
    else:
        dialect = {"delimiter": delimiter} | _quoting(text, delimiter, width, quote)
        rows = _rows(text, delimiter, dialect)
    limit = _most_rows(width)
    grid = table_in(rows[:limit], width, start.is_whole and len(rows) <= limit)
    if told:
        grid.dialect["skip_rows"] = int(grid.dialect.get("skip_rows", 0)) + 1
        grid.notes.append(f"the first line tells a spreadsheet program the delimiter ({told[1]!r}) and is skipped")
    grid.dialect = {"encoding": encoding} | dialect | grid.dialect
    grid.dialect = {key: value for key, value in grid.dialect.items() if DEFAULTS.get(key) != value}
    grid.notes += [f"encoding {encoding}: {unsure}"] if unsure else []
    if width == 1 and not all(map(str.strip, text.splitlines())):
        for cells in grid.columns.values():  # a blank line is no record, but where it is an empty cell
            cells.append("")
    if blank_width:
        _cut_by_extract(grid, rows, text)
    ragged = sum(len(cells) != width for _, _, cells in rows[:SAMPLE_ROWS]) - len(
        grid.dialect.keys() & {"skip_footer_rows"}
    )
    if not blank_width and rows and ragged > len(rows) * 0.01 + 3:
        grid.notes.append(
            f"{ragged} of {len(rows)} lines have not {width} cells and will be rejects: is the delimiter right?"
        )
    return grid


def _rows(text: str, delimiter: str, quoting: dict[str, Any]) -> list[Row]:
    rows: list[Row] = []
    reader = _reader(text, delimiter, quoting)
    line = 0
    for cells in reader:
        if cells and (len(cells) > 1 or cells[0].strip()):
            rows.append((line + 1, reader.line_num, cells))
            if len(rows) > _most_rows(len(cells)):
                break
        line = reader.line_num
    return rows


def _most_rows(width: int) -> int:
    return min(SAMPLE_ROWS, SAMPLE_CELLS // max(width, 1) + 1)


def _reader(text: str, delimiter: str, quoting: dict[str, Any]) -> Any:
    lines = io.StringIO(text, newline="")
    if quoting.get("quote") == "":
        return csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    escape = quoting.get("escape") if quoting.get("escape") != quoting.get("quote") else None
    return csv.reader(
        lines, delimiter=delimiter, quotechar=quoting.get("quote", '"'), escapechar=escape, doublequote=not escape
    )


def _quoting(text: str, delimiter: str, width: int, quote: str) -> dict[str, Any]:
    """Quotes that are not the default: none at all, single ones, or backslashes before quotes."""
    if quote == "'":
        return {"quote": quote, "escape": quote}
    cells = [cell for _, _, row in _rows(text[: 4 << 20], delimiter, {"quote": ""}) for cell in row]
    quoted = [cell for cell in cells if '"' in cell]
    if not quoted:
        return {}
    if '\\"' in text and '""' not in text.replace(f'{delimiter}""{delimiter}', ""):
        return {"escape": "\\"}
    is_bare = not any(len(cell) > 1 and cell[0] == cell[-1] == '"' for cell in quoted)
    return (
        {"quote": ""}
        if is_bare and all(len(row) == width for _, _, row in _rows(text, delimiter, {"quote": ""}))
        else {}
    )


def _delimiter(text: str, delimiters: Sequence[str] = DELIMITERS) -> tuple[str, int, str]:
    """The delimiter and the quote that cut most lines into the same number of cells, more than one."""
    best: tuple[float, int, str, str] = (0.0, 1, '"', ",")
    quotes = ('"', "'") if "'" in text[: 1 << 20] else ('"',)
    for delimiter in delimiters:
        for quote in quotes:
            lines = io.StringIO(text[: 1 << 20], newline="")
            widths = Counter(
                len(row) for row in islice(csv.reader(lines, delimiter=delimiter, quotechar=quote), 2000) if row
            )
            width, count = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]), default=(1, 0))
            share = round(count / max(sum(widths.values()), 1), 2)
            # Single quotes are letters far more often than quotes: they must cut clearly better, or stand round all.
            bonus = 0 if quote == '"' else 0.1 if _stand_round_all(text, quote, delimiter) else -0.1
            found = (share + bonus, width, quote, delimiter)
            if width > 1 and (share > 0.5 or best[0] == 0.0):
                best = max(best, found)
    return best[3], best[1], best[2]


def _stand_round_all(text: str, quote: str, delimiter: str) -> bool:
    """Whether the lines of the beginning each start and end with the quote, and it stands round the delimiters."""
    lines = [line for line in islice(_lines(text), 200) if line.strip()]
    quoted = [line for line in lines if line[:1] == line[-1:] == quote and f"{quote}{delimiter}{quote}" in line]
    return len(quoted) > 0.9 * len(lines)


def _blank_width(text: str) -> int:
    """How many cells runs of blanks part each line into; 0 where they do not."""
    lines = [line for line in islice(_lines(text), 2000) if line.strip()]
    widths = Counter(len(line.split()) for line in lines)
    width, count = widths.most_common(1)[0] if widths else (0, 0)
    has_runs = sum(bool(re.search(r"\S  +\S|^ +\S", line)) for line in lines) > len(lines) * 0.5
    return width if width > 1 and count >= len(lines) * 0.95 and has_runs else 0


def _blank_parted(text: str) -> list[Row]:
    lines = islice(enumerate(_lines(text), 1), SAMPLE_ROWS + 1)
    return [(at, at, line.split()) for at, line in lines if line.strip()]


def _cut_by_extract(grid: Grid, rows: list[Row], text: str) -> None:
    """No delimiter is a run of blanks, so each column is cut out of the whole line by its place."""
    parts = {name: rf"^\s*(?:\S+\s+){{{at}}}(\S+)" for at, name in enumerate(grid.columns)}
    header = next(islice(_lines(text), rows[0][0] - 1, None)) if "header_rows" not in grid.dialect else "column_1"
    grid.cuts = {name: (header, expression) for name, expression in parts.items()}
    grid.notes.append("runs of blanks part the cells: each is cut out by `extract`, and a blank in a cell shifts them")


def _unused(text: str) -> str:
    return next((mark for mark in NOWHERE if mark not in text), "\x1f")


def _lines(text: str) -> Iterator[str]:
    return (line.rstrip("\r\n") for line in io.StringIO(text, newline=None))
