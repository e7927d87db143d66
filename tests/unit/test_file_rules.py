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
        ("o*.csv", "05/orders.csv", "05"), ("20*/o*.csv", "acme/2026/orders.csv", "acme"),
        ("o*.csv", "a/2026-03-05/b/orders.csv", None),
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
        ("t_120240314.csv", None), ("t_2024031455555.csv", None), ("t_2024-0314.csv", None), ("t_2024-03.csv", None),
        ("t_99991231.csv", None),
    ],
)  # fmt: skip
def test_a_day_in_the_name_counts_without_a_pattern(path: str, expected: datetime | None) -> None:
    assert spec_of(COLUMNS).dates_in_name(path).exported_at == expected


def test_a_files_name_may_say_which_days_it_restates() -> None:
    spec = spec_of(COLUMNS, exported_at=r"(?P<period_start>\d{4}-\d\d-\d\d)_(?P<period_end>\d{4}-\d\d-\d\d)")
    found = spec.dates_in_name("spend_2024-01-01_2024-01-31.csv")
    assert (found.period_start, found.period_end) == (date(2024, 1, 1), date(2024, 1, 31))
    assert found.exported_at == datetime(2024, 1, 31)
