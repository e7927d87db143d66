"""Which files an export claims, and what their names say."""

from datetime import date, datetime

import pytest

from tests.builders.specs import spec_of

COLUMNS = {"x": {"type": "text"}}


@pytest.mark.parametrize(
    ("glob", "path", "instance"),
    [
        ("o*.csv", "orders.csv", ""), ("o*.csv", "ORDERS_1.CSV.GZ", ""), ("o*.csv", "Acme/orders.csv.zst", "Acme"),
        ("o*.csv.gz", "orders.csv", ""), ("o*.csv", "a/b/orders.csv", None), ("o*.csv", "orders.csv.part", None),
        ("day/o*.csv", "day/orders.csv", ""), ("day/o*.csv", "acme/day/orders.csv", "acme"),
        ("**/o*.csv", "a/b/orders.csv", ""),
        ("o?.csv", "o1.csv", ""), ("o?.csv", "o12.csv", None), ("o[0-9].csv", "o5.csv", ""),
        ("o[!0-9].csv", "o5.csv", None),
        ("o+(1).csv", "o+(1).csv", ""),
        ("o*.csv", "2026-03-05/orders.csv", ""), ("o*.csv", "2026/03/05/orders.csv", ""),
        ("o*.csv", "Acme/2026-03-05/orders.csv", "Acme"), ("o*.csv", "2026-03/Acme/orders.csv", "Acme"),
        ("o*.csv", "2026-3-14/orders.csv", ""), ("o*.csv", "2026/3/14/orders.csv", ""),
        ("o*.csv", "acme/2026-3/orders.csv", "acme"), ("o*.csv", "2026-03-5/orders.csv", "2026-03-5"),
        ("o*.csv", "2026 03 14/orders.csv", ""), ("o*.csv", "14.03.2026/orders.csv", ""),
        ("o*.csv", "3-14-2026/orders.csv", ""), ("o*.csv", "14-Mar-2026/orders.csv", ""),
        ("o*.csv", "14-Market-2026/orders.csv", "14-Market-2026"), ("o_14-Mar*.csv", "o_14-Mar-2026.csv", ""),
        ("o*.csv", "2026-W10/orders.csv", ""), ("o*.csv", "2026Q1/orders.csv", ""),
        ("o*.csv", "Q1 2026/orders.csv", ""),
        ("o*.csv", "03.2026/orders.csv", ""), ("o*.csv", "2026-W/orders.csv", "2026-W"),
        ("o*.csv", "05/orders.csv", "05"), ("20*/o*.csv", "acme/2026/orders.csv", "acme"),
        ("o*.csv", "a/2026-03-05/b/orders.csv", None), ("o*.csv", "14.03.26/orders.csv", ""),
        ("o*.csv", "14032026/orders.csv", ""), ("o*.csv", "KW11-2026/orders.csv", ""),
        ("o*.csv", "March-2026/orders.csv", ""), ("o*.csv", "99992026/orders.csv", "99992026"),
        ("o*.csv", "Mar 14, 2026/orders.csv", ""), ("o*.csv", "Acme March 2026/orders.csv", "Acme March 2026"),
    ],
)  # fmt: skip
def test_a_glob_claims_files_of_the_source_and_its_instances(glob: str, path: str, instance: str | None) -> None:
    assert spec_of(COLUMNS, files=[glob]).instance_of(path) == instance


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        (r"_(?P<date>\d{4}-\d{2}-\d{2})", "t_2024-03-14.json", datetime(2024, 3, 14)),
        (r"_(?P<date>\d{8})T?(?P<time>\d{6})?", "t_20240314T101530.json", datetime(2024, 3, 14, 10, 15, 30)),
        (r"_(?P<epoch>\d+)", "t_1700000000.json", datetime(2023, 11, 14, 22, 13, 20)),
        (r"_(?P<epoch>\d+)", "t_1700000000123.json", datetime(2023, 11, 14, 22, 13, 20, 123000)),
        (r"_(?P<date>\d{4}-\d{2}-\d{2})", "t_2024-02-30.json", None),
        (r"_(?P<date>\d{4}-\d{2}-\d{2})", "t.json", None),
        (r"_(?P<date>\d{4}-\d{2}-\d{2})", "t_20240314.json", datetime(2024, 3, 14)),
        (r"_(?P<date>\d{4}-\d{2}-\d{2})", "2024-03-14/t.json", datetime(2024, 3, 14)),
        (r"_(?P<date>\d{4}-\d{2}-\d{2})", "acme/2024/03/14/t.json", datetime(2024, 3, 14)),
        (r"_(?P<date>\d{4}-\d{2}-\d{2})", "2024/t.json", None),
    ],
)
def test_a_files_name_may_say_when_it_was_exported(pattern: str, path: str, expected: datetime | None) -> None:
    assert spec_of(COLUMNS, exported_at=pattern).dates_in_name(path).exported_at == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("t_2024-03-14.json", datetime(2024, 3, 14)), ("2024-03-14_t.csv.gz", datetime(2024, 3, 14)),
        ("acme/t 2024.03.14 (1).csv", datetime(2024, 3, 14)), ("t_20240314.csv", datetime(2024, 3, 14)),
        ("t_20240314T101530Z.csv", datetime(2024, 3, 14)), ("t_20240314101530.csv", datetime(2024, 3, 14)),
        ("t_2024-01-01_2024-01-31.csv", datetime(2024, 1, 31)), ("2024-03-14/t_2024-03-15.csv", datetime(2024, 3, 15)),
        ("2024-03-14/t.csv", datetime(2024, 3, 14)), ("t_2024-02-30.csv", None), ("t_20249999.csv", None),
        ("t_120240314.csv", None), ("t_2024031455555.csv", None), ("t_2024-0314.csv", None),
        ("t_99991231.csv", None), ("14.03.2026/t.csv", datetime(2026, 3, 14)),
        ("14-3-2026/t.csv", datetime(2026, 3, 14)), ("3-14-2026/t.csv", datetime(2026, 3, 14)),
        ("4-3-2026/t.csv", None), ("2026-3-14/t.csv", datetime(2026, 3, 14)),
        ("t_2026-3-4.csv", datetime(2026, 3, 4)), ("t 2026 03 14.csv", datetime(2026, 3, 14)),
        ("t_2026.10.3 (1).csv", datetime(2026, 10, 3)), ("t_2026-01-3.csv", None), ("t_2026_3-4.csv", None),
        ("t_14.03.2026.csv", datetime(2026, 3, 14)), ("t_4.3.2026 (1).csv", datetime(2026, 3, 4)),
        ("t_03-14-2026.csv", datetime(2026, 3, 14)), ("t_14-03-2026_1.csv", datetime(2026, 3, 14)),
        ("t_01.03.2026-14.03.2026.csv", datetime(2026, 3, 14)), ("t_01-03-2026-14-03-2026.csv", datetime(2026, 3, 14)),
        ("t_2026-03-01-2026.csv", datetime(2026, 3, 1)), ("t_04-03-2026.csv", None),
        ("t_1.2.20261.csv", None), ("t_31.02.2026.csv", None),
        ("2026-W10/2026-03-05/t.csv", datetime(2026, 3, 5)), ("2026-03/14.03.2026/t.csv", datetime(2026, 3, 14)),
        ("t_14-Mar-2026.csv", datetime(2026, 3, 14)), ("t_2026-may-4.csv", datetime(2026, 5, 4)),
        ("t 5 September 2026.csv", datetime(2026, 9, 5)), ("t_14Sept2026 (1).csv", datetime(2026, 9, 14)),
        ("14_Dec_2026/t.csv", datetime(2026, 12, 14)), ("t_1_marketing_2026.csv", None), ("t_31-Feb-2026.csv", None),
        ("t_Mar-14-2026.csv", datetime(2026, 3, 14)), ("T March 14, 2026.csv", datetime(2026, 3, 14)),
        ("t 14th March 2026.csv", datetime(2026, 3, 14)), ("t_14032026.csv", datetime(2026, 3, 14)),
        ("t_03142026_1.csv", datetime(2026, 3, 14)), ("t_14032026120000.csv", datetime(2026, 3, 14)),
        ("t_3-3-2026.csv", datetime(2026, 3, 3)), ("t_04032026.csv", None), ("t_1412201912.csv", None),
        ("t_20260314120000123.csv", datetime(2026, 3, 14)), ("t_2026031412.csv", datetime(2026, 3, 14)),
        ("t_2026031412000012.csv", None), ("14032026/t.csv", datetime(2026, 3, 14)),
        ("2024-03-14/2025/t.csv", datetime(2024, 3, 14)), ("2024-03-14/t_2024-03.csv", datetime(2024, 3, 14)),
        ("t_2026-04_2026-03-14.csv", datetime(2026, 3, 14)), ("2026/t.csv", None), ("t_2026.csv", None),
    ],
)  # fmt: skip
def test_a_day_in_the_name_counts_without_a_pattern(path: str, expected: datetime | None) -> None:
    assert spec_of(COLUMNS).dates_in_name(path).exported_at == expected


