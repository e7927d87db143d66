"""A value of Parquet is written alike in a column of its own, beside the spec's columns, and deep in another."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from ingestion.readers.json_parse import json_text
from ingestion.readers.parquet_text import column_text, json_values

MOMENT = datetime(2024, 3, 4, 5, 6, 7, 120_000, UTC)
VALUES = [
    (pa.array([0.1, 1e20, 1.0, None], pa.float32()), ["0.1", "100000000000000000000", "1", None]),
    (pa.array([0.1, 1e-7], pa.float64()), ["0.1", "0.0000001"]),
    (pa.array([5_000, 1, None], pa.duration("ms")), ["5", "0.001", None]),
    (pa.array([-1, 86_400_000_000_000], pa.duration("ns")), ["-0.000000001", "86400"]),
    (pa.array([Decimal("1.50"), None]), ["1.50", None]),
    (pa.array([7, None], pa.uint64()), ["7", None]),
    (pa.array([MOMENT], pa.timestamp("us", "Europe/Berlin")), ["2024-03-04 05:06:07.12Z"]),
    (pa.array([1, 0], pa.timestamp("ns")), ["1970-01-01 00:00:00.000000001", "1970-01-01 00:00:00"]),
    (pa.array([date(2024, 3, 4)]), ["2024-03-04"]),
    (pa.array([time(5, 6)], pa.time32("s")), ["05:06:00"]),
    (pa.array([b"\xff", b"a"]), ["ff", "a"]),
    (pa.array(["a", None, "a"]).dictionary_encode(), ["a", None, "a"]),
    (pa.array([True, None]), ["true", None]),
]


def written(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else json_text(value)


@pytest.mark.parametrize(("column", "texts"), VALUES)
def test_a_value_has_one_text_wherever_it_stands(column: pa.Array, texts: list[str | None]) -> None:
    assert column_text(column).to_pylist() == texts
    one = pa.StructArray.from_arrays([column], ["x"])
    many = pa.ListArray.from_arrays(range(len(column) + 1), one)
    assert [written(value) for value in json_values(column)] == texts
    assert [written(value["x"]) for value in json_values(one)] == texts
    assert [written(value[0]["x"]) for value in json_values(many)] == texts


@pytest.mark.parametrize("start", [0, 1, 3])
def test_nested_values_keep_their_shape_and_their_nulls(start: int) -> None:
    rows = [
        {"m": [("a", 1)], "l": [1, None], "s": {}},
        None,
        {"m": None, "l": [], "s": None},
        {"m": [], "l": None, "s": {}},
    ]
    kind = pa.struct([("m", pa.map_(pa.string(), pa.int8())), ("l", pa.list_(pa.int8())), ("s", pa.struct([]))])
    texts = [
        '{"m":[["a",1]],"l":[1,null],"s":{}}', "null", '{"m":null,"l":[],"s":null}', '{"m":[],"l":null,"s":{}}',
    ]  # fmt: skip
    assert [json_text(value) for value in json_values(pa.array(rows, kind).slice(start))] == texts[start:]


def test_a_duration_inside_another_value_is_a_number_of_seconds() -> None:
    column = pa.array([[timedelta(seconds=1.5)], []], pa.list_(pa.duration("us")))
    assert [json_text(value) for value in json_values(column)] == ["[1.5]", "[]"]


def test_what_is_no_number_stays_a_text_of_valid_json(tmp_path: Path) -> None:
    assert [json_text(v) for v in json_values(pa.array([float("nan"), float("-inf")]))] == ['"nan"', '"-inf"']
