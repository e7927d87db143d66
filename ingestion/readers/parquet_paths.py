"""Dotted paths into the columns and structs of a Parquet file, as `json_paths` has them for records.

Belongs here: what a path leads to, and what of the file no path takes. Never: values, batches, limits.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.readers.json_paths import Tree, Way, free_name, paths_behind, tree_of, way_of
from ingestion.readers.parquet_text import json_values

Steps = tuple[str, ...]


def type_at(schema: pa.Schema, path: str) -> pa.DataType | None:
    """The type of what a path leads to; None where the file has nothing there."""
    kind, way = pa.struct(list(schema)), way_of(path)
    while way:
        key, way = _next(kind, way)
        if not key:
            return None
        kind = kind.field(kind.get_field_index(key)).type
    return kind


def array_at(batch: pa.RecordBatch, way: Way) -> pa.Array:
    """The values a way leads to; nulls where there is nothing."""
    column = batch.to_struct_array()
    while way:
        key, way = _next(column.type, way)
        if not key:
            return pa.nulls(batch.num_rows, pa.string())
        column = _inner(column, key)
    return column


def _next(kind: pa.DataType, way: Way) -> tuple[str, Way]:
    if pa.types.is_struct(kind):
        for key, rest in way:
            if kind.get_field_index(key) >= 0:
                return key, rest
    return "", ()


def _inner(column: pa.Array, key: str) -> pa.Array:
    """A field of a struct column; null where the struct is null."""
    return pc.struct_field(column, [column.type.get_field_index(key)])


def enters_lists(schema: pa.Schema, paths: Iterable[str]) -> bool:
    """Whether a path goes on inside a list: only whole records can be asked for its places."""
    return _enters(schema, tree_of(paths))


def _enters(fields: Iterable[pa.Field], tree: Tree) -> bool:
    inner: list[tuple[Any, Tree]] = [(each.type, tree[each.name]) for each in fields if tree.get(each.name)]
    return any(
        _enters(list(kind), below)
        if pa.types.is_struct(kind)
        else pa.types.is_list(kind) or pa.types.is_large_list(kind)
        for kind, below in inner
    )


def untaken(schema: pa.Schema, paths: Iterable[str]) -> dict[str, Steps]:
    """What no path takes, by dotted path, with the steps to it: whole columns, and fields of structs beside others."""
    rest: dict[str, Steps] = {}
    _gather(schema, tree_of(paths), (), rest)
    return rest


def _gather(
    fields: Iterable[pa.Field], tree: Tree, above: Steps, rest: dict[str, Steps], found: frozenset[str] = frozenset()
) -> None:
    """`found` as in `json_paths`."""
    fields = list(fields)
    names = found.union(each.name for each in fields if "." in each.name and each.name in tree)
    for each in fields:
        steps = (*above, each.name)
        below = rest if each.name in found else tree.get(each.name, rest)
        if below is not None and below is not rest and pa.types.is_struct(each.type):
            _gather(list(each.type), below, steps, rest, paths_behind(each.name, names))
        elif below is not None:
            rest[free_name(".".join(steps), rest)] = steps


def untaken_rows(batch: pa.RecordBatch, rest: Mapping[str, Steps]) -> list[dict[str, Any]]:
    """The values of what no path takes, row by row."""
    columns = []
    for steps in rest.values():
        column = batch.to_struct_array()
        for step in steps:
            column = _inner(column, step)
        columns.append(column)
    return [dict(zip(rest, row, strict=True)) for row in zip(*map(json_values, columns), strict=True)]
