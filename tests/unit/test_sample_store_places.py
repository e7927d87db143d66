"""The sample shop and what lies in the exports folder already: nothing is mixed, written over, or left half done."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from ingestion.home import Home
from ingestion.sample_store import SampleRefused, write_day
from ingestion.sample_store.placing import put_in_place
from orchestration.nights.sample_home import has_shop
from tests.builders.rights import modes_that_count
from tests.builders.shop import END_DAY, sample_shop

TINY = {"orders": 200, "tickets": 80, "days": 120}


def _bytes(folder: Path) -> dict[str, str]:
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*.*") if path.is_file()}


@pytest.mark.parametrize("seed", [7, 8])
def test_a_shop_that_is_there_is_never_written_over(tmp_path: Path, seed: int) -> None:
    shop = sample_shop(tmp_path, **TINY)
    before = _bytes(shop.exports)
    with pytest.raises(SampleRefused, match="another sample shop"):
        sample_shop(tmp_path, **TINY, seed=seed)
    assert _bytes(shop.exports) == before


def test_a_shop_that_was_stopped_half_way_leaves_nothing_behind(tmp_path: Path) -> None:
    written: list[str] = []

    def stop(text: str) -> None:
        written.append(text)
        if len(written) == 12:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sample_shop(tmp_path, **TINY, progress=stop)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert sample_shop(tmp_path, **TINY).summary.rows > 0


def test_a_shop_whose_writer_was_killed_is_ended_or_written_anew(tmp_path: Path) -> None:
    home, rename, moved = Home.at(tmp_path), Path.rename, list[Path]()
    half = home.exports / ".sample_shop.part" / "shopify" / "orders_export_1.csv"
    half.parent.mkdir(parents=True)
    half.write_text("what one left that was killed while it wrote", "utf-8")
    assert not has_shop(home)

    def killed(path: Path, target: Path) -> Path:
        if path.parent.name == "shopify" and len(moved) == 12:
            raise SystemExit
        moved.append(target)
        return rename(path, target)

    with pytest.MonkeyPatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(Path, "rename", killed)
        sample_shop(tmp_path, **TINY)
    assert not home.sample_truth.exists() and not home.settings.exists()
    assert has_shop(home) and "America/New_York" in home.settings.read_text()
    there = {path.relative_to(home.exports).as_posix() for path in home.exports.rglob("*") if path.is_file()}
    assert len(there) > 12 and sorted(there) == json.loads(home.sample_truth.read_text())["files"]


def test_a_further_day_writes_over_no_file(tmp_path: Path) -> None:
    exports = tmp_path / "exports"
    theirs = exports / "shopify" / "orders_export_1.csv"
    staged = exports / ".sample_shop.part" / "shopify" / theirs.name
    for file, text in ((theirs, "theirs"), (staged, "ours")):
        file.parent.mkdir(parents=True)
        file.write_text(text, "utf-8")
    with pytest.raises(SampleRefused, match=r"orders_export_1\.csv is there already"):
        put_in_place(exports, {})
    assert theirs.read_text("utf-8") == "theirs"


def test_a_sample_is_never_mixed_with_a_true_shops_exports(tmp_path: Path) -> None:
    theirs = tmp_path / "exports" / "shopify" / "orders_export_1.csv"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("Name\n#1001\n", "utf-8")
    with pytest.raises(SampleRefused, match="files of another shop"):
        sample_shop(tmp_path, **TINY)
    assert [path for path in (tmp_path / "exports").rglob("*") if path.is_file()] == [theirs]


def _linked(folder: Path, true: Path) -> None:
    folder.symlink_to(true)


def _linked_to_an_empty_one(folder: Path, true: Path) -> None:
    (true.parent / "empty").mkdir()
    folder.symlink_to(true.parent / "empty")


def _locked(folder: Path, _: Path) -> None:
    folder.mkdir(mode=0o000)


@pytest.mark.parametrize("hold", [_linked, _linked_to_an_empty_one, _locked])
@pytest.mark.parametrize("place", ["shopify", "zendesk/2026"])
def test_a_linked_or_unreadable_folder_counts_as_a_shop_and_is_not_written_into(
    tmp_path: Path, hold: Callable[[Path, Path], None], place: str
) -> None:
    true, home = tmp_path / "true", Home.at(tmp_path)
    true.mkdir()
    (true / "orders_export_1.csv").write_text("Name\n#1001\n", "utf-8")
    (home.exports / place).parent.mkdir(parents=True)
    hold(home.exports / place, true)
    with modes_that_count():
        assert has_shop(home)
        with pytest.raises(SampleRefused, match=f"files of another shop .{place}"):
            sample_shop(tmp_path, **TINY)
    assert [path.name for path in true.iterdir()] == ["orders_export_1.csv"]


def test_a_further_day_is_never_written_through_a_link(tmp_path: Path) -> None:
    shop, true = sample_shop(tmp_path, **TINY), tmp_path / "true"
    (shop.exports / "shopify").rename(true)
    (shop.exports / "shopify").symlink_to(true)
    before = _bytes(true)
    with pytest.raises(SampleRefused, match="shopify is a link"):
        write_day(shop.exports, END_DAY + timedelta(days=1))
    assert _bytes(true) == before


def test_a_hidden_file_is_no_shop(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    (home.exports / "shopify").mkdir(parents=True)
    (home.exports / "shopify" / ".gitkeep").touch()
    assert not has_shop(home)