@pytest.mark.parametrize(
    ("path", "untold"),
    [
        ("o_14.03.26.csv", "14.03.26"), ("o_260314.csv", "260314"), ("o_04032026.csv", "04032026"),
        ("o_201112.csv", "201112"), ("o_2026-03-1.csv", "2026"), ("o_2026.csv", "2026"), ("2026/o.csv", "2026"),
        ("o_1773446400.csv", "1773446400"), ("o_1773446400123.csv", "1773446400123"), ("o_14-Mar.csv", "14-Mar"),
        ("o_mar26.csv", "mar26"), ("orders march.csv", "march"), ("14.03.26/o.csv", "14.03.26"),
        ("orders_1.csv", ""), ("o_12345678.csv", ""), ("o_000123.csv", ""), ("summary_of_markets.csv", ""),
        ("o_2026-03-14.csv", ""), ("2026-03-14/o_14.03.26.csv", ""), ("o_2026-02-30.csv", ""), ("o_99.99.26.csv", ""),
    ],
)  # fmt: skip
def test_what_may_be_a_time_in_the_name_and_is_read_by_nobody_is_known(path: str, untold: str) -> None:
    assert spec_of(COLUMNS).dates_in_name(path).untold == untold
    assert spec_of(COLUMNS, exported_at=r"_(?P<date>never)").dates_in_name(path).untold == ""


