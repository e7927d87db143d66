"""Timestamps as Spark, Hive and Impala write them (int96) come whole: every year from 1 to 9999, every digit."""

from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.readers import open_content
from ingestion.readers.content import Content
from ingestion.readers.json_rows import JsonLayout, JsonTable
from ingestion.readers.parquet_rows import read_parquet

MOMENTS = {
    "0001-01-01 00:00:00": datetime(1, 1, 1), "1500-01-01 00:00:00": datetime(1500, 1, 1),
    "1969-12-31 23:59:59.999999": datetime(1969, 12, 31, 23, 59, 59, 999_999),
    "2262-04-12 00:00:00": datetime(2262, 4, 12), "9999-12-31 23:59:59": datetime(9999, 12, 31, 23, 59, 59),
}  # fmt: skip


def texts(path: Path, layout: JsonLayout) -> list[str | None]:
    with open_content(path, "parquet") as content:
        return column(content, layout)


def column(content: Content, layout: JsonLayout) -> list[str | None]:
    batches = [each.batch for each in read_parquet(content, layout).batches()]
    return [value for batch in batches for value in batch.column("a").to_pylist()]


def written(path: Path, values: pa.Array) -> Path:
    pq.write_table(pa.table({"a": values, "b": range(len(values))}), path, use_deprecated_int96_timestamps=True)
    assert pq.ParquetFile(path).schema.column(0).physical_type == "INT96"
    return path


@pytest.mark.parametrize("paths", [{"a": "a"}, {"a": "a", "whole": "."}], ids=["by column", "by record"])
def test_moments_of_any_year_are_those_moments(tmp_path: Path, paths: dict[str, str]) -> None:
    path = written(tmp_path / "t.parquet", pa.array([*MOMENTS.values(), None], pa.timestamp("us")))
    assert texts(path, JsonLayout(JsonTable("", paths))) == [*MOMENTS, None]


@pytest.mark.parametrize("nanoseconds", [1, -1, 1_700_000_000_123_456_789, -1_700_000_000_123_456_789])
def test_nanoseconds_that_the_file_has_are_kept(tmp_path: Path, nanoseconds: int) -> None:
    values = pa.array([nanoseconds], pa.timestamp("ns"))
    path = written(tmp_path / "t.parquet", values)
    assert texts(path, JsonLayout(JsonTable("", {"a": "a"}))) == values.cast(pa.string()).to_pylist()
