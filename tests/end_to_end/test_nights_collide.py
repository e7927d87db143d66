"""Two real nights at once in one home, and one that is killed: what is published is what one night would make."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

import duckdb
import pytest

from ingestion.home import Home
from tests.builders.processes import has_child
from tests.builders.shop import SampleShop
from tests.end_to_end.conftest import AS_OF, start_night

pytestmark = pytest.mark.xdist_group("night")
WITH_THE_NIGHT = {"published_night"}  # bears the number of its night


@pytest.fixture
def home(first_night: SampleShop, tmp_path: Path) -> Home:
    """The deliveries of the first night in a home of their own, with its key and settings and no night behind it."""
    done, fresh = first_night.exports.parent, tmp_path / "home"
    shutil.copytree(done / "exports", fresh / "exports")
    for name in ("settings.toml", "pseudonym.key"):
        shutil.copy2(done / name, fresh / name)
    return Home.at(fresh)


def _tables(published: Path) -> dict[str, list[tuple[object, ...]]]:
    with duckdb.connect(str(published), read_only=True) as connection:
        names = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
        return {
            name: connection.execute(f"from {name} order by all").fetchall() for name in sorted(names - WITH_THE_NIGHT)
        }


def test_of_two_nights_at_once_one_does_the_work_and_the_other_says_to_wait(
    home: Home, first_night: SampleShop
) -> None:
    killed = start_night(home.root, AS_OF)
    _kill_while_it_builds(killed)
    assert killed.communicate() == ("", "")
    assert not home.published_db.exists()

    nights = [start_night(home.root, AS_OF) for _ in range(2)]
    said = {night.pid: night.communicate() for night in nights}
    done, refused = sorted(nights, key=lambda night: night.returncode)
    assert (done.returncode, refused.returncode) == (0, 4), said
    words = f"cx: a night, process {done.pid} is at work in {home.root}\n"
    assert said[refused.pid] == ("", words + "    Wait until it has ended; this one changed nothing.\n")
    undisturbed = Home.at(first_night.exports.parent)
    assert _tables(home.published_db) == _tables(undisturbed.published_db)
    assert {path.name for path in home.published.iterdir()} == {path.name for path in undisturbed.published.iterdir()}


def _kill_while_it_builds(night: subprocess.Popen[str]) -> None:
    """Python starts a process that sweeps up behind this one when dbt asks for its first lock; it outlives the kill."""
    while night.poll() is None and not has_child(night.pid, "resource_tracker"):
        time.sleep(0.02)
    time.sleep(0.5)
    night.kill()
