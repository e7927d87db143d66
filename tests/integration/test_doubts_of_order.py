"""That only the time of a change says which of several files is newer is told, once an export and where it decides."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.exports.raw_history import loads_by_export
from tests.builders.replays import fix, replayed
from tests.builders.shop_home import ShopHome

UNDATED = """
files = ["*.csv"]
format = "csv"
mode = "upsert"
key = ["id"]
[columns]
id = { type = "integer" }
"""


@pytest.fixture
def shop(tmp_path: Path) -> ShopHome:
    return ShopHome(tmp_path / "home")


@pytest.mark.parametrize(
    ("names", "told_at"),
    [
        (("o_14.03.26", "o_15.03.26", "o_16.03.26"), 1), (("o", "p", "q_260314"), 2),
        (("o_2026-03", "o_2026-03-15", "o_2026-04"), None), (("o", "p", "q_1"), None),
    ],
)  # fmt: skip
def test_that_the_time_of_a_change_decides_is_told_once_an_export(
    shop: ShopHome, names: tuple[str, ...], told_at: int | None
) -> None:
    shop.spec("shop/orders", UNDATED)
    for at, name in enumerate(names):
        shop.deliver(f"shop/{name}.csv", f"id,v\n1,{at}\n")
    expected = ["order_by_file_time" if at == told_at else "" for at in range(len(names))]
    for is_check in (True, False):
        assert [each.reason for each in shop.load(dry_run=is_check).deliveries] == expected


def test_that_the_time_of_a_change_decides_is_told_by_each_run_and_not_once_a_pattern_reads_the_name(
    shop: ShopHome,
) -> None:
    shop.spec("shop/orders", UNDATED)
    shop.deliver("shop/o_14.03.26.csv", "id,v\n1,1\n")
    assert shop.load_one().reason == ""
    shop.deliver("shop/o_2026-03-15.csv", "id,v\n1,2\n")
    for is_check in (True, False):
        told = shop.load_one(dry_run=is_check)
        assert told.reason == "order_by_file_time"
        assert told.detail.startswith("'14.03.26' in the name of shop/o_14.03.26.csv may be a time and is read as none")
    (export,) = loads_by_export(shop.home).values()
    assert export["last_unreadable"] is None, "every column could be read"
    fix(shop, "[columns]", "exported_at = '(?P<day>..)[.](?P<month>..)[.](?P<year>..)[.]'\n[columns]")
    replayed(shop, every_load=True)
    assert shop.query("select reason, detail, exported_at::date::varchar from meta.loads order by all") == [
        (None, None, "2026-03-14"), (None, None, "2026-03-15"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "is_told"),
    [
        ('mode = "upsert"\nkey = ["id"]\nupdated_at = "at"', False), ('mode = "append"\nkey = ["id"]', False),
        ('mode = "snapshot"\nkey = ["id"]', True), ('mode = "period"\nperiod = "day"', True),
        ('mode = "upsert"\nkey = ["id"]\nexported_at = "_(?P<date>[0-9]{8})"', False),
    ],
)  # fmt: skip
def test_that_the_time_of_a_change_decides_is_told_only_where_it_does(shop: ShopHome, rule: str, is_told: bool) -> None:
    columns = 'id = { type = "integer" }\nat = { type = "timestamp" }\nday = { type = "date" }\n'
    shop.spec("shop/orders", f'files = ["*.csv"]\nformat = "csv"\n{rule}\n[columns]\n{columns}')
    for day in (1, 2):
        shop.deliver(f"shop/o_0{day}.03.26.csv", f"id,at,day\n1,2026-03-0{day},2026-03-0{day}\n")
    assert [each.reason == "order_by_file_time" for each in shop.load().deliveries] == [False, is_told]
