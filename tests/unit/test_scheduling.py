"""Tests of one file, and files of one group, run on one worker: their fixtures are built once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

_FILE = """
import os, pathlib, time, pytest
{mark}
@pytest.mark.parametrize("number", range(6))
def test_something(number):
    time.sleep(0.05)
    here = pathlib.Path(__file__)
    with here.with_name("workers").open("a") as told:
        told.write(f"{{here.stem}} {{os.environ['PYTEST_XDIST_WORKER']}}\\n")
"""
_GROUPED = 'pytestmark = [pytest.mark.xdist_group("night")]'


def test_each_file_and_each_group_has_one_worker_and_both_workers_have_work(tmp_path: Path) -> None:
    for name, mark in {"test_a": _GROUPED, "test_b": "", "test_c": _GROUPED}.items():
        (tmp_path / f"{name}.py").write_text(_FILE.format(mark=mark), "utf-8")
    words = ["-m", "pytest", "-q", "-n", "2", "--dist", "loadgroup", "-p", "tests.scheduling", "-p", "no:cacheprovider"]
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, *words, "--rootdir", tmp_path, tmp_path],
        env=os.environ | {"PYTHONPATH": str(root)}, cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "18 passed" in done.stdout, done.stdout + done.stderr
    told = {tuple(line.split()) for line in (tmp_path / "workers").read_text("utf-8").splitlines()}
    workers = dict(told)
    assert len(told) == 3
    assert workers["test_a"] == workers["test_c"] != workers["test_b"]
