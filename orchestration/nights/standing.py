"""What tonight's file would say of its own origin, whether exactly that file is up, and whether there is any data.

Belongs here: the question whether there is anything to do. Never here: doing it, dagster, dbt.
"""

from __future__ import annotations

from pathlib import Path

from ingestion.home import Home
from orchestration.building.fingerprint import code_version, inputs_fingerprint
from orchestration.errors import NothingPublished
from orchestration.exports.raw_history import loads
from orchestration.nights.night_report import NightReport
from orchestration.publishing.publish import NightStamp, is_intact, stamp_of
from orchestration.settings import Settings


def tonights_stamp(home: Home, dbt_project: Path, settings: Settings, report: NightReport, key: bytes) -> NightStamp:
    """The stamp of tonight's file, of what has been loaded by now."""
    inputs = inputs_fingerprint(home, dbt_project, settings, report.as_of, key)
    return NightStamp(report.night_id, report.as_of, code_version(), inputs)


def standing_night(home: Home, stamp: NightStamp) -> str | None:
    """The id of the night whose file is up, if it was made of the same inputs and is intact: it would be the same."""
    up = stamp_of(home.published)
    is_tonights = up is not None and up.inputs_fingerprint == stamp.inputs_fingerprint
    return up.night_id if up and is_tonights and is_intact(home.published) else None


def require_something_loaded(home: Home) -> None:
    """Raise NothingPublished where no file was ever loaded: an empty first night looks like a shop without sales."""
    if not home.published_db.exists() and not loads(home, status="loaded", limit=1):
        raise NothingPublished(
            f"no file in {home.exports} was ever loaded, so there is nothing to publish",
            "`cx check` says of each file what to do, `cx sources --all` which are looked for.",
        )
