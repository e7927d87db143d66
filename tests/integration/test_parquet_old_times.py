"""Timestamps as Spark, Hive and Impala write them (int96) come whole: every year from 1 to 9999, every digit."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from struct import pack
from typing import Any

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


FAR = ["0001-01-01 00:00:00.000000001", "2500-06-01 00:00:01.123456789"]
NEAR = ["1970-01-01 00:00:00", "1970-01-01 10:00:00.5"]
DAY_BEFORE_ALL = 1_721_425  # the Julian day of the year 1's eve


def aged(path: Path, values: pa.Array) -> Path:
    """A file whose moments of 1970 are moved to the far days: no writer here makes nanoseconds of far years."""
    table = pa.table({"a": values})
    pq.write_table(
        table, path, use_deprecated_int96_timestamps=True, use_dictionary=False, compression="none", store_schema=False,
        write_statistics=False,
    )  # fmt: skip
    content = path.read_bytes()
    near = DAY_BEFORE_ALL + date(1970, 1, 1).toordinal()
    for text in FAR:
        far = DAY_BEFORE_ALL + date.fromisoformat(text[:10]).toordinal()
        assert pack("<qi", nanoseconds(text), near) in content
        content = content.replace(pack("<qi", nanoseconds(text), near), pack("<qi", nanoseconds(text), far))
    path.write_bytes(content)
    return path


def nanoseconds(text: str) -> int:
    clock, fraction = text.split(" ")[1].split(".")
    hours, minutes, seconds = map(int, clock.split(":"))
    return (hours * 3600 + minutes * 60 + seconds) * 10**9 + int(fraction)


MOMENT = pa.timestamp("ns")
LAID: dict[str, tuple[pa.DataType, Callable[[int], Any], str]] = {
    "bare": (MOMENT, lambda at: at, "{0}"),
    "in a list": (pa.list_(MOMENT), lambda at: [at, None], '["{0}",null]'),
    "in a struct": (
        pa.struct([("n", pa.int64()), ("at", MOMENT)]), lambda at: {"n": 7, "at": at}, '{{"n":7,"at":"{0}"}}',
    ),
    "in structs of a list": (
        pa.list_(pa.struct([("at", MOMENT)])), lambda at: [None, {"at": at}], '[null,{{"at":"{0}"}}]',
    ),
    "in a map": (pa.map_(pa.string(), MOMENT), lambda at: [("k", at), ("l", at)], '[["k","{0}"],["l","{0}"]]'),
}  # fmt: skip


@pytest.mark.parametrize("rows", [1, 2, 100])
@pytest.mark.parametrize("paths", [{"a": "a"}, {"a": "a", "whole": "."}], ids=["by column", "by record"])
@pytest.mark.parametrize("laid", LAID)
def test_far_years_keep_their_nanoseconds_wherever_they_lie(
    tmp_path: Path, laid: str, paths: dict[str, str], rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.readers.parquet_rows.BATCH_ROWS", rows)
    kind, lay, text = LAID[laid]
    first, last, *ordinary = (nanoseconds(f"{at}.0" if "." not in at else at.ljust(29, "0")) for at in (*FAR, *NEAR))
    values = pa.array([lay(first), None, *map(lay, ordinary), lay(last)], kind)
    expected = [FAR[0], None, *NEAR, FAR[1]]
    found = texts(aged(tmp_path / "t.parquet", values), JsonLayout(JsonTable("", paths)))
    assert found == [at and text.format(at) for at in expected]


ROUND = (1 << 64) // 86_400_000_000  # so many days of microseconds come round to where they began


@pytest.mark.parametrize("paths", [{"a": "a"}, {"a": "a", "whole": "."}], ids=["by column", "by record"])
@pytest.mark.parametrize("days", [ROUND, ROUND + 1, -ROUND, 107_000_000, (1 << 31) - 1 - 2_440_588])
def test_a_day_of_no_calendar_is_no_moment(tmp_path: Path, paths: dict[str, str], days: int) -> None:
    path = tmp_path / "t.parquet"
    table = pa.table({"a": pa.array([3_600_000_000, None], pa.timestamp("us"))})
    pq.write_table(table, path, use_deprecated_int96_timestamps=True, use_dictionary=False, compression="none")
    near, far = (pack("<qi", 3_600_000_000_000, 2_440_588 + at) for at in (0, days))
    assert near in path.read_bytes()
    path.write_bytes(path.read_bytes().replace(near, far))
    (text, none) = texts(path, JsonLayout(JsonTable("", paths)))
    assert none is None and text is not None and text.startswith("<value out of range")
