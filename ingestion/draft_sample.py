"""Looking at one file before there is a spec: its format, its dialect, and the texts of its columns.

Belongs here: sniffing, which is allowed for drafts alone. Never here: what the texts mean (`draft_guesses`), and never
any part of a night.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
import pyarrow.parquet as pq
from openpyxl import load_workbook

from ingestion.errors import FileRefused
from ingestion.file_names import without_compression
from ingestion.readers.content import Content, open_content

SAMPLE_BYTES = 32 << 20
SAMPLE_ROWS = 100_000
DELIMITERS = (",", ";", "\t", "|")
FORMATS = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".parquet": "parquet", ".xlsx": "xlsx",
}  # fmt: skip

csv.field_size_limit(1 << 27)

Texts = list[str | None]


@dataclass
class Sample:
    """What a file shows: columns by their name or path with their texts, and the keys of the spec that follow."""

    format: str
    columns: dict[str, Texts]
    keys: dict[str, Any] = field(default_factory=dict)
    dialect: dict[str, Any] = field(default_factory=dict)
    children: dict[str, Sample] = field(default_factory=dict)
    is_whole: bool = True


def look_at(path: Path) -> Sample:
    """The sample of one file; refused with words where nothing can be made of it."""
    file_format = FORMATS.get(Path(without_compression(path.name)).suffix.lower(), "")
    if not file_format:
        raise FileRefused("unknown_format", f"{path.name}: name it " + ", ".join(FORMATS))
    with open_content(path, file_format) as content:
        if file_format == "csv":
            return _delimited(content)
        if file_format == "parquet":
            table = pq.ParquetFile(content.path).read_row_group(0).slice(0, 5000)
            return _nested("parquet", [_plain(row) for row in table.to_pylist()], {})
        return _sheet(content) if file_format == "xlsx" else _json(content, file_format)


def _delimited(content: Content) -> Sample:
    raw = Path(content.path).read_bytes()[:SAMPLE_BYTES]
    is_whole = content.content_bytes <= SAMPLE_BYTES
    encoding, text = _decoded(raw, is_whole)
    delimiter, width = _delimiter(text)
    dialect: dict[str, Any] = {"delimiter": delimiter, "encoding": encoding, "header_rows": 1, "skip_rows": 0}
    if _has_bare_quotes(text, delimiter, width):
        dialect["quote"] = ""
    rows = [row for row in islice(_cut(text, delimiter, "quote" in dialect), SAMPLE_ROWS) if row]
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
    columns: dict[str, Texts] = {name: [row[at] for row in body] for at, name in enumerate(_names(header, width))}
    return Sample("csv", columns, dialect=kept, is_whole=is_whole)


def _cut(text: str, delimiter: str, is_bare: bool) -> Iterator[list[str]]:
    quoting = csv.QUOTE_NONE if is_bare else csv.QUOTE_MINIMAL
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting)


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


def _names(header: list[list[str]], width: int) -> list[str]:
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


def _sheet(content: Content) -> Sample:
    with Path(content.path).open("rb") as handle:
        book = load_workbook(handle, read_only=True, data_only=True)
        sheet = max(book.worksheets, key=lambda one: one.max_row or 0)
        rows = [[_text(cell) for cell in row] for row in islice(sheet.iter_rows(values_only=True), SAMPLE_ROWS)]
        title, count = sheet.title, len(book.worksheets)
        book.close()
    width = Counter(sum(cell is not None for cell in row) for row in rows[:200]).most_common(1)[0][0] if rows else 0
    preamble = next((at for at, row in enumerate(rows) if sum(cell is not None for cell in row) >= width), 0)
    names = _names([[cell or "" for cell in rows[preamble]]], len(rows[preamble])) if rows else []
    body = [row for row in rows[preamble + 1 :] if any(cell is not None for cell in row)]
    columns: dict[str, Texts] = {
        name: [row[at] if at < len(row) else None for row in body] for at, name in enumerate(names)
    }
    keys = {"sheet": title} if count > 1 else {}
    return Sample("xlsx", columns, keys, {"skip_rows": preamble} if preamble else {})


def _json(content: Content, file_format: str) -> Sample:
    raw = Path(content.path).read_bytes()
    try:
        document = orjson.loads(raw)
    except orjson.JSONDecodeError:
        lines = [line for line in raw[:SAMPLE_BYTES].splitlines() if line.strip()][:SAMPLE_ROWS]
        return _nested("jsonl", [_object(line) for line in lines[: -1 if len(raw) > SAMPLE_BYTES else None]], {})
    records, place = _records(document)
    return _nested(file_format, records[:SAMPLE_ROWS], {"records": place} if place else {})


def _object(line: bytes) -> dict[str, Any]:
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise FileRefused("not_json", "a line is no JSON") from error
    return value if isinstance(value, dict) else {"value": value}


def _records(document: Any) -> tuple[list[dict[str, Any]], str]:
    """The records and their place: a bare array, the longest array of objects of an envelope, or the object itself."""
    if isinstance(document, list):
        return [item for item in document if isinstance(item, dict)], ""
    arrays = {
        key: value
        for key, value in document.items()
        if isinstance(value, list) and value and isinstance(value[0], dict)
    }
    if len(arrays) == 1 and not any(key in document for key in ("id", "created_at")):
        place, records = next(iter(arrays.items()))
        return [item for item in records if isinstance(item, dict)], place
    return [document], ""


def _nested(file_format: str, records: list[dict[str, Any]], keys: dict[str, Any]) -> Sample:
    """Columns by path, one level of objects deep; arrays of objects become children, all else stays JSON."""
    columns: dict[str, Texts] = {}
    arrays: dict[str, list[dict[str, Any]]] = {}
    for at, record in enumerate(records):
        for path, value in _flat(record):
            if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
                arrays.setdefault(path, []).extend(value)
            elif not (isinstance(value, list) and not value):
                columns.setdefault(path, [None] * len(records))[at] = _text(value)
    children = {} if file_format == "child" else {path: _nested("child", items, {}) for path, items in arrays.items()}
    return Sample(file_format, columns, keys, children=children)


def _flat(record: dict[str, Any]) -> list[tuple[str, Any]]:
    pairs: list[tuple[str, Any]] = []
    for key, value in record.items():
        if isinstance(value, dict) and value and len(value) <= 12 and "." not in key:
            pairs += [(f"{key}.{inner}", item) for inner, item in value.items()]
        else:
            pairs.append((key, value))
    return pairs


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, bool | int | float) else _text(value)


def _text(value: Any) -> str | None:
    """The text as the readers deliver it."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return orjson.dumps(value, default=str).decode()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
