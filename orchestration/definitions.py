"""All of Dagster's definitions, assembled by one function from the specs and the dbt manifest of one home.

Belongs here: assembling. Never here: a step's work, a list of models or exports.
"""

from pathlib import Path

import dagster as dg

from ingestion.home import Home
from ingestion.specs.files import load_shapes, read_all_specs
from orchestration.assets.publication import publication_assets
from orchestration.assets.raw import raw_asset_specs, raw_assets
from orchestration.assets.warehouse import warehouse_assets
from orchestration.checks.raw import raw_checks
from orchestration.dagster_night import NightResource
from orchestration.dbt_manifest import fresh_manifest
from orchestration.ingestion_errors import cause_of
from orchestration.jobs import night_jobs
from orchestration.nights_elsewhere import nights_elsewhere
from orchestration.schedules import night_schedules
from orchestration.sensors import night_sensors
from orchestration.settings import DBT_PROJECT, read_settings

_MARTS = "marts"


def build_definitions(home: Home, dbt_project: Path = DBT_PROJECT) -> dg.Definitions:
    """Everything Dagster shows and runs for this home."""
    settings = read_settings(home, dbt_project)
    specs = read_all_specs(home).specs
    manifest = fresh_manifest(home, dbt_project)
    raw, warehouse = raw_asset_specs(specs, load_shapes()), warehouse_assets(manifest)
    marts = sorted(key for key in warehouse.keys if key.path[0] == _MARTS)
    return dg.Definitions(
        assets=[raw_assets(raw), warehouse, *publication_assets(marts)],
        asset_checks=[raw_checks(specs)],
        jobs=night_jobs(),
        schedules=night_schedules(settings.store_time_zone),
        sensors=[*night_sensors(), nights_elsewhere(manifest, specs, raw, warehouse)],
        resources={"night": NightResource(dbt_project=str(dbt_project))},
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """What `dagster dev` and each run load; a mistake in the settings is said in the words of `cx night`."""
    try:
        return build_definitions(Home.from_environment())
    except Exception as error:
        named = cause_of(error)
        if named is None:
            raise
        raise dg.Failure(named.said) from None
