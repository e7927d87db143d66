"""Sizes of memory as people write them, and how much of it a build and a publishing may take.

Belongs here: reading a size, CX_MEMORY_LIMIT, and what DuckDB holds on to of it. Never here: keeping to it (DuckDB
does, and `memory_cap`).
"""

from __future__ import annotations

import os
import re

import duckdb

from orchestration.errors import SettingsWrong

_UNITS = {
    f"{prefix}{unit}": base**power
    for power, prefix in enumerate("kmgt", 1)
    for unit, base in (("b", 1000), ("ib", 1024))
}
_SIZE = re.compile(r"\s*([0-9]+(?:[.][0-9]+)?)\s*([a-z]+)\s*", re.IGNORECASE)
_NAME, _DEFAULT, _LEAST = "CX_MEMORY_LIMIT", "3GB", "500MB"
_MOST = 2**50


def memory_bytes(text: str) -> int:
    """A size such as 3GB, 1.5 GiB or 800MB in bytes. ValueError for anything else, nothing at all, and above a PiB."""
    found = _SIZE.fullmatch(text)
    size = float(found[1]) * _UNITS.get(found[2].lower(), 0) if found else 0
    if not 0 < size <= _MOST:
        raise ValueError(f"{text!r} is not a size of memory; write one such as 3GB or 800MB")
    return int(size)


def build_memory() -> str:
    """What a build and a publishing may take, from the environment. SettingsWrong where it is no size, or too small."""
    text = os.environ.get(_NAME, "").strip() or _DEFAULT
    try:
        is_enough = memory_bytes(text) >= memory_bytes(_LEAST)
    except ValueError as error:
        raise SettingsWrong(f"{_NAME}: {error}", "Fix the variable, or unset it.") from None
    if not is_enough:
        raise SettingsWrong(f"{_NAME} is {text}: no night can be built in it", f"Give it at least {_LEAST}.")
    return text


def held_memory() -> str:
    """How much of `build_memory` DuckDB holds on to between queries (`block_allocator_memory`): half of it.

    Else it gives every block back and asks the system for it again, page by page: a sixth of a build. DuckDB refuses
    more than 0.8 of the memory it sees, which is what it would limit itself to.
    """
    with duckdb.connect(config={"threads": 1}) as connection:
        most = connection.execute("select current_setting('memory_limit')").fetchall()[0][0]
    return f"{min(memory_bytes(build_memory()), memory_bytes(most)) // 2 // 2**20}MiB"
