"""Runs one night over the tiny project, to be killed or starved: `python -m tests.builders.one_night FOLDER`."""

import sys
from datetime import date
from pathlib import Path

from ingestion.home import Home
from orchestration.nights.night import NightPlan, run_night

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    plan = NightPlan(date(2026, 3, 14), rebuild=True, dbt_project=folder / "project")
    report = run_night(Home.at(folder / "home"), plan)
    sys.stdout.write(report.as_text())
    sys.exit(report.exit_code)
