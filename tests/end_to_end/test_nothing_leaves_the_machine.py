"""At night nothing reaches out: no connection to another machine and no DNS question, in a fresh home and account."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.home import Home
from tests.builders.dagster_runs import quick_storage
from tests.builders.tiny_project import write_tiny_home, write_tiny_project
from tests.builders.watched import STRACE, calls_outside, free_port, run_watched, watching

_ROOT = Path(__file__).resolve().parents[2]
_BIN = Path(sys.executable).parent
_DAGSTER = [sys.executable, "-m", "dagster"]
_NIGHTLY = [*_DAGSTER, "job", "execute", "-m", "orchestration.definitions", "-j", "nightly"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(STRACE is None, reason="strace is not installed: nobody can watch what is called"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A fresh account (HOME), a home with one file, and Dagster's storage."""
    place = tmp_path_factory.mktemp("watched")
    (place / "account").mkdir()
    write_tiny_home(place / "home")
    with quick_storage(Home.at(place / "home")):
        yield place


def _environment(folder: Path) -> dict[str, str]:
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith(("CX_", "DBT_", "DAGSTER_")) and k != "DO_NOT_TRACK"
    }
    return kept | {
        "HOME": str(folder / "account"),
        "CX_HOME": str(folder / "home"),
        "CX_SETTLE_SECONDS": "0",
        "DAGSTER_HOME": str(folder / "home" / "dagster"),
    }


def _run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return run_watched(folder / "calls", command, _environment(folder), _ROOT)


def test_the_watch_sees_a_connection_and_a_dns_question(folder: Path) -> None:
    tried = "import socket as s; c = s.socket(); c.settimeout(0.1); c.connect_ex(('192.0.2.1', 80))"
    _run(folder, sys.executable, "-c", tried)
    assert len(calls_outside(folder / "calls")) == 1
    asked = "import socket as s; s.socket(s.AF_INET, s.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 53))"
    _run(folder, sys.executable, "-c", asked)
    assert len(calls_outside(folder / "calls")) == 1
    _run(folder, sys.executable, "-c", "import socket as s; s.socket().connect_ex(('127.0.0.1', 9))")
    assert calls_outside(folder / "calls") == []


def test_a_dagster_night_over_the_whole_project_calls_nobody(folder: Path) -> None:
    done = _run(folder, *_NIGHTLY)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert calls_outside(folder / "calls") == []
    assert Home.at(folder / "home").published_db.exists()


def test_after_it_neither_dagster_nor_cx_finds_anything_new_and_neither_calls_anybody(folder: Path) -> None:
    again = _run(folder, *_NIGHTLY)
    assert again.returncode == 0, again.stdout[-3000:] + again.stderr[-3000:]
    assert "nothing is built" in again.stdout + again.stderr
    assert calls_outside(folder / "calls") == []
    night = _run(folder, str(_BIN / "cx"), "night")
    assert night.returncode == 0 and "nothing new" in night.stdout, night.stdout + night.stderr
    assert calls_outside(folder / "calls") == []


def test_a_night_that_builds_without_dagster_calls_nobody(folder: Path) -> None:
    write_tiny_project(folder / "tiny" / "project")
    write_tiny_home(folder / "tiny" / "home")
    done = _run(folder, sys.executable, "-m", "tests.builders.one_night", str(folder / "tiny"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert calls_outside(folder / "calls") == []


def test_the_start_of_dagster_dev_calls_nobody_and_leaves_nothing_in_the_account(folder: Path) -> None:
    port = free_port()
    log = folder / "calls"
    command = [*watching(log), *_DAGSTER, "dev", "--port", str(port)]
    with (folder / "said").open("w") as said:
        dev = subprocess.Popen(
            command, env=_environment(folder), cwd=_ROOT, stdout=said, stderr=said, start_new_session=True
        )
        try:
            assert _answers(port, dev), (folder / "said").read_text()[-3000:]
        finally:
            os.killpg(dev.pid, signal.SIGTERM)
            try:
                dev.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(dev.pid, signal.SIGKILL)
                dev.wait()
    assert calls_outside(log) == []
    ids = [file for file in (folder / "account").rglob("*") if file.is_file() and file.name in ("id.yaml", ".user.yml")]
    assert ids == []


def _answers(port: int, dev: subprocess.Popen[bytes], seconds: float = 180) -> bool:
    last = time.monotonic() + seconds
    while time.monotonic() < last and dev.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/server_info", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            time.sleep(0.5)
    return False
