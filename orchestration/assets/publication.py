"""The published file and the summary of the night as assets.

Belongs here: their metadata. Never here: publishing itself (`orchestration.publishing.publish`).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg

from ingestion.home import Home
from orchestration.charts import bar_chart
from orchestration.dagster_night import DagsterNight
from orchestration.nights import alerts
from orchestration.nights.attention import alert_of_night
from orchestration.nights.night import publish_step
from orchestration.nights.night_report import NIGHTS_FOLDER, NOTHING_NEW, NightReport
from orchestration.publishing.publish import PublishedNight, row_counts_of, stamp_of

PUBLISHED = dg.AssetKey(["published", "cx"])
SUMMARY = dg.AssetKey(["published", "night_summary"])
_GROUP = "published"


def publication_assets(marts: Sequence[dg.AssetKey]) -> list[dg.AssetsDefinition]:
    """The file made of these marts, and the summary that follows it."""

    @dg.asset(key=PUBLISHED, deps=list(marts), group_name=_GROUP, kinds={"duckdb", "parquet"})
    def publish_marts(context: dg.AssetExecutionContext, night: dg.ResourceParam[DagsterNight]) -> dg.MaterializeResult:  # type: ignore[type-arg]
        """The marts of a night whose every error-severity test passed, in one file that readers may keep open."""
        if night.report.outcome == NOTHING_NEW:
            up = stamp_of(night.home.published)
            return standing_file(night.home, {"nothing_new": True, "stands_since_night": up.night_id if up else ""})
        with night.step(context):
            report = _publish(night, context)
        if report.published is None:
            raise dg.Failure("nothing was published")
        return dg.MaterializeResult(metadata=_facts(report.published, report.seconds["publish"]))

    @dg.asset(key=SUMMARY, deps=[PUBLISHED], group_name=_GROUP, kinds={"markdown"})
    def summarise_night(
        context: dg.AssetExecutionContext, night: dg.ResourceParam[DagsterNight]
    ) -> dg.MaterializeResult:  # type: ignore[type-arg]
        """What the night did, also in the folder of the night under `nights/`."""
        with night.step(context):
            night.report.write()
        alert = alert_of_night(night.report)
        for problem in alerts.send(alert) if alert else []:
            context.log.warning(f"the alert was not sent: {problem}")
        slowest = dict(night.report.build.slowest) if night.report.build else {}
        return dg.MaterializeResult(
            metadata={
                "summary": dg.MetadataValue.md(f"```\n{night.report.as_text()}\n```"),
                **{f"{step}_seconds": seconds for step, seconds in night.report.seconds.items()},
                **{word.replace(" ", "_"): count for word, count in night.report.rows.items()},
                "to_look_at": len(night.report.alarming),
                "slowest_models": dg.MetadataValue.md(bar_chart(slowest, "seconds")),
                "folder": dg.MetadataValue.path(str(night.report.folder)),
            }
        )

    return [publish_marts, summarise_night]


def _facts(published: PublishedNight, seconds: float) -> dict[str, Any]:
    return {
        "seconds": seconds,
        "withheld_columns": dg.MetadataValue.json(published.withheld),
        "masked_cells": dg.MetadataValue.json(published.masked),
        **_file_facts(published.path, published.row_counts),
    }


def _file_facts(path: Path, row_counts: Mapping[str, int]) -> dict[str, Any]:
    return {
        "path": dg.MetadataValue.path(str(path)),
        "megabytes": round(path.stat().st_size / 1e6, 2) if path.exists() else 0.0,
        "tables": len(row_counts),
        "dagster/row_count": sum(row_counts.values()),
        "rows_by_table": dg.MetadataValue.md(bar_chart({name: float(n) for name, n in row_counts.items()}, "rows")),
    }


def standing_file(home: Home, since: Mapping[str, Any]) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """The file that is up; `since` says which night's it is."""
    facts = _file_facts(home.published_db, row_counts_of(home.published))
    return dg.MaterializeResult(asset_key=PUBLISHED, metadata={**facts, **since})


def standing_summary(home: Home, night_id: str, since: Mapping[str, Any]) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """The summary of the night that is up, as far as it was kept."""
    folder = home.root / NIGHTS_FOLDER / night_id
    file = folder / "summary.txt"
    text = file.read_text(encoding="utf-8") if file.exists() else "its summary is gone"
    metadata = {"summary": dg.MetadataValue.md(f"```\n{text}\n```"), "folder": dg.MetadataValue.path(str(folder))}
    return dg.MaterializeResult(asset_key=SUMMARY, metadata={**metadata, **since})


def _publish(night: DagsterNight, context: dg.AssetExecutionContext) -> NightReport:
    publish_step(night.place, night.stamp(), night.key, night.report, context.log.info)
    return night.report
