"""What the warehouse was built of: a mark that only a whole build leaves whose every test passed.

Belongs here: leaving, taking away and reading the mark. Only what bears it is published: not a build that failed, not
one of a few models, not one of yesterday's files, and nothing that another program wrote since. Never here: building.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from ingestion.durable_files import write_whole
from orchestration.building.build import DbtPlace

_MARK = "whole_build.json"


def forget_build(place: DbtPlace) -> None:
    """From now on the warehouse is in the making."""
    (place.target / _MARK).unlink(missing_ok=True)


def remember_build(place: DbtPlace, inputs_fingerprint: str) -> None:
    """The warehouse as it stands is whole, tested, and made of these inputs."""
    write_whole(place.target / _MARK, json.dumps(_mark(place.home.warehouse_db, inputs_fingerprint)))


def is_built_of(place: DbtPlace, inputs_fingerprint: str) -> bool:
    """True if the warehouse is what a whole, passed build of these inputs left."""
    with suppress(OSError, ValueError):
        found: object = json.loads((place.target / _MARK).read_text(encoding="utf-8"))
        return found == _mark(place.home.warehouse_db, inputs_fingerprint)
    return False


def _mark(warehouse_db: Path, inputs_fingerprint: str) -> dict[str, object]:
    """Inputs, and how the file looks: whoever writes it after us changes that."""
    stat = warehouse_db.stat()
    return {"inputs": inputs_fingerprint, "bytes": stat.st_size, "modified_ns": stat.st_mtime_ns}
