"""The how-tos' commands, run in their documents' order on a shop's home. Whether each exists is another test's."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.builders.command import cx
from tests.builders.documents import PROJECT, Command, blocks, fenced_commands
from tests.end_to_end.conftest import SampleNight

pytestmark = pytest.mark.xdist_group("night")

HOW_TO = PROJECT / "docs" / "how_to"
RUN = [
    *fenced_commands(HOW_TO / "bring_your_own_exports.md"),
    *fenced_commands(HOW_TO / "run_it_every_night.md"),
    *fenced_commands(HOW_TO / "draft_a_spec.md"),
    *fenced_commands(PROJECT / "README.md"),
]


@pytest.fixture(scope="module")
def own_home(sample_night: SampleNight, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the night's home: documented commands write."""
    home = tmp_path_factory.mktemp("documented") / "home"
    shutil.copytree(sample_night.home, home)
    return home


def _filled(command: Command, night: SampleNight) -> list[str]:
    """The command's words with a real thing in each placeholder."""
    order = night.published.execute("select order_id from fct_orders order by order_id limit 1").fetchall()[0][0]
    a_file = sorted(night.shopify.glob("orders_export*.csv"))[0]
    things = {"<order_id>": str(order), "FILE": str(a_file)}
    return [things.get(word, word) for word in command.words]


def test_every_documented_command_succeeds_in_its_order(sample_night: SampleNight, own_home: Path) -> None:
    assert len(RUN) >= 10
    for command in RUN:
        done = cx(own_home, *_filled(command, sample_night), CX_ASOF=sample_night.as_of.isoformat())
        assert done.returncode == 0, f"{command.document}: {command.line}\n{done.stdout}{done.stderr}"
        assert done.stdout.strip() or "-q" in command.words, f"{command.line} said nothing"


def test_the_documented_settings_are_taken(sample_night: SampleNight, own_home: Path) -> None:
    (shown,) = blocks(HOW_TO / "change_a_setting.md", "toml")
    (own_home / "settings.toml").write_text(shown, encoding="utf-8")
    done = cx(own_home, "night", "--json", CX_ASOF=sample_night.as_of.isoformat())
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"outcome": "published"' in done.stdout
