"""`cx check` says of files that are all new what `cx load` then says of them."""

from __future__ import annotations

from pathlib import Path

from tests.builders.shop_home import ShopHome

DUMP = 'files = ["dump*"]\nformat = "json"\nmode = "snapshot"\nkey = ["id"]\n[columns]\nid = { type = "integer" }\n'
DAYS = 'files = ["days*"]\nformat = "csv"\nmode = "period"\nperiod = "day"\n[columns]\nday = { type = "date" }\n'
SPEND = """
entity = "marketing_spend"
files = ["spend*.csv"]
format = "csv"
[map]
spend_date = { from = "day" }
channel = { from = "channel" }
"""


def test_a_check_of_new_files_tells_what_the_load_tells(tmp_path: Path) -> None:
    shop = ShopHome(tmp_path / "home")
    for name, toml in (("dump", DUMP), ("days", DAYS), ("spend", SPEND)):
        shop.spec(f"shop/{name}", toml)
    shop.deliver("shop/dump_2026-01-01.json", '[{"id":1},{"id":2},{"id":3}]')
    shop.deliver("shop/dump_2026-01-03.json", "[]")
    shop.deliver("shop/days_2026-01-01.csv", "day\n" + "".join(f"2025-0{month}-01\n" * 2 for month in range(3, 9)))
    shop.deliver("shop/days_2026-01-05.csv", "day\n2025-01-01\n2025-12-01\n2025-12-02\n")
    for name, channel in (("a", "x"), ("b", "x\n2025-12-30,x"), ("c", "y")):
        shop.deliver(f"shop/spend_2026-01-01_{name}.csv", f"day,channel\n2025-12-31,{channel}\n2025-12-31,{channel}\n")
    shop.deliver("shop/second/spend_2026-01-02.csv", "day,channel\n2025-12-31,x\n")
    foreseen, told = ([(one.file_name, one.reason, one.detail) for one in shop.load(dry_run=is_check).deliveries]
                      for is_check in (True, False))  # fmt: skip
    assert foreseen == told
    reasons = [reason for _, reason, _ in told if reason]
    assert reasons == ["days_apart", "dump_without_rows", "new_instance", "held_twice"]
    assert "12 rows that were loaded lie between" in next(
        detail for _, reason, detail in told if reason == "days_apart"
    )
