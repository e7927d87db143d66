"""The mistakes a spec can make between its keys, each as (key, what is wrong).

Belongs here: rules on a spec that is well formed by itself. Never here: the form of one key (the models have it).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ingestion.cells.date_patterns import EPOCHS, has_offset
from ingestion.specs.column_mistakes import Found, column_mistakes, mistakes_of, name_mistake
from ingestion.specs.columns import Column
from ingestion.specs.dialect import CSV_ONLY
from ingestion.specs.entities import EntityFile, ShapeFile, mistakes_of_rule
from ingestion.specs.file_rules import FileRules
from ingestion.specs.model import BY_HEADER, BY_PATH, Child, Keeping, Spec, VendorFile

LOCAL_DAYS = (
    "column {!r} holds moments, whose day in UTC may be another than the shop's; make a second column of type 'date' "
    "of the same cells (`extract` takes the day out of them; of an epoch `zone` says whose day), and name that one"
)
WHOSE_DAYS = 'column {!r} takes its day from moments: say by `zone` whose day it is ("UTC" if that is meant)'


def keeping_mistakes(keeping: Keeping, columns: Mapping[str, Column]) -> Found:
    """Keys, versions and periods must be columns of a type that can do it, and go with the mode."""
    for key in ("key", "replace_by", "parts_by"):
        names = getattr(keeping, key)
        yield from ((key, _unknown(name, columns)) for name in names if name not in columns)
        yield from ((key, f"names {name!r} twice") for name in sorted(set(names)) if names.count(name) > 1)
    yield from _version_mistakes(keeping, columns)
    yield from _mode_mistakes(keeping, columns)
    if keeping.parts_by and (keeping.updated_at or not (keeping.period or keeping.replace_by)):
        yield "parts_by", "goes only with mode 'period', or with `replace_by` and without `updated_at`"
    if keeping.replace_by and keeping.updated_at:
        yield "updated_at", "goes not with `replace_by`: a group is as new as its delivery, and all its rows count"


def _mode_mistakes(keeping: Keeping, columns: Mapping[str, Column]) -> Found:
    if keeping.mode == "period" and keeping.period is None:
        yield "period", "mode 'period' needs the date column that says which days a file restates"
    if keeping.mode == "upsert" and not keeping.key and not keeping.replace_by:
        yield "key", "mode 'upsert' needs `key` or `replace_by`"
    if keeping.mode == "snapshot" and not keeping.key:
        yield "key", "mode 'snapshot' needs `key`, which tells what a later dump has no more"
    if keeping.period and keeping.period in columns:
        yield from (("period", text) for text in _day_mistakes(keeping.period, columns[keeping.period]))
    if keeping.replace_by and keeping.mode != "upsert":
        yield "replace_by", "goes only with mode 'upsert'"


def _day_mistakes(name: str, column: Column) -> Iterator[str]:
    """Of a period: a moment that may be turned into UTC, whose day may be another than the one it was at its place."""
    is_local = column.format and "%" in column.format and not has_offset(column.format)
    if column.type == "timestamp" and (column.zone or not is_local):
        yield LOCAL_DAYS.format(name)
    if column.type == "date" and column.format in EPOCHS and not column.zone:
        yield WHOSE_DAYS.format(name)


def _version_mistakes(keeping: Keeping, columns: Mapping[str, Column]) -> Found:
    for name in keeping.updated_at:
        yield from _time_mistakes(keeping, columns, "updated_at", name, "upsert", ("timestamp", "date", "integer"))
    if keeping.period is not None:
        yield from _time_mistakes(keeping, columns, "period", keeping.period, "period", ("date", "timestamp"))
    if len({columns[name].type for name in keeping.updated_at if name in columns}) > 1:
        yield "updated_at", "names columns of several types, which do not compare"


def _time_mistakes(
    keeping: Keeping, columns: Mapping[str, Column], key: str, name: str, mode: str, types: tuple[str, ...]
) -> Found:
    if name not in columns:
        yield key, _unknown(name, columns)
    elif columns[name].type not in types:
        yield key, f"column {name!r} has type {columns[name].type!r}; allowed: {', '.join(types)}"
    if keeping.mode != mode:
        yield key, f"goes only with mode {mode!r}"


def file_mistakes(rules: FileRules) -> Found:
    """Keys that mean nothing for the format."""
    is_csv, is_json = rules.format == "csv", rules.format in ("json", "jsonl")
    for key in sorted(rules.dialect.model_fields_set):
        if rules.format in BY_PATH or (key in CSV_ONLY and not is_csv):
            yield f"dialect.{key}", f"means nothing for format {rules.format!r}"
    for key, fits in (
        ("records", is_json or rules.format == "yaml"),
        ("kind", is_json),
        ("skip_kinds", is_json),
        ("sheet", rules.format in ("xlsx", "xls")),
    ):
        if getattr(rules, key) and not fits:
            yield key, f"means nothing for format {rules.format!r}"
    if rules.left_out and not rules.records:
        yield "left_out", "goes only with `records`"


def vendor_mistakes(file: VendorFile) -> Found:
    """All mistakes of a vendor spec."""
    yield from file_mistakes(file)
    yield from column_mistakes(file.columns, "columns", file.format)
    yield from keeping_mistakes(file, file.columns)
    for name, child in file.children.items():
        yield from (
            (f"children.{name}{'.' if key else ''}{key}", text) for key, text in _child_mistakes(name, child, file)
        )


def shape_mistakes(shape: ShapeFile) -> Found:
    """All mistakes of a shape."""
    yield from column_mistakes(shape.columns, "columns", None)
    yield from keeping_mistakes(shape, shape.columns)


def entity_mistakes(file: EntityFile, shapes: Mapping[str, ShapeFile]) -> Found:
    """All mistakes of an entity spec but those of its mapped columns (`mapped_mistakes`)."""
    yield from file_mistakes(file)
    if file.entity not in shapes:
        yield "entity", f"no shape is called {file.entity!r}; allowed: {', '.join(sorted(shapes)) or 'none is shipped'}"
        return
    shape = shapes[file.entity]
    yield from ((f"map.{name}", _unknown(name, shape.columns)) for name in file.map if name not in shape.columns)
    yield from (
        ("map", f"the key column {name!r} of shape {file.entity!r} is not mapped")
        for name in shape.key
        if name not in file.map
    )
    for name, rule in file.map.items():
        yield from ((f"map.{name}.{key}".rstrip("."), text) for key, text in mistakes_of_rule(rule))
        if file.format in BY_PATH and len(rule.from_) > 1:
            yield (
                f"map.{name}.from",
                f"several names are only for {', '.join(BY_HEADER)}; for {file.format} give one path",
            )
    if file.where and file.where.matches is None and file.where.matches_not is None:
        yield "where", "needs `matches` or `matches_not`"


def mapped_mistakes(spec: Spec) -> Found:
    """Mistakes of an entity spec's columns once they lie on the shape."""
    for name, column in spec.columns.items():
        if not column.is_unmapped:
            yield from (
                (f"map.{name}.{key}".rstrip("."), text)
                for key, text in mistakes_of(column)
                if key not in ("header", "path", "concat")
            )
            if name == spec.period:
                yield from ((f"map.{name}", text) for text in _day_mistakes(name, column))


