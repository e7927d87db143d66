"""Nights that `cx night` published, by hand or by cron, told to Dagster: its assets show what is up, whoever made it.

Belongs here: which night Dagster has not heard of, and its facts as events without a run. Never here: a night's work.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg

from ingestion.home import Home
from ingestion.specs.model import Spec
from orchestration.assets.publication import standing_file, standing_summary
from orchestration.assets.raw import loaded_results
from orchestration.assets.warehouse import built_results, test_results
from orchestration.checks.raw import export_results
from orchestration.errors import NightError
from orchestration.nights.night_lock import night_lock
from orchestration.nights.past_nights import build_of, dagster_run_of
from orchestration.publishing.publish import stamp_of

_ABOUT = "Shows what `cx night` published outside Dagster: every asset and check as of that night, without a run."


def nights_elsewhere(
    manifest: Mapping[str, Any], specs: Sequence[Spec], raw: Sequence[dg.AssetSpec], warehouse: dg.AssetsDefinition
) -> dg.SensorDefinition:
    """A sensor whose cursor is the night it told last."""

    @dg.sensor(
        name="nights_elsewhere",
        target=None,
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=_ABOUT,
    )
    def sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        home = Home.from_environment()
        up = stamp_of(home.published)
        if up is None or up.night_id == context.cursor:
            return dg.SensorResult(skip_reason="nothing was published that Dagster does not know")
        run = dagster_run_of(home, up.night_id)
        if run and context.instance.has_run(run):
            return dg.SensorResult(skip_reason=f"night {up.night_id} was a run of Dagster", cursor=up.night_id)
        since = {"published_by": "a run that this Dagster does not know" if run else "cx night", "night": up.night_id}
        try:
            with night_lock(home, "Dagster, which looks at the last night", patience=0):
                results = [
                    *loaded_results(raw, home),
                    *export_results(specs, home),
                    *_built(manifest, warehouse, home, since),
                    standing_file(home, since),
                    standing_summary(home, up.night_id, since),
                ]
        except NightError as error:  # a night is at work: its end is soon enough
            return dg.SensorResult(skip_reason=str(error))
        told = f"night {up.night_id} is shown on every asset"
        return dg.SensorResult(asset_events=list(_events(results)), cursor=up.night_id, skip_reason=told)

    return sensor


def _built(
    manifest: Mapping[str, Any], warehouse: dg.AssetsDefinition, home: Home, since: Mapping[str, str]
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:  # type: ignore[type-arg]
    """Models and tests as the night's summary tells them."""
    build = build_of(home, since["night"])
    if build is not None:
        yield from built_results(manifest, warehouse.keys, build, home, since)
        yield from test_results(manifest, warehouse.check_keys, build, since)


def _events(
    results: Sequence[dg.MaterializeResult | dg.AssetCheckResult],  # type: ignore[type-arg]
) -> Iterator[dg.AssetMaterialization | dg.AssetCheckEvaluation]:
    for result in results:
        key = result.asset_key
        if isinstance(result, dg.AssetCheckResult) and key and result.check_name:
            yield dg.AssetCheckEvaluation(
                asset_key=key,
                check_name=result.check_name,
                passed=result.passed,
                metadata=result.metadata,
                severity=result.severity,
                description=result.description,
            )
        elif key:
            yield dg.AssetMaterialization(asset_key=key, metadata=result.metadata)
