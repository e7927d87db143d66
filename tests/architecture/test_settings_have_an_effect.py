"""Every business setting is read by a model, and its default is the one the page for shops names."""

from __future__ import annotations

import re

import pytest
import yaml

from tests.architecture.tree import PROJECT

DBT = PROJECT / "dbt_project"
DEFAULTS = yaml.safe_load((DBT / "dbt_project.yml").read_text("utf-8"))["vars"]
PAGE = (PROJECT / "docs" / "how_to" / "change_a_setting.md").read_text("utf-8")
TOLD = dict(re.findall(r"^\| `(\w+)` \| ([^|]+?) \| ", PAGE, flags=re.MULTILINE))
READ = {
    name
    for folder in ("models", "macros")
    for file in (DBT / folder).rglob("*.sql")
    for name in re.findall(r"\bvar\(\s*['\"](\w+)", file.read_text("utf-8"))
}


def _written(value: object) -> str:
    """A default as the page writes it."""
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return str(value).lower() if isinstance(value, bool) else str(value) or "none"


@pytest.mark.parametrize("name", DEFAULTS)
def test_a_setting_is_read_by_a_model(name: str) -> None:
    assert name in READ


@pytest.mark.parametrize("name", DEFAULTS)
def test_the_documented_default_is_the_default(name: str) -> None:
    assert TOLD[name].strip("`") == _written(DEFAULTS[name])
