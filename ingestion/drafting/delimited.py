"""The dialect of a delimited file, sniffed: encoding, delimiter, quotes, preamble, header rows, totals.

Belongs here: sniffing text for drafts. Never here: types (`draft_guesses`), and never any part of a night.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from ingestion.readers.content import Content

SAMPLE_BYTES = 32 << 20
SAMPLE_ROWS = 100_000
DELIMITERS = (",", ";", "\t", "|")

Texts = list[str | None]
csv.field_size_limit(1 << 27)


def delimited(content: Content) -> tuple[dict[str, Texts], dict[str, Any], bool]:
    """The columns, the dialect where it is not the default, and whether the whole file was seen."""
    raw = Path(content.path).read_bytes()[:SAMPLE_BYTES]
    is_whole = content.content_bytes <= SAMPLE_BYTES
    encoding, text = _decoded(raw, is_whole)
    delimiter, width = _delimiter(text)
    dialect: dict[str, Any] = {"delimiter": delimiter, "encoding": encoding, "header_rows": 1, "skip_rows": 0}
    if _has_bare_quotes(text, delimiter, width):
        dialect["quote"] = ""
    rows = [row for row in islice(_cut(text, delimiter, "quote" in dialect), SAMPLE_ROWS) if row]
    if not rows:
        return {}, {}, is_whole
    preamble = next((at for at, row in enumerate(rows) if len(row) == width), 0)
    header_rows = _header_rows(rows[preamble:], width)
    header = rows[preamble : preamble + header_rows]
    dialect |= {"header_rows": header_rows, "skip_rows": preamble}
    texts = [cell for cell in header[0] if cell.strip()] if header else []
    if header_rows > 1 or len(set(texts)) < len(texts):
        # Names that stand twice cannot tell columns apart: the header is skipped and the place decides.
        lines = sum(1 + max(cell.count("\n") for cell in row) for row in header)
        dialect |= {"header_rows": 0, "skip_rows": preamble + lines}
    body = [row for row in rows[preamble + header_rows :] if len(row) == width]
    if body and is_whole and body[-1][0].strip().lower().startswith(("total", "grand total", "sum")):
        dialect["skip_where"] = "(?i)^(grand )?total|^sum"
        body = body[:-1]
    defaults = {"delimiter": ",", "encoding": "utf-8", "header_rows": 1, "skip_rows": 0}
    kept = {key: value for key, value in dialect.items() if defaults.get(key) != value}
    columns: dict[str, Texts] = {name: [row[at] for row in body] for at, name in enumerate(column_names(header, width))}
    return columns, kept, is_whole


def _cut(text: str, delimiter: str, is_bare: bool) -> Iterator[list[str]]:
    lines = io.StringIO(text, newline="")
    if is_bare:
        return csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    return csv.reader(lines, delimiter=delimiter)


def _has_bare_quotes(text: str, delimiter: str, width: int) -> bool:
    """True where quotes are but letters: no cell begins with one and every line is whole without them."""
    rows = [row for row in islice(_cut(text, delimiter, True), SAMPLE_ROWS) if row]
    cells = [cell for row in rows for cell in row if '"' in cell]
    return bool(cells) and not any(cell.startswith('"') for cell in cells) and all(len(row) == width for row in rows)


def _decoded(raw: bytes, is_whole: bool) -> tuple[str, str]:
    """The encoding and the text up to the last whole line."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", raw.decode("utf-16", "replace")
    whole = raw if is_whole else raw[: raw.rfind(b"\n") + 1]
    try:
        return "utf-8", whole.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return "windows-1252", whole.decode("windows-1252")
    except UnicodeDecodeError:
        return "iso-8859-1", whole.decode("iso-8859-1")


def _delimiter(text: str) -> tuple[str, int]:
    """The delimiter that cuts most lines into the same number of cells, more than one."""
    best: tuple[float, int, str] = (0.0, 1, ",")
    for delimiter in DELIMITERS:
        reader = csv.reader(io.StringIO(text[: 1 << 20], newline=""), delimiter=delimiter)
        widths = Counter(len(row) for row in islice(reader, 2000) if row)
        width, count = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]), default=(1, 0))
        if width > 1:
            best = max(best, (count / sum(widths.values()), width, delimiter))
    return best[2], best[1]


def _header_rows(rows: list[list[str]], width: int) -> int:
    """No header where the first row looks like the second; two where the second row only goes on with the first."""
    if len(rows) < 2:
        return 1
    first, second = rows[0], rows[1]
    numbers = sum(map(_is_number, first))
    if (numbers and numbers >= sum(map(_is_number, second)) - 1) or (
        width == 1 and "" != _form(first) == _form(second)
    ):
        return 0
    if len(rows) < 3 or any(map(_is_number, second)):
        return 1
    has_titles = sum(not cell.strip() for cell in first) >= max(2, width // 5)
    goes_on = not second[0].strip() and bool(rows[2][0].strip())
    return 2 if has_titles or goes_on else 1


def _form(row: list[str]) -> str:
    """The row with every digit alike; a text without digits has no form."""
    form = re.sub("[0-9]", "9", "|".join(row))
    return form if "9" in form else ""


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True


def column_names(header: list[list[str]], width: int) -> list[str]:
    """One name a column out of the header rows; a blank or repeated one is called by its place."""
    if not header:
        return [f"column_{at}" for at in range(1, width + 1)]
    filled = [_filled(row) if at < len(header) - 1 else row for at, row in enumerate(header)]
    names = [" / ".join(part for part in parts if part.strip()) for parts in zip(*filled, strict=False)]
    seen: Counter[str] = Counter()
    for at, name in enumerate(names):
        seen[name] += 1
        names[at] = name if name.strip() and seen[name] == 1 else f"column_{at + 1}"
    return names


def _filled(row: list[str]) -> list[str]:
    """An upper header row with each blank cell named by the one before it: a title over several columns."""
    filled: list[str] = []
    for cell in row:
        filled.append(cell if cell.strip() or not filled else filled[-1])
    return filled
