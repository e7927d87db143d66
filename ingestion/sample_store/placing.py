"""A shop is written beside the exports and put there when it is whole, so that a killed writer leaves no half one.

Belongs here: the stage, a hidden folder no loader looks into, and putting its files in their places. Never here: what
is in the files.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ingestion.sample_store.company import refuse_links
from ingestion.sample_store.settings import SampleRefused

TRUTH_FILE = "sample_truth.json"
_STAGE = ".sample_shop.part"


@contextmanager
def stage_of(exports: Path) -> Iterator[Path]:
    """An empty folder to write a shop into; gone afterwards, but for a whole shop that is not in its place yet."""
    stage = exports / _STAGE
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(parents=True)
    try:
        yield stage
    except BaseException:
        if not (stage / TRUTH_FILE).exists():
            shutil.rmtree(stage, ignore_errors=True)
        raise
    shutil.rmtree(stage, ignore_errors=True)


def put_in_place(exports: Path, truth: Mapping[str, Any]) -> None:
    """Move all files of the stage to where they belong, and their truth beside the exports at last."""
    stage = exports / _STAGE
    _refuse_others(exports)
    fresh = stage / f".{TRUTH_FILE}"
    fresh.write_text(json.dumps(truth, indent=1, sort_keys=True) + "\n", "utf-8")
    fresh.rename(stage / TRUTH_FILE)  # from here on the shop is whole, and who comes next can go on
    _move(exports)


def go_on(exports: Path) -> bool:
    """Put the rest in place of a shop whose writer was killed while it did so; True if there was one."""
    if not (exports / _STAGE / TRUTH_FILE).is_file():
        return False
    _refuse_others(exports)
    _move(exports)
    shutil.rmtree(exports / _STAGE)
    return True


def _move(exports: Path) -> None:
    for path, target in _targets(exports).items():
        target.parent.mkdir(parents=True, exist_ok=True)
        path.rename(target)
    truth, fresh = exports.parent / TRUTH_FILE, exports.parent / f".{TRUTH_FILE}"
    shutil.copyfile(exports / _STAGE / TRUTH_FILE, fresh)  # the exports may lie on another disk
    fresh.rename(truth)


def _refuse_others(exports: Path) -> None:
    targets = _targets(exports).values()
    refuse_links(target.parent for target in targets)
    taken = next((target for target in targets if target.exists() or target.is_symlink()), None)
    if taken is not None:
        raise SampleRefused(f"{taken} is there already, and no file is ever written over; nothing was written")


def _targets(exports: Path) -> dict[Path, Path]:
    stage = exports / _STAGE
    files = sorted(path for path in stage.glob("*/*") if path.is_file())
    return {path: exports / path.relative_to(stage) for path in files}
