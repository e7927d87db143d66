"""What docs/ says of specs is what the models hold."""

import json
import tomllib
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest

from ingestion.home import PROJECT_ROOT, SHIPPED_SOURCES
from ingestion.spec_reference import json_schema, reference

SHIPPED = sorted([*SHIPPED_SOURCES.glob("*/[!_]*.toml"), *PROJECT_ROOT.glob("examples/*/sources/*/*.toml")])


def test_the_reference_is_up_to_date() -> None:
    hint = "run python -m ingestion.spec_reference"
    assert (PROJECT_ROOT / "docs" / "specs.md").read_text("utf-8") == reference(), hint
    assert (PROJECT_ROOT / "docs" / "spec.schema.json").read_text("utf-8") == json_schema(), hint


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_shipped_specs_fit_the_schema_editors_use(path: Path) -> None:
    jsonschema.validate(tomllib.loads(path.read_text("utf-8")), json.loads(json_schema()))
