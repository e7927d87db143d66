"""Looking at one file before there is a spec: its format, its dialect, and the texts of its columns.

Belongs here: sniffing, which is allowed for drafts alone. Never here: what the texts mean (`draft_guesses`), and never
any part of a night.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
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
    rows = [row for row in islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), SAMPLE_ROWS) if row]
    preamble = next((at for at, row in enumerate(rows) if len(row) == width), 0)
    header_rows = _header_rows(rows[preamble:], width)
    dialect: dict[str, Any] = {
        "delimiter": delimiter,
        "encoding": encoding,
        "header_rows": header_rows,
        "skip_rows": preamble,
    }
    body = [row for row in rows[preamble + header_rows :] if len(row) == width]
    if body and is_whole and body[-1][0].strip().lower().startswith(("total", "grand total", "sum")):
        dialect["skip_where"] = "(?i)^(grand )?total|^sum"
        body = body[:-1]
    names = _names(rows[preamble : preamble + header_rows], width)
    defaults = {"delimiter": ",", "encoding": "utf-8", "header_rows": 1, "skip_rows": 0}
    kept = {key: value for key, value in dialect.items() if defaults.get(key) != value}
    return Sample(
        "csv", {name: [row[at] for row in body] for at, name in enumerate(names)}, dialect=kept, is_whole=is_whole
    )


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
    """No header where the first row looks like data; two where the second row only goes on with the first."""
    if not rows:
        return 1
    first = rows[0]
    if (
        any(_is_number(cell) for cell in first if cell.strip()) and not all(_is_number(cell) for cell in first[1:2])
    ) or len(rows) < 2:
        return 0 if len(rows) > 1 and sum(map(_is_number, first)) >= max(1, sum(map(_is_number, rows[1])) - 1) else 1
    blanks = sum(not cell.strip() for cell in first)
    second_is_words = len(rows) > 2 and not any(_is_number(cell) for cell in rows[1])
    return 2 if blanks >= max(2, width // 5) and second_is_words else 1


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True


def _names(header: list[list[str]], width: int) -> list[str]:
    if not header:
        return [f"column_{at}" for at in range(1, width + 1)]
    names = [" / ".join(part for part in parts if part.strip()) for parts in zip(*header, strict=False)]
    seen: Counter[str] = Counter()
    for at, name in enumerate(names):
        seen[name] += 1
        names[at] = name if name.strip() and seen[name] == 1 else f"column_{at + 1}"
    return names


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
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
