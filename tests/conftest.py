"""Fixtures every kind of test shares: where real and messy data lie. Invented data belongs to builders, never here."""

import os
from pathlib import Path

import pytest

pytest_plugins = ["tests.scheduling"]
PROJECT = Path(__file__).resolve().parents[1]


def _folder(variable: str, default: str) -> Path:
    folder = Path(os.environ.get(variable) or PROJECT.parent / "shared" / default)
    if not folder.is_dir():
        pytest.skip(f"no {default} data here: name its folder in {variable} (CONTRIBUTING.md)")
    return folder


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of public data sets, or a skip with a message."""
    return _folder("CX_REAL_DATA", "data")


@pytest.fixture(scope="session")
def messy_data() -> Path:
    """The folder of public torture suites, or a skip with a message."""
    return _folder("CX_MESSY_DATA", "messy")
