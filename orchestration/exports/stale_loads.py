"""Loads that were read under an earlier spec than the one that holds: a fixed spec speaks of new files alone.

Belongs here: counting and naming them. Never here: reading them again (`ingestion.replay`).
"""

from __future__ import annotations

from collections import Counter

from ingestion.home import Home
from ingestion.specs.files import read_all_specs
from orchestration.exports.raw_history import ask_raw
from orchestration.plurals import counted

_LOADS = "select source, export, spec_sha256, count(*) as loads from meta.loads where status = 'loaded' group by all"


def stale_sentence(home: Home) -> str:
    """How many loads of the shop's own specs are older than the spec, and what to do; empty where there are none."""
    own = {(file.parent.name, file.stem) for file in home.sources.glob("*/*.toml")}
    if not own:
        return ""  # a release's own specs change with it, and that is no mistake anybody fixed
    specs = {(spec.source, spec.export): spec for spec in read_all_specs(home).specs}
    stale: Counter[str] = Counter()
    for row in ask_raw(home, _LOADS):
        spec = specs.get((row["source"], row["export"]))
        if spec and (spec.source, spec.export) in own and spec.sha256 != row["spec_sha256"]:
            stale[spec.name] += row["loads"]
    if not stale:
        return ""
    told = ", ".join(f"{counted(loads, 'load')} of {name}" for name, loads in sorted(stale.items()))
    return f"Read under an earlier spec: {told}. `cx rejects replay --all` reads them under today's."