def test_what_is_written_as_a_day_in_the_name_and_is_none_is_a_doubt() -> None:
    spec = spec_of(COLUMNS)
    assert spec.dates_in_name("o_2026-02-30.csv").doubt == "2026-02-30"
    assert spec.dates_in_name("o_04-03-2026.csv").doubt == "04-03-2026"
    for name in ("o_20269999.csv", "o_2026-02-30_2026-03-01.csv", "o.csv"):
        assert spec.dates_in_name(name).doubt == ""


DATE = r"(?P<date>\d{4}-\d{1,2}-\d{1,2}|\d\d\.\d\d\.\d{2,4})[_T]?(?P<time>\d{1,2}[-:]?\d\d(?:[-:]?\d\d\.?\d*)?)?"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("o_2026-1-12.csv", datetime(2026, 1, 12)), ("o_2026-1-02.csv", datetime(2026, 1, 2)),
        ("o_2026-12-1.csv", datetime(2026, 12, 1)), ("o_2026-3-5.csv", datetime(2026, 3, 5)),
        ("o_2026-3-5_1-30.csv", datetime(2026, 3, 5, 1, 30)),
        ("o_2026-3-5T13-05-09.csv", datetime(2026, 3, 5, 13, 5, 9)),
        ("o_2026-03-05T130509123.csv", datetime(2026, 3, 5, 13, 5, 9)), ("o_2026-03-05_130.csv", None),
        ("o_2026-02-30.csv", None), ("o_14.03.2026.csv", None), ("o_20.10.12_0510.csv", None),
        ("o_2026-1-12_25-00.csv", None),
    ],
)  # fmt: skip
def test_the_numbers_of_a_date_are_read_as_numbers_and_what_is_no_date_is_a_doubt(
    path: str, expected: datetime | None
) -> None:
    found = spec_of(COLUMNS, exported_at=DATE).dates_in_name(path)
    assert (found.exported_at, bool(found.doubt)) == (expected, expected is None)


@pytest.mark.parametrize(
    ("path", "expected"),
    [("o_4.3.2026.csv", datetime(2026, 3, 4)), ("o_14.03.26.csv", datetime(2026, 3, 14)), ("o_30.02.2026.csv", None)],
)
def test_a_pattern_may_name_the_parts_of_a_day_in_another_order(path: str, expected: datetime | None) -> None:
    pattern = r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{2,4})"
    assert spec_of(COLUMNS, exported_at=pattern).dates_in_name(path).exported_at == expected


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        (r"(?P<year>\d{4})-(?P<month>\d\d)", "o_2026-03-1.csv", datetime(2026, 3, 31)),
        (r"(?P<month>\d\d)(?P<year>\d\d)\.", "o_0226.csv", datetime(2026, 2, 28)),
        (r"(?P<date>\d{6})", "o_201112.csv", datetime(2011, 12, 31)),
        (r"(?P<date>\d{4}-?[QW]\d+)", "o_2026-W11-2.csv", datetime(2026, 3, 15)),
        (r"(?P<date>\d{4}-\d\d)_(?P<time>\d{4})", "o_2026-03_1200.csv", None),
        (r"(?P<year>\d{4})-(?P<month>\d\d)", "o_2026-13.csv", None),
        (r"(?P<date>\d{6})", "o_260314.csv", None),
    ],
)
def test_a_pattern_may_take_a_month_or_a_week(pattern: str, path: str, expected: datetime | None) -> None:
    found = spec_of(COLUMNS, exported_at=pattern).dates_in_name(path)
    assert (found.exported_at, bool(found.doubt)) == (expected, expected is None)


