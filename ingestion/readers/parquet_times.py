"""Timestamps of the old kind (int96), which hold nanoseconds of more years than 64 bits of nanoseconds reach.

Belongs here: reading them without a loss: as microseconds, which hold all years, and as nanoseconds where a batch's
values are the same moments in both. Never: how a moment is written (`parquet_text`).
"""

from collections.abc import Collection, Iterator
from itertools import repeat

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq


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
    leaves = [file.schema.column(at) for at in range(len(file.schema))]
    return [leaf.path for leaf in leaves if leaf.physical_type == "INT96" and leaf.path == leaf.name]


def _with_digits(batch: pa.RecordBatch, fine: pa.RecordBatch) -> pa.RecordBatch:
    for name in fine.schema.names:
        at, digits = batch.schema.get_field_index(name), fine.column(name)
        same = pc.floor_temporal(digits, unit="microsecond").cast(batch.column(at).type)
        if len(digits) == batch.num_rows and same.equals(batch.column(at)):
            batch = batch.set_column(at, name, digits)
    return batch
