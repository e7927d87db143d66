"""A first spec for a file nobody described yet, commented, for a person to read and accept.

Belongs here: writing the TOML of a draft. Never here: looking (`sample`), guessing (`guesses`) or weighing doubts
(`checklist`). A night never drafts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ingestion.cells.header import folded
from ingestion.drafting.checklist import checklist
from ingestion.drafting.entity_draft import map_lines
from ingestion.drafting.entity_matching import matched
from ingestion.drafting.guesses import Guess, free_names, guess_columns, shared_null_words
from ingestion.drafting.keys import guess_key, guess_version
from ingestion.drafting.name_dates import exported_at_of, lasting_name, patterns_of
from ingestion.drafting.needs import need_lines
from ingestion.drafting.sample import Sample, look_at
from ingestion.drafting.toml_text import GUESSED, inline, quoted
from ingestion.drafting.typist import Typist
from ingestion.errors import FileRefused, IngestionError
from ingestion.file_names import without_compression
from ingestion.our_names import our_name, source_name
from ingestion.path_dates import dates_of_path
from ingestion.specs.entities import ShapeFile
from ingestion.specs.files import load_shapes
from ingestion.specs.model import BY_HEADER


def draft_spec(path: Path, source: str | None = None, shape: str | None = None) -> str:
    """The text of a spec: a vendor spec, or an entity spec if a shape is named."""
    shapes = load_shapes()
    if shape is not None and shape not in shapes:
        raise IngestionError(f"no shape is called {shape!r}; allowed: {', '.join(sorted(shapes))}")
    sample = look_at(path)
    if not sample.columns:
        raise FileRefused("nothing_to_draft", f"{path.name} holds no record with a column; take a fuller file")
    guesses = _guessed(sample)
    inner = {} if shape else {path: _guessed(child) for path, child in sample.children.items()}
    key, why = guess_key(guesses, sample.columns)
    place = "/".join(place_of(path, source))
    lines = [
        f"# A draft of sources/{place}, made by `cx draft` from one file. Nothing in it is certain: read every line,",
        "# fix it, then run `cx check`. What is guessed is marked so; take the mark away when you have looked.",
        *_folder_lines(path, source),
        *checklist(sample, [*guesses, *_named(inner)], key, why, _needs(shape, shapes, guesses)),
        *_file_lines(path, sample, shape, guesses, shared_null_words(guesses, _named(inner))),
    ]
    if shape is not None:
        lines += _entity_lines(shape, shapes[shape], sample, guesses, key)
    else:
        lines += _vendor_lines(sample, guesses, inner, key, why)
    return "\n".join(lines) + "\n"


def _guessed(sample: Sample) -> list[Guess]:
    return guess_columns(sample.columns, Typist(), sample.decimal_mark)


def _named(children: Mapping[str, Sequence[Guess]]) -> list[Guess]:
    """The children's columns, called by their table too."""
    names = free_names(children)
    return [replace(guess, name=f"{names[path]}.{guess.name}") for path, found in children.items() for guess in found]


def _needs(name: str | None, shapes: Mapping[str, ShapeFile], guesses: Sequence[Guess]) -> list[str] | None:
    return None if name is None else list(need_lines(name, matched(name, shapes[name], guesses)))


def place_of(path: Path, source: str | None = None) -> tuple[str, str]:
    """The folder and the file a draft belongs into: the source's name, and the export's."""
    folder = source_name(source or path.absolute().parent.name)
    export = our_name(lasting_name(Path(without_compression(path.name)).stem))
    return folder, f"{export}.toml"


def _folder_lines(path: Path, source: str | None) -> list[str]:
    folder = place_of(path, source)[0]
    if path.absolute().parent.name == folder:
        return []
    return [f"# Its files belong into exports/{folder}/: a source's folder is called in small letters, digits and _."]


def _globs(path: Path) -> list[str]:
    """The name with its dates opened, so that the next delivery is claimed too."""
    name = Path(without_compression(path.name))
    return [glob + name.suffix for glob in patterns_of(name.stem)]


