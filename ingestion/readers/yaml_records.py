"""The records of a YAML file, a stream of documents, laid out like those of JSON.

Belongs here: documents, envelopes, arrays. Never: what a value is (`yaml_values`), columns and tables.

A document is an array of records, an envelope that holds the array at the declared path, or one record.
"""

from collections.abc import Generator, Iterator
from functools import partial
from typing import Any

from yaml import DocumentStartEvent, MappingStartEvent, SequenceEndEvent, SequenceStartEvent

from ingestion.errors import FileRefused
from ingestion.readers.content import Content
from ingestion.readers.json_document import BESIDE, BLANK, Found, arrays_of_objects
from ingestion.readers.json_parse import Json
from ingestion.readers.json_paths import follow, way_of
from ingestion.readers.json_records import BOM
from ingestion.readers.json_rows import JsonLayout, JsonReading, keys_of
from ingestion.readers.yaml_values import YamlValues, broken_is_refused

FILE_LIMIT = 64 << 20
Walk = Generator[Found, None, dict[str, Json]]  # yields records and returns what stood beside them


def read_yaml(content: Content, layout: JsonLayout) -> JsonReading:
    """Start reading a `yaml` file."""
    return JsonReading(partial(_records_of, content, layout.records, keys_of(layout)), layout)


def yaml_documents(data: bytes) -> list[Json]:
    """All documents, each a whole value."""
    with broken_is_refused(data):
        values = YamlValues(data.decode("utf-8-sig"))
        return [values.value(event) for event in _documents(values)]


def _records_of(content: Content, path: str | None, known_keys: frozenset[str]) -> Iterator[Found]:
    if content.content_bytes > FILE_LIMIT:
        raise FileRefused("too_large", f"a YAML file of more than {FILE_LIMIT} bytes (JSON may be larger)")
    data = b"".join(content.blocks()).removeprefix(BOM)
    with broken_is_refused(data):
        yield from _Records(data.decode("utf-8"), path, known_keys).walk()


def _documents(values: YamlValues) -> Iterator[Any]:
    """The event each document begins with; what follows it is to be taken before the next."""
    is_empty = True
    while (event := values.next()) is not None:
        if isinstance(event, DocumentStartEvent):
            is_empty = False
            values.forget_anchors()
            yield values.next()
    if is_empty:
        raise FileRefused("empty_file", "the file holds no YAML value")


class _Records:
    """Walks the documents, so that records are made one at a time."""

    def __init__(self, text: str, path: str | None, known_keys: frozenset[str]) -> None:
        self._text = text
        self._values = YamlValues(text)
        self._path, self._steps = path, path.split(".") if path else []
        self._known_keys = known_keys
        self._found = False

    def walk(self) -> Iterator[Found]:
        """All records of all documents; an empty document is none."""
        for event in _documents(self._values):
            self._found = False
            if isinstance(event, SequenceStartEvent):
                yield from self._pages()
            elif isinstance(event, MappingStartEvent) and self._steps:
                rest = yield from self._envelope(self._steps)
                if not self._found:
                    yield self._lone_record(event, rest)
                elif beside := arrays_of_objects(rest, ""):
                    yield Found(beside, None, BESIDE)
            else:
                found = self._record(event)
                yield found._replace(problem=BLANK) if found.value is None else found

    def _envelope(self, steps: list[str]) -> Walk:
        """Walk a mapping down to the array of records."""
        rest: dict[str, Json] = {}
        for key in self._values.keys(rest):
            event = self._values.next()
            kind = SequenceStartEvent if len(steps) == 1 else MappingStartEvent
            rest[key] = None
            if key != steps[0] or not isinstance(event, kind):
                rest[key] = self._values.value(event)
            elif len(steps) > 1:
                rest[key] = yield from self._envelope(steps[1:])
            else:
                self._found = True
                yield from self._items()
        return rest

    def _lone_record(self, event: Any, value: dict[str, Json]) -> Found:
        """As in JSON: an object without the array, but with a column's key, is the one record."""
        if not self._known_keys & value.keys():
            raise FileRefused("records_missing", f"the document has no array at {'.'.join(self._steps)!r}")
        return self._told(event, value)

    def _pages(self) -> Iterator[Found]:
        """The elements of a bare array; as in JSON each may be an envelope."""
        for found in self._items():
            inner = follow(found.value, way_of(self._path)) if self._path and isinstance(found.value, dict) else None
            if not isinstance(inner, list):
                yield found
                continue
            yield from (Found(each, found.line) for each in inner)
            arrays = arrays_of_objects(found.value, "")
            yield Found({place: count for place, count in arrays.items() if place != self._path}, None, BESIDE)

    def _items(self) -> Iterator[Found]:
        return (self._record(event) for event in self._values.until(SequenceEndEvent))

    def _record(self, event: Any) -> Found:
        self._values.end = event.end_mark.index
        return self._told(event, self._values.value(event))

    def _told(self, event: Any, value: Json) -> Found:
        raw = self._text[event.start_mark.index : self._values.end].rstrip()
        return Found(value, event.start_mark.line + 1, "", raw)
