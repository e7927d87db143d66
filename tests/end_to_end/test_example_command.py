"""`cx example` as a person runs it on a public data set: its last line names a command that answers."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from tests.builders.command import cx


@pytest.mark.slow
def test_the_olist_example_runs_by_its_command_and_its_last_line_can_be_copied(real_data: Path, tmp_path: Path) -> None:
    data = real_data / "olist"
    if not data.is_dir():
        pytest.skip("no olist data here")
    found = cx(tmp_path / "home", "example", "olist", "--data", str(data), "--as-of", "2018-12-31")
    assert found.returncode == 0, found.stdout + found.stderr
    last = found.stdout.splitlines()[-1]
    words = shlex.split(last.partition(": ")[2])
    assert words[0] == "cx"
    assert "fct_orders" in cx(tmp_path / "elsewhere", *words[1:]).stdout
    question = "select count(*) as n, sum(gross_amount)::decimal(18, 2) as goods from fct_orders"
    answer = cx(tmp_path / "elsewhere", *words[1:-2], "sql", question, "-f", "csv")
    assert answer.stdout == "n,goods\n20000,2768685.99\n"


def test_an_unknown_example_and_a_folder_without_its_files_say_what_there_is(tmp_path: Path) -> None:
    unknown = cx(tmp_path / "home", "example", "nonsense", "--data", str(tmp_path))
    assert unknown.returncode == 2 and "olist" in unknown.stderr
    (tmp_path / "empty").mkdir()
    empty = cx(tmp_path / "home", "example", "olist", "--data", str(tmp_path / "empty"))
    assert empty.returncode == 2 and "olist_orders" in empty.stderr
