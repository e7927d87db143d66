"""The command as a person uses it: exit codes, messages, and no traceback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ingestion.home import Home
from orchestration.night_lock import night_lock

_START_SECONDS = 0.6


def _cx(home: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "CX_HOME": str(home), "CX_SETTLE_SECONDS": "0", **environment}
    command = [sys.executable, "-c", "from orchestration.cli.main import run; run()", *words]
    return subprocess.run(command, capture_output=True, text=True, env=env, check=False)


def test_help_teaches_and_comes_at_once(tmp_path: Path) -> None:
    times = []
    for _ in range(3):
        started = time.process_time() + os.times().children_user
        found = _cx(tmp_path, "--help")
        times.append(time.process_time() + os.times().children_user - started)
    assert found.returncode == 0
    for word in ("night", "load", "check", "draft", "loads", "rejects", "sources", "sample", "sql", "trace", "example"):
        assert f"│ {word} " in found.stdout
    assert min(times) < _START_SECONDS


def test_cx_starts_without_dagster_and_dbt(tmp_path: Path) -> None:
    program = (
        "import sys, orchestration.cli.main, orchestration.night\n"
        "heavy = {'dagster', 'dbt', 'dagster_dbt', 'matplotlib'}\n"
        "sys.exit(' '.join({name.split('.')[0] for name in sys.modules} & heavy) or 0)"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert found.stderr.strip() == "" and found.returncode == 0


def test_before_the_first_night_it_says_what_to_do(tmp_path: Path) -> None:
    found = _cx(tmp_path, "sql", "select 1")
    assert found.returncode == 11
    assert "Run `cx night` first" in found.stderr and "Traceback" not in found.stderr


def test_an_unknown_setting_ends_with_one_clear_message(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("store_timezone = 'UTC'\n")
    found = _cx(tmp_path, "night")
    assert found.returncode == 5
    assert "unknown setting 'store_timezone'" in found.stderr and "Did you mean 'store_time_zone'" in found.stderr
    assert "Traceback" not in found.stderr + found.stdout


def test_a_traceback_is_shown_when_asked_for(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("nonsense = 1\n")
    assert "Traceback" in _cx(tmp_path, "night", "--traceback").stderr


def test_a_wrong_day_is_named(tmp_path: Path) -> None:
    found = _cx(tmp_path, "night", CX_ASOF="yesterday")
    assert found.returncode == 5 and "YYYY-MM-DD" in found.stderr


def test_a_second_night_ends_with_its_own_code_within_five_seconds(tmp_path: Path) -> None:
    with night_lock(Home.at(tmp_path), "another"):
        started = time.monotonic()
        found = _cx(tmp_path, "night")
        assert time.monotonic() - started < 5
    assert found.returncode == 4 and "another, process" in found.stderr


def test_a_home_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    found = _cx(tmp_path / "file" / "home", "night")
    assert found.returncode == 7 and "cannot be written" in found.stderr


def test_commands_on_an_empty_home_answer_in_words_and_in_json(tmp_path: Path) -> None:
    assert "Nothing was loaded yet" in _cx(tmp_path, "loads").stdout
    assert "No record was rejected" in _cx(tmp_path, "rejects", "list").stdout
    assert "exports are known" in _cx(tmp_path, "sources").stdout
    assert len(json.loads(_cx(tmp_path, "sources", "--all", "--json").stdout)) > 10
    assert json.loads(_cx(tmp_path, "check", "--json").stdout) == []


def test_the_sample_brings_its_zone_and_further_days_and_keeps_a_shops_own_settings(tmp_path: Path) -> None:
    assert _cx(tmp_path, "sample", "--next-day").returncode == 11
    first = _cx(tmp_path, "sample", "--orders", "60", "--days", "40", "--as-of", "2026-03-01")
    assert first.returncode == 0 and "Now run `cx night`" in first.stdout
    assert str(tmp_path / "exports") in first.stdout and str(tmp_path / "sample_truth.json") in first.stdout
    refused = _cx(tmp_path, "sample", "--orders", "60", "--days", "40", "--as-of", "2026-03-01")
    assert refused.returncode == 2 and "nothing was written" in refused.stderr and "--next-day" in refused.stderr
    again = _cx(tmp_path, "sample", "--if-empty")
    assert again.returncode == 0 and "has files already" in again.stdout
    assert "America/New_York" in (tmp_path / "settings.toml").read_text()
    (tmp_path / "settings.toml").write_text('store_time_zone = "UTC"\n')
    before = set((tmp_path / "exports").rglob("*"))
    assert _cx(tmp_path, "sample", "--next-day").returncode == 0
    assert set((tmp_path / "exports").rglob("*")) > before
    assert "UTC" in (tmp_path / "settings.toml").read_text()
    assert "Traceback" not in _cx(tmp_path, "sample", "--orders", "1").stderr


@pytest.mark.slow
def test_a_night_that_is_stopped_ends_soon_and_the_next_one_is_whole(tmp_path: Path) -> None:
    env = {**os.environ, "CX_HOME": str(tmp_path), "CX_SETTLE_SECONDS": "0"}
    program = "from orchestration.cli.main import run; run()"
    night = subprocess.Popen([sys.executable, "-c", program, "night", "-q"], env=env, stderr=subprocess.PIPE, text=True)
    while not (tmp_path / "dbt_target").exists():
        assert night.poll() is None
        time.sleep(0.05)
    time.sleep(2)
    night.send_signal(signal.SIGTERM)
    stopped = time.monotonic()
    told = night.communicate(timeout=60)[1]
    assert time.monotonic() - stopped < 10
    assert night.returncode == 130 and "Traceback" not in told
    assert not (tmp_path / "published" / "cx.duckdb").exists()
    whole = _cx(tmp_path, "night", "--json")
    assert whole.returncode == 0, whole.stderr
    assert json.loads(whole.stdout)["outcome"] == "published"
    assert json.loads(_cx(tmp_path, "night", "--json").stdout)["outcome"] == "nothing_new"
    assert _cx(tmp_path, "sql", "select count(*) as n from published_night", "-f", "csv").stdout == "n\n1\n"
    assert _cx(tmp_path, "sql", "attach 'x' as y").returncode == 2
    assert _cx(tmp_path, "trace", "no_such_table", "1").returncode == 5
