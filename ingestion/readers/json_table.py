"""Rows of one table out of JSON records: values are picked as they come and become text a batch at a time.

Belongs here: paths, unknown keys, batches. Never: which record goes to which table (json_rows), JSON's syntax, types.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from ingestion.readers.json_parse import Json, NumberText, cell_text, json_text
from ingestion.readers.results import TableBatch

Row = list[Json]
NAMES_LIMIT = 10_000  # far more than any file may have


@dataclass(frozen=True)
class JsonTable:
    """One table out of the records: column -> path ("a.b"; "." is the element itself).

    Without `keeps_unknown` only the names of unknown keys are wanted, not what they hold. `decimal_marks`: of columns
    whose numbers are to be written as their texts are.
    """

    name: str
    paths: Mapping[str, str]
    json_columns: frozenset[str] = frozenset()
    path: str | None = None
    parent_key: Mapping[str, str] = field(default_factory=dict)
    kind: str | None = None
    keeps_unknown: bool = True
    decimal_marks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class JsonLayout:
    """What one file becomes."""

    main: JsonTable
    children: tuple[JsonTable, ...] = ()
    records: str | None = None
    skip_kinds: frozenset[str] = frozenset()


class TableRows:
    """Rows of one table under way: picked values, then numbers, then the unknown keys."""

    def __init__(self, table: JsonTable, numbers: tuple[str, ...], inner: frozenset[str] = frozenset()) -> None:
        self.table = table
        self.unknown_keys: set[str] = set()
        self.repeated = [(mine, theirs) for mine, theirs in table.parent_key.items() if mine not in table.paths]
        self._names = [*table.paths, *(mine for mine, _ in self.repeated)]
        self._numbers = numbers
        steps = [path.split(".") if path != "." else [] for path in table.paths.values()]
        self._picks = [(found[0], None) if len(found) == 1 else ("", found) for found in steps]
        self._known = {found[0] for found in steps if found} | inner
        self._whole = [] in steps
        self._rows: list[Row] = []
        self._unseen = [(name, path) for name, path in zip(table.paths, steps, strict=True) if path]
        self._had_rows = False

    @property
    def never_seen(self) -> tuple[str, ...]:
        """Columns whose key no record had, not even with a null; none where there was no record."""
        return tuple(name for name, _ in self._unseen) if self._had_rows else ()

    def takes(self, value: Json) -> bool:
        """Whether a value can be a row here: an object, or anything if a column is the element itself."""
        return type(value) is dict or self._whole

    def pick(self, value: Json) -> Row:
        """The values of the columns that have a path."""
        if self._unseen:
            self._unseen = [(name, steps) for name, steps in self._unseen if not has(value, steps)]
            self._had_rows = True
        if type(value) is not dict:
            return [follow(value, [key] if steps is None else steps) for key, steps in self._picks]
        get = value.get
        return [get(key) if steps is None else follow(value, steps) for key, steps in self._picks]

    def unknown(self, value: Json) -> dict[str, Json] | None:
        """What of a record no column and no child names, where it is to be kept; the names are noted."""
        if self._whole or value.keys() <= self._known:
            return None
        if not self.table.keeps_unknown:
            if len(self.unknown_keys) < NAMES_LIMIT:
                self.unknown_keys.update(value.keys() - self._known)
            return None
        unknown = {key: inner for key, inner in value.items() if key not in self._known}
        self.unknown_keys.update(unknown)
        return unknown

    def add(self, row: Row) -> None:
        """Keep one row."""
        self._rows.append(row)

    def __len__(self) -> int:
        return len(self._rows)

    def batch(self) -> TableBatch:
        """Hand the kept rows over as text."""
        *columns, extra = zip(*self._rows, strict=True)
        texts = len(self._names)
        arrays = [
            pa.array(self._cells(name, column), pa.string())
            for name, column in zip(self._names, columns[:texts], strict=True)
        ]
        arrays += [pa.array(column, pa.int64()) for column in columns[texts:]]
        arrays.append(pa.array(_texts(extra, as_json=True), pa.string()))
        self._rows = []
        return TableBatch(self.table.name, pa.RecordBatch.from_arrays(arrays, [*self._names, *self._numbers, "_extra"]))

    def _cells(self, name: str, column: Sequence[Json]) -> list[str | None]:
        mark = self.table.decimal_marks.get(name)
        if mark is not None:
            column = [v.replace(".", mark) if type(v) is NumberText else v for v in column]
        return _texts(column, name in self.table.json_columns)


def follow(value: Json, steps: list[str]) -> Json:
    """Follow a path: keys of objects, places of arrays; nothing there is None."""
    for step in steps:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal():
            value = value[int(step)] if int(step) < len(value) else None
        else:
            return None
    return value


def has(value: Json, steps: list[str]) -> bool:
    """Whether a path leads somewhere, be it to a null; what lies inside a null is null."""
    for step in steps:
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return value is None
    return True


def _texts(column: Sequence[Json], as_json: bool) -> list[str | None]:
    if as_json:
        return [None if value is None else json_text(value) for value in column]
    return [value if value is None or isinstance(value, str) else cell_text(value) for value in column]
