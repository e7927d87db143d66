"""After a whole night nobody's e-mail, name or phone stands outside the exports and the working databases."""

from __future__ import annotations

import pytest

from tests.builders.canaries import files_holding, personal_texts, rows_holding
from tests.end_to_end.conftest import SampleNight

pytestmark = pytest.mark.xdist_group("night")
# Where personal data belongs: what was delivered, what the loader and dbt made of it, all for the owner's eyes only.
_PERSONAL_PLACES = frozenset({"exports", "raw.duckdb", "warehouse.duckdb"})


def test_no_file_of_a_nights_home_holds_a_personal_text(sample_night: SampleNight) -> None:
    canaries = personal_texts(sample_night.shop.exports)
    assert len(canaries) > 1000
    assert {path.name for path in sample_night.home.iterdir()} >= {"nights", "dbt_target", "published"}
    assert files_holding(sample_night.home, canaries, _PERSONAL_PLACES) == {}


def test_no_published_row_holds_a_personal_text(sample_night: SampleNight) -> None:
    canaries = personal_texts(sample_night.shop.exports)
    assert rows_holding(sample_night.home / "published", canaries) == {}


def test_the_search_would_find_them(sample_night: SampleNight) -> None:
    canaries = personal_texts(sample_night.shop.exports)
    found = files_holding(sample_night.home, canaries, frozenset({"raw.duckdb", "warehouse.duckdb"}))
    assert found and all(name.startswith("exports/") for name in found)
    held = set().union(*found.values())
    assert len(held) > 0.8 * len(canaries)


def test_the_personal_places_are_for_their_owner_alone(sample_night: SampleNight) -> None:
    for name in ("raw.duckdb", "warehouse.duckdb", "pseudonym.key", "nights", "dbt_target"):
        assert (sample_night.home / name).stat().st_mode & 0o077 == 0, name
