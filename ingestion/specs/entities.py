"""Entity specs: an odd flat file laid onto one of our shapes, without SQL and without Python.

Belongs here: the models of shapes and entity specs, and how one becomes a `Spec`. Never here: a shape itself
(`sources/entity/*.toml`) or SQL (`ingestion.cells`).
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from ingestion.cells.rules import CellRules, Scalar, TextList
from ingestion.specs.columns import Column
from ingestion.specs.file_rules import FileRules
from ingestion.specs.model import BY_PATH, Keeping, RowFilter, Spec


class ShapeFile(Keeping):
    """`sources/entity/<shape>.toml`: one of our entity shapes."""

    description: str = Field(description="One sentence: what one row is.")
    columns: dict[str, Column] = Field(min_length=1, description="The shape's columns with types and personal words.")


class MapRule(CellRules):
    """How one column of the shape is made. One of `from`, `constant`, `concat`."""

    from_: TextList = Field(
        (),
        alias="from",
        description=(
            "Column of the file (JSON, YAML, Parquet: dotted path); several names are variants, the first found counts."
        ),
    )
    constant: Scalar | None = Field(None, description="The same value in each row.")
    concat: tuple[str, ...] | None = Field(None, description="Columns of the file that are joined to one text.")
    separator: str = Field(" ", description="What stands between the parts of `concat`.")
    required: bool = Field(
        False,
        strict=True,
        description=(
            "The file is refused if it has no such column, or if most of the column cannot be read. What the shape "
            "itself requires (keys, when an order was placed, when a ticket was opened) always is, once it is mapped."
        ),
    )


class EntityFile(FileRules):
    """`<home>/sources/<source>/<export>.toml` with `entity = "<shape>"`."""

    entity: str = Field(description="The shape. Its columns, types, key, mode and personal words hold.")
    map: dict[str, MapRule] = Field(min_length=1, description="Our column <- how it is made.")
    split: str | None = Field(
        None, min_length=1, description="Several entity specs may claim the same file if they share this word."
    )
    where: RowFilter | None = Field(
        None,
        description="Take only records that match; the others are declared skips (those of no part are told).",
    )


def resolve(shape: ShapeFile, entity: EntityFile, source: str, export: str, origin: str) -> Spec:
    """The spec of an entity file. Columns of the shape that are not mapped stay in the table, empty."""
    columns = {name: _laid_on(column, entity.map.get(name), entity.format) for name, column in shape.columns.items()}
    rules: dict[str, Any] = {key: getattr(entity, key) for key in FileRules.model_fields}
    keeping: dict[str, Any] = {key: getattr(shape, key) for key in Keeping.model_fields}
    return Spec(
        **rules, **keeping, columns=columns, source=source, export=export, origin=origin,
        entity=entity.entity, split=entity.split, where=entity.where,
    )  # fmt: skip


def _laid_on(column: Column, rule: MapRule | None, file_format: str) -> Column:
    if rule is None:
        return column.model_copy(update={"concat": (), "required": False, "header": (), "path": None})
    changed = {key: getattr(rule, key) for key in CellRules.model_fields if key in rule.model_fields_set}
    place: dict[str, Any] = {"constant": rule.constant, "concat": rule.concat, "separator": rule.separator}
    if file_format in BY_PATH and rule.from_:
        place |= {"path": rule.from_[0], "header": ()}
    else:
        place |= {"path": None, "header": rule.from_}
    required = rule.required or (column.required and bool(rule.from_))
    # No source can have a scale of its own in a table that all share: what is a little finer is rounded, not lost.
    rounds = column.type == "decimal"
    return column.model_copy(update=changed | place | {"required": required, "rounds": rounds})


def mistakes_of_rule(rule: MapRule) -> list[tuple[str, str]]:
    """Mistakes between the keys of one mapping, as (key, what is wrong)."""
    ways = [
        key
        for key, given in (("from", rule.from_), ("constant", rule.constant), ("concat", rule.concat))
        if given not in (None, ())
    ]
    if not ways:
        return [("", "says not how the column is made; allowed: one of from, constant, concat")]
    if len(ways) > 1:
        return [(ways[1], f"cannot stand beside {ways[0]!r}: a column comes from one place")]
    return []
