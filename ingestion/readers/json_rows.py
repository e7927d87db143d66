"""JSON records laid out as text columns: the export's own table, and a child table for each array or kind of line.

Belongs here: paths, children, kinds of lines, unknown keys, counts. Never: JSON's syntax (json_parse), types.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from ingestion.readers.content import Content
from ingestion.readers.json_parse import Json, NotJson, cell_text, json_text
from ingestion.readers.json_records import Found, records_of
from ingestion.readers.results import ReadStats, Reject, TableBatch, storable

BATCH_ROWS = 20_000
Row = list[str | int | None]
KIND_KEYS = frozenset({"__typename", "__parentId", "id"})


@dataclass(frozen=True)
class JsonTable:
    """One table out of the records: column -> path ("a.b"; "." is the element itself)."""

    name: str
    paths: Mapping[str, str]
    json_columns: frozenset[str] = frozenset()
    path: str | None = None
    parent_key: Mapping[str, str] = field(default_factory=dict)
    kind: str | None = None


@dataclass(frozen=True)
class JsonLayout:
    """What one file becomes."""

    main: JsonTable
    children: tuple[JsonTable, ...] = ()
    records: str | None = None
    skip_kinds: frozenset[str] = frozenset()


class _Table:
    """Rows of one table under way."""

    def __init__(self, table: JsonTable, numbers: tuple[str, ...], inner: frozenset[str] = frozenset()) -> None:
        self.table = table
        self._numbers = numbers
        self._steps = [(path.split("."), name in table.json_columns) for name, path in table.paths.items()]
        self._known = {steps[0] for steps, _ in self._steps} | inner
        self._whole = "." in table.paths.values()
        self.prefix = f"{table.path}." if table.path else ""
        self._rows: list[Row] = []
        self.names = [*table.paths, *(k for k in table.parent_key if k not in table.paths)]

    def takes(self, value: Json) -> bool:
        """Whether a value can be a row here: an object, or anything if a column is the element itself."""
        return isinstance(value, dict) or self._whole

    def cells(self, value: Json) -> list[str | None]:
        """The texts of the columns that have a path."""
        return [_pick(value, steps, as_json) for steps, as_json in self._steps]

    def row(
        self, value: Json, cells: list[str | None], numbers: tuple[int | None, ...]
    ) -> tuple["_Table", Row, list[str]]:
        """A whole row, and the keys of the record that no column and no child names (kept in `_extra`)."""
        if self._whole or not isinstance(value, dict) or value.keys() <= self._known:
            return self, [*cells, *numbers, None], []
        extra = {key: inner for key, inner in value.items() if key not in self._known}
        return self, [*cells, *numbers, json_text(extra)], list(extra)

    def add(self, row: Row) -> None:
        """Keep one row."""
        self._rows.append(row)

    def __len__(self) -> int:
        return len(self._rows)

    def batch(self) -> TableBatch:
        """Hand the kept rows over."""
        columns = list(zip(*self._rows, strict=True))
        kinds = [pa.string()] * len(self.names) + [pa.int64()] * len(self._numbers) + [pa.string()]
        arrays = [pa.array(column, kind) for column, kind in zip(columns, kinds, strict=True)]
        self._rows = []
        return TableBatch(self.table.name, pa.RecordBatch.from_arrays(arrays, [*self.names, *self._numbers, "_extra"]))


class JsonReading:
    """One file under way; rejects, counts and unknown keys grow with the batches."""

    def __init__(self, found: Iterator[Found], layout: JsonLayout) -> None:
        self.stats = ReadStats()
        self.unknown_keys: Counter[str] = Counter()
        self._layout = layout
        self._found = found
        inner = frozenset(c.path.split(".")[0] for c in layout.children if c.path) | (
            KIND_KEYS if layout.main.kind else frozenset()
        )
        self._main = _Table(layout.main, ("_row_number", "_line"), inner)
        numbers = ("_parent_row_number", "_child_number", "_line")
        self._nested = [_Table(c, numbers) for c in layout.children if c.path]
        self._kinds = {c.kind: _Table(c, ("_row_number", "_line"), KIND_KEYS) for c in layout.children if c.kind}
        self._rejects: list[Reject] = []
        self._record = 0

    def rejects(self) -> list[Reject]:
        """The rejects since the last call."""
        taken, self._rejects = self._rejects, []
        return taken

    def batches(self) -> Iterator[TableBatch]:
        """Rows of all tables, each table's in file order; the last batches may be empty."""
        tables = [self._main, *self._nested, *self._kinds.values()]
        for found in self._found:
            self._take(found)
            if self._record % 64 == 0 and max(map(len, tables)) >= BATCH_ROWS:
                yield from (table.batch() for table in tables if len(table))
        yield from (table.batch() for table in tables if len(table))

    def _take(self, found: Found) -> None:
        if found.problem == "blank":
            self.stats.blank_lines += 1
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

    def _table_of(self, value: Json) -> _Table | None:
        if not self._layout.main.kind:
            return self._main
        kind = _kind_of(value)
        return self._main if kind == self._layout.main.kind else self._kinds.get(kind)

    def _skip_or_reject(self, found: Found) -> None:
        if _kind_of(found.value) in self._layout.skip_kinds:
            self.stats.skipped += 1
        else:
            self._reject(found, "unknown_kind")

    def _add(self, table: _Table, found: Found) -> None:
        try:
            rows = self._rows_of(table, found)
        except NotJson as error:
            self._reject(found, error.reason)
            return
        for owner, row, unknown in rows:
            owner.add(row)
            self.unknown_keys.update(owner.prefix + key for key in unknown)
        self.stats.rows += 1

    def _rows_of(self, table: _Table, found: Found) -> list[tuple[_Table, Row, list[str]]]:
        """The record's own row and those of its children, each with its unknown keys; all or none are kept."""
        cells = table.cells(found.value)
        rows = [table.row(found.value, cells, (self._record, found.line))]
        texts = dict(zip(table.table.paths, cells, strict=True))
        for nested in self._nested if table is self._main else []:
            keys = nested.table.parent_key
            repeated = [texts.get(keys[mine]) for mine in keys if mine not in nested.table.paths]
            for number, element in enumerate(_elements(found.value, nested), start=1):
                if not nested.takes(element):
                    raise NotJson("not_an_object")
                numbers = (self._record, number, found.line)
                rows.append(nested.row(element, [*nested.cells(element), *repeated], numbers))
        return rows

    def _reject(self, found: Found, reason: str) -> None:
        self.stats.rejected += 1
        self._rejects.append(Reject(found.line, "row", reason, storable(found.raw)))


