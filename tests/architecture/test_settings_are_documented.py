"""Every business setting is explained where a user looks for it; its effect is tested with the models, never here."""

import re

import pytest
import yaml

from orchestration.building.seed_rules import Seed, read_seeds
from tests.architecture.tree import PROJECT, tracked_files

SEEDS = read_seeds(PROJECT / "dbt_project")


def test_every_setting_of_the_project_is_documented_and_no_other() -> None:
    defaults = yaml.safe_load((PROJECT / "dbt_project" / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
    page = (PROJECT / "docs" / "how_to" / "change_a_setting.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)`", page.partition("## Lists")[0], flags=re.MULTILINE)) == set(defaults)


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


def test_every_seed_is_documented_with_its_key_and_no_other() -> None:
    page = (PROJECT / "docs" / "how_to" / "change_a_setting.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `(\w+)` \| ([\w, ]+) \| ", page.partition("## Lists")[2], flags=re.MULTILINE))
    assert told == {seed.name: ", ".join(seed.key) for seed in SEEDS.values()}
    assert set(SEEDS) == {file.stem for file in (PROJECT / "dbt_project" / "seeds").rglob("*.csv")}


@pytest.mark.parametrize("seed", SEEDS.values(), ids=lambda seed: seed.name)
def test_shipped_rows_obey_their_own_seed(seed: Seed) -> None:
    assert len(seed.shipped_values(seed.key)) == len(seed.shipped)
    for row in seed.shipped:
        assert list(row) == list(seed.columns)
        assert [name for name in seed.required if not row[name]] == []
        assert [name for name, words in seed.allowed.items() if row[name] not in words] == []


def test_every_variable_of_the_environment_stands_on_the_page_of_the_night() -> None:
    page = (PROJECT / "docs" / "how_to" / "run_it_every_night.md").read_text("utf-8")
    ours = {"CX_CODE", "CX_HELD_MEMORY", "CX_WORKER_STDERR"}  # from us to dbt, and for whoever fixes the worker
    rooms = {"ingestion", "orchestration", "dbt_project"}
    files = [file for file in tracked_files() if file.relative_to(PROJECT).parts[0] in rooms]
    assert files
    for file in files:
        if file.suffix in (".py", ".sql", ".yml"):
            named = set(re.findall(r"CX_[A-Z_]*[A-Z]", file.read_text("utf-8"))) - ours
            assert {name for name in named if f"`{name}`" not in page} == set(), file
