"""How the command `cx` begins, before any of its commands does."""

from __future__ import annotations

from pathlib import Path

import pytest

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
