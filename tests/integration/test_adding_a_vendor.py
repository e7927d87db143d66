"""The page docs/how_to/add_a_vendor.md, followed to the letter: its files in a copy of the project add a vendor."""

from __future__ import annotations

import shutil
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from ingestion.home import Home
from ingestion.loader import load
from ingestion.specs.files import read_spec
from orchestration.dbt_sources import sources_yaml, tables_of
from tests.builders import dbt
from tests.builders.documents import PROJECT, blocks

PAGE = PROJECT / "docs" / "how_to" / "add_a_vendor.md"
MODELS_ALONE = ("--exclude-resource-type", "unit_test", "--exclude-resource-type", "test")


def _files(language: str) -> dict[str, str]:
    """The page's blocks that name the file they belong into, by that name."""
    split = [block.split("\n", 1) for block in blocks(PAGE, language)]
    return {first.lstrip("-# "): text for first, text in split if first.startswith(("-- ", "# "))}


def _project(folder: Path) -> Path:
    """A copy of the dbt project with what the page adds: new files, and arms at the end of unions that are there."""
    shutil.copytree(dbt.PROJECT, folder / "dbt_project", ignore=shutil.ignore_patterns("target", "logs"))
    for name, text in (_files("sql") | _files("yaml")).items():
        path = folder / name
        if path.exists():
            there = path.read_text("utf-8")
            end = there.index("\n)", there.rindex("union all"))
            text = f"{there[:end]}\n\n{text.rstrip()}{there[end:]}"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / "dbt_project"


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("vendor")
    home = Home.at(folder / "home")
    for name, text in _files("toml").items():
        file = home.sources / Path(name).relative_to("ingestion/sources")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    (export,) = blocks(PAGE, "json")
    (home.exports / "kiosk").mkdir(parents=True)
    (home.exports / "kiosk" / "orders_2026-03-10.json").write_text(export, encoding="utf-8")
    assert [each.status for each in load(home).deliveries] == ["loaded"]
    project = _project(folder)
    tables = tables_of(read_spec(home.sources / "kiosk" / "orders.toml"))
    sources = project / "models" / "staging" / "kiosk" / "sources.yml"
    sources.write_text(sources_yaml("kiosk", "Exports of Kiosk, as they came.", tables), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(dbt, "PROJECT", project)
        patched.setattr(dbt, "_PARSED", dict(dbt._PARSED))
        dbt.run_dbt(home.root, "build", "--select", "+int_order_lines__unioned", *MODELS_ALONE)
        dbt.run_dbt(home.root, "test", "--select", "stg_kiosk__orders")
    return home.warehouse_db


def test_an_order_of_the_pages_vendor_and_its_line_reach_core(warehouse: Path) -> None:
    with closing(duckdb.connect(str(warehouse), read_only=True)) as connection:
        rows = connection.execute(
            """select orders.source, order_name, financial_status, is_cancelled, total_amount, sku, quantity,
                unit_price_amount
            from core.int_orders__unioned as orders inner join core.int_order_lines__unioned using (order_id)"""
        ).fetchall()
    assert rows == [("kiosk", "K-7", "paid", False, Decimal("69.26"), "LS-M", Decimal(2), Decimal(30))]
