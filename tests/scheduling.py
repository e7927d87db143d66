"""Which tests run on one worker: those of a file, and those of all files that name one `xdist_group`.

Belongs here: that rule, so that a fixture of a module or of a night is built once. Never here: fixtures or data.
pytest-xdist's own groups are written into `item._nodeid`, which pytest 9.2 does not read any more: each test went where
there was room, and both workers built every costly fixture.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

_GROUP = re.compile(r'^.*\bxdist_group\("(\w+)"\)', re.MULTILINE)


class FilesAndGroups(LoadScopeScheduling):
    """Hands out a file, or all files of a group, at a time, in the order of collection: the short ones come last."""

    def __init__(self, config: pytest.Config, log: Any = None) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False
        self._root = config.rootpath

    def _split_scope(self, nodeid: str) -> str:
        return group_of(self._root / nodeid.partition("::")[0])


@cache
def group_of(file: Path) -> str:
    """The group that a file of tests names, else the file itself."""
    named = _GROUP.search(file.read_text("utf-8"))
    return named[1] if named else str(file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> FilesAndGroups | None:
    """Only where groups are asked for."""
    return FilesAndGroups(config, log) if config.getvalue("dist") == "loadgroup" else None