def _file_lines(
    path: Path, sample: Sample, shape: str | None, guesses: Sequence[Guess], null_words: Sequence[str]
) -> list[str]:
    lines = [f"entity = {quoted(shape)}"] if shape else []
    lines += ['description = ""  # one sentence: what is one record?']
    lines += [f"files = {quoted(_globs(path))}  {GUESSED}", f"format = {quoted(sample.format)}"]
    lines += [f"{key} = {quoted(value)}  {GUESSED}" for key, value in sample.keys.items()]
    if dated := exported_at_of(Path(without_compression(path.name)).stem):
        written = quoted(dated) if "'" in dated else f"'{dated}'"
        lines.append(f"exported_at = {written}  {GUESSED} from the name: it says which file is the newer one")
    elif dates_of_path(path.name).exported_at:
        lines.append("# the date in its name says which file is the newer one")
    else:
        lines.append(
            "# no date is read in the name, so of two files the one changed last is the newer: else add exported_at, "
            r"as '(?P<day>\d\d)\.(?P<month>\d\d)\.(?P<year>\d\d)' for 14.03.26"
        )
    if null_words:
        lines.append(f"null_tokens = {quoted(['', *null_words])}  {GUESSED}: they mean missing in more than one column")
        for guess in guesses:
            if set(guess.keys.get("null_tokens", ())) <= {"", *null_words}:
                guess.keys.pop("null_tokens", None)
    return lines


def _entity_lines(
    name: str, shape: ShapeFile, sample: Sample, guesses: Sequence[Guess], key: Sequence[str]
) -> list[str]:
    kinds = [child for child, inner in sample.children.items() if "kind" in inner.keys]
    lines = [f"skip_kinds = {quoted(kinds)}  {GUESSED}: the lines of other kinds"] if kinds else []
    lines += _dialect_lines(sample) + list(map_lines(name, shape, guesses, key, sample.cuts))
    for child in (child for child in sample.children if child not in kinds):
        lines.append(
            f"# the array {child!r} inside each record is not mapped: draft it as a vendor spec for its own table"
        )
    return lines


def _vendor_lines(
    sample: Sample, guesses: Sequence[Guess], inner: Mapping[str, Sequence[Guess]], key: Sequence[str], why: str
) -> list[str]:
    lines = [*_keeping_lines(guesses, key, why), *_dialect_lines(sample), "", "[columns]"]
    lines += _column_lines(guesses, sample)
    names = free_names(sample.children)
    for path, child in sample.children.items():
        is_kind = "kind" in child.keys
        above = _kind_lines(path, child, inner[path]) if is_kind else _array_lines(path, guesses, key, inner[path])
        lines += ["", f"[children.{names[path]}]  {above[0]}", *above[1:], f"[children.{names[path]}.columns]"]
        lines += _column_lines(inner[path], child)
    return lines


def _keeping_lines(guesses: Sequence[Guess], key: Sequence[str], why: str) -> list[str]:
    if not key:
        return [f'mode = "append"  {GUESSED}: no column tells the rows apart; "snapshot" if each file is a full dump']
    lines = [
        f'mode = "upsert"  {GUESSED}; append, period and snapshot are the others',
        f"key = {quoted(list(key))}  {GUESSED}: {why}",
    ]
    version = guess_version(guesses)
    return lines + ([f"updated_at = {quoted(version)}  {GUESSED}"] if version else [])


def _dialect_lines(sample: Sample) -> list[str]:
    if not sample.dialect:
        return []
    return ["", "[dialect]", *(f"{key} = {quoted(value)}  {GUESSED}" for key, value in sample.dialect.items())]


def _column_lines(guesses: Sequence[Guess], sample: Sample) -> Iterator[str]:
    alike = Counter(folded(guess.original) for guess in guesses)
    for guess in guesses:
        keys = dict(guess.keys)
        if guess.original in sample.cuts:
            header, expression = sample.cuts[guess.original]
            keys |= {"header": [header], "extract": expression}
        elif sample.format in BY_HEADER:
            is_told = folded(guess.name) == folded(guess.original) and alike[folded(guess.original)] == 1
            if sample.dialect.get("header_rows") != 0 and not is_told:
                keys["header"] = [guess.original]
        elif guess.name != guess.original:
            keys["path"] = guess.original
        keys["personal"] = guess.personal
        remarks = "".join(f"; {remark}" for remark in guess.remarks)
        yield f"{guess.name} = {inline(keys)}  {GUESSED}{remarks}"


def _array_lines(path: str, parents: Sequence[Guess], key: Sequence[str], own: Sequence[Guess]) -> list[str]:
    lines = [f"{GUESSED}: an array inside the record", f"path = {quoted(path)}"]
    repeated = [guess.name for guess in parents if guess.name in key]
    names = free_names([f"parent_{name}" for name in repeated], {guess.name for guess in own})
    parent = ", ".join(f"{names[f'parent_{name}']} = {quoted(name)}" for name in repeated)
    return lines + ([f"parent_key = {{ {parent} }}  {GUESSED}"] if key else [])


def _kind_lines(kind: str, child: Sample, guesses: Sequence[Guess]) -> list[str]:
    key, why = guess_key(guesses, child.columns)
    return [f"{GUESSED}: lines of another kind", f"kind = {quoted(kind)}", *_keeping_lines(guesses, key, why)]
