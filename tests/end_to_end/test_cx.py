"""The command as a person uses it: exit codes, messages, and no traceback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from ingestion.home import Home
from orchestration.nights.night_lock import ensure_home, night_lock
from tests.builders.tiny_project import write_tiny_home

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
        "import sys, orchestration.cli.main, orchestration.nights.night\n"
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


def test_records_too_wide_for_a_line_are_shown_in_blocks_and_json_is_an_option_like_everywhere(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    home.published.mkdir()
    columns = ", ".join(f"{at} as a_rather_long_name_{at}" for at in range(30))
    with duckdb.connect(str(home.published_db)) as connection:
        connection.execute(f"create table wide as select {columns}")
    shown = _cx(tmp_path, "sql", "from wide").stdout
    assert "a_rather_long_name_29 | 29\n" in shown and shown.splitlines()[-1].count("--format csv") == 1
    assert len(shown.splitlines()) == 32
    assert "record" not in _cx(tmp_path, "sql", "select a_rather_long_name_1 from wide").stdout
    rows = json.loads(_cx(tmp_path, "sql", "from wide", "--json").stdout)
    assert rows == json.loads(_cx(tmp_path, "sql", "from wide", "--format", "json").stdout)
    assert rows[0]["a_rather_long_name_7"] == 7
    program = f'CX_HOME={tmp_path} "{sys.executable}" -c "from orchestration.cli.main import run; run()"'
    piped = f"set -o pipefail; {program} sql -f csv 'from range(100000)' | head -1"
    left = subprocess.run(["bash", "-c", piped], capture_output=True, text=True, check=False)
    assert (left.returncode, left.stdout, left.stderr) == (141, "range\n", ""), "a reader that leaves is no fault"


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o066, 0o077])
def test_a_home_that_is_made_lets_its_group_pass_and_nobody_look(tmp_path: Path, mask: int) -> None:
    home = Home.at(tmp_path / "new" / "home")
    before = os.umask(mask)
    try:
        assert ensure_home(home)
    finally:
        os.umask(before)
    assert home.root.stat().st_mode & 0o777 == 0o710
    home.root.chmod(0o755)
    assert not ensure_home(home)
    assert home.root.stat().st_mode & 0o777 == 0o755, "a folder made by hand keeps its mode"


def test_commands_on_an_empty_home_answer_in_words_and_in_json(tmp_path: Path) -> None:
    assert "Nothing was loaded yet" in _cx(tmp_path, "loads").stdout
    assert "No record was rejected" in _cx(tmp_path, "rejects", "list").stdout
    assert "exports are known" in _cx(tmp_path, "sources").stdout
    assert len(json.loads(_cx(tmp_path, "sources", "--all", "--json").stdout)) > 10
    assert json.loads(_cx(tmp_path, "check", "--json").stdout) == []
    for command in ("check", "load"):
        told = _cx(tmp_path, command)
        assert told.returncode == 0 and f"there is no folder {tmp_path}/exports: put some" in told.stdout
    (tmp_path / "exports").mkdir()
    assert f"there is no export file in {tmp_path}/exports: put some" in _cx(tmp_path, "check").stdout
    assert "Nothing new in /" in (told := _cx(tmp_path, "check", "shopify").stdout) and "0 files are known" in told


def test_the_sample_brings_its_zone_and_further_days_and_keeps_a_shops_own_settings(tmp_path: Path) -> None:
    assert _cx(tmp_path, "sample", "--next-day").returncode == 11
    first = _cx(tmp_path, "sample", "--orders", "60", "--days", "40", "--as-of", "2026-03-01")
    assert first.returncode == 0 and first.stdout.endswith("Now run `cx night --as-of 2026-03-01`.\n")
    assert str(tmp_path / "exports") in first.stdout and str(tmp_path / "sample_truth.json") in first.stdout
    refused = _cx(tmp_path, "sample", "--orders", "60", "--days", "40", "--as-of", "2026-03-01")
    assert refused.returncode == 2 and "nothing was written" in refused.stderr and "--next-day" in refused.stderr
    by_script = _cx(tmp_path / "other", "sample", "--if-empty", "--orders", "60", "--days", "40")
    assert by_script.returncode == 0 and "cx night" not in by_script.stdout, "make run is about to run it"
    again = _cx(tmp_path, "sample", "--if-empty")
    assert again.returncode == 0 and "has files already" in again.stdout
    assert "America/New_York" in (tmp_path / "settings.toml").read_text()
    (tmp_path / "settings.toml").write_text('store_time_zone = "UTC"\n')
    before = set((tmp_path / "exports").rglob("*"))
    further = _cx(tmp_path, "sample", "--next-day")
    assert further.returncode == 0 and further.stdout.endswith("Now run `cx night --as-of 2026-03-02`.\n")
    assert set((tmp_path / "exports").rglob("*")) > before
    assert "UTC" in (tmp_path / "settings.toml").read_text()
    assert "Traceback" not in _cx(tmp_path, "sample", "--orders", "1").stderr


@pytest.mark.slow
def test_a_night_that_is_stopped_ends_soon_and_the_next_one_is_whole(tmp_path: Path) -> None:
    write_tiny_home(tmp_path)
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
    assert night.returncode == 130 and told == "cx: stopped; nothing half done was kept, run it again at any time\n"
    (summary,) = tmp_path.glob("nights/*/summary.txt")
    assert "Why: stopped by Ctrl-C or SIGTERM" in summary.read_text()
    assert not (tmp_path / "published" / "cx.duckdb").exists()
    whole = _cx(tmp_path, "night", "--json")
    assert whole.returncode == 0, whole.stderr
    assert json.loads(whole.stdout)["outcome"] == "published"
    assert json.loads(_cx(tmp_path, "night", "--json").stdout)["outcome"] == "nothing_new"
    assert _cx(tmp_path, "sql", "select count(*) as n from published_night", "-f", "csv").stdout == "n\n1\n"
    assert _cx(tmp_path, "sql", "attach 'x' as y").returncode == 2
    assert _cx(tmp_path, "trace", "no_such_table", "1").returncode == 2
