"""The command `cx` run as a person runs it, in a process of its own. Asserts nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def cx(home: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run it in this home; what it printed and its exit code."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CX_", "DBT_"))}
    env = kept | {"CX_HOME": str(home), "CX_SETTLE_SECONDS": "0", **environment}
    command = [sys.executable, "-c", "from orchestration.cli.main import run; run()", *words]
    return subprocess.run(command, capture_output=True, text=True, env=env, check=False)
