"""A night that is killed while dbt builds, or whose disk is full, and the one plain rerun after it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from tests.builders.tiny_project import write_tiny_home, write_tiny_project

_ROOT = Path(__file__).resolve().parents[2]
_WRITES = "pwrite64,fsync,fdatasync,ftruncate,unlink,rename"
_PROGRAM = [sys.executable, "-m", "tests.builders.one_night"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed: no faults can be injected"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A home whose first night is up."""
    write_tiny_project(tmp_path / "project")
    write_tiny_home(tmp_path / "home")
    assert _night(tmp_path).returncode == 0
    return tmp_path


def _night(folder: Path, *strace: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("CX_")} | {"CX_SETTLE_SECONDS": "0"}
    watch = ["strace", "-f", "-qq", "-o", str(folder / "calls"), *_paths(folder), *strace] if strace else []
    command = [*watch, *_PROGRAM, str(folder)]
    return subprocess.run(command, capture_output=True, text=True, cwd=_ROOT, env=env, check=False)


def _paths(folder: Path) -> list[str]:
    names = ("warehouse.duckdb", "warehouse.duckdb.wal", ".warehouse.duckdb.new", ".warehouse.duckdb.new.wal")
    return [word for name in names for word in ("-P", str(folder / "home" / name))]


def _published(folder: Path) -> list[tuple[object, ...]]:
    with duckdb.connect(str(folder / "home/published/cx.duckdb"), read_only=True) as connection:
        visits = connection.execute("from fct_visits order by all").fetchall()
        return visits + connection.execute("from night_facts").fetchall()


def test_a_kill_while_dbt_builds_leaves_last_night_up_and_a_rerun_equals_the_undisturbed_one(folder: Path) -> None:
    golden = _published(folder)
    (folder / "home/warehouse.duckdb").unlink()
    assert _night(folder, "-e", f"trace={_WRITES}").returncode == 0
    calls = Counter(re.findall(r"^(\d+) +(\w+)\(", (folder / "calls").read_text(), flags=re.MULTILINE))
    points = sorted({(call, number) for (_, call), times in calls.items() for number in range(1, times + 1)})
    kills = 0
    for call, number in points[:: max(1, len(points) // 4)]:
        (folder / "home/warehouse.duckdb").unlink(missing_ok=True)
        (folder / "home/warehouse.duckdb.wal").unlink(missing_ok=True)
        kills += _night(folder, "-e", f"inject={call}:signal=KILL:when={number}").returncode != 0
        assert _published(folder) == golden
        rerun = _night(folder)
        assert rerun.returncode == 0, rerun.stdout
        assert _published(folder) == golden
    assert kills >= 3


def test_a_disk_that_fills_while_dbt_builds_is_named_and_a_rerun_heals(folder: Path) -> None:
    golden = _published(folder)
    full = _night(folder, "-e", "inject=pwrite64,write:error=ENOSPC:when=1+")
    assert full.returncode == 6, full.stdout + full.stderr
    assert "the disk is full" in full.stdout and "Free some space" in full.stdout
    assert _published(folder) == golden
    assert _night(folder).returncode == 0
    assert _published(folder) == golden


def test_a_published_folder_that_may_not_be_written_is_named_and_last_night_stays(folder: Path) -> None:
    published = folder / "home" / "published"
    mount = f"mount --bind '{published}' '{published}' && mount -o remount,ro,bind '{published}'"
    isolated = ["unshare", "--mount", "sh", "-c"]
    if (
        shutil.which("unshare") is None
        or subprocess.run([*isolated, mount], capture_output=True, check=False).returncode
    ):
        pytest.skip("nobody but root can make a folder read-only for root")
    golden = _published(folder)
    words = " ".join(f"'{word}'" for word in [*_PROGRAM, str(folder)])
    found = subprocess.run(
        [*isolated, f"{mount} && exec {words}"], capture_output=True, text=True, cwd=_ROOT, check=False
    )
    assert (found.returncode, found.stderr) == (7, "")
    assert (
        f"Why: {published} cannot be written\n" in found.stdout and "last night's file stays in place" in found.stdout
    )
    assert "build" not in found.stdout
    assert _published(folder) == golden
    assert _night(folder).returncode == 0
