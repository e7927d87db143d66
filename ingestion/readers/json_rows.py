"""JSON records laid out as text columns: the export's own table, and a child table for each array or kind of line.

Belongs here: which record goes where, children, kinds of lines, counts. Never: JSON's syntax (json_parse), types.
"""

from collections.abc import Callable, Collection, Iterator
from functools import partial

from ingestion.readers.content import Content
from ingestion.readers.garbage import no_garbage_search
from ingestion.readers.json_document import BESIDE, BLANK, Found
from ingestion.readers.json_parse import Json, NotJson, json_text
from ingestion.readers.json_paths import follow, meets_array, way_of
from ingestion.readers.json_records import records_of
from ingestion.readers.json_table import JsonLayout, JsonTable, Row, TableRows
from ingestion.readers.json_texts import Place, text_of, texts_of
from ingestion.readers.json_twice import KeyWatch, Twice
from ingestion.readers.results import ReadStats, Reject, TableBatch, check_reject_count

__all__ = ["JsonLayout", "JsonReading", "JsonTable", "read_json"]

BATCH_ROWS = 20_000
BRACKETS = 250  # a record with no more brackets than this cannot be nested too deep to be written as JSON text
KIND_KEYS = frozenset({"__typename", "__parentId", "id"})


class JsonReading:
    """One file under way; rejects, counts and unknown keys grow with the batches."""

    def __init__(
        self, records: Callable[[], Iterator[Found]], layout: JsonLayout, watch: KeyWatch | None = None
    ) -> None:
        self.stats = ReadStats()
        self.beside: dict[str, int] = {}  # path -> objects in arrays of the envelope that are not the records
        self._watch = watch
        self._layout = layout
        self._records = records
        inner = frozenset(c.path for c in layout.children if c.path) | (KIND_KEYS if layout.main.kind else frozenset())
        self._main = TableRows(layout.main, ("_row_number", "_line"), inner)
        numbers = ("_parent_row_number", "_child_number", "_line")
        self._nested = [TableRows(c, numbers) for c in layout.children if c.path]
        self._kinds = {c.kind: TableRows(c, ("_row_number", "_line"), KIND_KEYS) for c in layout.children if c.kind}
        self._rejects: list[Reject] = []
        self._record = 0

    @property
    def never_seen(self) -> dict[str, tuple[str, ...]]:
        """Table -> columns whose key no record of it had so far."""
        return {rows.table.name: rows.never_seen for rows in (self._main, *self._nested, *self._kinds.values())}

    @property
    def unknown_keys(self) -> dict[str, set[str]]:
        """Table -> keys of its records that no column and no child names."""
        tables = (self._main, *self._nested, *self._kinds.values())
        return {each.table.name: each.unknown_keys for each in tables if each.unknown_keys}

    @property
    def beyond_arrays(self) -> dict[str, int]:
        """Child -> in how many records its path leads through another array, and so to nothing."""
        return {each.table.name: each.beyond_arrays for each in self._nested if each.beyond_arrays}

    @property
    def twice(self) -> list[Twice]:
        """Values that another one of the same key stands behind; where keys cannot stand twice there are none."""
        return self._watch.found if self._watch else []

    def rejects(self) -> list[Reject]:
        """The rejects since the last call."""
        taken, self._rejects = self._rejects, []
        return taken

    def texts(self, places: Collection[Place]) -> dict[Place, str]:
        """The texts of records and children; the file is gone through once more."""
        return texts_of(self._records(), self._layout, places) if places else {}

    def batches(self) -> Iterator[TableBatch]:
        """Rows of all tables, each table's in file order; the last batches may be empty."""
        tables = [self._main, *self._nested, *self._kinds.values()]
        records = self._watch.over(self._records()) if self._watch else self._records()
        with no_garbage_search():
            for found in records:
                self._take(found)
                if self._record % 64 == 0 and max(map(len, tables)) >= BATCH_ROWS:
                    yield from (table.batch() for table in tables if len(table))
        yield from (table.batch() for table in tables if len(table))

    def _take(self, found: Found) -> None:
        if not found.is_record:
            self._pass(found)
            return
        self._record += 1
        if found.problem:
            self._reject(found, found.problem)
            return
        table = self._table_of(found.value)
        if table is None:
            self._skip_or_reject(found)
        elif not table.takes(found.value):
            self._reject(found, "not_an_object")
        else:
            self._add(table, found)

    def _pass(self, found: Found) -> None:
        """What is no record: a blank line, or the word on what stood beside the records."""
        self.stats.blank_lines += found.problem == BLANK
        for path, count in found.value.items() if found.problem == BESIDE else ():
            self.beside[path] = self.beside.get(path, 0) + count

    def _table_of(self, value: Json) -> TableRows | None:
        if not self._layout.main.kind:
            return self._main
        kind = kind_of(value)
        return self._main if kind == self._layout.main.kind else self._kinds.get(kind)

    def _skip_or_reject(self, found: Found) -> None:
        if kind_of(found.value) in self._layout.skip_kinds:
            self.stats.skipped += 1
        else:
            self._reject(found, "unknown_kind")

    def _add(self, table: TableRows, found: Found) -> None:
        value, raw = found.value, found.raw
        row = table.pick(value)
        try:
            if len(raw) > 2 * BRACKETS and raw.count("[") + raw.count("{") > BRACKETS:
                json_text(value)
            children = self._child_rows(found, row) if self._nested and table is self._main else []
        except NotJson as error:
            self._reject(found, error.reason)
            return
        self._keep(table, row, value, (self._record, found.line))
        for nested, inner, element, number in children:
            self._keep(nested, inner, element, (self._record, number, found.line))
        self.stats.rows += 1

    def _keep(self, table: TableRows, row: Row, value: Json, numbers: tuple[int | None, ...]) -> None:
        row += numbers
        row.append(table.unknown(value))
        table.add(row)

    def _child_rows(self, found: Found, parent: Row) -> list[tuple[TableRows, Row, Json, int]]:
        """The rows of the record's children; all of them are kept, or none and not the record either."""
        rows = []
        values = dict(zip(self._main.table.paths, parent, strict=True))
        for nested in self._nested:
            repeated = [values.get(theirs) for _, theirs in nested.repeated]
            elements = _elements(found.value, nested)
            if not elements and meets_array(found.value, nested.table.path or ""):
                nested.beyond_arrays += 1
            for number, element in enumerate(elements, start=1):
                if not nested.takes(element):
                    raise NotJson("not_an_object")
                rows.append((nested, [*nested.pick(element), *repeated], element, number))
        return rows

    def _reject(self, found: Found, reason: str) -> None:
        self.stats.rejected += 1
        check_reject_count(self.stats)
        self._rejects.append(Reject(found.line, "row", reason, text_of(found)))


def read_json(content: Content, layout: JsonLayout, file_format: str) -> JsonReading:
    """Start reading a `json` or `jsonl` file."""
    return JsonReading(partial(records_of, content, file_format, layout.records, keys_of(layout)), layout, KeyWatch())


def keys_of(layout: JsonLayout) -> frozenset[str]:
    """The keys of a record that a column of the main table begins with."""
    return frozenset(key for path in layout.main.paths.values() for key, _ in way_of(path))


def _elements(value: Json, nested: TableRows) -> list[Json]:
    """The elements of a child's array; one bare object counts as an array of one."""
    found = follow(value, nested.array)
    if found is None:
        return []
    return found if isinstance(found, list) else [found]


def kind_of(value: Json) -> str:
    """The kind of a bulk line: `__typename`, else the type within its global id."""
    if not isinstance(value, dict):
        return ""
    name, identity = value.get("__typename"), value.get("id")
    if isinstance(name, str):
        return name
    parts = identity.split("/") if isinstance(identity, str) and identity.startswith("gid://") else []
    return parts[3] if len(parts) > 4 else ""
