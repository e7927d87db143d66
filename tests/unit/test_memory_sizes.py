"""Sizes of memory as people write them, and the one a build is given."""

from __future__ import annotations

import duckdb
import pytest

from orchestration.errors import SettingsWrong, named_error
from orchestration.memory_sizes import build_memory, held_memory, memory_bytes


@pytest.mark.parametrize("text", ["3GB", "3 gb", "1.5GiB", "800MB", "64KiB", "2TB"])
def test_a_size_is_what_duckdb_takes_it_for(text: str) -> None:
    with duckdb.connect(config={"memory_limit": text}) as connection:
        told = connection.execute("select current_setting('memory_limit')").fetchall()[0][0].split()
    assert float(told[0]) * 1024 ** ("bytes", "KiB", "MiB", "GiB", "TiB").index(told[1]) == pytest.approx(
        memory_bytes(text), rel=0.04
    )


@pytest.mark.parametrize("text", ["", "foo", "3", "0GB", "-1GB", "50%", "inf GB", "2000TB", "3GB; attach"])
def test_what_is_no_size_is_told_with_one_that_is(text: str) -> None:
    with pytest.raises(ValueError, match="write one such as 3GB"):
        memory_bytes(text)


@pytest.mark.parametrize("text", ["abc", "10MB", "80%"])
def test_a_memory_no_night_can_be_built_in_names_its_variable(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CX_MEMORY_LIMIT", text)
    with pytest.raises(SettingsWrong, match="CX_MEMORY_LIMIT"):
        build_memory()


def test_a_build_without_enough_memory_is_told_which_variable_gives_more() -> None:
    fault = named_error(RuntimeError("Runtime Error in model x\n  Out of Memory Error: could not allocate block"))
    assert isinstance(fault, SettingsWrong) and "CX_MEMORY_LIMIT" in fault.hint


@pytest.mark.parametrize("limit", ["500MB", "3GB", "900TB"])
def test_duckdb_holds_on_to_half_of_its_limit_and_never_to_more_than_the_machine_has(
    limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CX_MEMORY_LIMIT", limit)
    with duckdb.connect() as connection:
        seen = memory_bytes(connection.execute("select current_setting('memory_limit')").fetchall()[0][0])
    held = held_memory()
    assert memory_bytes(held) == pytest.approx(min(memory_bytes(limit), seen) / 2, rel=0.01)
    with duckdb.connect(config={"memory_limit": limit}) as connection:
        for _ in range(2):  # dbt sets it for each connection
            connection.execute(f"set block_allocator_memory = '{held}'")
