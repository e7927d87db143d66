"""A failed audit of the whole project leads a person on: each command it prints shows rows, or files and lines."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from ingestion.home import Home
from orchestration.building.build import DbtPlace, build
from orchestration.nights.night_report import NightReport
from orchestration.settings import read_settings
from tests.builders.command import cx
from tests.end_to_end.conftest import SampleNight

pytestmark = pytest.mark.xdist_group("night")
_TEST = "is_key_core_orders_order_id"


def test_the_commands_of_a_failed_audit_lead_to_its_rows_and_to_files(
    sample_night: SampleNight, tmp_path: Path
) -> None:
    home = Home.at(tmp_path / "home")
    shutil.copytree(sample_night.home, home.root)
    with duckdb.connect(str(home.warehouse_db)) as warehouse:
        warehouse.execute("insert into core.core_orders from core.core_orders order by order_id limit 5")
    report = NightReport("2999-01-01T00-00-00Z", sample_night.as_of, datetime.now(UTC), home.root, exit_code=3)
    report.outcome = "audit_failed"
    report.build = build(DbtPlace(home), read_settings(home), sample_night.as_of, select=[_TEST])
    report.write()
    (failure,) = report.build.errors
    commands = [line.split(": cx ")[1].split() for line in failure.lines() if ": cx " in line]
    assert [command[0] for command in commands] == ["audit", "trace", "trace", "trace"]
    for command in commands:
        done = cx(home.root, *command)
        assert done.returncode == 0 and ("shopify/" in done.stdout or "row_count" in done.stdout), done.stderr
    assert f"test {_TEST} of core_orders failed: 5 rows" in cx(home.root, "audit").stdout
    assert cx(home.root, "audit", "no_such_test").returncode == 2
