"""Small batches become large ones without a row lost or moved, and records come before what hangs on them."""

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.worker import staging
from ingestion.worker.staging import gathered

sizes = st.lists(st.tuples(st.sampled_from(["", "lines", "tags"]), st.integers(0, 4)), max_size=12)


@settings(deadline=None)
@given(sizes, st.integers(1, 9))
def test_every_row_comes_once_and_in_its_order(parts: list[tuple[str, int]], limit: int) -> None:
    batches, at = [], 0
    for name, size in parts:
        batches.append((name, pa.record_batch({"n": pa.array(range(at, at + size), pa.int64())})))
        at += size
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(staging, "GATHERED_ROWS", limit)
        found = [(name, table.column("n").to_pylist()) for name, table in gathered(batches)]
    for name in {name for name, _ in parts}:
        expected = [n for own, batch in batches if own == name for n in batch.column("n").to_pylist()]
        assert [n for own, numbers in found if own == name for n in numbers] == expected


@settings(deadline=None)
@given(st.integers(1, 40))
def test_no_row_comes_before_the_record_it_hangs_on(limit: int) -> None:
    batches = []
    for first in range(0, 30, 3):
        batches.append(("", pa.record_batch({"n": [first, first + 1, first + 2]})))
        batches.append(("lines", pa.record_batch({"n": [first, first, first + 2]})))
    seen: set[int] = set()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(staging, "GATHERED_ROWS", limit)
        for name, table in gathered(batches):
            numbers = set(table.column("n").to_pylist())
            if name == "":
                seen |= numbers
            assert numbers <= seen
