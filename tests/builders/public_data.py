"""Nights over public data sets, each in a throwaway home. Makes no rows of its own and asserts nothing."""

import os
import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from ingestion.home import Home
from orchestration.nights.examples import run_example
from orchestration.nights.night import NightPlan, run_night

Ask = Callable[[str], list[tuple[Any, ...]]]


def published_example(name: str, data: Path, root: Path, as_of: date) -> Ask:
    """One documented example, from its files to the published file; the answer is a way to ask that file."""
    os.environ.setdefault("CX_SETTLE_SECONDS", "0")
    run_example(name, data, root, NightPlan(as_of))
    return asking(Home.at(root))


def published_exports(files: dict[str, Path], root: Path, as_of: date) -> Ask:
    """A night over copies of these files, by the place they get inside the exports folder."""
    os.environ.setdefault("CX_SETTLE_SECONDS", "0")
    home = Home.at(root)
    for place, file in files.items():
        target = home.exports / place
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    run_night(home, NightPlan(as_of))
    return asking(home)


def asking(home: Home) -> Ask:
    """Ask the published file; the raw store is attached beside it, read-only."""

    def ask(sql: str) -> list[tuple[Any, ...]]:
        with closing(duckdb.connect(str(home.published_db), read_only=True)) as connection:
            connection.execute(f"ATTACH '{home.raw_db}' AS raw (READ_ONLY)")
            return connection.execute(sql).fetchall()

    return ask
