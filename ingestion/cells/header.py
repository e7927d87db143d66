"""Which column of a file feeds which column of the spec.

Belongs here: matching names, and naming what is missing, surplus, doubled or blank. Never here: what drift means
for the file: the loader decides by the drift word.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from ingestion.specs.columns import Column
from ingestion.specs.model import BY_PATH, Spec

WHERE = "_where"  # what the readers of JSON and Parquet call the column of the row filter


@dataclass(frozen=True)
class HeaderMatch:
    """How a file's columns meet a spec's. Positions count from 1; the text relation calls its columns c1 to cn.

    `bindings` = for each column of the spec, the relation's column that feeds each of its inputs; None where the file
    has none. `extra` = what the spec does not know; `passing` = what only its row filter looks at: nothing keeps it.
    """

    bindings: dict[str, tuple[str | None, ...]]
    missing: tuple[str, ...] = ()
    missing_required: tuple[str, ...] = ()
    extra: dict[str, str] = field(default_factory=dict)
    passing: dict[str, str] = field(default_factory=dict)
    duplicates: tuple[str, ...] = ()
    blanks: tuple[int, ...] = ()
    where_input: str | None = None
    extra_input: str | None = None

    @property
    def is_ambiguous(self) -> bool:
        """True where a name the spec needs stands twice in the file: nobody can say which one is meant."""
        return bool(self.duplicates)


@lru_cache(maxsize=1 << 16)
def folded(name: str) -> str:
    """A header text for the second, kind comparison: any case, blanks folded, Unicode forms made one."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def columns_for_header(spec: Spec, header: Sequence[str]) -> HeaderMatch:
    """Match a file's header: by exact text first, then by folded text; without header rows by position."""
    names = list(header)
    if spec.dialect.header_rows == 0:
        names = [f"column_{number}" for number in range(1, len(names) + 1)]
    # A column without a header text is called by its place.
    wanted = [variants for name, column in spec.columns.items() for variants in column.inputs(name)]
    finder = _Finder([text if text.strip() else f"column_{at}" for at, text in enumerate(names, 1)], _twins(wanted))
    bindings = _by_position(spec, names) if _is_positional(spec) else {}
    for name, column in spec.columns.items():
        if name not in bindings:
            bindings[name] = tuple(finder.find(variants) for variants in column.inputs(name))
    where = finder.find((spec.where.column,), may_share=True) if spec.where else None
    bound = {place for places in bindings.values() for place in places}
    extra = _extra(names, bound)
    missing = [name for name, places in bindings.items() if places and None in places]
    needed = spec.needed()
    return HeaderMatch(
        bindings=bindings, missing=tuple(missing), missing_required=tuple(n for n in missing if n in needed),
        extra={place: text for place, text in extra.items() if place != where},
        passing={place: text for place, text in extra.items() if place == where},
        duplicates=tuple(sorted(finder.doubled)), where_input=where,
        blanks=tuple(at for at, text in enumerate(names, 1) if not text.strip()),
    )  # fmt: skip


def path_bindings(spec: Spec, child: str | None = None) -> HeaderMatch:
    """The same for JSON and Parquet, whose readers deliver one text column for each input of `input_paths`."""
    columns = spec.child_tables[child].columns if child else spec.columns
    bound: dict[str, tuple[str | None, ...]] = {
        name: tuple(input_name(name, n) for n, _ in enumerate(column.inputs(name))) for name, column in columns.items()
    }
    return HeaderMatch(bindings=bound, where_input=WHERE if spec.where and not child else None, extra_input="_extra")


def input_paths(spec: Spec, child: str | None = None) -> dict[str, str]:
    """JSON and Parquet: reader's column -> path, for a table's columns and the row filter."""
    columns = spec.child_tables[child].columns if child else spec.columns
    paths = {
        input_name(name, number): variants[0]
        for name, column in columns.items()
        for number, variants in enumerate(column.inputs(name))
    }
    return paths | ({WHERE: spec.where.column} if spec.where and not child else {})


def decimal_marks(columns: Mapping[str, Column]) -> dict[str, str]:
    """Reader's columns whose numbers are written with another mark than a point, so that the marks of texts fit."""
    return {
        input_name(name, number): column.mark_of_numbers
        for name, column in columns.items()
        if column.mark_of_numbers != "."
        for number, _ in enumerate(column.inputs(name))
    }


def json_inputs(columns: Mapping[str, Column]) -> frozenset[str]:
    """Reader's columns that must come as JSON text and not as the bare value."""
    return frozenset(name for name, column in columns.items() if column.type == "json")


def _twins(wanted: Iterable[Sequence[str]]) -> set[str]:
    """Folded names that two columns look for, each under another text: `Total` and `total`."""
    texts: dict[str, set[str]] = {}
    twins = set()
    for variants in wanted:
        own: dict[str, set[str]] = {}
        for text in variants:
            own.setdefault(folded(text), set()).add(text)
        for name, mine in own.items():
            twins |= {name} if mine.isdisjoint(texts.get(name, mine)) else set()
            texts.setdefault(name, set()).update(mine)
    return twins


def _extra(names: Sequence[str], used: set[str | None]) -> dict[str, str]:
    """What the spec does not know, under names that differ: a blank header is called by its place."""
    extra: dict[str, str] = {}
    for at, text in enumerate(names, 1):
        if f"c{at}" not in used:
            name = text if text.strip() else f"column_{at}"
            while name in extra.values() or (name != text and name in names):
                name = f"{name} ({at})"
            extra[f"c{at}"] = name
    return extra


def input_name(name: str, number: int) -> str:
    """What the readers of JSON and Parquet call one input of a column."""
    return name if number == 0 else f"{name}__{number + 1}"


def _is_positional(spec: Spec) -> bool:
    return spec.dialect.header_rows == 0 and spec.entity is None and spec.format not in BY_PATH


def _by_position(spec: Spec, names: Sequence[str]) -> dict[str, tuple[str | None, ...]]:
    free = [
        name
        for name, column in spec.columns.items()
        if column.constant is None and column.concat is None and not column.header
    ]
    return {name: (f"c{at}" if at <= len(names) else None,) for at, name in enumerate(free, 1)}


class _Finder:
    """Looks names up in one header and remembers which of them stood there twice.

    `twins` = folded names that stand for two columns: of them only the exact text says which is meant.
    """

    def __init__(self, names: Sequence[str], twins: Collection[str]) -> None:
        self._twins = twins
        self._exact = {text: at for at, text in reversed(list(enumerate(names, 1)))}
        self._folded = {folded(text): at for at, text in reversed(list(enumerate(names, 1)))}
        self._times, self._folded_times = Counter(names), Counter(map(folded, names))
        self.doubled: set[str] = set()

    def find(self, variants: Sequence[str], *, may_share: bool = False) -> str | None:
        """The relation's column of the first variant the header has."""
        for variant in variants:
            if variant in self._exact:
                if self._times[variant] > 1:
                    self.doubled.add(variant)
                return f"c{self._exact[variant]}"
        for variant in variants:
            if folded(variant) in self._folded and (may_share or folded(variant) not in self._twins):
                if self._folded_times[folded(variant)] > 1:
                    self.doubled.add(variant)
                return f"c{self._folded[folded(variant)]}"
        return None
