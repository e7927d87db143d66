"""Runs the real dbt project on a throwaway home. Makes no rows and asserts nothing.

dbt parses the whole project again for each home, since its path stands in the profile; nothing that is parsed hangs on
it, so what was parsed in one home is laid into the next.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from dbt.contracts.files import FileHash
from dbt.contracts.graph.manifest import ManifestStateCheck
from dbt.parser.manifest import ManifestLoader

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"


@contextmanager
def environment(**values: str) -> Iterator[None]:
    """Environment variables for the length of a block."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.__setitem__(name, value)


def run_dbt(home: Path, *arguments: str, as_of: str = "2026-03-31") -> Any:
    """One dbt command against a home, in this process; its result, or the failure as an AssertionError."""
    result = _invoke(home, arguments, as_of)
    assert result.success, result.exception or [
        (r.node.name, r.message) for r in result.result if r.status in {"error", "fail", "runtime error"}
    ]
    return result.result


def outcomes(home: Path, *arguments: str, as_of: str = "2026-03-31") -> dict[str, str]:
    """What became of each node of one dbt command: 'pass' or 'success', or what dbt says about it."""
    result = _invoke(home, arguments, as_of)
    if result.exception is not None:
        raise result.exception
    # the project's hooks are nodes too
    nodes = [each for each in result.result if str(each.node.resource_type) != "operation"]
    return {each.node.name: each.message or str(each.status) for each in nodes}


def _invoke(home: Path, arguments: tuple[str, ...], as_of: str) -> Any:
    target = home / "dbt_target"
    places = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--target-path", str(target)]
    with environment(CX_HOME=str(home), CX_ASOF=as_of), _parsed_once(target / "partial_parse.msgpack", arguments):
        result = dbtRunner().invoke([*arguments, *places, "--log-path", str(home / "dbt_logs"), "--quiet"])
        DuckDBConnectionManager.close_all_connections()
    return result


_PARSED: dict[str, bytes] = {}  # by the settings that dbt was told
_FIND_STATE = ManifestLoader.build_manifest_state_check


def _state_of_any_home(loader: ManifestLoader) -> ManifestStateCheck:
    state = _FIND_STATE(loader)
    state.profile_hash = FileHash.from_contents("any home")
    return state


@contextmanager
def _parsed_once(file: Path, arguments: tuple[str, ...]) -> Iterator[None]:
    settings = arguments[arguments.index("--vars") + 1] if "--vars" in arguments else ""
    if settings in _PARSED:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(_PARSED[settings])
    with patch.object(ManifestLoader, "build_manifest_state_check", _state_of_any_home):
        yield
    if file.exists() and settings not in _PARSED:
        _PARSED[settings] = file.read_bytes()


def compiled_inline(home: Path, sql: str) -> str:
    """What dbt makes of a piece of Jinja SQL in this project."""
    result = run_dbt(home, "compile", "--inline", sql)
    return str(result.results[0].node.compiled_code)
