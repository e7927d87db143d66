"""How good drafts are: each file is drafted, loaded by its own unread draft, counted, scored where a truth is known.

Run: python benchmarks/draft_quality.py FOLDER [--work WORK] [--entities EXAMPLES] [--mistakes]. Writes its tables
between its marks in benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from draft_entities import entity_table
from draft_truth import file_table, read_truths, score, truth_table

from ingestion.deliveries import Delivery
from ingestion.drafting.draft import draft_spec
from ingestion.drafting.guesses import guess_columns, our_name
from ingestion.drafting.keys import guess_key
from ingestion.drafting.sample import FORMATS, look_at
from ingestion.drafting.typist import Typist
from ingestion.errors import IngestionError
from ingestion.file_names import without_compression
from ingestion.home import Home
from ingestion.loader import load
from ingestion.specs.files import read_all_specs

README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- drafts: begin -->", "<!-- drafts: end -->"


@dataclass
class Run:
    """What came of all files."""

    refused: dict[str, str] = field(default_factory=dict)
    drafted: dict[str, tuple[str, float]] = field(default_factory=dict)
    scores: dict[str, Counter[str]] = field(default_factory=dict)
    loaded: dict[str, Counter[str]] = field(default_factory=dict)
    mistakes: list[str] = field(default_factory=list)


def main() -> None:
    """Draft, load, score, write."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("folder", type=Path)
    words.add_argument("--work", type=Path)
    words.add_argument("--entities", type=Path, default=Path(__file__).parents[1] / "examples")
    words.add_argument("--mistakes", action="store_true", help="print each mistake of the files that were not held out")
    asked = words.parse_args()
    home = Home.at(asked.work or tempfile.mkdtemp())
    run = Run()
    for path in sorted(asked.folder.rglob("*")):
        if path.is_file() and Path(without_compression(path.name)).suffix.lower() in FORMATS:
            _draft(path, asked.folder, home, run)
    loads = _loaded_table(home, run)
    entities = entity_table(asked.folder, asked.entities)
    text = "\n\n".join([loads, truth_table(run.scores), entities, file_table(run.scores, run.loaded)])
    _write(text)
    print(text)
    print(*(f"refused {name}: {why}" for name, why in run.refused.items()), sep="\n")
    if asked.mistakes:
        print(*run.mistakes, sep="\n")


def _loaded_table(home: Home, run: Run) -> str:
    """One line a kind of file: how many were drafted, loaded, and what was lost on the way."""
    reading = read_all_specs(home)
    print(*(f"MISTAKE {mistake}" for mistake in reading.mistakes), sep="\n")
    specs = [spec for spec in reading.specs if spec.name in run.drafted]
    os.environ["CX_SETTLE_SECONDS"] = "0"
    deliveries = {f"{one.source}.{one.export}": one for one in load(home, specs=specs).deliveries}
    kinds: dict[str, Counter[str]] = {}
    for name, (file, seconds) in run.drafted.items():
        counts = kinds.setdefault(_kind(file), Counter())
        run.loaded[file] = _counts(file, deliveries.get(name))
        counts.update(run.loaded[file])
        counts["slowest"] = max(counts["slowest"], round(seconds * 10))
    for file in run.refused:
        kinds.setdefault(_kind(file), Counter())["refused"] += 1
    lines = [
        "| files | drafted | refused by draft | loaded, nothing lost | loaded with losses | refused by load | rows "
        "| rejects | cells that do not fit | slowest draft, s |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    shown = ("drafted", "refused", "clean", "lossy", "not loaded", "rows", "rejects", "cells")
    lines += [
        f"| {kind} | {' | '.join(f'{counts[key]:,}' for key in shown)} | {counts['slowest'] / 10:.1f} |"
        for kind, counts in kinds.items()
    ]
    return "\n".join(lines)


def _kind(file: str) -> str:
    suffix = Path(without_compression(file)).suffix.lower()
    if suffix in (".json", ".jsonl", ".ndjson", ".yaml", ".yml"):
        return "YAML recordings" if suffix.startswith(".y") else "JSON recordings"
    return "tables of connectors (seeds)" if "seeds" in file else "tables"


def _counts(file: str, delivery: Delivery | None) -> Counter[str]:
    if delivery is None or delivery.status != "loaded":
        print(
            f"NOT LOADED {file}: {delivery.reason if delivery else 'no spec'} {delivery.detail if delivery else ''}"[
                :300
            ]
        )
        return Counter({"drafted": 1, "not loaded": 1})
    lost = delivery.rows_rejected + delivery.cells_failed
    if lost:
        print(f"LOSSES {file}: {delivery.rows_rejected} rejects, {delivery.cells_failed} cells")
    word = "lossy" if lost else "clean"
    found = {"rows": delivery.rows_loaded, "rejects": delivery.rows_rejected, "cells": delivery.cells_failed}
    return Counter({"drafted": 1, word: 1} | found)


def _draft(path: Path, folder: Path, home: Home, run: Run) -> None:
    name = str(path.relative_to(folder))
    source = our_name(str(path.parent.relative_to(folder)).replace("/", "_")) or "top"
    export = our_name(without_compression(path.name).replace(".", "_"))
    if f"{source}.{export}" in run.drafted:
        export = f"{export[:50]}_{len(run.drafted)}"
    started = time.perf_counter()
    try:
        toml = draft_spec(path)
    except IngestionError as error:
        run.refused[name] = str(error)[:120]
        return
    run.drafted[f"{source}.{export}"] = (name, time.perf_counter() - started)
    toml = re.sub(r"(?m)^files = .*$", f"files = [{path.name!r}]", toml)
    target = home.sources / source / f"{export}.toml"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(toml, "utf-8")
    place = home.exports / source / path.name
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, place)
    truth = read_truths().get(name)
    if truth is not None:
        sample = look_at(path)
        guesses = guess_columns(sample.columns, Typist(), sample.decimal_mark)
        run.scores[name], mistakes = score(truth, guesses, guess_key(guesses, sample.columns)[0])
        run.mistakes += [] if truth.is_held_out else mistakes


def _write(text: str) -> None:
    before, _, rest = README.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    README.write_text(f"{before.rstrip()}\n\n{BEGIN}\n## Drafts\n\n{text}\n{END}{after or chr(10)}", "utf-8")


if __name__ == "__main__":
    main()
