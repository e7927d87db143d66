"""Dagster's folder in the home: `python -m orchestration.dagster_home` makes it and prints its path.

Belongs here: the folder, and the settings file Dagster reads in it. Never here: a setting itself (dagster.yaml).
"""

from __future__ import annotations

import sys
from pathlib import Path

from ingestion.durable_files import write_whole
from ingestion.home import PROJECT_ROOT, Home

_SETTINGS = PROJECT_ROOT / "dagster.yaml"


def ensure_dagster_home(home: Home) -> Path:
    """Make the folder; its settings file is ours and follows the release."""
    home.dagster.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = home.dagster / "dagster.yaml"
    text = _SETTINGS.read_text(encoding="utf-8")
    if not target.exists() or target.read_text(encoding="utf-8") != text:
        write_whole(target, text)
    return home.dagster


if __name__ == "__main__":
    sys.stdout.write(f"{ensure_dagster_home(Home.from_environment())}\n")
