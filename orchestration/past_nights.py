"""What earlier nights said of their builds, read back from their summaries.

Belongs here: reading summary.json. Never here: writing it, or judging what it says.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ingestion.home import Home
from orchestration.build_report import BuildReport, Failure, NodeFact
from orchestration.night_report import NIGHTS_FOLDER


def build_of(home: Home, night_id: str) -> BuildReport | None:
    """The build of one night; None where it built nothing, or its summary is gone or another release's."""
    return _read(home.root / NIGHTS_FOLDER / night_id / "summary.json")


def last_build(home: Home) -> BuildReport | None:
    """The newest build that a summary tells of."""
    summaries = sorted((home.root / NIGHTS_FOLDER).glob("*/summary.json"), reverse=True)
    return next((build for summary in summaries if (build := _read(summary))), None)


def _read(summary: Path) -> BuildReport | None:
    try:
        told: dict[str, Any] | None = json.loads(summary.read_text(encoding="utf-8"))["build"]
        if told is None:
            return None
        nodes = [NodeFact(**node) for node in told.pop("nodes")]
        failures = [Failure(**failure) for failure in told.pop("failures")]
        return BuildReport(**told, nodes=nodes, failures=failures)
    except (OSError, ValueError, KeyError, TypeError):
        return None
