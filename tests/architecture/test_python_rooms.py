"""Who may import whom, and how large a module may grow. SQL has its own rules; no data is tested."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.tree import PROJECT, imported_names, python_modules, shown

MODULE_LINES, FUNCTION_LINES, NAME_LENGTH = 250, 40, 45
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base"}
EXCEPTIONS: set[str] = set()  # stays empty: split the module instead

ROOMS = python_modules("ingestion", "orchestration")
ALL = python_modules("ingestion", "orchestration", "tests", "benchmarks")


def _imports_any(module: Path, *packages: str) -> set[str]:
    return {name for name in imported_names(module) if name.split(".")[0] in packages}


def _entered(package: str, forbidden: dict[str, set[str]]) -> set[tuple[str, str]]:
    """Imports of a room from others of its package that it must not know; each room has to be there."""
    rooms = {room: [each for each in python_modules(package) if each.parent.name == room] for room in forbidden}
    assert all(rooms.values()), "a rule over no module holds nothing"
    return {
        (shown(module), name)
        for room, modules in rooms.items()
        for module in modules
        for name in imported_names(module)
        if name.startswith(f"{package}.") and name.split(".")[1] in forbidden[room]
    }


@pytest.mark.parametrize("module", python_modules("ingestion"), ids=shown)
def test_ingestion_knows_neither_dagster_nor_dbt_nor_orchestration(module: Path) -> None:
    assert not _imports_any(module, "dagster", "dagster_dbt", "dbt", "orchestration")


@pytest.mark.parametrize("module", python_modules("ingestion"), ids=shown)
def test_ingestion_never_names_a_vendor(module: Path) -> None:
    vendors = {p.name for p in (PROJECT / "ingestion" / "sources").iterdir() if p.is_dir()} - {"entity"}
    text = module.read_text(encoding="utf-8").lower()
    assert not {v for v in vendors if re.search(rf"\b{v}\b", text)}


def test_the_rooms_of_ingestion_are_entered_in_one_direction() -> None:
    """Bytes and texts know nothing of the store; specs know nothing of how a file is taken (decision 0007)."""
    forbidden = {
        "readers": {"store", "worker", "drafting"},
        "cells": {"store", "worker", "drafting", "readers"},
        "specs": {"store", "worker", "drafting", "readers"},
        "store": {"worker", "drafting"},
    }
    assert not _entered("ingestion", forbidden)


# What orchestration may ask of ingestion; nothing of it opens a shop's file but the loader's own functions.
ASKED = {
    "deliveries", "drafting.draft", "drafting.saving", "durable_files", "errors", "folder_walk", "home",
    "line_of_record", "loader", "quoting", "replay", "sample_store", "specs.files", "specs.model", "specs.tables",
    "store.meta_tables", "store.raw_store", "time_zones",
}  # fmt: skip


@pytest.mark.parametrize("module", python_modules("orchestration"), ids=shown)
def test_orchestration_asks_ingestion_through_its_public_modules(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    asked = set(re.findall(r"^\s*from ingestion\.([a-z_.]+) import", text, re.MULTILINE))
    assert {name for name in asked if name not in ASKED and not name.startswith("sample_store.")} == set()


@pytest.mark.parametrize("room", ["nights", "building", "publishing", "querying", "exports"])
def test_the_rooms_of_orchestration_know_nothing_of_dagster_and_the_command_line(room: str) -> None:
    modules = [module for module in python_modules("orchestration") if module.parent.name == room]
    assert modules, "a rule over no module holds nothing"
    wiring = ("orchestration.cli", "orchestration.assets", "orchestration.checks", "orchestration.dagster_night")
    entered = {
        (shown(module), name)
        for module in modules
        for name in imported_names(module)
        if name.split(".")[0] in {"dagster", "dagster_dbt"} or name.startswith(wiring)
    }
    assert not entered


def test_the_rooms_of_orchestration_are_entered_in_one_direction() -> None:
    """What is published knows nothing of a build, a build nothing of a night, and no night asks questions."""
    forbidden = {
        "publishing": {"building", "nights", "querying", "exports"},
        "exports": {"building", "nights", "querying", "publishing"},
        "building": {"nights", "querying", "exports"},
        "nights": {"querying"},
        "querying": {"nights", "exports"},
    }
    assert not _entered("orchestration", forbidden)


def test_the_command_line_starts_without_dagster_and_dbt() -> None:
    """`cx --help` must answer at once: heavy packages are imported inside the functions that need them."""
    heavy = {}
    for module in python_modules("orchestration"):
        if "cli" not in module.parts:
            continue
        tree = ast.parse(module.read_text(encoding="utf-8"))
        top = [n for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
        names = {a.name for n in top if isinstance(n, ast.Import) for a in n.names}
        names |= {n.module or "" for n in top if isinstance(n, ast.ImportFrom)}
        found = {n for n in names if n.split(".")[0] in {"dagster", "dagster_dbt", "dbt", "pandas", "matplotlib"}}
        if found:
            heavy[shown(module)] = found
    assert not heavy


@pytest.mark.parametrize("module", ALL, ids=shown)
def test_modules_and_functions_stay_small(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    too_long = [] if len(text.splitlines()) <= MODULE_LINES else [f"{len(text.splitlines())} lines"]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                too_long.append(f"{node.name} has {length} lines")
            if "tests" not in module.parts and len(node.name) > NAME_LENGTH:
                too_long.append(f"{node.name} is longer than {NAME_LENGTH} characters")
    assert shown(module) in EXCEPTIONS or not too_long


@pytest.mark.parametrize("module", ROOMS, ids=shown)
def test_each_module_says_what_belongs_in_it(module: Path) -> None:
    docstring = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    assert len(docstring) > 20, "say what belongs in the module"
    if module.name != "__init__.py" and module.parent.name != "cli":  # cli: the package says it
        assert re.search(r"\b(never|not|no|nothing|neither|nor)\b", docstring, re.IGNORECASE), (
            "say what never belongs in it"
        )


@pytest.mark.parametrize("module", ALL, ids=shown)
def test_module_names_are_nouns_of_the_field(module: Path) -> None:
    assert module.stem not in FORBIDDEN_NAMES


def test_test_data_is_made_only_by_builders() -> None:
    """A test may write what it tests, but never keeps data files in the tree."""
    kept = [shown(p) for p in (PROJECT / "tests").rglob("*") if p.suffix in {".csv", ".jsonl", ".parquet", ".xlsx"}]
    assert not kept
