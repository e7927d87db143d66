"""Parquet laid out as text columns and children, like JSON records.

Belongs here: opening, limits, batches. Never: paths (parquet_paths), how one value is written (parquet_text), types.
"""

from collections.abc import Collection, Iterable, Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.errors import FileRefused
from ingestion.readers.content import Content
from ingestion.readers.json_document import Found
from ingestion.readers.json_parse import Json, NotJson, json_text
from ingestion.readers.json_paths import tree_of, way_of
from ingestion.readers.json_rows import JsonLayout, JsonReading
from ingestion.readers.json_texts import Place, texts_of
from ingestion.readers.json_twice import Twice
from ingestion.readers.parquet_paths import array_at, enters_lists, type_at, untaken, untaken_rows
from ingestion.readers.parquet_text import column_text, json_values
from ingestion.readers.parquet_times import COARSE, open_parquet, whole_batches
from ingestion.readers.results import COLUMN_LIMIT, ReadStats, Reject, TableBatch

BATCH_ROWS = 20_000
UNPACKED_LIMIT = 64 << 30
GROUP_LIMIT = 1 << 30  # a row group is unpacked whole
ROWS_PER_BYTE = 1000  # a file that claims more is a bomb of constant rows
SMALL = 1_000_000


class ParquetReading:
    """One file under way. Files without children are laid out column by column, others record by record."""

    def __init__(self, content: Content, layout: JsonLayout) -> None:
        self._content = content
        self._file = _open(content)
        self._layout = layout
        self.columns: list[str] = list(self._file.schema_arrow.names)
        paths = layout.main.paths
        taken = [path for name, path in paths.items() if name not in layout.main.passing]
        taken += [child.path for child in layout.children if child.path]
        whole = "." in paths.values()
        self._unknown = {} if whole else untaken(self._file.schema_arrow, taken)
        by_record = bool(layout.children) or whole or bool(layout.main.kind)
        by_record = by_record or enters_lists(self._file.schema_arrow, taken)
        self._needed = None if by_record or layout.main.keeps_unknown else self._columns_of(paths.values())
        self._records = JsonReading(self._found, layout) if by_record else None
        self.stats = self._records.stats if self._records else ReadStats()
        self.beside: dict[str, int] = {}  # Parquet has no envelope

    @property
    def absent(self) -> tuple[str, ...]:
        """Columns of the layout's main table that the file has nothing for, whatever its records hold."""
        schema, paths = self._file.schema_arrow, self._layout.main.paths
        return tuple(n for n, p in paths.items() if type_at(schema, p) is None and not enters_lists(schema, [p]))

    def _columns_of(self, paths: Iterable[str]) -> list[str]:
        tree = tree_of(paths)
        return [name for name in self.columns if name in tree]

    @property
    def never_seen(self) -> dict[str, tuple[str, ...]]:
        """As for JSON; a file that is laid out column by column has a header of a kind, which says it."""
        return self._records.never_seen if self._records else {}

    @property
    def unknown_keys(self) -> dict[str, set[str]]:
        """Table -> names of what no column and no child names."""
        if self._records:
            return self._records.unknown_keys
        main = self._layout.main
        unknown = self._unknown.keys() - {main.paths[name] for name in main.passing}
        return {main.name: unknown} if unknown and self.stats.rows else {}

    @property
    def beyond_arrays(self) -> dict[str, int]:
        """Child -> records in which its path leads through another array."""
        return self._records.beyond_arrays if self._records else {}

    @property
    def twice(self) -> tuple[Twice, ...]:
        """Names cannot stand twice."""
        return ()

    def rejects(self) -> list[Reject]:
        """The rejects since the last call (only records of a wrong kind; a damaged file is refused whole)."""
        return self._records.rejects() if self._records else []

    def texts(self, places: Collection[Place]) -> dict[Place, str]:
        """Records and children as JSON."""
        self._needed = None
        return texts_of(self._found(), self._layout, places) if places else {}

    def batches(self) -> Iterator[TableBatch]:
        """Rows as text columns named as the layout names them, with `_row_number` and `_extra`."""
        if self._records:
            try:
                yield from self._records.batches()
            except NotJson as error:
                raise FileRefused(error.reason, "a value is nested deeper than about 250 levels") from None
            return
        for batch in self._arrow():
            yield TableBatch(self._layout.main.name, self._text_batch(batch))
            self.stats.rows += batch.num_rows

    def _arrow(self) -> Iterator[pa.RecordBatch]:
        try:
            for batch in whole_batches(self._file, str(self._content.path), BATCH_ROWS, self._needed):
                batch.validate(full=True)  # also: every text is UTF-8
                yield batch
        except (pa.ArrowException, OSError, ValueError) as error:
            raise _damaged(error) from None

    def _text_batch(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        table, count = self._layout.main, batch.num_rows
        try:
            columns = [
                column_text(array_at(batch, way_of(path)), name in table.json_columns, table.decimal_marks.get(name))
                for name, path in table.paths.items()
            ]
            extra = self._extra(batch)
        except (pa.ArrowException, ValueError, OverflowError) as error:
            raise _damaged(error) from None
        first = self.stats.rows + 1
        numbers = pa.array(range(first, first + count), pa.int64())
        arrays = [*columns, numbers, pa.nulls(count, pa.int64()), extra]
        return pa.RecordBatch.from_arrays(arrays, [*table.paths, "_row_number", "_line", "_extra"])

    def _extra(self, batch: pa.RecordBatch) -> pa.Array:
        if not (self._unknown and self._layout.main.keeps_unknown):
            return pa.nulls(batch.num_rows, pa.string())
        rows = untaken_rows(batch, self._unknown)
        return pa.array([json_text(row) for row in rows], pa.string())

    def _found(self) -> Iterator[Found]:
        for batch in self._arrow():
            try:
                values: list[Json] = json_values(batch.to_struct_array())
            except (ValueError, OverflowError) as error:
                raise _damaged(error) from None
            for value in values:
                yield Found(value, None)


def read_parquet(content: Content, layout: JsonLayout) -> ParquetReading:
    """Open and check a Parquet file; damaged ones are refused, here or at the batch where the damage lies."""
    return ParquetReading(content, layout)


def _open(content: Content) -> pq.ParquetFile:
    try:
        file = open_parquet(str(content.path), COARSE)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _damaged(error) from None
    about = file.metadata
    if about.num_rows > SMALL and about.num_rows > ROWS_PER_BYTE * content.content_bytes:
        raise FileRefused("unpack_ratio", "the Parquet file claims far more rows than its size can mean")
    sizes = [about.row_group(i).total_byte_size for i in range(about.num_row_groups)]
    if sum(sizes) > UNPACKED_LIMIT or max(sizes, default=0) > GROUP_LIMIT:
        raise FileRefused(
            "too_large", f"unpacks to more than {UNPACKED_LIMIT} bytes, or {GROUP_LIMIT} in one row group"
        )
    names = file.schema_arrow.names
    if len(names) > COLUMN_LIMIT:
        raise FileRefused("too_many_columns", f"the file has more than {COLUMN_LIMIT} columns")
    if _has_doubles(file.schema_arrow):
        raise FileRefused("doubled_column", "two columns of the file, or two fields of one, have the same name")
    return file


def _has_doubles(fields: Iterable[pa.Field]) -> bool:
    """Whether names stand twice in one place, however deep it lies."""
    fields = list(fields)
    names = {each.name for each in fields}
    inner = ([each.type.field(at) for at in range(each.type.num_fields)] for each in fields)
    return len(names) < len(fields) or any(map(_has_doubles, inner))


def _damaged(error: Exception) -> FileRefused:
    if isinstance(error, OverflowError):
        return FileRefused("value_out_of_range", "a date or time lies outside the years 1 to 9999")
    return FileRefused("damaged_parquet", f"the Parquet file is damaged or of an unknown kind ({type(error).__name__})")
