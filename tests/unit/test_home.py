"""Where things lie, by the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.errors import SettingError
from ingestion.home import PROJECT_ROOT, Home


def test_the_home_lies_in_the_project_unless_named() -> None:
    assert Home.from_environment({}).root == PROJECT_ROOT / "home"
    assert Home.from_environment({"CX_HOME": "/srv/shop"}).exports == Path("/srv/shop/exports")


def test_the_exports_folder_alone_can_be_moved() -> None:
    home = Home.from_environment({"CX_HOME": "/srv/shop", "CX_EXPORTS": "/mnt/exports"})
    assert (home.exports, home.raw_db) == (Path("/mnt/exports"), Path("/srv/shop/raw.duckdb"))
    assert home.published_db == Path("/srv/shop/published/cx.duckdb")


def test_a_home_that_duckdb_would_take_for_options_is_told() -> None:
    with pytest.raises(SettingError, match=r"CX_HOME: /srv/wh\?re holds a question mark"):
        Home.from_environment({"CX_HOME": "/srv/wh?re"})


def test_git_knows_nothing_of_the_home() -> None:
    assert "/home/" in (PROJECT_ROOT / ".gitignore").read_text().split()
