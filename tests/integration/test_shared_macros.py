"""What the shared macros promise: keys that never run into each other, days that end on the store's clock."""

from itertools import product
from typing import Any

import duckdb
import pytest

from ingestion.home import Home
from ingestion.specs.files import load_specs
from ingestion.store.raw_store import ensure_raw_store
from tests.builders.dbt import compiled_inline


@pytest.fixture(scope="module")
def sql(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    home = Home.at(tmp_path_factory.mktemp("home"))
    ensure_raw_store(home, load_specs(home))
    parts = [
        "select {{ surrogate_key(['a', 'b']) }} from (select $1::varchar as a, $2::varchar as b)",
        "select {{ as_of() }}",
        "select {{ store_date('$1::timestamp') }}",
        "select {{ normalised_email('$1') }}",
        """select count(*) from (
            {{ test_is_key("(values ($1::varchar, $2::int), ('b', 1)) as t(k, n)", ['k', 'n']) }}
        )""",
        "select {{ store_instant('$1::timestamp', '$2') }}",
    ]
    return compiled_inline(home.root, "\n;;\n".join(parts)).split(";;")


def _value(sql: str, *bound: Any) -> Any:
    return duckdb.execute(sql, list(bound)).fetchall()[0][0]


def test_no_two_pairs_of_texts_make_one_key(sql: list[str]) -> None:
    texts = [None, "", "a", "|", "a|", "|b", "1:a", "~", "~~", "0:", "~null~"]
    keys = {_value(sql[0], *pair) for pair in product(texts, texts)}
    assert len(keys) == len(texts) ** 2


def test_the_logical_day_ends_on_the_stores_clock(sql: list[str]) -> None:
    """CX_ASOF is 2026-03-31 in compiled_inline and the store's zone is the default, UTC."""
    assert str(_value(sql[1])) == "2026-04-01 00:00:00"


def test_a_store_day_is_a_date(sql: list[str]) -> None:
    assert str(_value(sql[2], "2026-03-31 23:59:59")) == "2026-03-31"


@pytest.mark.parametrize(
    ("written", "meant"), [(" Kim@Example.ORG ", "kim@example.org"), ("no address", None), ("@x", None), ("", None)]
)
def test_spellings_of_one_address_are_one(sql: list[str], written: str, meant: str | None) -> None:
    assert _value(sql[3], written) == meant


@pytest.mark.parametrize(
    ("row", "failures"), [(("a", 1), 0), (("b", 2), 0), (("b", 1), 1), ((None, 1), 1), (("b", None), 1)]
)
def test_a_key_is_unique_and_no_part_of_it_is_null(
    sql: list[str], row: tuple[str | None, int | None], failures: int
) -> None:
    assert _value(sql[4], *row) == failures


@pytest.mark.parametrize(
    ("zone", "day", "first"),
    [
        ("America/Havana", "2025-11-02", "2025-11-02 04:00:00"),  # 1:00 becomes 0:00: midnight comes twice
        ("Atlantic/Azores", "2025-10-26", "2025-10-26 00:00:00"),
        ("America/Santiago", "2025-04-06", "2025-04-06 04:00:00"),  # 24:00 becomes 23:00: it comes once
        ("America/Santiago", "2025-09-07", "2025-09-07 04:00:00"),  # 0:00 becomes 1:00: it does not come
        ("Australia/Lord_Howe", "2026-04-05", "2026-04-04 13:00:00"),
        ("Europe/Berlin", "2026-03-30", "2026-03-29 22:00:00"),
        ("Europe/Berlin", "2025-10-26", "2025-10-25 22:00:00"),
    ],
)
def test_a_day_begins_with_the_first_midnight_its_clocks_show(sql: list[str], zone: str, day: str, first: str) -> None:
    assert str(_value(sql[5], f"{day} 00:00:00", zone)) == first
