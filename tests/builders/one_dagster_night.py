"""Runs one Dagster night over the tiny project and dies by SIGKILL in the middle of its build.

`python -m tests.builders.one_dagster_night FOLDER DAY`, with DAGSTER_HOME in the environment.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

import dagster as dg

from ingestion.home import Home
from orchestration.definitions import build_definitions
from orchestration.nights import night

if __name__ == "__main__":
    folder, day = Path(sys.argv[1]), sys.argv[2]
    build = night.build

    def dying(*given: Any, **asked: Any) -> Any:
        """Build as ever until the first model is done."""
        return build(*given, **asked | {"progress": lambda _: os.kill(os.getpid(), signal.SIGKILL)})

    night.build = dying
    with dg.DagsterInstance.get() as instance:
        job = build_definitions(Home.at(folder / "home"), folder / "project").resolve_job_def("nightly")
        job.execute_in_process(instance=instance, tags={"cx/as_of": day})
