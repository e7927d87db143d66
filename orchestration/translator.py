"""How dbt's words become Dagster's: keys that join raw tables to models, and groups by vendor and area.

Belongs here: names. Never here: running anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dagster import AssetKey
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings


class CxTranslator(DagsterDbtTranslator):
    """models/<layer>/<area>/x.sql is the asset <layer>/x in group <layer>_<area>; a source is <vendor>/<table>."""

    def __init__(self) -> None:
        # With source tests as checks, a blocking check of ours on the same raw asset would not hold dbt back.
        super().__init__(DagsterDbtTranslatorSettings(enable_source_tests_as_checks=False))

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> AssetKey:
        """Schema and name, for models as for raw tables."""
        if dbt_resource_props["resource_type"] == "source":
            return AssetKey([dbt_resource_props["source_name"], dbt_resource_props["name"]])
        return AssetKey([dbt_resource_props["schema"], dbt_resource_props["name"]])

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The resource's own words, without its SQL before compilation in the middle of a catalogue."""
        return str(dbt_resource_props.get("description") or "")

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The folder, as in models/marts/customers: marts_customers."""
        if dbt_resource_props["resource_type"] == "source":
            return str(dbt_resource_props["source_name"])
        if dbt_resource_props["resource_type"] == "seed":
            return "seeds"
        folders = dbt_resource_props["fqn"][1:-1] or [dbt_resource_props["resource_type"]]
        return "_".join(str(folder) for folder in folders)
