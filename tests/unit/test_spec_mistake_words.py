"""Mistakes in specs are told a spec at a time."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from ingestion.deliveries import LoadSummary
from ingestion.errors import SpecMistake
from orchestration.cli.main import app
from orchestration.exports.spec_mistakes import by_spec
from orchestration.nights.not_taken import spec_sentences
from tests.builders.specs import write_spec


def test_a_spec_is_named_once_with_its_mistakes_below_it() -> None:
    mistakes = [
        SpecMistake("acme/orders.toml", "mode", "is wrong", "append"),
        SpecMistake("acme/lines.toml", "", "cannot be read"),
        SpecMistake("acme/orders.toml", "key", "is: missing"),
    ]
    told = [
        "2 mistakes in a spec, which is left out: acme/orders.toml\n"
        "      mode: is wrong (allowed: append)\n"
        "      key: is: missing",
        "mistake in a spec, which is left out: acme/lines.toml: cannot be read",
    ]
    assert by_spec(mistakes) == told
    assert spec_sentences(LoadSummary(spec_mistakes=mistakes)) == told
    assert by_spec([]) == []


def test_sources_names_a_spec_with_three_mistakes_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CX_HOME", str(tmp_path))
    write_spec(tmp_path / "sources", "acme/orders", 'mode = "odd"\nformat = "odd"\nnonsense = 1\n')
    told = CliRunner().invoke(app, ["sources"]).output
    assert told.count("acme/orders.toml") == 1 and told.count("which is left out") == 1
    assert "\n      mode: " in told and "\n      nonsense: " in told
