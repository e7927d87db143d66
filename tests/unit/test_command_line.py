"""How the command `cx` begins, before any of its commands does."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestration.cli import main


def test_a_machine_whose_files_cannot_be_read_safely_is_refused_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(main, "_OPEN_FILES", Path("/no/such/place"))
    with pytest.raises(SystemExit) as ended:
        main.run()
    assert ended.value.code == 2
    assert capsys.readouterr().err == (
        "cx: cx-warehouse runs on Linux; elsewhere use a container, a virtual machine or WSL 2\n"
    )


@pytest.mark.parametrize("limit", [["--memory", "foo"], ["--memory", "0"], ["--seconds", "inf"], ["--seconds", "nan"]])
def test_a_limit_of_a_question_that_is_none_is_wrong_use(limit: list[str]) -> None:
    told = CliRunner().invoke(main.app, ["sql", "select 1", *limit])
    assert told.exit_code == 2 and limit[0] in told.output
