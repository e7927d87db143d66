"""Every business setting is explained where a user looks for it; its effect is tested with the models, never here."""

import re

import yaml

from tests.architecture.tree import PROJECT


def test_every_setting_of_the_project_is_documented_and_no_other() -> None:
    defaults = yaml.safe_load((PROJECT / "dbt_project" / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
    page = (PROJECT / "docs" / "how_to" / "change_a_setting.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)`", page, flags=re.MULTILINE)) == set(defaults)


def test_no_model_reads_an_unknown_setting() -> None:
    project = PROJECT / "dbt_project"
    defaults = yaml.safe_load((project / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
    read = {
        name
        for folder in ("models", "macros", "tests")
        for model in (project / folder).rglob("*.sql")
        for name in re.findall(r"\bvar\(\s*['\"](\w+)", model.read_text(encoding="utf-8"))
    }
    assert read <= set(defaults)
