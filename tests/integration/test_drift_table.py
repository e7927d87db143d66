"""The table of drift: every difference, in every format, under every word; the documentation shows what is true."""

from pathlib import Path

import pytest

from tests.builders.drifted import CASES, FORMATS, WORDS, Outcomes, as_table, outcomes

PAGE = Path(__file__).resolve().parents[2] / "docs" / "drift.md"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    return outcomes(tmp_path_factory.mktemp("drift"))


def test_no_difference_makes_a_silent_null(found: Outcomes) -> None:
    assert len(found) == len(CASES) * len(FORMATS) * len(WORDS)
    assert [place for place, outcome in found.items() if "SILENT" in outcome] == []


def test_the_documentation_shows_exactly_what_happens(found: Outcomes) -> None:
    assert as_table(found) in PAGE.read_text("utf-8"), as_table(found)


def test_freezing_never_changes_what_is_loaded_without_a_word(found: Outcomes) -> None:
    noted = [place for place, outcome in found.items() if place[2] == "freeze" and "added" in outcome]
    assert noted == []
