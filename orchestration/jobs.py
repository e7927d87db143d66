"""The two jobs: the night, and the week's night that rebuilds everything.

Belongs here: selections and tags. Never here: when they run (`schedules`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import dagster as dg

from orchestration.assets.warehouse import FULL_REFRESH_TAG

if TYPE_CHECKING:
    from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

NIGHTLY = "nightly"
WEEKLY = "weekly"


def night_jobs() -> list[UnresolvedAssetJobDefinition]:
    """Both do every step in one process, so that they hold the night's lock from the first step to the last."""
    everything = dg.AssetSelection.all()
    return [
        dg.define_asset_job(NIGHTLY, everything, description="Load, check, build, test, publish, summarise."),
        dg.define_asset_job(
            WEEKLY, everything, tags={FULL_REFRESH_TAG: "true"}, description="The same, with all models rebuilt."
        ),
    ]
