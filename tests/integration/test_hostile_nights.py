"""What a night meets beside bad files: no rights, files replaced meanwhile, endless lines, limits, a damaged store."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from ingestion.deliveries import Delivery
from ingestion.errors import RawStoreError
from tests.builders.hostile_files import one_long_line, wide_record
from tests.builders.rights import modes_that_count
from tests.builders.shop_home import AT_ONCE, ORDER_ROWS, ShopHome, orders_csv

LINES = """
description = "Things, one a line"
files = ["things*.jsonl"]
format = "jsonl"
mode = "append"
[columns]
text = { type = "text", personal = "none" }
"""
GIB = 1 << 30


@pytest.fixture
def shop(tmp_path: Path) -> ShopHome:
    """A home with one good delivery that must get through whatever lies beside it."""
    home = ShopHome(tmp_path / "home")
    home.spec()
    home.spec("shop/things", LINES)
    home.deliver("shop/orders_good.csv", orders_csv())
    return home


def the_bad_one(shop: ShopHome, **options: object) -> Delivery:
    deliveries = shop.load(**options).deliveries
    assert [each.file_name for each in deliveries if each.status == "loaded"] == ["shop/orders_good.csv"]
    assert shop.query("select count(*) from shop.orders") == [(3,)]
    (delivery,) = [each for each in deliveries if each.status != "loaded"]
    return delivery


@pytest.mark.parametrize(
    ("name", "start"), [("orders_long.csv", "id,Email,total,updated_at\n1,"), ("things.jsonl", '{"')]
)
def test_a_line_of_one_gigabyte_is_refused_in_bearable_time(shop: ShopHome, name: str, start: str) -> None:
    one_long_line(shop.deliver(f"shop/{name}", ""), start.encode(), GIB, b"x")
    began = time.process_time()
    delivery = the_bad_one(shop)
    assert (delivery.status, delivery.reason) == ("refused", "line_too_long")
    assert f"line {start.count(chr(10)) + 1} has more than" in delivery.detail
    assert time.process_time() - began < 20
    (shop.home.exports / "shop" / name).unlink()


def test_an_unreadable_folder_and_an_unreadable_file_are_named_and_taken_once_they_are_readable(shop: ShopHome) -> None:
    folder = shop.deliver("shop/locked/orders.csv", orders_csv(ORDER_ROWS[0])).parent
    file = shop.deliver("shop/orders_secret.csv", orders_csv(ORDER_ROWS[1]))
    folder.chmod(0)
    file.chmod(0)
    try:
        with modes_that_count():
            found = {each.file_name: each for each in shop.load().deliveries}
    finally:
        folder.chmod(0o700)
        file.chmod(0o600)
    told = {name: (each.status, each.reason) for name, each in found.items()}
    assert told == {
        "shop/locked": ("refused", "unreadable_folder"),
        "shop/orders_good.csv": ("loaded", ""),
        "shop/orders_secret.csv": ("refused", "cannot_open"),
    }
    assert "make it readable" in found["shop/locked"].detail
    assert found["shop/orders_secret.csv"].detail == (
        "the file cannot be opened (Permission denied); make it readable for the user who runs cx, and run again"
    )
    assert {each.status for each in shop.load().deliveries} == {"loaded"}


def test_a_file_replaced_by_a_rename_while_it_is_read_is_one_version_or_the_other_whole(
    shop: ShopHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = shop.deliver("shop/orders_new.csv", orders_csv("7,first,1,2026-01-01"))
    from ingestion.worker import file_load

    judged = file_load.check_budgets

    def replacing(*arguments: object) -> None:
        judged(*arguments)  # type: ignore[arg-type]
        if getattr(arguments[2], "file_name", "") == "shop/orders_new.csv" and "first" in path.read_text():
            fresh = path.with_name("fresh.tmp")
            fresh.write_text(orders_csv("7,second,1,2026-01-02", "8,second,1,2026-01-02"))
            fresh.replace(path)

    with monkeypatch.context() as patch:
        patch.setattr("ingestion.worker.file_load.check_budgets", replacing)
        shop.load()
    assert shop.query("select email from shop.orders where id >= 7") == [("first",)]
    assert shop.load_one().rows_loaded == 2
    assert shop.query("select email, count(*) from shop.orders where id >= 7 group by 1 order by 1") == [
        ("first", 1), ("second", 2),
    ]  # fmt: skip


def test_a_spec_with_a_mistake_is_named_and_the_others_load(shop: ShopHome) -> None:
    (shop.home.sources / "shop" / "broken.toml").write_text(
        'files = ["b*.csv"]\nformat = "cvs"\nmode = "append"\n[columns]\nx = { type = "txt" }\n'
    )
    shop.deliver("shop/b_1.csv", "x\n1\n")
    summary = shop.load(specs=None)
    assert [each.file_name for each in summary.of("loaded")] == ["shop/orders_good.csv"]
    assert [(each.file_name, each.reason) for each in summary.of("unclaimed")] == [("shop/b_1.csv", "unclaimed")]
    assert "a spec of shop has a mistake: fix that first" in summary.of("unclaimed")[0].detail
    assert not summary.is_good
    for words in (
        "shop/broken.toml: format:",
        "'cvs' is not known",
        "allowed: 'csv', 'json'",
        "columns.x.type",
        "'text'",
    ):
        assert any(words in str(mistake) for mistake in summary.spec_mistakes), (words, summary.spec_mistakes)


@pytest.mark.slow
def test_a_file_that_needs_too_much_memory_or_time_is_refused_with_the_limit_to_raise(tmp_path: Path) -> None:
    shop = ShopHome(tmp_path / "home", own_process=True)
    shop.spec()
    shop.spec("shop/things", LINES)
    shop.spec(
        "shop/slow", LINES.replace("jsonl", "csv").replace("things", "slow") + '[dialect]\nskip_where = "^(a+)+$"\n'
    )
    shop.deliver("shop/orders_good.csv", orders_csv())
    shop.deliver("shop/slow.csv", "text\n" + "a" * 60 + "!\n")
    found = shop.load(settings=replace(AT_ONCE, file_seconds=4)).deliveries
    (shop.home.exports / "shop" / "slow.csv").unlink()
    shop.deliver("shop/things.jsonl", wide_record(12_000_000))
    found += shop.load(settings=replace(AT_ONCE, address_space_mb=2000)).deliveries
    told = {each.file_name: each for each in found}
    assert told["shop/orders_good.csv"].status == "loaded"
    assert told["shop/slow.csv"].reason == "time_limit"
    assert told["shop/slow.csv"].detail.endswith("4 seconds and was stopped; split the file, or raise CX_FILE_SECONDS")
    assert told["shop/things.jsonl"].reason == "out_of_memory"
    assert "CX_ADDRESS_SPACE_MB" in told["shop/things.jsonl"].detail


def garbled(content: bytes) -> bytes:
    return b"\xff" * 4096 + content[4096:]


DAMAGES = {
    "cut in half": lambda content: content[: len(content) // 2],
    "cut to nothing": lambda _: b"",
    "garbage at its start": garbled,
    "another kind of file": lambda _: b"SQLite format 3\0" + bytes(8192),
    "zeros in the middle": lambda content: content[:8192] + bytes(len(content) - 12288) + content[-4096:],
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_raw_database_is_named_left_as_it_is_and_can_be_made_anew(shop: ShopHome, damage: str) -> None:
    shop.load()
    wanted = shop.fingerprint()
    ruined = DAMAGES[damage](shop.home.raw_db.read_bytes())  # type: ignore[no-untyped-call]
    shop.home.raw_db.write_bytes(ruined)
    shop.deliver("shop/orders_later.csv", orders_csv("9,late,1,2026-01-09"))
    with pytest.raises(RawStoreError, match=r"raw\.duckdb: .*[Mm]ove it"):
        shop.load()
    assert shop.home.raw_db.read_bytes() == ruined
    shop.home.raw_db.rename(shop.home.root / "raw.damaged")
    (shop.home.exports / "shop" / "orders_later.csv").unlink()
    shop.load()
    assert shop.fingerprint() == wanted


def test_a_log_of_garbage_beside_the_store_is_named_and_nothing_is_lost(shop: ShopHome) -> None:
    shop.load()
    before = shop.home.raw_db.read_bytes()
    log = Path(f"{shop.home.raw_db}.wal")
    log.write_bytes(b"\x99" * 5000)
    with pytest.raises(RawStoreError, match=r"raw\.duckdb\.wal: .* move it aside and run again"):
        shop.load()
    assert (shop.home.raw_db.read_bytes(), log.read_bytes()) == (before, b"\x99" * 5000)
    log.unlink()
    assert shop.load().deliveries == []


def test_a_hard_link_is_a_file_like_any_other(shop: ShopHome, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text(orders_csv(ORDER_ROWS[0]))
    (shop.home.exports / "shop" / "orders_linked.csv").hardlink_to(other)
    assert {each.status for each in shop.load().deliveries} == {"loaded"}
