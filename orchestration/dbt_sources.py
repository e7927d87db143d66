"""The dbt sources, written from the specs: `python -m orchestration.dbt_sources` after a spec was changed.

Belongs here: what a raw table is called, described and keyed in dbt's YAML.
Never here: anything a spec does not say; the written files are never edited by hand.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

from ingestion.home import PROJECT_ROOT, SHIPPED_SOURCES, Home
from ingestion.specs.files import load_shapes, load_specs
from ingestion.specs.model import ENTITY_SCHEMA, Keeping, Spec
from ingestion.specs.tables import CAST_ERRORS, Table
from ingestion.store.meta_tables import META_TABLES

STAGING = PROJECT_ROOT / "dbt_project" / "models" / "staging"
_HEADER = "# Written by `python -m orchestration.dbt_sources` from the specs; change the spec, never this file.\n"
_PLUMBING = {
    "_source": "Folder of exports that the file came from.",
    "_instance": "Folder inside the source, for a vendor with several shops or accounts; empty without one.",
    "_load_id": "The delivery that brought the row, as in meta.loads.",
    "_row_number": "Place of the record in its file, from 1.",
    "_exported_at": "When the vendor wrote the file, as its name or time says (UTC).",
    "_cast_errors": "Cells that did not become their type: column, text, reason.",
    "_parent_row_number": "Record of the same file that this row was nested in.",
    "_child_number": "Place of this row inside its parent, from 1.",
    "_extra": "Columns of the file that the spec does not map, as a JSON object of texts.",
}


_META = {
    "loads": "One row per delivered file: what became of it, and its counts.",
    "rejects": "One row per record or cell that was not taken, with file, line and reason.",
    "schema_changes": "One row per column that a file brought or lacked against its spec.",
}


def source_files() -> dict[Path, str]:
    """Every sources.yml, by path: one a vendor, one for the entity shapes, one for the loader's own tables."""
    # Shipped specs alone: what a shop adds in its home are entity specs, whose rows land in the shapes' tables.
    specs = load_specs(Home.at(SHIPPED_SOURCES / "no home"))
    texts = {"meta": sources_yaml("meta", "What the loader knows of every delivery.", _meta_tables())}
    shapes = [shape_table(name, shape) for name, shape in load_shapes().items()]
    texts[ENTITY_SCHEMA] = sources_yaml(ENTITY_SCHEMA, "Rows of any flat file, laid onto our shapes.", shapes)
    for source, of_source in groupby((spec for spec in specs if not spec.entity), key=lambda spec: spec.source):
        tables = [table for spec in of_source for table in tables_of(spec)]
        texts[source] = sources_yaml(source, f"Exports of {vendor_title(source)}, as they came.", tables)
    return {STAGING / source / "sources.yml": text for source, text in texts.items()}


def vendor_title(source: str) -> str:
    """What people call the vendor."""
    file = SHIPPED_SOURCES / source / "_vendor.toml"
    about = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return str(about.get("title", source))


def sources_yaml(name: str, description: str, tables: Iterable[Mapping[str, Any]]) -> str:
    """The text of one source's sources.yml."""
    ordered = sorted(tables, key=lambda table: str(table["name"]))
    source = {"name": name, "description": description, "database": "raw", "schema": name, "tables": ordered}
    body = yaml.safe_dump(
        {"sources": [source]}, sort_keys=False, allow_unicode=True, width=120, default_flow_style=False
    )
    return _HEADER + body


def tables_of(spec: Spec) -> list[dict[str, Any]]:
    """The main table and the children of one vendor spec."""
    tables = [_table(spec.table, spec.description, _keeping(spec) | _volume(spec))]
    for name, table in spec.child_tables.items():
        child = spec.children[name]
        if child.path is not None:
            meta: dict[str, Any] = {"parent": spec.table.name}
        else:
            meta = _keeping(child, spec.mode)
        tables.append(_table(table, child.description, meta))
    return tables


def shape_table(name: str, shape: Any) -> dict[str, Any]:
    """The table of one entity shape, which all entity specs of it share."""
    return _table(Table(ENTITY_SCHEMA, name, shape.columns, keeps_extra=True), shape.description, _keeping(shape))


def _keeping(kept: Keeping | Any, default_mode: str = "append") -> dict[str, Any]:
    words = {
        "mode": kept.mode or default_mode,
        "key": list(kept.key),
        "replace_by": list(kept.replace_by),
        "parts_by": list(getattr(kept, "parts_by", ())),
        "updated_at": list(kept.updated_at),
        "period": getattr(kept, "period", None),
    }
    return {word: value for word, value in words.items() if value}


def _volume(spec: Spec) -> dict[str, Any]:
    return {"volume": spec.volume.model_dump(exclude_defaults=True)} if spec.volume else {}


def _table(table: Table, description: str, meta: Mapping[str, Any]) -> dict[str, Any]:
    columns = []
    for name, sql_type in table.sql_columns:
        spoken = table.columns.get(name)
        column: dict[str, Any] = {
            "name": name,
            "data_type": "struct[]" if sql_type == CAST_ERRORS else sql_type.lower(),
        }
        about = spoken.description if spoken else _PLUMBING.get(name, "")
        column |= {"description": about} if about else {}
        column |= {"config": {"meta": {"personal": spoken.personal}}} if spoken and spoken.personal else {}
        columns.append(column)
    return {"name": table.name, "description": description, "config": {"meta": dict(meta)}, "columns": columns}


def _meta_tables() -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "description": description,
            "columns": [{"name": column, "data_type": sql_type.lower()} for column, sql_type in META_TABLES[name]],
        }
        for name, description in _META.items()
    ]


def main() -> None:
    """Write every sources.yml."""
    for path, text in source_files().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
