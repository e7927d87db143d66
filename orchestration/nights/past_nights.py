"""What earlier nights said of their builds, read back from their summaries.

Belongs here: reading summary.json. Never here: writing it, or judging what it says.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ingestion.home import Home
from orchestration.building.build_report import BuildReport, Failure, NodeFact
from orchestration.nights.night_report import NIGHTS_FOLDER


def build_of(home: Home, night_id: str) -> BuildReport | None:
    """The build of one night; None where it built nothing, or its summary is gone or another release's."""
    return _build(_summary(home.root / NIGHTS_FOLDER / night_id))


def dagster_run_of(home: Home, night_id: str) -> str:
    """The run of Dagster that the night was; empty where it was none."""
    return str(_summary(home.root / NIGHTS_FOLDER / night_id).get("dagster_run") or "")


def last_build(home: Home) -> BuildReport | None:
    """The newest build that a summary tells of. PermissionError where that may not be known: it is not "none"."""
    folder = home.root / NIGHTS_FOLDER
    nights = sorted(folder.iterdir(), reverse=True) if folder.is_dir() else []
    return next((build for night in nights if (build := _build(_summary(night)))), None)


def _summary(night: Path) -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads((night / "summary.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return {}
    return told


def _build(summary: Mapping[str, Any]) -> BuildReport | None:
    try:
        told = dict(summary["build"])
        nodes = [NodeFact(**node) for node in told.pop("nodes")]
        failures = [Failure(**failure) for failure in told.pop("failures")]
        return BuildReport(**told, nodes=nodes, failures=failures)
    except (KeyError, TypeError):
        return None
