"""Which exports a model kept from night to night must watch. What its rows are is another test's (test_kept_models)."""

import re
from pathlib import Path

import pytest

from ingestion.home import SHIPPED_SOURCES, Home
from ingestion.specs.files import load_shapes, load_specs
from tests.architecture.tree import MODELS, models

WATCHED = re.compile(r"'touched': '(int_(?:orders|tickets)__touched)'")
KEPT = [model for model in models("core") if WATCHED.search(model.read_text(encoding="utf-8"))]


def _sql(model: Path) -> str:
    return re.sub(r"\{#.*?#\}|--[^\n]*", "", model.read_text(encoding="utf-8"), flags=re.DOTALL)


def _exports() -> dict[str, str]:
    """Each raw table and the export whose files fill it: its own, or that of the array it comes from."""
    found = {f"entity.{shape}": f"entity.{shape}" for shape in load_shapes()}
    for spec in load_specs(Home.at(SHIPPED_SOURCES / "no home")):
        for table in (spec.table, *spec.child_tables.values()):
            found[f"{table.schema}.{table.name}"] = spec.name
    return found


def _tables_read(model: Path, seen: set[Path]) -> set[str]:
    """The raw tables behind a model's rows; its surroundings are compared as a whole and ask for no keys."""
    sql, files = _sql(model), {m.stem: m for m in models()}
    if MODELS / "staging" in model.parents:
        return {f"{a}.{b}" for a, b in re.findall(r"(?:current_\w+|source)\(\s*'(\w+)',\s*'(\w+)'", sql)}
    around = re.search(r"'surroundings': \[(.*?)\]", sql, re.DOTALL)
    passed = set(re.findall(r"\w+", around[1])) if around else set()
    behind = {files[name] for name in re.findall(r"ref\('(\w+)'\)", sql) if name in files and name not in passed}
    behind = {file for file in behind if not file.stem.endswith("__touched")} - seen
    seen |= behind
    return {table for file in behind for table in _tables_read(file, seen)}


def test_there_are_kept_models_that_watch_exports() -> None:
    assert len(KEPT) > 10


@pytest.mark.parametrize("model", KEPT, ids=lambda model: model.stem)
def test_a_kept_model_watches_every_export_it_reads(model: Path) -> None:
    """Or the rows of a later night would never reach it, and no row test knows of a vendor that is new."""
    watching = next(m for m in models("core") if m.stem == WATCHED.findall(_sql(model))[0])
    watched = {f"{a}.{b}" for a, b in re.findall(r"touched_keys\(\s*'(\w+)',\s*'(\w+)'", _sql(watching))}
    exports = _exports()
    unwatched = sorted({exports[table] for table in _tables_read(model, set())} - watched)
    assert not unwatched, f"name {unwatched} in {watching.stem}"
