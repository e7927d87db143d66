"""What readers see while nights are published, killed at a write call, or starved of disk."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from orchestration.publishing.publish import publish, stamp_of
from tests.builders.warehouse import CUSTOMERS, KEY, ORDERS, stamp, write_warehouse

_WRITES = "pwrite64,write,fsync,fdatasync,ftruncate,unlink,unlinkat,rename,renameat2,mkdir,chmod"
_ROOT = Path(__file__).resolve().parents[2]


def _publish(folder: Path, version: int) -> None:
    warehouse = folder / f"v{version}" / "warehouse.duckdb"
    if not warehouse.exists():
        warehouse.parent.mkdir()
        write_warehouse(warehouse, version)
    publish(warehouse, folder / "published", [CUSTOMERS, ORDERS], KEY, stamp(version))


def _is_whole(file: Path) -> str:
    with duckdb.connect(str(file), read_only=True) as connection:
        versions = connection.execute(
            "select distinct 'night-' || version from (select version from fct_orders union all select version from"
            " dim_customers) union select night_id from published_night"
        ).fetchall()
    assert len(versions) == 1
    return str(versions[0][0])


def test_four_readers_in_a_loop_see_whole_nights_only(tmp_path: Path) -> None:
    stop = tmp_path / "stop"
    _publish(tmp_path, 1)
    command = [sys.executable, "-m", "tests.builders.one_reader", str(tmp_path / "published/cx.duckdb"), str(stop)]
    readers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=_ROOT) for _ in range(4)]
    try:
        for version in range(2, 22):
            _publish(tmp_path, version)
    finally:
        stop.touch()
    seen = [json.loads(reader.communicate(timeout=60)[0]) for reader in readers]
    assert [(one["mixed"], one["errors"]) for one in seen] == [(0, [])] * 4
    assert all(one["answers"] for one in seen)


def test_a_program_that_holds_the_published_file_for_writing_does_not_stop_the_night(tmp_path: Path) -> None:
    _publish(tmp_path, 1)
    program = "import duckdb,sys\nc = duckdb.connect(sys.argv[1])\nprint(flush=True)\nsys.stdin.read()"
    command = [sys.executable, "-c", program, str(tmp_path / "published/cx.duckdb")]
    holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    holder.stdout.readline()
    try:
        assert stamp_of(tmp_path / "published") is None
        _publish(tmp_path, 2)
        assert _is_whole(tmp_path / "published/cx.duckdb") == "night-2"
    finally:
        holder.communicate()


@pytest.fixture
def strace(tmp_path: Path) -> list[str]:
    """A publish of version 2 under strace, after a whole publish of version 1."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed: faults at system calls cannot be injected")
    _publish(tmp_path, 1)
    (tmp_path / "v2").mkdir()
    write_warehouse(tmp_path / "v2" / "warehouse.duckdb", 2)
    return ["strace", "-f", "-qq", "-o", str(tmp_path / "calls"), "-P", str(tmp_path / "published")]


def _paths(published: Path) -> list[str]:
    names = [".cx.new.duckdb", ".cx.new.duckdb.wal", "cx.duckdb", "parquet", ".parquet.new", ".parquet.old"]
    files = [f"{name}.parquet" for name in ("fct_orders", "dim_customers", "published_night")]
    names += [f".parquet.new/{file}" for file in files]
    return [argument for name in names for argument in ("-P", str(published / name))]


def _run(strace: list[str], folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [*strace, *_paths(folder / "published"), *options, sys.executable, "-m", "tests.builders.one_publish"]
    return subprocess.run([*command, str(folder), "2"], capture_output=True, text=True, cwd=_ROOT, check=False)


def _kill_points(calls: Path) -> list[tuple[str, int]]:
    """Each (system call, how often one thread had made it by then); strace counts by thread and call."""
    made = Counter(re.findall(r"^(\d+) +(\w+)\(", calls.read_text(), flags=re.MULTILINE))
    return sorted({(call, number) for (_, call), times in made.items() for number in range(1, times + 1)})


@pytest.mark.slow
def test_a_kill_at_any_write_call_leaves_a_whole_night_and_the_next_run_heals(
    strace: list[str], tmp_path: Path
) -> None:
    published = tmp_path / "published"
    assert _run(strace, tmp_path, "-e", f"trace={_WRITES}").returncode == 0
    points = _kill_points(tmp_path / "calls")
    assert len(points) > 15
    kills = 0
    for call, number in points[:: max(1, len(points) // 14)]:
        _publish(tmp_path, 1)
        kills += _run(strace, tmp_path, "-e", f"inject={call}:signal=KILL:when={number}").returncode != 0
        assert _is_whole(published / "cx.duckdb") in ("night-1", "night-2")
        _publish(tmp_path, 2)
        assert stamp_of(published) == stamp(2)
        assert sorted(entry.name for entry in published.iterdir()) == ["cx.duckdb", "parquet"]
    assert kills >= 12


@pytest.mark.slow
@pytest.mark.parametrize("first", [1, 3, 5])
def test_a_full_disk_leaves_the_old_night_and_the_next_run_heals(strace: list[str], tmp_path: Path, first: int) -> None:
    _starve(
        strace, tmp_path, *_paths(tmp_path / "published"), "-e", f"inject=pwrite64,write:error=ENOSPC:when={first}+"
    )


@pytest.mark.slow
@pytest.mark.parametrize("copy", ["fct_orders", "published_night"])
def test_a_disk_that_fills_during_the_parquet_copies_leaves_the_old_night(
    strace: list[str], tmp_path: Path, copy: str
) -> None:
    # without -P published: only this copy meets a full disk, when the new database file is whole already
    file = tmp_path / f"published/.parquet.new/{copy}.parquet"
    _starve(strace[:-2], tmp_path, "-P", str(file), "-e", "inject=pwrite64,write:error=ENOSPC")


def _starve(strace: list[str], folder: Path, *options: str) -> None:
    """Publish version 2 on a full disk: version 1 stays up, nothing keeps the disk full, the next run heals."""
    command = [*strace, *options, sys.executable, "-m", "tests.builders.one_publish", str(folder), "2"]
    full = subprocess.run(command, capture_output=True, text=True, cwd=_ROOT, check=False)
    published = folder / "published"
    assert full.returncode != 0
    assert "No space left" in full.stderr
    assert stamp_of(published) == stamp(1)
    assert _is_whole(published / "cx.duckdb") == "night-1"
    assert sorted(entry.name for entry in published.iterdir()) == ["cx.duckdb", "parquet"]
    _publish(folder, 2)
    assert stamp_of(published) == stamp(2)
