"""How far drafts of entity specs are from the specs that people wrote for the examples.

Belongs here: comparing maps. Never here: drafting or loading.
"""

from __future__ import annotations

import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from ingestion.drafting.draft import draft_spec


def entity_table(data: Path, examples: Path) -> str:
    """A line a shipped spec: how many of its lines the draft has word for word, how many from the same column."""
    lines = [
        "| shipped entity spec | lines with a column | same column drafted | equal but for zone | mapped beyond |",
        "|---|---|---|---|---|",
    ]
    totals = [0, 0, 0, 0]
    for path in sorted(examples.glob("*/sources/*/*.toml")):
        counts = _compared(path, data)
        if counts:
            totals = [one + other for one, other in zip(totals, counts, strict=True)]
            lines.append(f"| {path.parent.name}/{path.stem} | " + " | ".join(map(str, counts)) + " |")
    return "\n".join([*lines, "| all | " + " | ".join(map(str, totals)) + " |"])


def _compared(path: Path, data: Path) -> list[int]:
    shipped = tomllib.loads(path.read_text("utf-8"))
    files = [
        file
        for glob in shipped["files"]
        for file in sorted(data.glob(f"{path.parent.name}/*"))
        if fnmatch(file.name, f"{glob}*")
    ]
    if not files:
        return []
    drafted = tomllib.loads(draft_spec(files[0], shape=shipped["entity"]))["map"]
    taken = {name: rule for name, rule in shipped["map"].items() if "constant" not in rule}
    same = [name for name, rule in taken.items() if _inputs(drafted.get(name, {})) == _inputs(rule)]
    nulls = shipped.get("null_tokens", [""])
    equal = [name for name in same if _plain(drafted[name], nulls) == _plain(taken[name], nulls)]
    return [len(taken), len(same), len(equal), len(drafted.keys() - shipped["map"].keys())]


def _inputs(rule: dict[str, Any]) -> list[str]:
    names = rule.get("from", rule.get("concat", []))
    return [names] if isinstance(names, str) else list(names)


def _plain(rule: dict[str, Any], nulls: list[str]) -> dict[str, Any]:
    """A rule without its zone, which no file tells, and without an ISO format, which is the default."""
    iso = {"format": "%Y-%m-%d %H:%M:%S", "null_tokens": nulls, "separator": " "}
    return {key: value for key, value in rule.items() if key != "zone" and iso.get(key) != value}
