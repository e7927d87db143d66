"""TOML files become specs, and all their mistakes become one message each.

Belongs here: finding spec files, reading them, wording what is wrong. Never here: what a key means (`specs`), or which
combinations are wrong (`mistakes`).
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from ingestion.cells.constants import constant_mistakes
from ingestion.errors import HomeError, SpecError, SpecMistake
from ingestion.file_names import without_compression
from ingestion.home import SHIPPED_SOURCES, Home
from ingestion.specs.column_mistakes import name_mistake
from ingestion.specs.entities import EntityFile, ShapeFile, resolve
from ingestion.specs.mistakes import entity_mistakes, mapped_mistakes, shape_mistakes, vendor_mistakes
from ingestion.specs.model import ENTITY_SCHEMA, Spec, VendorFile, may_share
from ingestion.specs.parsing import parse

RESERVED_SOURCES = ("entity", "meta", "main", "pg_catalog", "information_schema", "temp", "system")


@dataclass
class _SpecCollector:
    """What was read so far: specs by name (a later folder's wins) and every mistake."""

    shapes: Mapping[str, ShapeFile]
    specs: dict[str, Spec] = field(default_factory=dict)
    mistakes: list[SpecMistake] = field(default_factory=list)

    def note(self, file: str, found: Iterable[tuple[str, str]]) -> bool:
        """Keep the mistakes; true if there were any."""
        new = [SpecMistake(file, key, text) for key, text in found]
        self.mistakes.extend(new)
        return bool(new)


@dataclass(frozen=True)
class LoadedSpecs:
    """The specs that are right and the mistakes of the others: one wrong spec does not stop a night."""

    specs: list[Spec]
    mistakes: list[SpecMistake]


def load_specs(home: Home, extra: Sequence[Path] = ()) -> list[Spec]:
    """All specs, sorted by name; raises SpecError if any has a mistake."""
    loaded = read_all_specs(home, extra)
    if loaded.mistakes:
        raise SpecError(loaded.mistakes)
    return loaded.specs


def read_all_specs(home: Home, extra: Sequence[Path] = ()) -> LoadedSpecs:
    """All specs: the shipped ones, then the home's, then extra folders; of two with one name the later holds.

    A spec with a mistake is left out, and so is the one it would have replaced: its files wait until it is fixed.
    """
    shapes, mistakes = _read_shapes()
    collector = _SpecCollector(shapes, mistakes=[*mistakes])
    for folder in (SHIPPED_SOURCES, home.sources, *home.further_sources(), *extra):
        for path in spec_paths(folder):
            collector.specs.pop(f"{path.parent.name}.{path.stem}", None)
            _read_spec(path, collector)
    right = _without_mistakes(sorted(collector.specs.values(), key=lambda spec: spec.name), collector.mistakes)
    shared = [*_shared_globs(right), *_shared_tables(right)]
    return LoadedSpecs(_without_mistakes(right, shared), [*collector.mistakes, *shared])


def known_sources(home: Home) -> set[str]:
    """The sources that any spec of this home without a mistake is for."""
    return {spec.source for spec in read_all_specs(home).specs}


def _without_mistakes(specs: Sequence[Spec], mistakes: Sequence[SpecMistake]) -> list[Spec]:
    """Nothing may be asked of a spec with a mistake: a column it names may not be there."""
    wrong = {mistake.spec for mistake in mistakes}
    return [spec for spec in specs if spec.name not in wrong]


def load_shapes() -> dict[str, ShapeFile]:
    """The entity shapes we ship, by name."""
    shapes, mistakes = _read_shapes()
    if mistakes:
        raise SpecError(mistakes)
    return dict(shapes)


def read_spec(path: Path, source: str | None = None) -> Spec:
    """One spec file alone; its folder's name is the source unless told."""
    collector = _SpecCollector(load_shapes())
    _read_spec(path, collector, source)
    if collector.mistakes:
        raise SpecError(collector.mistakes)
    return next(iter(collector.specs.values()))


def spec_paths(folder: Path) -> list[Path]:
    """The spec files of a folder of sources; names that begin with `_` or `.` are none. HomeError if it is hidden."""
    sources = [place for place in _listed(folder) if place.is_dir() and place.name != ENTITY_SCHEMA]
    paths = [path for source in sources for path in _listed(source)]
    return [path for path in paths if path.suffix == ".toml" and path.name[0] not in "._"]


def _listed(folder: Path) -> list[Path]:
    """What a folder holds, nothing where there is none. One that may not be looked into is not like an empty one."""
    try:
        return sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise HomeError(
            f"{folder}: cannot be looked into ({error.strerror}); give the night's user the right to"
        ) from None


@lru_cache(maxsize=1)
def _read_shapes() -> tuple[Mapping[str, ShapeFile], Sequence[SpecMistake]]:
    """They are shipped with the program, so they stay as they are while it runs."""
    shapes: dict[str, ShapeFile] = {}
    mistakes: list[SpecMistake] = []
    for path in sorted((SHIPPED_SOURCES / ENTITY_SCHEMA).glob("[!_.]*.toml")):
        name = f"{ENTITY_SCHEMA}/{path.name}"
        content = _content(path, name, mistakes)
        if content is None:
            continue
        parsed = parse(ShapeFile, content, name)
        mistakes.extend(parsed.mistakes)
        if parsed.model is not None:
            found = parsed.outside_replaced(shape_mistakes(parsed.model))
            mistakes.extend(SpecMistake(name, key, text) for key, text in found)
            shapes[path.stem] = parsed.model
    return shapes, mistakes


def _read_spec(path: Path, collector: _SpecCollector, source: str | None = None) -> None:
    source = source or path.parent.name
    name = f"{path.parent.name}/{path.name}"
    wrong = [("", f"the folder {word}") for word in [source_mistake(source)] if word]
    wrong += [("", f"the file's name {word}") for word in [name_mistake(path.stem)] if word]
    collector.note(name, wrong)
    content = _content(path, name, collector.mistakes)
    if content is None:
        return
    make = _entity if "entity" in content else _vendor
    try:
        spec = make(content, name, source, path, collector)
        if spec is not None and not any(mistake.file == name for mistake in collector.mistakes):
            collector.note(name, constant_mistakes(spec))
    except Exception as error:  # a fault of ours on one spec must not stop the others
        collector.note(name, [("", f"cannot be understood ({type(error).__name__}); take back what was changed last")])
        return
    if spec is not None:
        collector.specs[spec.name] = spec


def source_mistake(source: str) -> str | None:
    """What is wrong with a source's name, None if nothing."""
    if source in RESERVED_SOURCES:
        return f"{source!r} is reserved; not allowed: {', '.join(RESERVED_SOURCES)}"
    return name_mistake(source)


def _vendor(content: dict[str, Any], name: str, source: str, path: Path, collector: _SpecCollector) -> Spec | None:
    parsed = parse(VendorFile, content, name)
    collector.mistakes.extend(parsed.mistakes)
    if parsed.model is None:
        return None
    file = parsed.model
    collector.note(name, parsed.outside_replaced(vendor_mistakes(file)))
    return Spec(**_fields(file), source=source, export=path.stem, origin=str(path))


def _entity(content: dict[str, Any], name: str, source: str, path: Path, collector: _SpecCollector) -> Spec | None:
    parsed = parse(EntityFile, content, name)
    collector.mistakes.extend(parsed.mistakes)
    if parsed.model is None:
        return None
    collector.note(name, parsed.outside_replaced(entity_mistakes(parsed.model, collector.shapes)))
    if parsed.model.entity not in collector.shapes:
        return None
    spec = resolve(collector.shapes[parsed.model.entity], parsed.model, source, path.stem, str(path))
    collector.note(name, parsed.outside_replaced(mapped_mistakes(spec)))
    return spec


def _fields(model: BaseModel) -> dict[str, Any]:
    return {key: getattr(model, key) for key in type(model).model_fields}


def _content(path: Path, name: str, mistakes: list[SpecMistake]) -> dict[str, Any] | None:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))  # editors put a BOM there
    except (
        OSError,
        ValueError,
        RecursionError,
    ) as error:  # every wrong TOML is a ValueError, and so is an endless number
        word = error.strerror if isinstance(error, OSError) else str(error)
        mistakes.append(SpecMistake(name, "", f"is not readable TOML: {word}"))
        return None


