"""Nights over a sample shop, shared by every end-to-end test that only reads what was published."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingestion.sample_store import write_day
from tests.builders.independent_shop import IndependentShop, answers
from tests.builders.shop import SampleShop, other_shop, sample_shop

ZONE = "America/New_York"
AS_OF = date(2026, 11, 18)  # week and month are unfinished; both changes of the clock lie before
FURTHER_NIGHTS = 2  # the second stands on what the first kept
AFTER_EITHER = pytest.mark.parametrize("sample_night", ["first_night", "last_night"], indirect=True, scope="session")


@dataclass(frozen=True)
class SampleNight:
    """What one night made of a sample shop."""

    home: Path
    shop: SampleShop
    published: duckdb.DuckDBPyConnection
    zone: str = ZONE
    as_of: date = AS_OF

    @property
    def truth(self) -> dict[str, Any]:
        """What the simulator planted, written from its own state."""
        return self.shop.truth

    @property
    def shopify(self) -> Path:
        return self.shop.exports / "shopify"

    @property
    def zendesk(self) -> Path:
        return self.shop.exports / "zendesk"


@pytest.fixture(scope="session")
def first_night(tmp_path_factory: pytest.TempPathFactory) -> SampleShop:
    """A sample shop, loaded, built and published by the command people use."""
    wanted = {"orders": 2500, "tickets": 1250, "days": 300, "seed": 7} | other_shop()
    return _night_of(tmp_path_factory.mktemp("sample_night") / "home", **wanted)


@pytest.fixture(scope="session")
def taxed_night(tmp_path_factory: pytest.TempPathFactory) -> SampleShop:
    """The night of a small shop whose prices hold the tax."""
    home = tmp_path_factory.mktemp("taxed_night") / "home"
    return _night_of(home, orders=600, tickets=60, days=300, seed=3, tax_included=True)


def _night_of(home: Path, **wanted: Any) -> SampleShop:
    shop = sample_shop(home, end_day=AS_OF, **wanted)
    (home / "settings.toml").write_text(f'store_time_zone = "{ZONE}"\n', encoding="utf-8")
    _run_night(home, AS_OF)
    return shop


@pytest.fixture(scope="session")
def last_night(first_night: SampleShop, tmp_path_factory: pytest.TempPathFactory) -> SampleShop:
    """The same shop some days later: each night found one more day's exports and built on the night before."""
    home = tmp_path_factory.mktemp("further_nights") / "home"
    shutil.copytree(first_night.exports.parent, home)
    for number in range(1, FURTHER_NIGHTS + 1):
        day = AS_OF + timedelta(days=number)
        shop = SampleShop(home / "exports", write_day(home / "exports", day))
        _run_night(home, day)
    return shop


@pytest.fixture(scope="session")
def sample_night(request: pytest.FixtureRequest) -> Iterator[SampleNight]:
    """The shop after its first night; in modules marked with `AFTER_EITHER` after its last night too."""
    name = getattr(request, "param", "first_night")
    shop: SampleShop = request.getfixturevalue(name)
    home, as_of = shop.exports.parent, AS_OF + timedelta(days=FURTHER_NIGHTS * (name == "last_night"))
    with duckdb.connect(str(home / "published" / "cx.duckdb"), read_only=True) as published:
        yield SampleNight(home, shop, published, as_of=as_of)


def must_show(is_shown: bool, what: str) -> None:
    """The tests' shop holds what a question needs; one told by CX_TEST_SHOP may be too small for it, and says so."""
    if not is_shown and other_shop():
        pytest.skip(f"nothing differs, but this shop is too small to show {what}")
    assert is_shown, what


def start_night(home: Path, as_of: date) -> subprocess.Popen[str]:
    """Start `cx night` in a home as a process of its own."""
    return subprocess.Popen(
        [Path(sys.executable).with_name("cx"), "night", "--as-of", as_of.isoformat(), "--quiet"],
        env=_environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _run_night(home: Path, as_of: date) -> None:
    night = start_night(home, as_of)
    said = "".join(night.communicate())
    assert night.returncode == 0, said


def _environment(home: Path) -> dict[str, str]:
    """This environment without anything that would lead the night elsewhere."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CX_", "DBT_"))}
    return kept | {"CX_HOME": str(home), "CX_SETTLE_SECONDS": "0"}


@pytest.fixture(scope="session")
def independent(sample_night: SampleNight) -> IndependentShop:
    """The same shop's numbers, from its files alone."""
    return IndependentShop(sample_night.shop.exports, sample_night.zone, sample_night.as_of)


@pytest.fixture(scope="session")
def pseudonyms(sample_night: SampleNight, independent: IndependentShop) -> dict[str, str]:
    """E-mail -> published pseudonym, by the label of the order both know."""
    named = answers(sample_night.published, "select order_name, customer_id from fct_orders")
    return {
        row.email: named[row.name]
        for row in independent.orders.dropna(subset="email")[["email", "name"]].itertuples(index=False)
    }
