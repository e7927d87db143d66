"""Runs the real dbt project on a throwaway home. Makes no rows and asserts nothing."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

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
    places = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--target-path", str(home / "dbt_target")]
    with environment(CX_HOME=str(home), CX_ASOF=as_of):
        result = dbtRunner().invoke([*arguments, *places, "--log-path", str(home / "dbt_logs"), "--quiet"])
        DuckDBConnectionManager.close_all_connections()
    return result


def compiled_inline(home: Path, sql: str) -> str:
    """What dbt makes of a piece of Jinja SQL in this project."""
    result = run_dbt(home, "compile", "--inline", sql)
    return str(result.results[0].node.compiled_code)
