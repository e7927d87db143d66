"""The dbt manifest that Dagster reads its assets from, made when it is missing or older than the project.

Belongs here: keeping that one file fresh. Never here: what is in it.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingestion.durable_files import write_whole
from ingestion.home import Home
from orchestration.building.build import DbtPlace, parse
from orchestration.building.fingerprint import project_fingerprint
from orchestration.dagster_home import ensure_dagster_home
from orchestration.settings import DBT_PROJECT, read_settings


def fresh_manifest(home: Home, dbt_project: Path = DBT_PROJECT) -> dict[str, Any]:
    """The manifest of the project as it is now. It lies apart from the night's own, which a build may be rewriting."""
    folder = ensure_dagster_home(home)
    file, mark = folder / "manifest.json", folder / "manifest.mark"
    wanted = project_fingerprint(dbt_project)
    if not file.exists() or not mark.exists() or mark.read_text(encoding="utf-8") != wanted:
        place = DbtPlace(home, dbt_project, "dagster/dbt_target")
        parse(place, read_settings(home, dbt_project), datetime.now(UTC).date())
        write_whole(file, place.manifest.read_text(encoding="utf-8"))
        write_whole(mark, wanted)
    manifest: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return manifest
