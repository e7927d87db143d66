"""Timestamps of the old kind (int96), which hold nanoseconds of more years than 64 bits of nanoseconds reach.

Belongs here: reading them without a loss, wherever they lie: once as milliseconds, which hold every day that the kind
can say, and once as nanoseconds, whose last digits are right even where the years are not. Never: how a moment is
written (`parquet_text`).
"""

from collections.abc import Collection, Iterator
from itertools import repeat

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingestion.readers.parquet_text import timestamp_text

COARSE = "ms"


def open_parquet(path: str, unit: str = "us") -> pq.ParquetFile:
    """Open a file; its old timestamps are read in this unit."""
    return pq.ParquetFile(path, page_checksum_verification=True, coerce_int96_timestamp_unit=unit)


def whole_batches(
    file: pq.ParquetFile, path: str, rows: int, needed: Collection[str] | None
) -> Iterator[pa.RecordBatch]:
    """The batches of a file, old timestamps to the last digit that they have."""
    old = [name for name in _old_columns(file) if needed is None or name in needed]
    finer = open_parquet(path, "ns").iter_batches(rows, columns=old) if old else repeat(None)
    for batch, fine in zip(file.iter_batches(rows, columns=needed), finer, strict=False):
        yield batch if fine is None else _with_digits(batch, fine)


def _old_columns(file: pq.ParquetFile) -> list[str]:
    """Columns that are old timestamps, or hold some."""
    leaves = [file.schema.column(at) for at in range(len(file.schema))]
    old = [leaf.path for leaf in leaves if leaf.physical_type == "INT96"]
    return [name for name in file.schema_arrow.names if any(f"{path}.".startswith(f"{name}.") for path in old)]


def _with_digits(batch: pa.RecordBatch, fine: pa.RecordBatch) -> pa.RecordBatch:
    for name in fine.schema.names:
        at = batch.schema.get_field_index(name)
        batch = batch.set_column(at, name, _exact(batch.column(at), fine.column(name)))
    return batch


def _exact(coarse: pa.Array, fine: pa.Array) -> pa.Array:
    """The values of both readings in one: nanoseconds, or milliseconds if that is all there is, else texts."""
    kind = coarse.type
    if kind == fine.type:  # no old timestamps
        return coarse
    if pa.types.is_timestamp(kind):
        return _moments(coarse, fine)
    if pa.types.is_struct(kind):
        inner = [_exact(*both) for both in zip(coarse.flatten(), fine.flatten(), strict=True)]
        return pa.StructArray.from_arrays(inner, [field.name for field in kind], mask=coarse.is_null())
    if pa.types.is_map(kind):
        pairs = pa.list_(pa.struct([kind.key_field, kind.item_field]))
        fine_pairs = pa.list_(pa.struct([fine.type.key_field, fine.type.item_field]))
        pair = _exact(coarse.cast(pairs).flatten(), fine.cast(fine_pairs).flatten())
        return pa.MapArray.from_arrays(_offsets(coarse.cast(pairs)), *pair.flatten())
    return pa.ListArray.from_arrays(_offsets(coarse), _exact(coarse.flatten(), fine.flatten()))


def _offsets(lists: pa.Array) -> pa.Array:
    """Where each list begins among the values of all; null for one that is null."""
    lengths = pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False)
    ends = np.concatenate([[0], np.cumsum(lengths)])
    return pa.array(ends, pa.int32(), mask=np.append(lists.is_null().to_numpy(zero_copy_only=False), False))


def _moments(coarse: pa.Array, fine: pa.Array) -> pa.Array:
    if pc.floor_temporal(fine, unit="millisecond").cast(coarse.type).equals(coarse):
        return fine
    whole, wrapped = (pc.fill_null(each.cast(pa.int64()), 0).to_numpy().view(np.uint64) for each in (coarse, fine))
    digits = wrapped - whole * np.uint64(1_000_000)  # what does not fit is lost at the other end
    if not digits.any():
        return coarse
    places = pc.utf8_lpad(pa.array(digits).cast(pa.string()), 6, "0")
    return timestamp_text(coarse, places)
