"""Looking at one file before there is a spec: its format, its dialect, and the texts of its columns.

Belongs here: sniffing, which is allowed for drafts alone. Never here: what the texts mean (`draft_guesses`), and never
any part of a night.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
import pyarrow.parquet as pq
from openpyxl.reader.excel import load_workbook

from ingestion.drafting.delimited import SAMPLE_BYTES, SAMPLE_ROWS, Texts, column_names, delimited
from ingestion.errors import FileRefused
from ingestion.file_names import without_compression
from ingestion.readers.content import Content, open_content

FORMATS = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".parquet": "parquet", ".xlsx": "xlsx",
}  # fmt: skip


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
            columns, dialect, is_whole = delimited(content)
            return Sample("csv", columns, dialect=dialect, is_whole=is_whole)
        if file_format == "parquet":
            table = pq.ParquetFile(content.path).read_row_group(0).slice(0, 5000)
            return _nested("parquet", [_plain(row) for row in table.to_pylist()], {})
        return _sheet(content) if file_format == "xlsx" else _json(content, file_format)


def _sheet(content: Content) -> Sample:
    with Path(content.path).open("rb") as handle:
        book = load_workbook(handle, read_only=True, data_only=True)  # type: ignore[no-untyped-call]
        sheet = max(book.worksheets, key=lambda one: one.max_row or 0)
        rows = [[_text(cell) for cell in row] for row in islice(sheet.iter_rows(values_only=True), SAMPLE_ROWS)]
        title, count = sheet.title, len(book.worksheets)
        book.close()
    width = Counter(sum(cell is not None for cell in row) for row in rows[:200]).most_common(1)[0][0] if rows else 0
    preamble = next((at for at, row in enumerate(rows) if sum(cell is not None for cell in row) >= width), 0)
    names = column_names([[cell or "" for cell in rows[preamble]]], len(rows[preamble])) if rows else []
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
