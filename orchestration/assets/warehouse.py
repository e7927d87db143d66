"""The dbt models as assets, each test as a check of its model, built by dbt in this process.

Belongs here: dbt's results as Dagster's events. Never here: a model's name, or an engine's message about data.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from graphlib import TopologicalSorter
from typing import Any

import dagster as dg
from dagster_dbt import dbt_assets

from ingestion.home import Home
from orchestration.building.build_report import BuildReport, NodeFact
from orchestration.building.warehouse_file import warehouse_row_counts
from orchestration.dagster_night import DagsterNight
from orchestration.errors import AuditFailed
from orchestration.nights.night import build_step
from orchestration.nights.past_nights import build_of
from orchestration.translator import CxTranslator

FULL_REFRESH_TAG = "cx/full_refresh"
REBUILD_TAG = "cx/rebuild"
_BUILT = ("success",)
_JUDGED = ("pass", "fail", "warn", "error")
_TRANSLATOR = CxTranslator()


def warehouse_assets(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """All models, seeds and snapshots of the manifest, as one step."""

    @dbt_assets(manifest=manifest, name="build_warehouse", dagster_dbt_translator=_TRANSLATOR)
    def build_warehouse(context: dg.AssetExecutionContext, night: dg.ResourceParam[DagsterNight]) -> Iterator[Any]:
        select = _selected(context, manifest)
        with night.step(context):
            standing = night.stands(is_wanted=bool(select) or _is_asked_for(context))
        if standing is not None:
            context.log.info(f"nothing new since night {standing}: nothing is built")
            yield from standing_results(manifest, context.selected_asset_check_keys, night.home, standing)
            return
        failed: AuditFailed | None = None
        with night.step(context):
            try:
                build_step(
                    night.place,
                    night.settings,
                    night.stamp(),
                    night.report,
                    context.log.info,
                    full_refresh=_is_tagged(context, FULL_REFRESH_TAG),
                    select=select,
                )
            except AuditFailed as error:
                failed = error
            report = night.report.build
        if report is not None:
            yield from built_results(manifest, context.selected_asset_keys, report, night.home)
            yield from test_results(manifest, context.selected_asset_check_keys, report)
        if failed is not None:
            with night.step(context):
                raise failed

    return build_warehouse


def _is_tagged(context: dg.AssetExecutionContext, tag: str) -> bool:
    return context.run.tags.get(tag) == "true"


def _is_asked_for(context: dg.AssetExecutionContext) -> bool:
    """A full refresh, or a run somebody tagged so, builds even if nothing is new."""
    return _is_tagged(context, FULL_REFRESH_TAG) or _is_tagged(context, REBUILD_TAG)


def standing_results(
    manifest: Mapping[str, Any], tests: Iterable[dg.AssetCheckKey], home: Home, night_id: str
) -> Iterator[Any]:
    """Every model as it stands since a night, for building it would make the same; its checks as they were then."""
    since: dict[str, Any] = {"nothing_new": True, "stands_since_night": night_id}
    counts = warehouse_row_counts(home)
    for node in _in_order_of_building(manifest):
        key = _TRANSLATOR.get_asset_key(node)
        yield dg.MaterializeResult(asset_key=key, metadata={**since, **_metadata(key, 0.0, counts)})
    build = build_of(home, night_id)
    if build is not None:
        yield from test_results(manifest, tests, build, since)


def _selected(context: dg.AssetExecutionContext, manifest: Mapping[str, Any]) -> list[str]:
    """Names for dbt's --select; none means all."""
    if not context.is_subset:
        return []
    keys = context.selected_asset_keys
    return sorted(node["name"] for node in _built_nodes(manifest).values() if _TRANSLATOR.get_asset_key(node) in keys)


def _built_nodes(manifest: Mapping[str, Any]) -> dict[str, Any]:
    kinds = ("model", "seed", "snapshot")
    nodes = {unique: node for unique, node in manifest["nodes"].items() if node["resource_type"] in kinds}
    return {unique: node for unique, node in nodes.items() if node["config"].get("materialized") != "ephemeral"}


def _in_order_of_building(manifest: Mapping[str, Any]) -> list[Any]:
    """Each node after those it reads, as Dagster wants to be told of them."""
    built = _built_nodes(manifest)
    reads = {unique: set(node.get("depends_on", {}).get("nodes", ())) & set(built) for unique, node in built.items()}
    return [built[unique] for unique in TopologicalSorter(reads).static_order()]


def built_results(
    manifest: Mapping[str, Any],
    keys: Collection[dg.AssetKey],
    report: BuildReport,
    home: Home,
    since: Mapping[str, Any] | None = None,
) -> Iterator[dg.MaterializeResult]:  # type: ignore[type-arg]
    """What was built of these assets; `since` says of an older build which it was."""
    counts, built = warehouse_row_counts(home), _built_nodes(manifest)
    for fact in report.nodes:
        if fact.unique_id in built and fact.status in _BUILT:
            key = _TRANSLATOR.get_asset_key(built[fact.unique_id])
            if key in keys:
                yield dg.MaterializeResult(
                    asset_key=key, metadata={**_metadata(key, fact.seconds, counts), **(since or {})}
                )


def test_results(
    manifest: Mapping[str, Any],
    tests: Iterable[dg.AssetCheckKey],
    report: BuildReport,
    since: Mapping[str, Any] | None = None,
) -> Iterator[dg.AssetCheckResult]:
    """What became of these tests; `since` says of an older answer since when it stands."""
    wanted = {test.name: test for test in tests}
    said = {failure.name: failure.sentence() for failure in report.failures}
    for fact in report.nodes:
        name = manifest["nodes"].get(fact.unique_id, {}).get("name", "")
        if name in wanted and fact.status in _JUDGED:
            yield _check(wanted[name], fact, said.get(name, ""), since or {})


def _metadata(key: dg.AssetKey, seconds: float, counts: Mapping[tuple[str, ...], int]) -> dict[str, Any]:
    metadata: dict[str, Any] = {"seconds": seconds}
    if (count := counts.get(tuple(key.path))) is not None:
        metadata["dagster/row_count"] = count
    return metadata


def _check(key: dg.AssetCheckKey, fact: NodeFact, sentence: str, since: Mapping[str, Any]) -> dg.AssetCheckResult:
    severity = dg.AssetCheckSeverity.WARN if fact.status == "warn" else dg.AssetCheckSeverity.ERROR
    return dg.AssetCheckResult(
        asset_key=key.asset_key,
        check_name=key.name,
        passed=fact.status == "pass",
        severity=severity,
        metadata={"failing_rows": fact.row_count or 0, "seconds": fact.seconds, **since},
        description=sentence or None,
    )
