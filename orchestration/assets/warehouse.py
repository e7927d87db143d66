"""The dbt models as assets, each test as a check of its model, built by dbt in this process.

Belongs here: dbt's results as Dagster's events. Never here: a model's name, or an engine's message about data.
"""

from collections.abc import Iterator, Mapping, Sequence
from graphlib import TopologicalSorter
from typing import Any

import dagster as dg
from dagster_dbt import dbt_assets

from orchestration.build_report import BuildReport, NodeFact
from orchestration.dagster_night import DagsterNight
from orchestration.errors import AuditFailed
from orchestration.night import build_step
from orchestration.raw_history import warehouse_row_counts
from orchestration.translator import CxTranslator

FULL_REFRESH_TAG = "cx/full_refresh"
REBUILD_TAG = "cx/rebuild"
_BUILT = ("success",)
_JUDGED = ("pass", "fail", "warn", "error")


def warehouse_assets(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """All models, seeds and snapshots of the manifest, as one step."""
    translator = CxTranslator()

    @dbt_assets(manifest=manifest, name="build_warehouse", dagster_dbt_translator=translator)
    def build_warehouse(context: dg.AssetExecutionContext, night: dg.ResourceParam[DagsterNight]) -> Iterator[Any]:
        select = _selected(context, manifest, translator)
        with night.step(context):
            standing = None if select or _is_asked_for(context) else night.stands()
        if standing is not None:
            context.log.info(f"nothing new since night {standing}: nothing is built")
            keys = [translator.get_asset_key(node) for node in _in_order_of_building(manifest)]
            yield from _unchanged(keys, standing, warehouse_row_counts(night.home))
            return
        failed: AuditFailed | None = None
        with night.step(context):
            try:
                build_step(
                    night.place,
                    night.settings,
                    night.report,
                    context.log.info,
                    full_refresh=_is_tagged(context, FULL_REFRESH_TAG),
                    select=select,
                )
            except AuditFailed as error:
                failed = error
            report = night.report.build
        if report is not None:
            yield from _events(context, manifest, translator, report, warehouse_row_counts(night.home))
        if failed is not None:
            with night.step(context):
                raise failed

    return build_warehouse


def _is_tagged(context: dg.AssetExecutionContext, tag: str) -> bool:
    return context.run.tags.get(tag) == "true"


def _is_asked_for(context: dg.AssetExecutionContext) -> bool:
    """A full refresh, or a run somebody tagged so, builds even if nothing is new."""
    return _is_tagged(context, FULL_REFRESH_TAG) or _is_tagged(context, REBUILD_TAG)


def _unchanged(
    keys: Sequence[dg.AssetKey], standing: str, counts: Mapping[tuple[str, ...], int]
) -> Iterator[dg.MaterializeResult]:  # type: ignore[type-arg]
    """Every model as it stands: building it would make the same once more. Its checks keep their last answers."""
    for key in keys:
        metadata: dict[str, Any] = {"nothing_new": True, "stands_since_night": standing, "seconds": 0.0}
        if (count := counts.get(tuple(key.path))) is not None:
            metadata["dagster/row_count"] = count
        yield dg.MaterializeResult(asset_key=key, metadata=metadata)


def _selected(context: dg.AssetExecutionContext, manifest: Mapping[str, Any], translator: CxTranslator) -> list[str]:
    """Names for dbt's --select; none means all."""
    if not context.is_subset:
        return []
    keys = context.selected_asset_keys
    return sorted(node["name"] for node in _built_nodes(manifest).values() if translator.get_asset_key(node) in keys)


def _built_nodes(manifest: Mapping[str, Any]) -> dict[str, Any]:
    kinds = ("model", "seed", "snapshot")
    return {unique: node for unique, node in manifest["nodes"].items() if node["resource_type"] in kinds}


def _in_order_of_building(manifest: Mapping[str, Any]) -> list[Any]:
    """Each node after those it reads, as Dagster wants to be told of them."""
    built = _built_nodes(manifest)
    reads = {unique: set(node.get("depends_on", {}).get("nodes", ())) & set(built) for unique, node in built.items()}
    return [built[unique] for unique in TopologicalSorter(reads).static_order()]


def _events(
    context: dg.AssetExecutionContext,
    manifest: Mapping[str, Any],
    translator: CxTranslator,
    report: BuildReport,
    counts: Mapping[tuple[str, ...], int],
) -> Iterator[Any]:
    built = _built_nodes(manifest)
    tested = {check.name: check for check in context.selected_asset_check_keys}
    where = {failure.name: failure.sentence() for failure in report.failures}
    for fact in report.nodes:
        if fact.unique_id in built and fact.status in _BUILT:
            key = translator.get_asset_key(built[fact.unique_id])
            if key in context.selected_asset_keys:
                yield dg.MaterializeResult(asset_key=key, metadata=_metadata(key, fact, counts))
    for fact in report.nodes:
        name = manifest["nodes"].get(fact.unique_id, {}).get("name", "")
        if name in tested and fact.status in _JUDGED:
            yield _check(tested[name], fact, where.get(name, ""))


def _metadata(key: dg.AssetKey, fact: NodeFact, counts: Mapping[tuple[str, ...], int]) -> dict[str, Any]:
    metadata: dict[str, Any] = {"seconds": fact.seconds}
    if (count := counts.get(tuple(key.path))) is not None:
        metadata["dagster/row_count"] = count
    return metadata


def _check(key: dg.AssetCheckKey, fact: NodeFact, sentence: str) -> dg.AssetCheckResult:
    severity = dg.AssetCheckSeverity.WARN if fact.status == "warn" else dg.AssetCheckSeverity.ERROR
    return dg.AssetCheckResult(
        asset_key=key.asset_key,
        check_name=key.name,
        passed=fact.status == "pass",
        severity=severity,
        metadata={"failing_rows": fact.row_count or 0, "seconds": fact.seconds},
        description=sentence or None,
    )
