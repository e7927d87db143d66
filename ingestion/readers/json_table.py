"""Rows of one table out of JSON records: values are picked as they come and become text a batch at a time.

Belongs here: picking, unknown keys, batches. Never: which record goes to which table (json_rows), how a path is
followed (json_paths), JSON's syntax, types.
"""

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field

import pyarrow as pa

from ingestion.readers.json_parse import Json, NumberText, cell_text, json_text
from ingestion.readers.json_paths import Nothing, Remainder, find, follow, way_of
from ingestion.readers.results import TableBatch

Row = list[Json]
TEXTS = frozenset({str, NumberText, type(None)})
NAMES_LIMIT = 10_000  # far more than any file may have


@dataclass(frozen=True)
class JsonTable:
    """One table out of the records: column -> path ("a.b"; "." is the element itself).

    Without `keeps_unknown` only the names of unknown keys are wanted, not what they hold. `decimal_marks`: of columns
    whose numbers are to be written as their texts are. `passing` columns are looked at and not kept, so that what they
    lead to stays with the unknown; it is no news.
    """

    name: str
    paths: Mapping[str, str]
    json_columns: frozenset[str] = frozenset()
    _: KW_ONLY
    path: str | None = None
    parent_key: Mapping[str, str] = field(default_factory=dict)
    kind: str | None = None
    keeps_unknown: bool = True
    decimal_marks: Mapping[str, str] = field(default_factory=dict)
    passing: frozenset[str] = frozenset()


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
        self.repeated = [(mine, theirs) for mine, theirs in table.parent_key.items() if mine not in table.paths]
        self._names = [*table.paths, *(mine for mine, _ in self.repeated)]
        self._numbers = numbers
        self.array = way_of(table.path) if table.path else ()
        self.beyond_arrays = 0  # records in which the way to its array leads through another one
        ways = {name: way_of(path) for name, path in table.paths.items()}
        self._picks = [(way[0][0], None) if len(way) == 1 else ("", way) for way in ways.values()]
        self._whole = () in ways.values()
        self._remainder = Remainder(
            inner.union(path for name, path in table.paths.items() if name not in table.passing)
        )
        self._unknown: set[str] = set()
        self._rows: list[Row] = []
        self._unseen = {name: way for name, way in ways.items() if way}
        self._lacking: set[str] = set()
        self._in_null: set[str] = set()
        self._had_rows = False

    @property
    def never_seen(self) -> tuple[str, ...]:
        """Columns whose key no record had, not even with a null; none where there was no record.

        What would lie in a null may be missing there; where another record has the object without it, it is gone.
        """
        gone = self._unseen.keys() - (self._in_null - self._lacking)
        return tuple(name for name in self._unseen if name in gone) if self._had_rows else ()

    @property
    def unknown_keys(self) -> set[str]:
        """Dotted paths of what no column and no child takes."""
        return self._unknown - {self.table.paths[name] for name in self.table.passing}

    def takes(self, value: Json) -> bool:
        """Whether a value can be a row here: an object, or anything if a column is the element itself."""
        return type(value) is dict or self._whole

    def pick(self, value: Json) -> Row:
        """The values of the columns that have a path."""
        if self._unseen:
            self._look_for_unseen(value)
        if type(value) is not dict:
            return [follow(value, ((key, ()),) if way is None else way) for key, way in self._picks]
        get = value.get
        return [get(key) if way is None else follow(value, way) for key, way in self._picks]

    def _look_for_unseen(self, value: Json) -> None:
        self._had_rows = True
        for name, way in list(self._unseen.items()):
            found = find(value, way)
            if found is Nothing.IN_NULL:
                self._in_null.add(name)
            elif found is Nothing.LACKING:
                self._lacking.add(name)
            elif found is not Nothing.NO_OBJECT:
                del self._unseen[name]

    def unknown(self, value: Json) -> dict[str, Json] | None:
        """What of a record no column and no child takes, where it is to be kept; the names are noted."""
        rest = None if self._whole else self._remainder.of(value)
        if not rest:
            return None
        if self.table.keeps_unknown or len(self._unknown) < NAMES_LIMIT:
            self._unknown.update(rest)
        return rest if self.table.keeps_unknown else None

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

    def _cells(self, name: str, column: Sequence[Json]) -> Sequence[str | None]:
        mark = self.table.decimal_marks.get(name)
        if mark is not None:
            column = [v.replace(".", mark) if type(v) is NumberText else v for v in column]
        return _texts(column, name in self.table.json_columns)


def _texts(column: Sequence[Json], as_json: bool) -> Sequence[str | None]:
    if as_json:
        return [None if value is None else json_text(value) for value in column]
    if TEXTS.issuperset(map(type, column)):
        return column
    return [value if value is None or isinstance(value, str) else cell_text(value) for value in column]
