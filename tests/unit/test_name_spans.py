"""Months, weeks and quarters in a file's path are read where they can be nothing else, and told where they may be."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from tests.builders.specs import spec_of

COLUMNS = {"x": {"type": "text"}}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("t_2026-03.csv", date(2026, 3, 31)), ("t_2026_03.csv", date(2026, 3, 31)),
        ("2026.02_t.csv", date(2026, 2, 28)),
        ("t_2024.02 (1).csv", date(2024, 2, 29)), ("t_2026-12_part2.csv", date(2026, 12, 31)),
        ("t_Mar-2026.csv", date(2026, 3, 31)), ("March 2026 t.csv", date(2026, 3, 31)),
        ("t_2026_february.csv", date(2026, 2, 28)), ("t_2026_february_2.csv", date(2026, 2, 2)),
        ("t_2026M02.csv", date(2026, 2, 28)), ("t_2026-01_2026-03.csv", date(2026, 3, 31)),
        ("t_2026-03-2026-04.csv", date(2026, 4, 30)), ("t_2026-W11.csv", date(2026, 3, 15)),
        ("t_2026w11.csv", date(2026, 3, 15)), ("t_2026-KW11.csv", date(2026, 3, 15)),
        ("t_2026_KW1.csv", date(2026, 1, 4)), ("t_2026-W53.csv", date(2027, 1, 3)),
        ("t_1995-03.csv", date(1995, 3, 31)),
        ("t_2026-Q1.csv", date(2026, 3, 31)), ("t_2026Q2.csv", date(2026, 6, 30)),
        ("t_7_2026-03.csv", date(2026, 3, 31)),
        ("2026-W10/t.csv", date(2026, 3, 8)), ("03.2026/t.csv", date(2026, 3, 31)),
        ("2026/03/t.csv", date(2026, 3, 31)),
        ("2026-Q1/2026-02/t.csv", date(2026, 2, 28)), ("March-2026/t.csv", date(2026, 3, 31)),
        ("t_2025-W53.csv", None), ("t_2026-13.csv", None), ("t_2026-Q5.csv", None), ("t_2026-03-1.csv", None),
        ("t_2026-03_1.csv", None), ("t_201112.csv", None), ("t_202613.csv", None), ("t_1202603.csv", None),
        ("t_2026-030.csv", None), ("t_12032026-03.csv", None), ("t_4-3-2026_2026-05.csv", None),
        ("t_2026-W11-2.csv", None), ("t_2026-Q1_2.csv", None), ("t_february2026_2.csv", None), ("1994-03/t.csv", None),
        ("202603/t.csv", None),
    ],
)  # fmt: skip
def test_a_month_a_week_or_a_quarter_in_the_name_counts_as_its_last_day(path: str, expected: date | None) -> None:
    found = spec_of(COLUMNS).dates_in_name(path).exported_at
    assert found == (expected and datetime.combine(expected, time.min))


@pytest.mark.parametrize(
    "name",
    [
        "orders KW 12 2026", "kw_12_2026", "orders_KW_30_2026", "week_7_2026", "2026 KW 12", "KW12-2026", "W11-2026",
        "orders H1 2026", "T1 2026", "H2-2026", "Q 1 2026", "Q1-2026", "orders_v2_2026", "store7_2026", "store_7_2026",
        "orders_page3_2026", "t_03-2026", "t_3.2026", "t_2026-3", "t_2026 03", "t_202603", "orders_205012",
        "orders_209911", "invoice 190001", "t_12.2050", "t_1994-03", "t_1994-W11", "t_2028-03", "t_2099-Q1",
        "t_Mar-2099",
    ],
)  # fmt: skip
def test_a_number_that_may_be_no_month_or_week_is_not_read_and_told(name: str) -> None:
    found = spec_of(COLUMNS).dates_in_name(f"{name}.csv", datetime(2026, 12, 31, 10))
    assert found.exported_at is None and not found.doubt
    assert found.untold


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("orders-Mar-2026-03-14.csv", datetime(2026, 3, 14)), ("Orders May 2026-05-14.csv", datetime(2026, 5, 14)),
        ("may2026-05-14_orders.csv", datetime(2026, 5, 14)), ("sales_jan_2026-01-15.csv", datetime(2026, 1, 15)),
        ("2026 March 14.03.2026.csv", datetime(2026, 3, 14)), ("o_Mar-2026_20260314.csv", datetime(2026, 3, 14)),
        ("o_14-Mar-2026-10-30.csv", datetime(2026, 3, 14)), ("o_14_Mar_2026_08_15_00.csv", datetime(2026, 3, 14)),
        ("Mar-14-2026-08-15.csv", datetime(2026, 3, 14)), ("o_14-03-2026-10-30.csv", datetime(2026, 3, 14)),
        ("o_14_03_2026_08_15_00.csv", datetime(2026, 3, 14)), ("o_01_03_2026_12_03_2026.csv", None),
        ("o_2_2026-03-14.csv", datetime(2026, 3, 14)), ("o_13_2_2026-03-14.csv", datetime(2026, 3, 14)),
    ],
)  # fmt: skip
def test_a_full_date_wins_over_a_months_name_and_over_a_clock_beside_it(path: str, expected: datetime | None) -> None:
    assert spec_of(COLUMNS).dates_in_name(path).exported_at == expected


@pytest.mark.parametrize("path", ["o_2026-03.csv", "2026-03/o.csv", "Mar-2026/o.csv", "o_2026-Q1.csv", "x_2026x03.csv"])
@pytest.mark.parametrize("day", [10, 30, 31])
def test_what_holds_a_span_was_exported_no_later_than_the_file_was_changed(path: str, day: int) -> None:
    pattern = r"x_(?P<year>\d{4})x(?P<month>\d\d)"
    spec = spec_of(COLUMNS, exported_at=pattern)
    assert spec.dates_in_name(path, datetime(2026, 3, day, 17)).exported_at == datetime(2026, 3, day)
    assert spec.dates_in_name(path, datetime(2026, 5, day, 17)).exported_at == datetime(2026, 3, 31)
    assert spec.dates_in_name("o_2026-03-31.csv", datetime(2026, 3, day)).exported_at == datetime(2026, 3, 31)


@pytest.mark.parametrize("changed", [datetime(1980, 1, 1), datetime(1970, 1, 1), datetime(2026, 2, 10)])
def test_a_last_change_before_the_span_began_says_nothing_of_it(changed: datetime) -> None:
    found = spec_of(COLUMNS).dates_in_name("o_2026-03.csv", changed)
    assert found.exported_at == datetime(2026, 3, 31)
