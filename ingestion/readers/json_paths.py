"""Dotted paths into JSON values: what each leads to, and what of a record none of them takes.

Belongs here: how a path is followed, and the rest of a value. Never: tables, batches, what becomes of the rest.

At each object the key that is the whole rest of the path counts before the one that is its next step, so that
`address.city` finds a key of this very name (flattened exports have them) as well as `city` inside `address`. Where a
record has both, the other is left over like anything no path takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any

from ingestion.readers.json_parse import Json

Way = tuple[tuple[str, Any], ...]  # the keys a path may begin with, each with the way on from there; () is its end
Tree = dict[str, Any]  # key -> the tree of what is taken below it; None where all of it is taken
# Of a tree: the keys with trees below them, each with the question whether that holds all of some keys, and its list.
Objects = list[tuple[str, Callable[[Iterable[str]], bool], Any]]


class Nothing(Enum):
    """Why a path leads to no value: its object is there without the key, is not there itself, or is null."""

    LACKING = "lacking"
    NO_OBJECT = "no object"
    IN_NULL = "in a null"


def way_of(path: str) -> Way:
    """The way a dotted path goes; "." stays where it is."""
    steps = path.split(".") if path != "." else []
    way: Way = ()
    for at in range(len(steps) - 1, -1, -1):
        literal = () if at == len(steps) - 1 else ((".".join(steps[at:]), ()),)
        way = (*literal, (steps[at], way))
    return way


def find(value: Json, way: Way) -> Json:
    """What a way leads to, or the `Nothing` that says why there is none."""
    if not way:
        return value
    if type(value) is dict:
        for key, rest in way:
            if key in value:
                return find(value[key], rest) if rest else value[key]
        return Nothing.NO_OBJECT if way[-1][1] else Nothing.LACKING
    if value is None:
        return Nothing.IN_NULL
    if type(value) is list:
        step, rest = way[-1]
        if step.isdecimal() and int(step) < len(value):
            return find(value[int(step)], rest)
    return Nothing.NO_OBJECT


def follow(value: Json, way: Way) -> Json:
    """What a way leads to; None where that is nothing. (Asked for each cell, so it has a loop of its own.)"""
    while way:
        if type(value) is not dict:
            found = find(value, way)
            return None if type(found) is Nothing else found
        for key, rest in way:
            if key in value:
                value, way = value[key], rest
                break
        else:
            return None
    return value


def meets_array(value: Json, path: str) -> bool:
    """Whether an array stands on the way, so that the path leads to nothing though more may lie in its elements."""
    *above, _ = path.split(".")
    for step in above:
        value = value.get(step) if type(value) is dict else None
        if type(value) is list:
            return bool(value)
    return False


def tree_of(paths: Iterable[str]) -> Tree:
    """All that some paths take of a record."""
    tree: Tree = {}
    for path in paths:
        node: Tree | None = tree
        steps = path.split(".")
        for at, step in enumerate(steps):
            if node is None:  # a shorter path takes all of it
                break
            node[".".join(steps[at:])] = None
            if at < len(steps) - 1:
                node = node.setdefault(step, {})
    return tree


class Remainder:
    """What of each record no path takes, by dotted path: the values themselves, however deep they lie."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._tree = tree_of(paths)
        self._holds_all = _plain(self._tree).issuperset
        self._objects = _objects(self._tree)

    def of(self, record: dict[str, Json]) -> dict[str, Json]:
        """The rest of one record; mostly there is none, which is seen without a look at each key."""
        rest: dict[str, Json] = {}
        if not (self._holds_all(record) and _is_taken(record, self._objects)):
            _gather(record, self._tree, "", rest)
        return rest


def _objects(tree: Tree) -> Objects:
    inner = [(key, below) for key, below in tree.items() if below is not None]
    return [(key, _plain(below).issuperset, _objects(below)) for key, below in inner]


def _plain(tree: Tree) -> frozenset[str]:
    """Keys that leave no doubt: one that is all of a path may stand beside the object that the path goes into."""
    return frozenset(key for key in tree if "." not in key)


def _is_taken(value: dict[str, Json], objects: Objects) -> bool:
    """Whether the objects inside hold nothing but what is taken."""
    for key, holds_all, deeper in objects:
        inner = value.get(key)
        if inner is not None and not (
            type(inner) is dict and holds_all(inner) and (not deeper or _is_taken(inner, deeper))
        ):
            return False
    return True


def _gather(
    value: dict[str, Json], tree: Tree, above: str, rest: dict[str, Json], found: frozenset[str] = frozenset()
) -> None:
    """`found` = paths from here that were a key further above, so that nothing takes what they lead to here."""
    keys = found.union(key for key in value if "." in key and key in tree)
    for key, inner in value.items():
        below = rest if key in found and inner is not None else tree.get(key, rest)
        if below is rest:
            rest[free_name(above + key, rest)] = inner
        elif below is None or inner is None:
            continue
        elif type(inner) is dict:
            _gather(inner, below, f"{above}{key}.", rest, paths_behind(key, keys))
        elif type(inner) is not list or _has_rest(inner, below, paths_behind(key, keys)):
            rest[free_name(above + key, rest)] = inner  # an array of which paths take some places is kept whole


def paths_behind(key: str, paths: Iterable[str]) -> frozenset[str]:
    """How the paths that lead through a key go on behind it."""
    return frozenset(path.removeprefix(f"{key}.") for path in paths if path.startswith(f"{key}."))


def _has_rest(places: list[Json], tree: Tree, found: frozenset[str]) -> bool:
    rest: dict[str, Json] = {}
    _gather({str(at): inner for at, inner in enumerate(places)}, tree, "", rest, found)
    return bool(rest)


def free_name(name: str, rest: dict[str, Json]) -> str:
    """A key with a dot in it may read like the path to another."""
    while name in rest:
        name += " (2)"
    return name
