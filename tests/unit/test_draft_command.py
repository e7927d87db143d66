"""`cx draft` shows a draft, or writes it where nobody's spec is lost."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestration.cli.main import app


@pytest.fixture
def export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CX_HOME", str(tmp_path / "home"))
    path = tmp_path / "acme" / "orders_2024-01-02.csv"
    path.parent.mkdir()
    path.write_text("order_id,total\n1,2.50\n2,3.50\n")
    return path


def test_a_draft_is_shown_and_nothing_written(export: Path, tmp_path: Path) -> None:
    told = CliRunner().invoke(app, ["draft", str(export)])
    assert told.exit_code == 0
    assert 'key = ["order_id"]' in told.output
    assert not (tmp_path / "home").exists()


def test_save_writes_into_the_home_once_and_again_only_by_force(export: Path, tmp_path: Path) -> None:
    words = ["draft", str(export), "--entity", "orders", "--save"]
    target = tmp_path / "home" / "sources" / "acme" / "orders.toml"
    first = CliRunner().invoke(app, words)
    assert str(target) in first.output
    assert 'entity = "orders"' in target.read_text()
    target.write_text("mine")
    second = CliRunner().invoke(app, words)
    assert "--force" in str(second.exception)
    assert target.read_text() == "mine"
    assert CliRunner().invoke(app, [*words, "--force"]).exit_code == 0
    assert target.read_text() != "mine"


def test_output_names_any_file(export: Path, tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["draft", str(export), "-o", str(tmp_path / "x.toml")]).exit_code == 0
    assert "[columns]" in (tmp_path / "x.toml").read_text()


def test_the_help_says_how_to_begin() -> None:
    told = CliRunner().invoke(app, ["draft", "--help"]).output
    assert "--entity" in told
    assert "cx check" in told


def test_a_wrong_path_and_rubbish_are_called_what_they_are(export: Path, tmp_path: Path) -> None:
    (tmp_path / "noise.csv").write_bytes(bytes(range(256)) * 50)
    for path, said in (
        (tmp_path / "nope", "there is no file"),
        (tmp_path / "nope.csv", "there is no file"),
        (export.parent, "is a folder; name one file in it"),
        (tmp_path / "noise.csv", "a draft is made of .csv"),
    ):
        told = str(CliRunner().invoke(app, ["draft", str(path)]).exception)
        assert said in told
        assert "in the spec" not in told and "name it .csv" not in told
