"""What docs/ says of specs is what the models hold."""

import json
import re
import tomllib
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest

from ingestion.home import PROJECT_ROOT, SHIPPED_SOURCES
from ingestion.specs.files import read_spec
from ingestion.specs.reference import json_schema, reference
from tests.builders.specs import write_spec

SHIPPED = sorted([*SHIPPED_SOURCES.glob("*/[!_]*.toml"), *PROJECT_ROOT.glob("examples/*/sources/*/*.toml")])


def test_the_reference_is_up_to_date() -> None:
    hint = "run python -m ingestion.specs.reference"
    assert (PROJECT_ROOT / "docs" / "specs.md").read_text("utf-8") == reference(), hint
    assert (PROJECT_ROOT / "docs" / "spec.schema.json").read_text("utf-8") == json_schema(), hint


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_shipped_specs_fit_the_schema_editors_use(path: Path) -> None:
    jsonschema.validate(tomllib.loads(path.read_text("utf-8")), json.loads(json_schema()))


def test_the_examples_of_the_how_to_are_specs_without_a_mistake(tmp_path: Path) -> None:
    text = (PROJECT_ROOT / "docs" / "how_to" / "write_a_spec.md").read_text("utf-8")
    examples = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    assert len(examples) == 2
    for number, example in enumerate(examples):
        assert read_spec(write_spec(tmp_path, f"acme/example_{number}", example)).columns
