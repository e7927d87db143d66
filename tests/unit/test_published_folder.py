"""The folder of what is published: what may stand in it before a night, and what is left of a night before."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from orchestration.errors import NotWritable
from orchestration.publishing.publish import is_intact, publish, remove_leftovers, require_writable, stamp_of
from tests.builders.warehouse import CUSTOMERS, KEY, ORDERS, stamp, write_warehouse


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_warehouse(tmp_path / "warehouse.duckdb")
    return tmp_path


def _publish(folder: Path) -> Path:
    return publish(folder / "warehouse.duckdb", folder / "published", [CUSTOMERS, ORDERS], KEY, stamp()).path.parent


def test_what_is_left_of_the_old_copy_is_no_fault_of_the_new_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _publish(folder)
    monkeypatch.setattr(shutil, "rmtree", _refuses)
    _publish(folder)
    assert stamp_of(folder / "published") is not None


def _refuses(place: Path, ignore_errors: bool = False) -> None:
    if not ignore_errors:
        raise PermissionError(13, "Permission denied", str(place))


def test_a_copy_that_cannot_be_written_is_told_before_the_night_works(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _publish(folder)
    parquet = folder / "published" / "parquet"
    monkeypatch.setattr(os, "access", lambda place, _: place != parquet)  # the tests may run as root, who may write all
    with pytest.raises(NotWritable, match="parquet cannot be written"):
        require_writable(folder / "published")


def test_a_copy_that_is_a_link_is_told_with_what_may_be_one(folder: Path) -> None:
    published = _publish(folder)
    (published / "parquet").rename(folder / "elsewhere")
    (published / "parquet").symlink_to(folder / "elsewhere")
    with pytest.raises(NotWritable, match="parquet is not a folder of its own"):
        require_writable(published)
    (published / "parquet").unlink()
    (published / "parquet").write_text("")
    with pytest.raises(NotWritable, match="parquet is not a folder of its own"):
        require_writable(published)


def test_a_link_or_a_file_where_the_next_copy_is_written_stops_no_night(folder: Path) -> None:
    published = _publish(folder)
    (published / ".parquet.new").symlink_to(published / "parquet")
    (published / ".parquet.old").write_text("")
    remove_leftovers(published)
    assert sorted(place.name for place in published.iterdir()) == ["cx.duckdb", "parquet"]
    assert stamp_of(published) is not None, "what the link led to stands"


@pytest.mark.parametrize("fault", ["lost", "foreign"])
def test_a_copy_of_which_a_file_is_lost_or_foreign_is_no_whole_publication(folder: Path, fault: str) -> None:
    published = _publish(folder)
    assert stamp_of(published) is not None
    file = published / "parquet" / ("fct_orders.parquet" if fault == "lost" else "fct_visits.parquet")
    file.unlink() if fault == "lost" else file.write_bytes(b"")
    assert stamp_of(published) is None, "so the next night publishes it again"


@pytest.mark.parametrize("part", ["cx.duckdb", "parquet/fct_orders.parquet"])
def test_rot_in_the_file_or_in_its_copy_is_seen(folder: Path, part: str) -> None:
    published = _publish(folder)
    assert is_intact(published)
    whole = (published / part).read_bytes()
    rotten = 0
    for place in range(1, 10):
        at = len(whole) * place // 10
        (published / part).write_bytes(whole[:at] + bytes([whole[at] ^ 255]) + whole[at + 1 :])
        rotten += not is_intact(published)
    assert rotten >= 3, "what lies between the blocks in use is nobody's trouble"
    (published / part).write_bytes(whole)
    assert is_intact(published)