def _child_mistakes(name: str, child: Child, file: VendorFile) -> Found:
    if wrong := name_mistake(name):
        yield "", wrong
    if file.format not in BY_PATH:
        yield "", f"children come out of {', '.join(BY_PATH)}, not out of {file.format}"
    if (child.path is None) == (child.kind is None):
        yield "", "needs one of `path` and `kind`"
    if child.kind is None and (child.mode or child.replace_by or child.updated_at):
        yield "", "`mode`, `replace_by` and `updated_at` go only with `kind`; an array follows its parent's row"
    yield from _parent_key_mistakes(child, file)
    yield from column_mistakes(child.columns, "columns", file.format)
    columns = {
        **child.columns,
        **{mine: file.columns[theirs] for mine, theirs in child.parent_key.items() if theirs in file.columns},
    }
    if child.kind is None:
        yield from (("key", _unknown(key, columns)) for key in child.key if key not in columns)
    elif (child.mode or file.mode) == "period":
        yield "mode", "lines of another kind cannot be of mode 'period'; allowed: append, upsert, snapshot"
    else:
        keeping = {key: getattr(child, key) for key in ("key", "replace_by", "updated_at")}
        yield from keeping_mistakes(Keeping(mode=child.mode or file.mode, **keeping), columns)


def _parent_key_mistakes(child: Child, file: VendorFile) -> Found:
    if child.kind is not None and child.parent_key:
        yield "parent_key", "goes only with `path`; lines of another kind name their parent themselves"
    for mine, theirs in child.parent_key.items():
        if wrong := name_mistake(mine):
            yield f"parent_key.{mine}", wrong
        if theirs not in file.columns:
            yield f"parent_key.{mine}", _unknown(theirs, file.columns)
        if mine in child.columns:
            yield f"parent_key.{mine}", "is a column of the child's own, too; give one of them another name"


def _unknown(name: str, columns: Mapping[str, Column]) -> str:
    return f"no column is called {name!r}; the columns are {', '.join(columns)}"
