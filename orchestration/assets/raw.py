"""Raw exports as assets, made from the specs: one a vendor's export, one an entity shape, loaded together by one step.

Belongs here: their keys, groups and metadata. Never here: a vendor's name; loading itself (`ingestion.loader`).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg

from ingestion.home import Home
from ingestion.specs.model import ENTITY_SCHEMA, Spec
from ingestion.store.meta_tables import META_TABLES
from orchestration.dagster_night import DagsterNight
from orchestration.exports.raw_history import loads_by_export, row_counts
from orchestration.nights.night import load_step

_META_GROUP = "meta"
_META = "What the loader remembers of files, loads and rejects, in the same transaction as the rows."


def raw_asset_specs(specs: Sequence[Spec], shapes: Mapping[str, Any]) -> list[dg.AssetSpec]:
    """One asset a raw table; a shop's own export feeds the shape it was mapped to."""
    found = [asset for spec in specs for asset in _of_spec(spec)]
    for name, shape in shapes.items():
        feeding = [dg.AssetKey([spec.source, spec.export]) for spec in specs if spec.entity == name]
        key = dg.AssetKey([ENTITY_SCHEMA, name])
        found.append(
            dg.AssetSpec(key, deps=feeding, group_name=ENTITY_SCHEMA, description=shape.description, kinds={"duckdb"})
        )
    remembered = [dg.AssetKey(["meta", name]) for name in META_TABLES]
    return found + [
        dg.AssetSpec(key, group_name=_META_GROUP, description=_META, kinds={"duckdb"}) for key in remembered
    ]


def _of_spec(spec: Spec) -> Iterator[dg.AssetSpec]:
    main = dg.AssetKey([spec.source, spec.export])
    facts = {"files": ", ".join(spec.files), "mode": spec.mode, "cadence": str(spec.cadence)}
    yield dg.AssetSpec(main, group_name=spec.source, description=spec.description, metadata=facts, kinds={spec.format})
    if spec.entity is None:
        for name, table in spec.child_tables.items():
            key = dg.AssetKey([table.schema, table.name])
            about = spec.children[name].description or f"`{name}` inside the records of {spec.export}"
            yield dg.AssetSpec(key, deps=[main], group_name=spec.source, description=about, kinds={"duckdb"})


def raw_assets(asset_specs: Sequence[dg.AssetSpec]) -> dg.AssetsDefinition:
    """The step that loads what is new and reports on every raw table."""

    @dg.multi_asset(name="load_exports", specs=asset_specs)
    def load_exports(
        context: dg.AssetExecutionContext, night: dg.ResourceParam[DagsterNight]
    ) -> Iterator[dg.MaterializeResult]:  # type: ignore[type-arg]
        with night.step(context):
            load_step(night.home, night.report, context.log.info)
            results = loaded_results(asset_specs, night.home)
        yield from results

    return load_exports


def loaded_results(asset_specs: Sequence[dg.AssetSpec], home: Home) -> list[dg.MaterializeResult]:  # type: ignore[type-arg]
    """Every raw table as it is now."""
    counts, came = row_counts(home), loads_by_export(home)
    return [
        dg.MaterializeResult(asset_key=spec.key, metadata=_metadata(tuple(spec.key.path), counts, came))
        for spec in asset_specs
    ]


def _metadata(
    path: tuple[str, ...], counts: Mapping[tuple[str, ...], int], came: Mapping[tuple[str, ...], Mapping[str, Any]]
) -> dict[str, Any]:
    facts = came.get(path, {})
    shown: dict[str, Any] = {"dagster/row_count": counts.get(path, facts.get("rows_loaded") or 0)}
    shown |= {name: facts[name] for name in ("files_loaded", "rows_rejected", "cells_failed") if facts.get(name)}
    if facts.get("last_exported_at"):
        shown["last_exported_at"] = f"{facts['last_exported_at']} UTC"
    return shown
