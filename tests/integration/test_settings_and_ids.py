"""Settings that cannot be meant and ids of no load are named, and what a message points to is there."""

import re
from pathlib import Path

import pytest

from ingestion.deliveries import LoadSettings
from ingestion.errors import SettingError
from tests.builders.command import cx
from tests.builders.shop_home import ShopHome, orders_csv

PROJECT = Path(__file__).resolve().parents[2]
WRONG = {
    "CX_SETTLE_SECONDS": ["abc", "-1", "nan", "inf"],
    "CX_FILE_SECONDS": ["-1", "0", "x"],
    "CX_DATABASE_MB": ["0", "1.5", "-7", "1e300"],
    "CX_ADDRESS_SPACE_MB": ["0", "lots"],
    "CX_THREADS": ["-3", "two", "0.5"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_a_setting_that_cannot_be_meant_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=f"{name} must be a"):
        LoadSettings.from_environment({name: value})


def test_settings_that_can_be_meant_hold() -> None:
    told = {"CX_SETTLE_SECONDS": "0", "CX_FILE_SECONDS": "1.5", "CX_DATABASE_MB": "64", "CX_THREADS": ""}
    assert LoadSettings.from_environment(told) == LoadSettings(0.0, 1.5, 64)


def test_the_command_ends_with_the_name_of_the_setting(tmp_path: Path) -> None:
    ended = cx(tmp_path / "home", "load", CX_THREADS="-3")
    assert (ended.returncode, "CX_THREADS must be a number of 0 or more" in ended.stderr) == (5, True)


def test_the_rejects_of_a_load_that_is_not_there_are_no_empty_list(tmp_path: Path) -> None:
    shop = ShopHome(tmp_path / "home")
    shop.spec()
    shop.deliver("shop/orders_1.csv", orders_csv())
    load_id = shop.load_one().load_id
    ended = cx(shop.home.root, "rejects", "show", "999")
    assert (ended.returncode, "no load has the id 999" in ended.stderr) == (11, True)
    ended = cx(shop.home.root, "rejects", "show", str(load_id))
    assert (ended.returncode, "rejected nothing" in ended.stdout) == (0, True)


def test_every_page_that_a_message_names_is_there() -> None:
    named = {
        page
        for room in ("ingestion", "orchestration")
        for path in (PROJECT / room).rglob("*.py")
        for page in re.findall(r"docs/[\w/.-]+\.md", path.read_text("utf-8"))
    }
    assert "docs/how_to/run_it_every_night.md" in named
    assert [page for page in sorted(named) if not (PROJECT / page).exists()] == []
