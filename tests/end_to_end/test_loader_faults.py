"""Killed at any write, or out of disk at any write: one plain rerun gives what an undisturbed run gives."""

import os
from pathlib import Path

import pytest

from ingestion.replay import replay_rejects
from ingestion.worker.main import Worker
from tests.builders.faulty_runs import (
    copy_of,
    deliver_a_night,
    has_strace,
    loaded_before,
    run_under,
    with_a_mended_spec,
)
from tests.builders.shop_home import AT_ONCE, ShopHome

POINTS = int(os.environ.get("CX_FAULT_POINTS", "5"))  # of each fault but a kill; 0 = every one (some minutes)

pytestmark = pytest.mark.skipif(not has_strace(), reason="needs strace and the right to trace (apt install strace)")


@pytest.fixture(scope="module", params=["first night", "later night"])
def before(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> ShopHome:
    """A home with deliveries waiting; on the first night without any database."""
    shop = loaded_before(tmp_path_factory.mktemp("before") / "home")
    if request.param == "first night":
        shop.home.raw_db.unlink()
    deliver_a_night(shop)
    return shop


@pytest.fixture(scope="module")
def undisturbed(before: ShopHome, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], int]:
    """What an undisturbed run gives, and how many write calls it makes."""
    folder = tmp_path_factory.mktemp("undisturbed")
    shop = copy_of(before, folder / "home")
    assert run_under(shop, "", log=folder / "calls") == 0
    return shop.fingerprint(), len((folder / "calls").read_text().splitlines())


def points(calls: int, fault: str) -> list[int]:
    """Which calls to strike at: a kill strikes at each of them, another fault at some spread over the run."""
    every = list(range(1, calls + 1))
    if "KILL" in fault or not POINTS or calls <= POINTS:
        return every
    return sorted({every[round(step * (calls - 1) / (POINTS - 1))] for step in range(POINTS)})


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["signal=KILL:when={}", "error=ENOSPC:when={}+", "error=EIO:when={}"])
def test_one_rerun_after_a_fault_gives_the_undisturbed_result(
    before: ShopHome, undisturbed: tuple[dict[str, str], int], tmp_path: Path, fault: str
) -> None:
    wanted, calls = undisturbed
    wrong = {}
    for point in points(calls, fault):
        shop = copy_of(before, tmp_path / f"home_{point}")
        run_under(shop, fault.format(point))
        shop.load()
        if shop.fingerprint() != wanted or (shop.home.root / "scratch").exists():
            wrong[point] = shop.load().deliveries
    assert not wrong


@pytest.mark.slow
def test_a_killed_child_process_costs_nothing(
    before: ShopHome, undisturbed: tuple[dict[str, str], int], tmp_path: Path
) -> None:
    wanted, calls = undisturbed
    for point in points(calls, "KILL")[::2]:
        shop = copy_of(before, tmp_path / f"home_{point}")
        run_under(shop, f"signal=KILL:when={point}", worker="child")
        shop.load()
        assert shop.fingerprint() == wanted, point


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["signal=KILL:when={}", "error=ENOSPC:when={}+"])
def test_a_replay_that_is_struck_changes_a_load_whole_or_not_at_all(tmp_path: Path, fault: str) -> None:
    shop = loaded_before(tmp_path / "home")
    with_a_mended_spec(shop)
    whole = copy_of(shop, tmp_path / "whole")
    assert run_under(whole, "", log=tmp_path / "calls", work="replay") == 0
    wanted = whole.fingerprint()
    assert wanted != shop.fingerprint()
    for point in points(len((tmp_path / "calls").read_text().splitlines()), fault):
        struck = copy_of(shop, tmp_path / f"home_{point}")
        run_under(struck, fault.format(point), work="replay")
        struck.load()
        uneven = "select load_id from meta.loads where status = 'loaded' and rows_in <> rows_loaded + rows_rejected"
        assert struck.query(uneven) == []
        replay_rejects(struck.home, settings=AT_ONCE, specs=struck.specs, worker=Worker)
        assert struck.fingerprint() == wanted, point
