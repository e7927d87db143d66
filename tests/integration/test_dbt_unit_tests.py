"""Every definition's dbt unit test passes: on an empty warehouse, since each brings the rows it needs."""

from __future__ import annotations

import pytest
import yaml

from ingestion.home import Home
from ingestion.specs.files import load_specs
from ingestion.store.raw_store import ensure_raw_store
from tests.builders.dbt import PROJECT, outcomes, run_dbt

NAMES = sorted(
    each["name"]
    for file in (PROJECT / "models").rglob("*.yml")
    for each in yaml.safe_load(file.read_text("utf-8")).get("unit_tests", [])
)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What became of each unit test: 'pass', or what dbt says about it."""
    home = Home.at(tmp_path_factory.mktemp("home"))
    ensure_raw_store(home, load_specs(home))
    run_dbt(home.root, "seed")
    run_dbt(home.root, "run", "--empty")
    return outcomes(home.root, "test", "--select", "test_type:unit")


@pytest.mark.parametrize("name", NAMES)
def test_the_definition_holds(told: dict[str, str], name: str) -> None:
    assert told[name] == "pass"


def test_no_unit_test_was_left_out(told: dict[str, str]) -> None:
    assert sorted(told) == NAMES and len(NAMES) > 40
