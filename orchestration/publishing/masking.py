"""E-mail addresses and telephone numbers that stand inside published texts, where no column's word could foretell them:
the name engraved on a mug in a line's title, an address as a discount code.

Belongs here: how they look, and what stands in their place. A number is known by its +; one of a country alone looks
like any article number. Never here: which columns are published (`marts`), or people's keys (`pseudonyms`).
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from ingestion.quoting import identifier, literal

_ADDRESS = r"""[^\s@<>"'(),;:\[\]]+@[^\s@<>"'(),;:\[\]]+[.][^\s@<>"'(),;:\[\].]{2,}"""
_TELEPHONE = r"(^|[^0-9A-Za-z])[+][1-9][0-9 ()./-]{6,}[0-9]"
_ADDRESS_MARK, _TELEPHONE_MARK = "[e-mail]", "[phone]"
_BEFORE_AND_MARK = rf"\1{_TELEPHONE_MARK}"


def masked(text: str) -> str:
    """SQL for a text without them. A byte is looked for first: few texts hold one."""
    addresses = f"regexp_replace({text}, {literal(_ADDRESS)}, {literal(_ADDRESS_MARK)}, 'g')"
    both = f"regexp_replace({addresses}, {literal(_TELEPHONE)}, {literal(_BEFORE_AND_MARK)}, 'g')"
    return f"case when contains({text}, '@') or contains({text}, '+') then {both} else {text} end"


def text_columns(connection: duckdb.DuckDBPyConnection, relation: str) -> set[str]:
    """Names of the relation's columns that hold texts."""
    found = connection.execute(f"select column_name from (describe {relation}) where column_type = 'VARCHAR'")
    return {name for (name,) in found.fetchall()}


def count_masked(connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str]) -> dict[str, int]:
    """In how many cells of each column something was masked; columns without any are left out."""
    if not columns:
        return {}
    marks = " or ".join(f"contains({{0}}, {literal(mark)})" for mark in (_ADDRESS_MARK, _TELEPHONE_MARK))
    marks = f"contains({{0}}, '[') and ({marks})"  # a byte first here too
    counts = ", ".join(f"count(*) filter (where {marks.format(identifier(name))})" for name in columns)
    found = connection.execute(f"select {counts} from {table}").fetchall()[0]
    return {name: count for name, count in zip(columns, found, strict=True) if count}
