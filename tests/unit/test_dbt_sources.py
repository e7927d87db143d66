"""dbt's sources say exactly what the specs say."""

from typing import Any

import pytest
import yaml

from orchestration.dbt_sources import source_files


def _sources() -> dict[str, dict[str, Any]]:
    texts = source_files().values()
    return {source["name"]: source for text in texts for source in yaml.safe_load(text)["sources"]}


def test_the_committed_sources_are_up_to_date() -> None:
    stale = [path for path, text in source_files().items() if not path.exists() or path.read_text("utf-8") != text]
    assert not stale, "run `python -m orchestration.dbt_sources` and commit"


def test_writing_twice_gives_the_same_text() -> None:
    assert source_files() == source_files()


def test_every_table_has_a_mode_or_a_parent() -> None:
    for name, source in _sources().items():
        assert source["database"] == "raw" and source["schema"] == name
        for table in source["tables"]:
            meta = table.get("config", {}).get("meta", {})
            assert name == "meta" or "mode" in meta or "parent" in meta, (name, table["name"])


@pytest.mark.parametrize("table", ["loads", "rejects", "schema_changes"])
def test_the_loaders_own_tables_are_sources(table: str) -> None:
    assert table in [one["name"] for one in _sources()["meta"]["tables"]]
