"""A night over one of the public data sets in examples/, in a home of its own.

Belongs here: laying out that home. Never here: anything about one data set; its specs and settings are its folder.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from ingestion.durable_files import write_whole
from ingestion.home import PROJECT_ROOT, Home
from ingestion.specs.files import read_all_specs
from orchestration.building.build import Progress
from orchestration.errors import WrongUse
from orchestration.nights.night import NightPlan, run_night
from orchestration.nights.night_report import NightReport

EXAMPLES = PROJECT_ROOT / "examples"
_MARK = "example"


def example_names() -> list[str]:
    """The examples there are."""
    return sorted(folder.parent.name for folder in EXAMPLES.glob("*/sources"))


def example_home(name: str, data: Path, root: Path) -> Home:
    """Lay out the home: the example's specs and settings, and copies of the files its specs claim."""
    folder = EXAMPLES / name
    if name not in example_names():
        raise WrongUse(f"no example is called {name!r}", f"There are: {', '.join(example_names())}")
    home = replace(Home.at(root), exports=root / "exports")
    _require_own(root, name)
    settings = () if home.settings.exists() else folder.glob("settings.toml")  # theirs, once they are there
    for file in (*folder.glob("sources/*/*.toml"), *settings):
        copy = root / file.relative_to(folder)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    taken = {source.name: _take_files(home, source.name, data) for source in home.sources.iterdir() if source.is_dir()}
    if not any(taken.values()):
        globs = sorted({glob for spec in read_all_specs(home).specs if spec.source in taken for glob in spec.files})
        raise WrongUse(f"{data} holds no file of example {name!r}", f"Its specs look for: {', '.join(globs)}")
    return home


def _require_own(root: Path, name: str) -> None:
    """Only a folder that was empty, or was laid out for this example before, is taken: no shop's home is written to."""
    mark = root / _MARK
    if mark.is_file() and mark.read_text(encoding="utf-8") == name:
        return
    if root.exists() and (not root.is_dir() or any(file.name != f".{_MARK}.new" for file in root.iterdir())):
        raise WrongUse(f"{root} is not a home of example {name!r}", "Name a new folder with --into, or leave it out.")
    write_whole(mark, name)


def run_example(name: str, data: Path, root: Path, plan: NightPlan, progress: Progress | None = None) -> NightReport:
    """Lay the home out and run a night in it."""
    return run_night(example_home(name, data, root), plan, progress=progress)


def _take_files(home: Home, source: str, data: Path) -> int:
    """Copy the files of `data` that a spec of this source claims; a copy that is already there stays."""
    target = home.exports / source
    target.mkdir(parents=True, exist_ok=True)
    specs = [spec for spec in read_all_specs(home).specs if spec.source == source]
    files = [file for file in sorted(data.rglob("*")) if file.is_file()]
    claimed = [file for file in files if any(spec.instance_of(file.name) is not None for spec in specs)]
    for file in claimed:
        copy = target / file.name
        twin = next(each for each in claimed if each.name == file.name)
        if twin is not file:
            raise WrongUse(f"{data} holds {file.name} twice: {twin} and {file}", "Name the folder of one of them.")
        if not copy.exists() or copy.stat().st_size != file.stat().st_size:
            shutil.copy2(file, copy)
    return len(claimed)