def test_a_period_of_months_begins_on_the_first_day_of_one_and_ends_on_the_last_of_the_other() -> None:
    pattern = r"(?P<period_start>\d{4}-\d\d)_(?P<period_end>\d{4}-\d\d)"
    found = spec_of(COLUMNS, exported_at=pattern).dates_in_name("spend_2026-01_2026-03.csv")
    assert (found.period_start, found.period_end) == (date(2026, 1, 1), date(2026, 3, 31))
    assert found.exported_at == datetime(2026, 3, 31)


def test_a_period_that_ends_before_it_begins_is_a_doubt() -> None:
    spec = spec_of(COLUMNS, exported_at=r"(?P<period_start>\d{4}-\d\d-\d\d)_(?P<period_end>\d{4}-\d\d-\d\d)")
    found = spec.dates_in_name("spend_2026-03-07_2026-03-01.csv")
    assert (found.period_start, found.period_end, found.doubt) == (None, None, "2026-03-07 to 2026-03-01")
    assert found.exported_at == datetime(2026, 3, 1)
    assert spec.dates_in_name("spend_2026-03-32_2026-04-01.csv").doubt == "2026-03-32"


def test_a_name_without_what_the_pattern_takes_is_no_doubt() -> None:
    assert spec_of(COLUMNS, exported_at=DATE).dates_in_name("orders.csv").doubt == ""


def test_a_files_name_may_say_which_days_it_restates() -> None:
    spec = spec_of(COLUMNS, exported_at=r"(?P<period_start>\d{4}-\d\d-\d\d)_(?P<period_end>\d{4}-\d\d-\d\d)")
    found = spec.dates_in_name("spend_2024-01-01_2024-01-31.csv")
    assert (found.period_start, found.period_end) == (date(2024, 1, 1), date(2024, 1, 31))
    assert found.exported_at == datetime(2024, 1, 31)


PERIOD = r"(?P<period_start>\d{4}-\d\d-\d\d)_(?P<period_end>\d{4}-\d\d-\d\d)"


@pytest.mark.parametrize("pattern", [None, PERIOD])
@pytest.mark.parametrize(
    ("modified", "expected"),
    [
        (datetime(2026, 3, 10, 23), datetime(2026, 3, 10)), (datetime(2026, 2, 28, 22), datetime(2026, 2, 28)),
        (datetime(2026, 3, 31, 1), datetime(2026, 3, 31)), (datetime(2026, 9, 1), datetime(2026, 3, 31)),
        (datetime(2026, 2, 27), datetime(2026, 3, 31)), (datetime(1980, 1, 1), datetime(2026, 3, 31)),
        (None, datetime(2026, 3, 31)),
    ],
)  # fmt: skip
def test_what_restates_a_running_period_was_exported_no_later_than_it_was_changed(
    pattern: str | None, modified: datetime | None, expected: datetime
) -> None:
    spec = spec_of(COLUMNS, exported_at=pattern) if pattern else spec_of(COLUMNS)
    found = spec.dates_in_name("spend_2026-03-01_2026-03-31.csv", modified)
    assert found.exported_at == expected
    assert not pattern or found.period_end == date(2026, 3, 31)  # which days it restates, its change says nothing of


def test_a_last_change_moves_no_single_day_and_no_month_that_it_lies_before() -> None:
    day = spec_of(COLUMNS).dates_in_name("o_2026-03-14.csv", datetime(2026, 3, 10))
    assert day.exported_at == datetime(2026, 3, 14)
    month = spec_of(COLUMNS, exported_at=r"(?P<year>\d{4})-(?P<month>\d\d)")
    assert month.dates_in_name("o_2026-03.csv", datetime(1980, 1, 1)).exported_at == datetime(2026, 3, 31)
    only_end = spec_of(COLUMNS, exported_at=r"until_(?P<period_end>\d{4}-\d\d-\d\d)")
    assert only_end.dates_in_name("until_2026-03-14.csv", datetime(2026, 3, 1)).exported_at == datetime(2026, 3, 14)
