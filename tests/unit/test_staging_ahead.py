"""The next batch of a large file is made while the last one is typed; of a small one, when it is asked for."""

import threading
from collections.abc import Iterator

import pytest

from ingestion.errors import FileRefused
from ingestion.worker.staging import SMALL_CONTENT, ahead


def test_the_next_batch_is_under_way_while_the_last_one_is_worked_on() -> None:
    begun = [threading.Event() for _ in range(3)]

    def batches() -> Iterator[int]:
        for number, event in enumerate(begun):
            event.set()
            yield number

    taken = []
    for number in ahead(batches(), SMALL_CONTENT):
        assert number == 2 or begun[number + 1].wait(10)
        taken.append(number)
    assert taken == [0, 1, 2]


def test_a_small_file_costs_no_thread() -> None:
    makers = (threading.current_thread() for _ in range(3))
    assert set(ahead(makers, SMALL_CONTENT - 1)) == {threading.current_thread()}


def test_a_refusal_comes_out_where_the_batches_are_taken() -> None:
    def batches() -> Iterator[int]:
        yield 1
        raise FileRefused("too_many_rejects", "more than 3 records are rejects")

    taken = []
    with pytest.raises(FileRefused, match="too_many_rejects"):
        for number in ahead(batches(), SMALL_CONTENT):
            taken.append(number)
    assert taken == [1]
