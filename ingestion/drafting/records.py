"""The records of JSON, YAML and Parquet as columns by path, arrays of objects as children.

Belongs here: finding records and their paths in a beginning. Never here: types, personal data, or TOML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import pyarrow as pa

from ingestion.drafting.beginning import SAMPLE_BYTES, Beginning
from ingestion.errors import FileRefused
from ingestion.readers.content import Content
from ingestion.readers.json_parse import Json, NotJson, cell_text, parse, parse_at
from ingestion.readers.json_records import SEVERAL
from ingestion.readers.json_rows import JsonLayout
from ingestion.readers.json_table import JsonTable
from ingestion.readers.parquet_rows import read_parquet
from ingestion.readers.parquet_text import json_values
from ingestion.readers.parquet_times import open_parquet
from ingestion.readers.yaml_records import yaml_documents

SAMPLE_RECORDS = 20_000
PARQUET_RECORDS = 5_000
WHOLE = "."  # the path of an element that is no object
FLAT_KEYS = 40  # an object with more keys than these is a map, kept as JSON
ENVELOPE_KEYS = frozenset({
    "_embedded", "_links", "body", "code", "data", "error", "errors", "included", "links", "message", "meta",
    "metadata", "ok", "page", "pagination", "paging", "payload", "response", "result", "results", "status", "success",
})  # fmt: skip
CUT_ARRAY = re.compile(r'"((?:[^"\\]|\\.)+)"\s*:\s*\[\s*(?=\{)')


@dataclass
class Records:
    """Columns by path with their texts, and the children by path."""

    columns: dict[str, list[str | None]]
    children: dict[str, Records] = field(default_factory=dict)
    place: str = ""
    notes: list[str] = field(default_factory=list)
    is_lines: bool = False
    size: int = 0


def json_records(start: Beginning, is_lines: bool) -> Records:
    """The records of a JSON document or of JSON Lines."""
    text = start.data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    if is_lines:
        return _of_lines(text)
    document, reason = None, "not_json"
    try:
        document = parse(text.strip()) if start.is_whole else None
    except NotJson as error:
        reason = error.reason
    if document is None or _is_line(text):
        is_cut_line = not start.is_whole and text.lstrip()[:1] == "{" and _is_lines(text)
        return _of_lines(text) if is_cut_line or _is_line(text) else _of_cut_document(text, start, reason)
    records, place, others = _records(document)
    laid = nested(records[:SAMPLE_RECORDS])
    laid.place = place
    if others:
        laid.notes.append(
            f"the records are taken from {place or 'the document itself'!r}; also there: {', '.join(others)}"
        )
    return laid


def yaml_records(start: Beginning) -> Records:
    """The records of a stream of YAML documents; cut, it would mean something else, so it is read whole."""
    if not start.is_whole:
        raise FileRefused("too_large", f"YAML is drafted from files of at most {SAMPLE_BYTES >> 20} MB")
    documents = [document for document in yaml_documents(start.data) if document is not None]
    found = [_records(document) for document in documents]
    is_alike = len({place for _, place, _ in found}) == 1
    records = [item for items, *_ in found for item in items] if is_alike else _records(documents)[0]
    laid = nested(records[:SAMPLE_RECORDS])
    laid.place = found[0][1] if is_alike else ""
    return laid


def parquet_records(content: Content) -> Records:
    """The first records of a Parquet file, as the night writes their values."""
    read_parquet(content, JsonLayout(JsonTable("draft", {})))  # its limits and its refusals hold for drafts too
    try:
        batch = next(open_parquet(str(content.path)).iter_batches(PARQUET_RECORDS), None)
        rows = json_values(batch.to_struct_array()) if batch is not None else []
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        raise FileRefused("damaged_parquet", f"the Parquet file cannot be read ({type(error).__name__})") from None
    return nested(rows)


def nested(records: list[dict[str, Json]], is_child: bool = False) -> Records:
    """Columns by path, one level of objects deep; arrays of objects become children, all else stays JSON."""
    columns: dict[str, list[str | None]] = {}
    arrays: dict[str, list[dict[str, Json]]] = {}
    for at, record in enumerate(records):
        for path, value in _flat(record):
            if isinstance(value, list) and value and all(isinstance(item, dict) for item in value) and not is_child:
                arrays.setdefault(path, []).extend(value)
            elif not (isinstance(value, list | dict) and not value):
                columns.setdefault(path, [None] * len(records))[at] = cell_text(value)
            elif not is_child:
                columns.setdefault(path, [None] * len(records))
    children = {path: nested(items[:SAMPLE_RECORDS], is_child=True) for path, items in arrays.items()}
    kept = {path: texts for path, texts in columns.items() if path not in children}
    return Records(kept, children, size=len(records))


def _is_line(text: str) -> bool:
    """Whether the first line alone is an object and another one follows."""
    lines = [line for line in islice(text.lstrip().split("\n", 50), 50) if line.strip()]
    if len(lines) < 2 or lines[1].lstrip()[:1] != "{":
        return False
    return _is_lines(text)


def _is_lines(text: str) -> bool:
    try:
        return isinstance(parse(text.lstrip().split("\n", 1)[0].strip()), dict)
    except NotJson:
        return False


def _of_lines(text: str) -> Records:
    records: list[dict[str, Json]] = []
    broken = 0
    for line in islice((line for line in text.split("\n") if line.strip()), SAMPLE_RECORDS):
        try:
            value = parse(line.strip())
        except NotJson:
            broken += 1
            continue
        records.append(value if isinstance(value, dict) else {WHOLE: value})
    if broken > len(records):
        raise FileRefused("not_json", f"{broken} of {broken + len(records)} lines are no JSON")
    laid = nested(records)
    laid.is_lines = True
    laid.notes += [f"{broken} line(s) are no JSON and will be rejects"] if broken else []
    return laid


def _of_cut_document(text: str, start: Beginning, reason: str) -> Records:
    """The records before the cut of a document too large to be looked at whole."""
    if start.is_whole:
        words = "the file is not valid JSON, or not whole, or nested too deep"
        raise FileRefused(reason, SEVERAL if _are_several(text) else words)
    found = CUT_ARRAY.search(text)
    is_bare = text.lstrip()[:1] == "["
    if not is_bare and found is None:
        raise FileRefused("nothing_to_draft", "no array of records in the beginning of the document")
    at = text.index("[") + 1 if is_bare or found is None else found.end()
    laid = nested([value for value in islice(_items(text, at), SAMPLE_RECORDS) if isinstance(value, dict)])
    laid.place = "" if is_bare or found is None else found[1]
    return laid


def _are_several(text: str) -> bool:
    try:
        _, end = parse_at(text.lstrip(), 0)
    except NotJson:
        return False
    return text.lstrip()[end:].lstrip()[:1] in ("{", "[")


def _items(text: str, at: int) -> Iterator[Json]:
    while True:
        while text[at : at + 1] in (" ", "\t", "\r", "\n", ","):
            if at >= len(text):
                return
            at += 1
        try:
            value, at = parse_at(text, at)
        except NotJson:
            return
        yield value


def _records(document: Any) -> tuple[list[dict[str, Json]], str, list[str]]:
    """The records, their place, and other places: a bare array, an envelope's longest array, or the object itself."""
    if isinstance(document, list):
        return [item if isinstance(item, dict) else {WHOLE: item} for item in document], "", []
    if not isinstance(document, dict):
        return [{WHOLE: document}], "", []
    arrays = {
        key: value
        for key, value in document.items()
        if isinstance(value, list) and value and isinstance(value[0], dict)
    }
    inner = [key for key, value in document.items() if isinstance(value, dict)]
    if arrays and not any(key in document for key in ("id", "created_at")) and len(document) <= len(arrays) + 8:
        place = max(arrays, key=lambda key: len(arrays[key]))
        return (
            [item for item in arrays[place] if isinstance(item, dict)],
            place,
            [key for key in arrays if key != place],
        )
    for key in inner if len(document) == 1 or document.keys() <= ENVELOPE_KEYS else ():
        deeper, place, others = _records(document[key])
        if place:
            return deeper, f"{key}.{place}", others
    return [document], "", []


def _flat(record: dict[str, Json]) -> Iterator[tuple[str, Json]]:
    for key, value in record.items():
        if (
            isinstance(value, dict)
            and value
            and len(value) <= FLAT_KEYS
            and "." not in key
            and not any("." in inner for inner in value)
        ):
            yield from ((f"{key}.{inner}", item) for inner, item in value.items())
        else:
            yield key, value
