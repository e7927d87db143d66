"""That only the time of a change says which of several files is newer is told, once an export and where it decides."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingestion.path_dates import DatesInName
from ingestion.specs.model import Spec
from ingestion.store.ledger import LoadLine
from ingestion.worker.file_order import doubts_of_order
from ingestion.worker.run_memory import LoadedFiles
from orchestration.exports.raw_history import loads_by_export
from tests.builders.replays import fix, replayed
from tests.builders.shop_home import ShopHome
from tests.builders.specs import spec_of

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
        (("o_202603", "o_202604", "o_202605"), 1), (("KW 12 2026", "KW 13 2026"), 1), (("o", "o_2099-03"), 1),
    ],
)  # fmt: skip
def test_that_the_time_of_a_change_decides_is_told_once_an_export(
    shop: ShopHome, names: tuple[str, ...], told_at: int | None
) -> None:
    shop.spec("shop/orders", UNDATED)
    for at, name in enumerate(names):
        shop.deliver(f"shop/{name}.csv", f"id,v\n1,{at}\n", datetime(2026, 5, 1, tzinfo=UTC))
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


def test_a_running_months_file_was_exported_on_the_day_of_its_last_change_and_by_a_replay_too(shop: ShopHome) -> None:
    shop.spec("shop/orders", UNDATED)
    march = [datetime(2026, 3, day, 22, tzinfo=UTC) for day in (10, 12)]
    for at, modified in enumerate([*march, datetime(2026, 4, 5, tzinfo=UTC)]):  # the last one is a restored copy
        shop.deliver("shop/o_2026-03.csv", f"id,v\n1,{min(at, 1)}\n", modified)
        shop.load()
    expected = [("2026-03-10", "loaded"), ("2026-03-12", "loaded"), ("2026-03-31", "duplicate")]
    exported = "select exported_at::date::varchar, status from meta.loads order by all"
    assert shop.query(exported) == expected
    fix(shop, "[columns]", 'null_tokens = ["?"]\n[columns]')
    assert "loaded" in {each.status for each in replayed(shop, every_load=True).deliveries}
    assert shop.query(exported) == expected


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


def test_names_are_dated_once_and_only_where_the_order_of_files_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def dates(_: Spec, name: str, __: datetime | None) -> DatesInName:
        asked.append(name)
        return DatesInName()

    monkeypatch.setattr(Spec, "dates_in_name", dates)
    line = LoadLine(load_id=0, source="shop", export="o", instance="", file_name="shop/b.csv")
    files = LoadedFiles()
    files.add("shop/a.csv", None)
    files.add("shop/b.csv", None)
    for mode, dated in (("append", []), ("snapshot", ["b.csv", "a.csv"]), ("snapshot", ["b.csv", "a.csv"])):
        spec = spec_of({"x": {"type": "text"}}, mode=mode, key=["x"])
        assert doubts_of_order(spec, line, DatesInName(), files) == []
        assert asked == dated
