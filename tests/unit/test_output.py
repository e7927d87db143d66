"""What a command says of its own end: a full output is no fault of what it did, and a stop is told by every one."""

from __future__ import annotations

import errno
import gc
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ingestion.errors import StoreHeld
from ingestion.home import Home
from orchestration.cli import main
from orchestration.cli.output import NotShown
from orchestration.nights.night_lock import night_lock
from orchestration.nights.night_report import NightReport
from orchestration.nights.stopping import is_asked


@pytest.fixture
def own_process() -> Iterator[None]:
    """What the entry point changes of its process is put back."""
    before = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)}
    stream, arguments = sys.stdout, sys.argv
    yield
    for each, handler in before.items():
        signal.signal(each, handler)
    sys.stdout, sys.argv = stream, arguments
    is_asked.clear()
    gc.unfreeze()
    gc.enable()


def test_a_full_output_is_told_apart_from_a_full_disk_of_the_home(tmp_path: Path) -> None:
    cx = [sys.executable, "-c", "from orchestration.cli.main import run; run()", "settings"]
    environment = os.environ | {"CX_HOME": str(tmp_path)}
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(cx, stdout=full, stderr=subprocess.PIPE, text=True, env=environment, check=False)
    assert done.returncode == 6
    assert done.stderr == (
        "cx: the output could not be written (No space left on device); what the command did besides is done\n"
    )


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_command_started_without_streams_ends_as_it_would_with_them(tmp_path: Path, closed: str) -> None:
    cx = [sys.executable, "-c", "from orchestration.cli.main import run; run()", "loads"]
    environment = os.environ | {"CX_HOME": str(tmp_path)}
    done = subprocess.run(["sh", "-c", f'"$@" {closed}', "sh", *cx], env=environment, check=False)
    assert done.returncode == 0


def test_a_night_that_published_ends_well_though_its_output_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_process: None
) -> None:
    report = NightReport("night-1", date(2026, 3, 14), datetime(2026, 3, 15, tzinfo=UTC), tmp_path, exit_code=0)
    report.outcome = "published"

    def full(_: str) -> None:
        raise NotShown(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("orchestration.cli.night._run", lambda *_: report)
    monkeypatch.setattr("orchestration.cli.night.say", full)
    told = CliRunner().invoke(main.app, ["night"])
    assert told.exit_code == 0
    assert f"could not be written (No space left on device); the summary is in {tmp_path}/nights/night-1" in told.stderr


@pytest.mark.parametrize("words", [["load"], ["rejects", "replay"], ["sample"]])
@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_every_long_command_that_is_asked_to_stop_says_so(
    words: list[str], asked: signal.Signals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_process: None,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    def interrupted(*_: object, **__: object) -> None:
        os.kill(os.getpid(), asked)

    monkeypatch.setenv("CX_HOME", str(tmp_path))
    monkeypatch.setattr("ingestion.home.Home.from_environment", interrupted)
    monkeypatch.setattr(sys, "argv", ["cx", *words])
    with pytest.raises(SystemExit) as ended:
        main.run()
    assert ended.value.code == 130
    assert "cx: stopped; nothing half done was kept" in capsys.readouterr().err


def test_a_file_that_a_night_holds_is_told_by_the_night_and_not_by_its_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_process: None, capsys: pytest.CaptureFixture[str]
) -> None:
    def held() -> None:
        raise StoreHeld("raw.duckdb: is held by process 24119; wait for it to end or stop it, and run again")

    home = Home.at(tmp_path)
    monkeypatch.setenv("CX_HOME", str(tmp_path))
    monkeypatch.setattr(main, "app", lambda **_: held())
    for is_night, code, words in (
        (True, 4, f"a night, process {os.getpid()} is at work"),
        (False, 10, "process 24119"),
    ):
        with night_lock(home) if is_night else nullcontext(), pytest.raises(SystemExit) as ended:
            main.run()
        told = capsys.readouterr().err
        assert ended.value.code == code and words in told
        assert is_night is not ("stop it" in told)
