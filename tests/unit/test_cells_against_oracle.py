"""Typing agrees with an independent oracle on any text, plausible or not."""

import math
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders.specs import typed_cells
from tests.unit import cell_oracle as oracle

ZONES = [
    "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca", "America/St_Johns",
    "America/Sao_Paulo", "Asia/Kolkata", "Pacific/Chatham", "Asia/Tehran", "Europe/Dublin",
]  # fmt: skip
DIGITS = "0123456789"
numbers = st.one_of(
    st.text(DIGITS + "+-.,eE_ ", max_size=12),
    st.from_regex(r"[ ]?[+-]?[0-9]{1,20}([.][0-9]{0,8})?([eE][+-]?[0-9]{1,3})?[ \t]?", fullmatch=True),
    st.integers(-(2**65), 2**65).map(str),
    st.floats(allow_nan=True).map(str),
)
times = st.one_of(
    st.from_regex(
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,9})?)?( "
        r"?(Z|[+-][0-9]{2}:?[0-9]{2}))?)?",
        fullmatch=True,
    ),
    st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)).map(str),
    st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)).map(lambda at: at.isoformat() + "+05:30"),
    st.dates().map(str),
    st.text(DIGITS + "-:T Z.+", max_size=22),
)
words = st.one_of(st.sampled_from(["true", "False", "YES", "no", "1", "0", "t", "y", ""]), st.text(max_size=6))
jsons = st.one_of(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3),
        max_leaves=5,
    ).map(lambda value: __import__("json").dumps(value)),
    st.text('[]{}",:0123456789nulltruefasNI.eE-+ ', max_size=12),
)
TYPES: list[tuple[str, dict[str, Any], Callable[[str], Any], st.SearchStrategy[str]]] = [
    ("integer", {"type": "integer"}, oracle.integer, numbers),
    ("decimal", {"type": "decimal"}, oracle.decimal, numbers),
    ("double", {"type": "double"}, oracle.double, numbers),
    ("boolean", {"type": "boolean"}, oracle.boolean, words),
    ("json", {"type": "json"}, oracle.json_text, jsons),
    ("date", {"type": "date"}, oracle.iso_date, times),
    ("timestamp", {"type": "timestamp"}, oracle.iso_timestamp, times),
]
few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def agrees(column: dict[str, Any], read: Callable[[str], Any], texts: list[str]) -> None:
    """Compare every text; NUL is left out, since no parameter of a test's insert can be told from the loader's."""
    texts = [text for text in texts if "\0" not in text] or [""]
    for text, (value, reason) in zip(texts, typed_cells(column, texts), strict=True):
        expected = oracle.value_of(read, text)
        if expected is oracle.BAD:
            assert value is None and reason is not None, (text, value)
        else:
            same = value == expected or (isinstance(value, float) and math.isclose(value, expected, rel_tol=1e-15))
            assert same and reason is None, (text, value, expected, reason)


@pytest.mark.parametrize(("column", "read", "texts"), [case[1:] for case in TYPES], ids=[case[0] for case in TYPES])
def test_typing_agrees_with_the_oracle(
    column: dict[str, Any], read: Callable[[str], Any], texts: st.SearchStrategy[str]
) -> None:
    @few
    @given(st.lists(texts, min_size=1, max_size=40))
    def agree(cells: list[str]) -> None:
        agrees(column, read, cells)

    agree()


@pytest.mark.parametrize("zone", ZONES)
def test_local_times_agree_with_the_zone_database(zone: str) -> None:
    # Every half hour of the days round all changes of some years, plus plain days.
    start = datetime(2022, 1, 1)
    place = oracle.zoneinfo.ZoneInfo(zone)
    days = [start + timedelta(days=n) for n in range(1200)]
    changes = [
        day
        for day in days
        if day.replace(tzinfo=place).utcoffset() != (day + timedelta(days=1)).replace(tzinfo=place).utcoffset()
    ]
    texts = [str(day + timedelta(minutes=30 * n + 15)) for day in [*changes, *days[::100]] for n in range(-4, 60)]
    agrees({"type": "timestamp", "zone": zone}, lambda text: oracle.iso_timestamp(text, zone), texts)
    by_name = [f"{text} {zone}" for text in texts]
    column = {"type": "timestamp", "format": "%Y-%m-%d %H:%M:%S %Z"}
    agrees(column, lambda text: oracle.iso_timestamp(text.removesuffix(f" {zone}"), zone), by_name)


@pytest.mark.parametrize(
    "pattern", ["%d/%m/%Y %H:%M", "%Y%m%d", "%b %d, %Y", "%d.%m.%y", "%m/%d/%Y %I:%M:%S %p", "%Y-%m-%dT%H:%M:%S.%f"]
)
def test_patterns_agree_with_strptime(pattern: str) -> None:
    @few
    @given(
        st.lists(
            st.datetimes(datetime(1970, 1, 1), datetime(2060, 1, 1)).map(lambda at: at.strftime(pattern)),
            min_size=1,
            max_size=20,
        ),
        st.text(DIGITS + "/. :", max_size=12),
    )
    def agree(cells: list[str], odd: str) -> None:
        agrees(
            {"type": "timestamp", "format": pattern},
            oracle.by_pattern(pattern),
            [*cells, *([odd] if pattern == "%d/%m/%Y %H:%M" else [])],
        )

    agree()
