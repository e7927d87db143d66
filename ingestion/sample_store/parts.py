"""Which files the runs have: one part of a run's records a file, with its name settled before anything is written.

Belongs here: names and ranges of files. Never here: writing them, SQL, texts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from ingestion.sample_store.deliveries import Run
from ingestion.sample_store.layouts import Layout, all_layouts
from ingestion.sample_store.shop import Shop

PART_ROWS = {"orders": 100_000, "tickets": 50_000}
EVERYTHING = (0, 2**60)
RHYTHM_OF_FORMAT = {"csv": "window", "bulk": "change"}


@dataclass(frozen=True)
class Part:
    """Records `first` to `last` of a table in one run: a file for each layout that is cut along this table."""

    run: Run
    table: str
    number: int
    first: int
    last: int
    files: tuple[tuple[Layout, Path], ...]

    @property
    def is_old(self) -> bool:
        """The first part of a window export's history has the layout of years ago."""
        return self.run.is_history and self.number == 1 and self.run.rhythm == "window"


def parts_of(runs: list[Run], shop: Shop, exports: Path) -> list[Part]:
    """Every part of every run in order; a history comes in parts, everything else in one."""
    taken: set[Path] = set()
    return [part for run in runs for part in _parts(run, shop, exports, taken)]


def _parts(run: Run, shop: Shop, exports: Path, taken: set[Path]) -> Iterator[Part]:
    layouts = [layout for layout in all_layouts() if layout.rhythm == run.rhythm and _is_wanted(layout, shop)]
    for table in ("orders", "tickets", ""):
        mine = [layout for layout in layouts if layout.parts == table]
        ranges = _ranges(table, run, shop) if mine else []
        for n, (first, last) in enumerate(ranges, start=1):
            number = n if len(ranges) > 1 else 0
            files = tuple((layout, _free_path(exports, layout, run, number, taken)) for layout in mine)
            yield Part(run, table, number, first, last, files)


def _is_wanted(layout: Layout, shop: Shop) -> bool:
    unwanted = {rhythm for name, rhythm in RHYTHM_OF_FORMAT.items() if name not in shop.settings.formats}
    return layout.rhythm not in unwanted


def _ranges(table: str, run: Run, shop: Shop) -> list[tuple[int, int]]:
    """First and last index of each file's orders or tickets."""
    if not table or not run.is_history:
        return [EVERYTHING]
    known = shop.orders.created if table == "orders" else shop.conversations.tickets.created
    first, last = (int(np.searchsorted(known, at)) for at in (run.created_from, run.as_of))
    count = max(2, -(-(last - first) // PART_ROWS[table]))
    return [(a, b - 1) for a, b in pairwise(first + (last - first) * n // count for n in range(count + 1))]


def _free_path(exports: Path, layout: Layout, run: Run, number: int, taken: set[Path]) -> Path:
    part = f"_{number}" if number else ""
    path = exports / layout.source / layout.file.format(day=run.day, part=part)
    if path in taken:  # a corrected export of a day that has one gets the number a browser would give it
        path = path.with_name(f"{path.stem} (2){path.suffix}")
    taken.add(path)
    return path
