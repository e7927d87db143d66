"""How good drafts are: each file is drafted, loaded by its own unread draft, and counted.

Run: python benchmarks/draft_quality.py FOLDER [WORK]. Prints one Markdown row a file and the totals.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from ingestion.deliveries import Delivery
from ingestion.drafting.draft import draft_spec
from ingestion.drafting.guesses import our_name
from ingestion.drafting.sample import FORMATS
from ingestion.errors import IngestionError
from ingestion.file_names import without_compression
from ingestion.home import Home
from ingestion.loader import load
from ingestion.specs.files import read_all_specs
from ingestion.specs.model import Spec


def main(folder: Path, work: Path) -> None:
    """Draft, load, print."""
    home = Home.at(work)
    refused: dict[str, str] = {}
    drafted: dict[str, tuple[Path, float]] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and Path(without_compression(path.name)).suffix.lower() in FORMATS:
            _draft(path, folder, home, refused, drafted)
    reading = read_all_specs(home)
    print(*(f"MISTAKE {mistake}" for mistake in reading.mistakes), sep="\n")
    specs = {spec.name: spec for spec in reading.specs if spec.name in drafted}
    deliveries = {f"{one.source}.{one.export}": one for one in load(home, specs=list(specs.values())).deliveries}
    print("| file | draft | rows | rejects | columns | typed beyond text | cells that do not fit | seconds to draft |")
    print("|---|---|---|---|---|---|---|---|")
    totals: Counter[str] = Counter()
    for name, (path, seconds) in drafted.items():
        print(_row(str(path.relative_to(folder)), specs.get(name), deliveries.get(name), seconds, totals))
    print(*(f"| {name} | no draft: {why} | | | | | | |" for name, why in refused.items()), sep="\n")
    print(dict(totals), "not drafted", len(refused))


def _row(name: str, spec: Spec | None, delivery: Delivery | None, seconds: float, totals: Counter[str]) -> str:
    if spec is None or delivery is None:
        totals["no spec"] += 1
        return f"| {name} | no spec | | | | | | {seconds:.1f} |"
    reason = f" ({delivery.reason})" if delivery.reason else ""
    kinds = Counter(column.type for column in spec.columns.values() if column.type != "text")
    words = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    rejects, cells = delivery.rows_rejected, delivery.cells_failed
    totals[delivery.status] += 1
    totals["clean"] += delivery.status == "loaded" and not rejects and not cells
    totals.update({"columns": len(spec.columns), "rows": delivery.rows_loaded, "rejects": rejects, "cells": cells})
    figures = f"{delivery.rows_loaded} | {rejects} | {len(spec.columns)} | {words} | {cells} | {seconds:.1f}"
    return f"| {name} | {delivery.status}{reason} | {figures} |"


def _draft(
    path: Path, folder: Path, home: Home, refused: dict[str, str], drafted: dict[str, tuple[Path, float]]
) -> None:
    source = our_name(str(path.parent.relative_to(folder)).replace("/", "_")) or "top"
    export = our_name(without_compression(path.name).replace(".", "_"))
    started = time.perf_counter()
    try:
        toml = draft_spec(path)
    except IngestionError as error:
        refused[str(path.relative_to(folder))] = str(error)[:80]
        return
    toml = re.sub(r"(?m)^files = .*$", f"files = [{path.name!r}]", toml)
    target = home.sources / source / f"{export}.toml"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(toml, "utf-8")
    place = home.exports / source / path.name
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, place)
    drafted[f"{source}.{export}"] = (path, time.perf_counter() - started)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else Path(tempfile.mkdtemp()))
