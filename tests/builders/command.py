"""The commands `cx` and `dbt` run as a person runs them, in a process of their own. Asserts nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

_DBT_PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"


def cx(home: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run it in this home; what it printed and its exit code."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CX_", "DBT_"))}
    env = kept | {"CX_HOME": str(home), "CX_SETTLE_SECONDS": "0", **environment}
    command = [sys.executable, "-c", "from orchestration.cli.main import run; run()", *words]
    return subprocess.run(command, capture_output=True, text=True, env=env, check=False)


def plain_dbt(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`dbt` alone, in the project's folder, against this home; its own files go to the home too."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CX_", "DBT_"))}
    place = {"CX_HOME": str(home), "DBT_TARGET_PATH": str(home / "target"), "DBT_LOG_PATH": str(home / "target")}
    command = [str(Path(sys.executable).with_name("dbt")), "--no-use-colors", *words]
    return subprocess.run(command, capture_output=True, text=True, env=kept | place, cwd=_DBT_PROJECT, check=False)
