"""Whoever asks a night to stop is obeyed and told so, also where a library makes an error of the interruption."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest

from ingestion.home import Home
from orchestration.nights.night import NightPlan, run_night
from orchestration.nights.stopping import is_asked, stop
from tests.builders import tiny_project as tiny


def test_a_stop_that_a_library_makes_an_error_of_is_a_stop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        with suppress(KeyboardInterrupt):
            stop(signal.SIGTERM, None)
        raise RuntimeError("Query interrupted")

    monkeypatch.setenv("CX_SETTLE_SECONDS", "0")
    monkeypatch.setattr("orchestration.nights.night.build", interrupted)
    tiny.write_tiny_project(tmp_path / "project")
    home = Home.at(tiny.write_tiny_home(tmp_path / "home"))
    mask = os.umask(0o077)
    try:
        with pytest.raises(KeyboardInterrupt):
            run_night(home, NightPlan(date(2026, 3, 14), dbt_project=tmp_path / "project"))
    finally:
        is_asked.clear()
        os.umask(mask)
    (summary,) = home.root.glob("nights/*/summary.txt")
    assert "Why: stopped by Ctrl-C or SIGTERM" in summary.read_text()
