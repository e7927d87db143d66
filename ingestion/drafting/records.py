"""The records of JSON, YAML and Parquet as columns by path, arrays of objects as children.

Belongs here: finding records and their paths in a beginning. Never here: types, personal data, or TOML.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

import pyarrow as pa

from ingestion.drafting.beginning import SAMPLE_BYTES, Beginning
from ingestion.drafting.places import WHOLE, first_array, records_in
from ingestion.errors import FileRefused
from ingestion.readers.content import Content
from ingestion.readers.json_document import SEVERAL, arrays_of_objects, require_utf8
from ingestion.readers.json_parse import Json, NotJson, cell_text, parse, parse_at
from ingestion.readers.json_rows import JsonLayout, kind_of
from ingestion.readers.json_table import JsonTable
from ingestion.readers.parquet_rows import read_parquet
from ingestion.readers.parquet_text import json_values
from ingestion.readers.parquet_times import open_parquet
from ingestion.readers.yaml_records import yaml_documents

SAMPLE_RECORDS = 20_000
PARQUET_RECORDS = 5_000
PARENT = "__parentId"
NODE, EDGE = "node", frozenset({"node", "cursor"})
TO_TELL_KINDS = (
    'have `__typename` or the global `id` exported with each line, then write kind = "Order" and, for each other'
    " kind, [children.NAME] with a kind of its own, or name it in skip_kinds"
)
FLAT_KEYS = 40  # an object with more keys than these is a map, kept as JSON


@dataclass
class Records:
    """Columns by path with their texts, and the children by path."""

    columns: dict[str, list[str | None]]
    children: dict[str, Records] = field(default_factory=dict)
    place: str = ""
    notes: list[str] = field(default_factory=list)
    is_lines: bool = False
    kind: str = ""  # of bulk lines
    size: int = 0


def json_records(start: Beginning, is_lines: bool) -> Records:
    """The records of a JSON document or of JSON Lines."""
    require_utf8(start.data)
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
    records, place = records_in(document)
    laid = _laid(records[:SAMPLE_RECORDS])
    laid.place = place
    laid.notes += _beside(place, [document])
    return laid


def _beside(place: str, documents: Sequence[Json]) -> list[str]:
    """What to say of arrays of objects in an envelope that are not the records."""
    arrays = {path for document in documents for path in arrays_of_objects(document, "") if place} - {place}
    if not arrays:
        return []
    return [
        f"the records are taken from {place!r}; also there: {', '.join(sorted(arrays))}. Each needs a spec of its own "
        "with the same files and its own records, or a place in left_out"
    ]


def yaml_records(start: Beginning) -> Records:
    """The records of a stream of YAML documents; cut, it would mean something else, so it is read whole."""
    if not start.is_whole:
        raise FileRefused("too_large", f"YAML is drafted from files of at most {SAMPLE_BYTES >> 20} MB")
    documents = [document for document in yaml_documents(start.data) if document is not None]
    found = [records_in(document) for document in documents]
    is_alike = len({place for _, place in found}) == 1
    records = [item for items, _ in found for item in items] if is_alike else records_in(documents)[0]
    laid = nested(records[:SAMPLE_RECORDS])
    laid.place = found[0][1] if is_alike else ""
    laid.notes += _beside(laid.place, documents)
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
    arrays: dict[str, dict[int, list[dict[str, Json]]]] = {}
    for at, record in enumerate(records):
        for path, value in _flat(record):
            if isinstance(value, list) and value and all(isinstance(item, dict) for item in value) and not is_child:
                arrays.setdefault(path, {})[at] = value
                continue
            texts = columns.setdefault(path, [None] * len(records))
            texts[at] = None if isinstance(value, list | dict) and not value else cell_text(value)
    children = {path: _laid([*chain(*each.values())][:SAMPLE_RECORDS], is_child=True) for path, each in arrays.items()}
    has_own = bool(columns.keys() - arrays.keys())
    for path, each in arrays.items():
        # It is no table beside texts, of nothing but empty objects, or where its record has no column to belong to.
        if not has_own or not children[path].columns or any(text is not None for text in columns.get(path, ())):
            texts = columns.setdefault(path, [None] * len(records))
            texts[:] = [cell_text(each[at]) if at in each else text for at, text in enumerate(texts)]
            del children[path]
    kept = {path: texts for path, texts in columns.items() if path not in children}
    return Records(kept, children, size=len(records))


def _laid(records: list[dict[str, Json]], is_child: bool = False) -> Records:
    """The same, by what is in `node` where each record is but an edge to it, as GraphQL has them."""
    nodes = [node for record in records if isinstance(node := record.get(NODE), dict)]
    if not nodes or len(nodes) < len(records) or any(record.keys() - EDGE for record in records):
        return nested(records, is_child)
    inner = nested(nodes, is_child)
    columns = {f"{NODE}.{path}": texts for path, texts in inner.columns.items()}
    return Records(columns, {f"{NODE}.{path}": child for path, child in inner.children.items()}, size=inner.size)


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
    laid = _by_kind(records) if any(PARENT in record for record in records) else nested(records)
    laid.is_lines = True
    laid.notes += [f"{broken} line(s) are no JSON and will be rejects"] if broken else []
    return laid


def _by_kind(records: list[dict[str, Json]]) -> Records:
    """Bulk lines: the table of what most lines without a parent are, and each other kind of line as a child."""
    kinds: dict[str, list[dict[str, Json]]] = {}
    for record in records:
        kinds.setdefault(kind_of(record), []).append(record)
    nameless = len(kinds.pop("", []))
    roots = Counter(kind_of(record) for record in records if record.get(PARENT) is None)
    main = max(kinds, key=lambda kind: roots[kind], default="")
    if not main or not roots[main]:
        laid = nested(records)
        laid.notes.append(f"lines of several kinds lie in one table: {TO_TELL_KINDS}")
        return laid
    laid = nested(kinds.pop(main))
    laid.kind = main
    for kind, lines in kinds.items():
        laid.children[kind] = nested(lines, is_child=True)
        laid.children[kind].kind = kind
    laid.notes.append(f"each line names its kind; the table holds {main!r}, and a kind not named here is a reject")
    laid.notes += [f"{nameless} line(s) name no kind and will be rejects: {TO_TELL_KINDS}"] if nameless else []
    return laid


def _of_cut_document(text: str, start: Beginning, reason: str) -> Records:
    """The records before the cut of a document too large to be looked at whole."""
    if start.is_whole:
        words = "the file is not valid JSON, or not whole, or nested too deep"
        raise FileRefused(reason, SEVERAL if _are_several(text) else words)
    found = first_array(text)
    if found is None:
        raise FileRefused("nothing_to_draft", "no array of records in the beginning of the document")
    place, at = found
    laid = nested([value for value in islice(_items(text, at), SAMPLE_RECORDS) if isinstance(value, dict)])
    laid.place = place
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
