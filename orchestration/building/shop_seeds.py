"""A shop's own rows of the seeds, `<CX_HOME>/seeds/<seed>.csv`, checked before dbt lays them over the shipped ones.

Belongs here: finding the first mistake and naming it by file, line and column.
Never here: laying them over (the dbt macro shop_rows does, so that plain `dbt build` does too), a seed's name.
"""

from __future__ import annotations

import csv
import difflib
import hashlib
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import duckdb

from ingestion.home import Home
from ingestion.specs.files import known_sources
from ingestion.time_zones import is_time_zone
from orchestration.building.seed_rules import Seed, read_seeds
from orchestration.errors import SettingsWrong

_HINT = "Fix the file; docs/how_to/change_a_setting.md says what each column holds."
_EVERY_SOURCE = "*"


def shop_seed_files(home: Home) -> list[Path]:
    """The shop's own rows; hidden files and a note to oneself (.md) are none."""
    folder = home.root / "seeds"
    files = [file for file in folder.iterdir() if file.is_file()] if folder.is_dir() else []
    return sorted(file for file in files if not file.name.startswith(".") and file.suffix != ".md")


def shop_seeds_fingerprint(home: Home) -> str:
    """A hash of the shop's own rows."""
    contents = [(file.name, hashlib.sha256(file.read_bytes()).hexdigest()) for file in shop_seed_files(home)]
    return hashlib.sha256(repr(contents).encode()).hexdigest()


def check_shop_seeds(home: Home, dbt_project: Path) -> None:
    """Raise the first mistake in the shop's own rows, with file, line, column and what is allowed."""
    files = shop_seed_files(home)
    seeds = read_seeds(dbt_project) if files else {}
    sources = {_EVERY_SOURCE, *known_sources(home)} if files else set()
    for file in files:
        if file.suffix != ".csv" or file.stem not in seeds:
            near = difflib.get_close_matches(file.stem, seeds, n=1, cutoff=0.5)
            meant = f"Did you mean {near[0]}.csv? " if near else ""
            raise SettingsWrong(f"{file}: no seed has this name", f"{meant}There are: {', '.join(sorted(seeds))}")
        _check_file(file, seeds[file.stem], sources)


def _check_file(file: Path, seed: Seed, sources: Collection[str]) -> None:
    shipped, known = seed.shipped_values(seed.key), seed.shipped_values(seed.only)
    seen: dict[tuple[str, ...], int] = {}
    for line, row in _rows(file, seed):
        for column, text in row.items():
            if wrong := _complaint(seed, column, text, sources):
                raise SettingsWrong(f"{file}, line {line}, column {column}: {wrong}", _HINT)
        if seed.only and tuple(row[name] for name in seed.only) not in known:
            words = "; ".join(sorted(" ".join(each) for each in known))
            message = f"the models know no {' '.join(row[name] for name in seed.only)!r}"
            raise SettingsWrong(f"{file}, line {line}, column {seed.only[-1]}: {message}", f"Allowed are: {words}")
        key = tuple(row[name] for name in seed.key)
        if key in seen:
            raise SettingsWrong(f"{file}, line {line}: the same {', '.join(seed.key)} as line {seen[key]}", _HINT)
        if key not in shipped and (missing := [name for name in seed.required if name not in row]):
            raise SettingsWrong(f"{file}, line {line}: a new row needs the column {missing[0]}", _HINT)
        seen[key] = line


def _rows(file: Path, seed: Seed) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row with the line it ends in."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as handle:
            reader = csv.reader(handle, strict=True)
            header = next(reader, [])
            _check_header(file, header, seed)
            for cells in reader:
                if cells and len(cells) != len(header):
                    counts = f"{len(cells)} cells under {len(header)} columns"
                    raise SettingsWrong(f"{file}, line {reader.line_num}: {counts}", _HINT)
                if cells:
                    yield reader.line_num, dict(zip(header, cells, strict=True))
    except (csv.Error, UnicodeDecodeError) as error:
        raise SettingsWrong(f"{file}: no CSV in UTF-8 with commas: {error}", _HINT) from None


def _check_header(file: Path, header: Sequence[str], seed: Seed) -> None:
    unknown = [name for name in header if name not in seed.columns]
    missing = [name for name in seed.key if name not in header]
    wanted = f"It needs {', '.join(seed.key)} and may have {', '.join(seed.columns)}, separated by commas."
    if unknown:
        raise SettingsWrong(f"{file}, line 1: unknown column {unknown[0]!r}", wanted)
    if missing or len(set(header)) != len(header):
        wrong = f"no column {missing[0]}" if missing else "a column stands there twice"
        raise SettingsWrong(f"{file}, line 1: {wrong}", wanted)


def _complaint(seed: Seed, column: str, text: str, sources: Collection[str]) -> str | None:
    """What is wrong with one cell, or None. Every cell here is the shop's own setting, so it may be quoted."""
    if not text:
        return "is empty and must not be" if column in seed.required else None
    if column in seed.allowed and text not in seed.allowed[column]:
        return f"{text!r} is not allowed; allowed are {', '.join(seed.allowed[column])}"
    if seed.columns[column] == "boolean" and text not in ("true", "false"):
        return f"{text!r} is not allowed; allowed are true, false"
    return _kind_complaint(seed.kinds.get(column, ""), text, sources)


def _kind_complaint(kind: str, text: str, sources: Collection[str]) -> str | None:
    if kind == "source" and text not in sources:
        return f"no source is called {text!r}; allowed are {', '.join(sorted(sources))}"
    if kind == "small_letters" and text != text.lower():
        return f"{text!r} must be written {text.lower()!r}: words are compared in small letters"
    if kind == "time_zone" and not is_time_zone(text):
        return f"no time zone is called {text!r}; use an IANA name such as Europe/Berlin"
    if kind == "pattern":
        try:
            duckdb.execute("select regexp_full_match('', ?)", [text])
        except duckdb.Error:
            return f"{text!r} is not a regular expression"
    return None