def _shared_tables(specs: Sequence[Spec]) -> Iterator[SpecMistake]:
    """`orders` with a child `lines`, and an export `orders_lines` beside it, would write into one table."""
    owners: dict[tuple[str, str], list[Spec]] = defaultdict(list)
    for spec in specs:
        for table in spec.tables if spec.entity is None else ():
            owners[table.schema, table.name].append(spec)
    for (schema, name), both in owners.items():
        for spec in both if len(both) > 1 else ():
            other = ", ".join(each.name for each in both if each is not spec)
            yield SpecMistake(
                f"{spec.source}/{spec.export}.toml",
                "" if spec.export == name else f"children.{name.removeprefix(f'{spec.export}_')}",
                f"its table {schema}.{name} is also one of {other}; give this one or that one another name",
            )


def _shared_globs(specs: Sequence[Spec]) -> list[SpecMistake]:
    """Two specs of one source with the same pattern claim every such file twice, unless they may share a file."""
    owners: dict[tuple[str, str], list[Spec]] = defaultdict(list)
    for spec in specs:
        for glob in {without_compression(glob.lower()) for glob in spec.files}:
            owners[spec.source, glob].append(spec)
    return [
        SpecMistake(f"{source}/{spec.export}.toml", "files", _also_claimed(glob, spec, others))
        for (source, glob), others in sorted(owners.items(), key=lambda item: item[0])
        if len(others) > 1 and not may_share(others)
        for spec in others
    ]


def _also_claimed(glob: str, spec: Spec, owners: Sequence[Spec]) -> str:
    others = ", ".join(other.name for other in owners if other is not spec)
    return (
        f"{glob!r} is also claimed by {others}; change one, or give each a `sheet` or `records` of its own, or all the "
        "entity specs the same `split`"
    )
