"""What is doubtful of a file that was taken is told: its date, its period, a twin of the same time."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from orchestration.nights.not_taken import not_taken
from tests.builders.replays import fix, replayed
from tests.builders.shop_home import NOON, PART, ShopHome, orders_csv

SPEND = """
files = ["spend*.csv"]
format = "csv"
entity = "marketing_spend"
exported_at = '(?P<period_start>\\d{4}-\\d\\d-\\d\\d)_(?P<period_end>\\d{4}-\\d\\d-\\d\\d)|(?P<date>\\d{8})'
[map]
spend_date = { from = "day" }
spend_amount = { from = "cost" }
"""
RATES = """
files = ["rates*.csv"]
format = "csv"
mode = "snapshot"
key = ["id"]
"""
CHANNEL = 'channel = { from = "channel" }\n'
LINES = """
files = ["lines*.csv"]
format = "csv"
entity = "order_lines"
[map]
order_key = { from = "order" }
"""


@pytest.fixture
def shop(tmp_path: Path) -> ShopHome:
    return ShopHome(tmp_path / "home")


def test_a_date_in_the_name_that_is_none_is_told_at_check_and_load_and_mended_by_a_replay(shop: ShopHome) -> None:
    shop.spec()
    shop.deliver("shop/orders_2026-02-30.csv", orders_csv())
    for is_check in (True, False):
        summary = shop.load(dry_run=is_check)
        (told,) = not_taken(summary)
        assert told.startswith("shop/orders_2026-02-30.csv: loaded, date_unreadable: '2026-02-30' in")
        assert "time at which the file was last changed" in told and "replay --all" in told
    fix(shop, r"-\d{2}-\d{2})", r"-\d{2}-\d)")
    replayed(shop, every_load=True)
    assert shop.query("select reason, detail, exported_at::date::varchar from meta.loads") == [
        (None, None, "2026-02-03")
    ]


def test_a_period_that_ends_before_it_begins_is_told_and_the_rows_say_the_days(shop: ShopHome) -> None:
    shop.spec("shop/spend", SPEND)
    shop.deliver("shop/spend_2026-03-07_2026-03-01.csv", "day,cost\n2026-03-02,1\n2026-03-05,2\n")
    delivery = shop.load_one()
    assert (delivery.reason, delivery.rows_loaded) == ("date_unreadable", 2)
    assert "'2026-03-07 to 2026-03-01'" in delivery.detail and "last changed" not in delivery.detail
    days = shop.query("select period_start::varchar, period_end::varchar from meta.loads")
    assert days == [("2026-03-02", "2026-03-05")]


def test_rows_outside_of_the_period_in_the_name_are_counted(shop: ShopHome) -> None:
    shop.spec("shop/spend", SPEND)
    shop.deliver("shop/spend_2026-03-01_2026-03-07.csv", "day,cost\n2026-03-01,1\n2026-03-15,2\n2026-03-16,2\n")
    shop.deliver("shop/spend_2026-03-08_2026-03-09.csv", "day,cost\n2026-03-08,1\n")
    one, other = shop.load().deliveries
    assert (one.reason, other.reason) == ("outside_period", "")
    assert one.detail.startswith("the name says 2026-03-01 to 2026-03-07, and 2 rows lie outside")


@pytest.mark.parametrize(("rule", "is_told"), [("", True), ("volume = { min_share_of_previous = 0.5 }", False)])
def test_a_dump_without_rows_is_told_where_it_closes_those_of_the_dumps_before(
    shop: ShopHome, rule: str, is_told: bool
) -> None:
    shop.spec("shop/rates", RATES + rule + '\n[columns]\nid = { type = "integer" }\n')
    shop.deliver("shop/rates_2026-03-01.csv", "id\n")
    assert shop.load_one().reason == ""
    shop.deliver("shop/rates_2026-03-02.csv", "id\n1\n2\n")
    shop.deliver("shop/rates_2026-03-03.csv", "id,\n")
    first, second = shop.load().deliveries
    assert (first.reason, second.reason) == ("", "dump_without_rows" if is_told else "")
    assert not is_told or "(the largest held 2)" in second.detail


MARCH = "".join(f"2026-03-{day:02d},1,google\n" for day in (1, 2, 9, 10))


@pytest.mark.parametrize("stray", ["1926-03-01", "2026-01-03", "2026-04-30"])
def test_a_stray_day_restates_itself_alone_and_what_lies_between_is_told(shop: ShopHome, stray: str) -> None:
    shop.spec("shop/spend", SPEND + CHANNEL)
    february = "".join(f"2026-0{month}-01,1,google\n2026-0{month}-05,1,meta\n" for month in (2, 4))
    shop.deliver("shop/spend_20260228.csv", f"day,cost,channel\n{february}")
    assert shop.load_one().reason == ""
    shop.deliver("shop/spend_20260331.csv", f"day,cost,channel\n{MARCH}{stray},1,google\n")
    told = shop.load_one()
    assert told.reason == "days_apart"
    assert f"from 2026-03-01 to 2026-03-10, others as far as {stray}; 1 rows that" in told.detail
    assert shop.query("select period_start::varchar, period_end::varchar from meta.loads order by exported_at")[1] == (
        "2026-03-01", "2026-03-10",
    )  # fmt: skip


def test_days_a_month_apart_that_come_again_and_again_are_no_doubt(shop: ShopHome) -> None:
    shop.spec("shop/spend", SPEND)
    for last in (3, 4, 5):
        rows = "".join(f"2026-0{month}-01,{last}\n" for month in range(1, last + 1))
        shop.deliver(f"shop/spend_20260{last}01.csv", f"day,cost\n{rows}")
        assert shop.load_one().reason == ""


@pytest.mark.parametrize(("mapped", "is_told"), [("", True), (CHANNEL, False)])
def test_two_files_of_one_time_that_hold_the_same_days_are_told_unless_their_channels_differ(
    shop: ShopHome, mapped: str, is_told: bool
) -> None:
    shop.spec("shop/spend", SPEND + mapped)
    for channel in ("google", "meta"):
        rows = "".join(f"2026-03-0{day},1,{channel}\n" for day in (1, 2))
        shop.deliver(f"shop/spend_{channel}_20260314.csv", f"day,cost,channel\n{rows}")
    assert [told.reason for told in shop.load(dry_run=True).deliveries] == ["", "held_twice" if is_told else ""]
    first, second = shop.load().deliveries
    assert first.reason == ""
    assert second.reason == ("held_twice" if is_told else "")
    assert not is_told or second.detail.startswith("2 days of it stand in shop/spend_google_20260314.csv of the same")


@pytest.mark.parametrize(("mapped", "is_told"), [("", True), ('line_key = { from = "line" }\n', False)])
def test_an_orders_lines_in_two_files_of_one_day_are_told_unless_the_lines_have_ids(
    shop: ShopHome, mapped: str, is_told: bool
) -> None:
    shop.spec("shop/lines", LINES + mapped)
    for part, rows in ((1, "1,a\n1,b\n2,a\n"), (2, "1,c\n1,a\n")):
        shop.deliver(f"shop/lines_2026-03-14_part{part}.csv", f"order,line\n{rows}")
    shop.deliver("shop/lines_2026-03-15.csv", "order,line\n2,x\n")
    for is_check in (True, False):
        reasons = [delivery.reason for delivery in shop.load(dry_run=is_check).deliveries]
        assert reasons == ["", "held_twice" if is_told else "", ""]


DAYS = """
files = ["rates*.csv"]
format = "csv"
mode = "period"
period = "day"
[columns]
day = { type = "date" }
"""


def test_two_files_of_a_vendors_period_of_one_time_are_told(shop: ShopHome) -> None:
    shop.spec("shop/rates", DAYS)
    for part in (1, 2):
        shop.deliver(f"shop/rates_2026-03-14_part{part}.csv", "day\n" + "2026-03-01\n" * part)
    shop.deliver("shop/rates_2026-03-15.csv", "day\n" + "2026-03-01\n" * 3)
    assert [told.reason for told in shop.load(dry_run=True).deliveries] == ["", "held_twice", ""]
    first, second, later = shop.load().deliveries
    assert [each.reason for each in (first, second, later)] == ["", "held_twice", ""]
    assert "shop/rates_2026-03-14_part1.csv" in second.detail and "named last" in second.detail


def test_a_file_that_was_overwritten_on_the_same_day_is_no_twin_of_itself(shop: ShopHome) -> None:
    shop.spec("shop/spend", SPEND)
    for cost in (1, 2):
        shop.deliver("shop/spend_20260314.csv", f"day,cost\n2026-03-01,{cost}\n")
        assert shop.load_one().reason == ""


@pytest.mark.parametrize("quoted", [False, True], ids=["fast", "exact"])
@pytest.mark.parametrize("is_check", [False, True])
def test_rows_that_no_part_of_a_split_takes_are_counted(shop: ShopHome, quoted: bool, is_check: bool) -> None:
    """The word of one part is written otherwise in two rows; a part alone, or with all rows taken, tells nothing."""
    blank = "\n" if quoted else ""
    for entity, key, word in (("orders", "order_key", "ORD"), ("refunds", "refund_key", "REF")):
        shop.spec(f"shop/{entity}", PART.format(entity=entity, key=key, word=word))
    shop.deliver("shop/sales_1.csv", f"Ref,Type\n1,ORD\n{blank}2,ord\n3,REF\n4,Ref\n5,REF\n")
    shop.deliver("shop/sales_2.csv", "Ref,Type\n1,ORD\n7,REF\n")
    told = [(each.file_name, each.reason, each.rows_loaded) for each in shop.load(dry_run=is_check).deliveries]
    assert told == [
        ("shop/sales_1.csv", "", 1), ("shop/sales_1.csv", "rows_untaken", 2),
        ("shop/sales_2.csv", "", 1), ("shop/sales_2.csv", "", 1),
    ]  # fmt: skip
    shop.load()
    if not is_check:
        ((detail,),) = shop.query("select detail from meta.loads where reason = 'rows_untaken'")
        assert detail.startswith("2 of 5 rows were taken by no part of the split 'sales'; if they")
        fix(shop, "[map]", '[map]\nreason = { from = "Type" }', "shop/refunds")
        replayed(shop, every_load=True)
        ((detail,),) = shop.query("select detail from meta.loads where reason = 'rows_untaken'")
        assert detail.startswith(
            "2 of 5 rows were taken by no part of the split 'sales', before a part was read again;"
        )


def test_the_lock_of_an_open_workbook_is_left_alone(shop: ShopHome) -> None:
    shop.spec()
    shop.deliver("shop/~$orders_2026-03-14.xlsx", b"\x05owner")
    assert shop.load().deliveries == []


MEMBERS = """
files = ["m*.csv"]
format = "csv"
mode = "snapshot"
key = ["id"]
[columns]
id = { type = "integer" }
"""
FEW, MANY, OTHERS = "id\n1\n2\n", "id\n1\n2\n3\n", "id\n3\n4\n5\n"


@pytest.mark.parametrize("is_check", [False, True])
@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (("m_2026-03-14_morning", MANY), ("m_2026-03-14_evening", FEW), "dumps_joined"),
        (("m_2026-03-14_1", MANY), ("m_2026-03-14_2", OTHERS), ""),
        (("m_2026-03-14", FEW), ("m_2026-03-14_2", OTHERS), ""),
        (("m_2026-03-14", MANY), ("m_2026-03-14-corrected", FEW), ""),
        (("m_2026-03-14", FEW), ("m_2026-03-14 (1)", OTHERS), "dump_replaced"),
        (("m_2026-03-14", MANY), ("m_2026-03-15", OTHERS), ""),
        (("m_one", FEW), ("m_two", OTHERS), "dump_replaced"), (("m_one", FEW), ("m_two", MANY), ""),
    ],
)  # fmt: skip
def test_dumps_of_one_day_whose_records_speak_against_their_names_are_told(
    shop: ShopHome, is_check: bool, first: tuple[str, str], second: tuple[str, str], told: str
) -> None:
    shop.spec("shop/m", MEMBERS)
    for hour, (name, content) in enumerate((first, second)):
        shop.deliver(f"shop/{name}.csv", content, NOON + timedelta(hours=hour))
    assert {each.reason for each in shop.load(dry_run=is_check).deliveries} == {"", told}
