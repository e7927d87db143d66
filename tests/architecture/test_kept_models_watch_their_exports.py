"""Which exports a model kept from night to night must watch. What its rows are is another test's (test_kept_models)."""

import re
from pathlib import Path

import pytest

from ingestion.home import SHIPPED_SOURCES, Home
from ingestion.specs.files import load_shapes, load_specs
from tests.architecture.tree import MODELS, models
from tests.builders.raw_deliveries import EXPORTS

TOUCHED = re.compile(r"'touched': '(int_(orders|tickets)__\w+)'")
KEPT = [model for model in models("core") if TOUCHED.search(model.read_text(encoding="utf-8"))]
FILES = {model.stem: model for model in models()}


def _sql(model: Path) -> str:
    return re.sub(r"\{#.*?#\}|--[^\n]*", "", model.read_text(encoding="utf-8"), flags=re.DOTALL)


def _exports() -> dict[str, str]:
    """Each raw table and the export whose files fill it: its own, or that of the array it comes from."""
    found = {f"entity.{shape}": f"entity.{shape}" for shape in load_shapes()}
    for spec in load_specs(Home.at(SHIPPED_SOURCES / "no home")):
        for table in (spec.table, *spec.child_tables.values()):
            found[f"{table.schema}.{table.name}"] = spec.name
    return found


def _refs(sql: str) -> set[str]:
    """Models that are named, by ref() or as a macro's argument."""
    return set(re.findall(r"'(\w+)'", sql)) & set(FILES)


def _compared(sql: str) -> set[str]:
    """What a kept model reads beside its own keys' rows: where that changed, its rows are remade without any key."""
    around = re.search(r"'surroundings': \[(.*?)\]", sql, re.DOTALL)
    touched = TOUCHED.search(sql)
    told = _refs(_sql(FILES[touched[1]])) | {touched[1]} if touched else set()
    return told | set(re.findall(r"\w+", around[1] if around else ""))


def _tables_read(model: Path, seen: set[str]) -> set[str]:
    """The raw tables behind the rows of a model's keys."""
    sql = _sql(model)
    if MODELS / "staging" in model.parents:
        return {f"{a}.{b}" for a, b in re.findall(r"(?:current_\w+|source)\(\s*'(\w+)',\s*'(\w+)'", sql)}
    behind = _refs(sql) - _compared(sql) - seen
    seen |= behind
    return {table for name in behind for table in _tables_read(FILES[name], seen)}


def _watched(watching: str) -> set[str]:
    named = re.findall(r"touched_keys\(\s*'(\w+)',\s*'(\w+)'", _sql(FILES[watching]))
    return {f"{source}.{export}" for source, export in named}


def test_there_are_kept_models_that_watch_exports() -> None:
    assert len(KEPT) > 10


@pytest.mark.parametrize("model", KEPT, ids=lambda model: model.stem)
def test_a_kept_model_watches_every_export_it_reads(model: Path) -> None:
    """Or the rows of a later night would never reach it, and no row test knows of a vendor that is new."""
    watching = f"int_{TOUCHED.findall(_sql(model))[0][1]}__touched"
    exports = _exports()
    unwatched = {exports[table] for table in _tables_read(model, set())} - _watched(watching)
    assert not unwatched, f"name {sorted(unwatched)} in {watching}"


@pytest.mark.parametrize("watching", ["int_orders__touched", "int_tickets__touched"])
def test_random_deliveries_bring_every_export_that_kept_models_watch(watching: str) -> None:
    """So that the law "kept from night to night = built whole" is tried with each of them."""
    assert _watched(watching)
    missing = _watched(watching) - EXPORTS.keys()
    assert not missing, f"give {sorted(missing)} a random delivery in tests/builders/raw_deliveries.py"