def read_json(content: Content, layout: JsonLayout, file_format: str) -> JsonReading:
    """Start reading a `json` or `jsonl` file."""
    keys = frozenset(path.split(".")[0] for path in layout.main.paths.values())
    return JsonReading(records_of(content, file_format, layout.records, keys), layout)


def _pick(value: Json, steps: list[str], as_json: bool) -> str | None:
    """Follow a path: keys of objects, places of arrays; nothing there is None."""
    if steps != ["", ""]:
        for step in steps:
            if isinstance(value, dict):
                value = value.get(step)
            elif isinstance(value, list) and step.isdecimal():
                value = value[int(step)] if int(step) < len(value) else None
            else:
                return None
    return json_text(value) if as_json and value is not None else cell_text(value)


def _elements(value: Json, nested: _Table) -> list[Json]:
    """The elements of a child's array; one bare object counts as an array of one."""
    for step in (nested.table.path or "").split("."):
        value = value.get(step) if isinstance(value, dict) else None
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _kind_of(value: Json) -> str:
    """The kind of a bulk line: `__typename`, else the type within its global id."""
    if not isinstance(value, dict):
        return ""
    name, identity = value.get("__typename"), value.get("id")
    if isinstance(name, str):
        return name
    parts = identity.split("/") if isinstance(identity, str) and identity.startswith("gid://") else []
    return parts[3] if len(parts) > 4 else ""
