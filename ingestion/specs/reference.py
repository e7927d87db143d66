"""The reference of specs, made from the models: docs/specs.md for people, docs/spec.schema.json for editors.

Belongs here: how the models are printed. Never here: what a key means: each says so itself in its description.
Run `python -m ingestion.specs.reference` after a change; a test holds both files up to date.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic_core import PydanticUndefined

from ingestion.cells.projection import REASONS
from ingestion.home import PROJECT_ROOT
from ingestion.specs.columns import Column
from ingestion.specs.dialect import Dialect
from ingestion.specs.entities import EntityFile, MapRule, ShapeFile
from ingestion.specs.file_rules import FileRules, Volume
from ingestion.specs.model import Child, Keeping, RowFilter, VendorFile

# ruff: noqa: E501 - a row of a Markdown table cannot be broken
INTRO = """# Specs, field by field

Made by `python -m ingestion.specs.reference` from the models; do not edit. How to write one: [how_to/write_a_spec.md](how_to/write_a_spec.md).
Editors complete specs by [spec.schema.json](spec.schema.json): put `#:schema ../../../docs/spec.schema.json` (the path from your file) on the first line.

A spec is a TOML file `<source>/<export>.toml`. A **vendor spec** keeps the vendor's columns in `raw.<source>.<export>`; an **entity spec** (it has the key `entity`)
lays an odd file onto one of our shapes, `raw.entity.<shape>`. All names of ours are small letters, digits and `_`.
"""
TYPES = """## Types

Blanks round numbers, dates, booleans are tolerated. Everything else is exact: what does not fit is null in its column and an entry `{column, text, reason}` in `_cast_errors`. (One reason is no cast: `key_twice`, what a JSON record says beside the value that counts.)

| type | in DuckDB | takes | never |
|---|---|---|---|
| text | varchar | everything, letter for letter | |
| integer | bigint | `12`, `+5`, `007`; `1,234` with `thousands_mark` | `1.0`, `1e3`, `1_000` |
| decimal | decimal(18, scale) | digits with up to `scale` (default 4) after the mark, more only if they are zeros, or with `rounds` | rounding, exponents |
| double | double | also exponents | `inf`, `nan` |
| boolean | boolean | the words, any case | other words |
| date | date | by format; iso also with midnight behind it | `2024-2-3`, `2024-02-30`, a time of day |
| timestamp | timestamp, UTC | iso: `T` or blank, seconds optional, up to 6 digits of fraction, `Z` or offset honoured, a bare day is midnight | `24:00`, seconds of 60, 7 digits of fraction (cut them with `extract`) |
| json | json | JSON, kept letter for letter | `NaN`, a comma before a bracket |

In a strptime pattern numbers between other characters may lack their leading zero, `%Y` has four digits, `%y` two (69 to 99 are the 1900s), names of months and days are English.
Seconds and milliseconds are told apart by the declared word only: a value whose year is not between 1 and 9999 is an error.

Order of the steps: apostrophe guard, trim, null tokens, `concat`, `extract`, `values`, type.
"""
SECTIONS: tuple[tuple[str, type[BaseModel], type[BaseModel] | None], ...] = (
    ("Files (both kinds, top level)", FileRules, None),
    ("`[dialect]`", Dialect, None),
    ("`volume`", Volume, None),
    ("Keeping (vendor specs and shapes, top level)", Keeping, None),
    ("`[columns]`, each column of a vendor spec or shape", Column, None),
    ("`[children.<name>]`", Child, None),
    ("Entity specs, top level beside the files' keys", EntityFile, FileRules),
    ("`[map]`, each column of an entity spec", MapRule, None),
    ("`where`", RowFilter, None),
)


def reference() -> str:
    """The text of docs/specs.md."""
    parts = [INTRO, TYPES, "Reasons of a cell error: " + ", ".join(f"`{reason}`" for reason in REASONS) + ".\n"]
    for title, model, base in SECTIONS:
        parts.append(f"## {title}\n\n{_table(model, set(base.model_fields) if base else set())}")
    return "\n".join(parts)


def json_schema() -> str:
    """The text of docs/spec.schema.json: a spec is one of the three kinds of file."""
    schema = TypeAdapter(VendorFile | EntityFile | ShapeFile).json_schema(by_alias=True)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "cx-warehouse spec"}
    return json.dumps(head | schema, indent=1, ensure_ascii=False) + "\n"


def write(docs: Path) -> None:
    """Write both files."""
    (docs / "specs.md").write_text(reference(), "utf-8")
    (docs / "spec.schema.json").write_text(json_schema(), "utf-8")


def _table(model: type[BaseModel], left_out: set[str]) -> str:
    schema = model.model_json_schema(by_alias=True)
    rows = ["| key | takes | default | meaning |", "|---|---|---|---|"]
    for name, field in model.model_fields.items():
        if name not in left_out:
            key = field.alias or name
            takes = _takes(schema["properties"][key])
            rows.append(f"| `{key}` | {takes} | {_default(field)} | {_cell(field.description or '')} |")
    return "\n".join(rows) + "\n"


def _takes(schema: dict[str, Any]) -> str:
    """What a key takes, in a few words."""
    if "$ref" in schema:
        return "table"
    if "enum" in schema:
        return ", ".join(schema["enum"])
    if "anyOf" in schema:
        options = [_takes(option) for option in schema["anyOf"] if option.get("type") != "null"]
        return " or ".join(dict.fromkeys(options))
    if schema.get("type") == "array":
        return "list of texts"
    words = {
        "string": "text",
        "object": "table",
        "number": "number",
        "integer": "whole number",
        "boolean": "true, false",
    }
    return words.get(str(schema.get("type")), "text")


def _default(field: Any) -> str:
    if field.default is PydanticUndefined:
        return "" if field.default_factory else "required"
    if field.default in (None, (), ""):
        return ""
    value = list(field.default) if isinstance(field.default, tuple) else field.default
    return f"`{_cell(json.dumps(value))}`" if value != {} else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    write(PROJECT_ROOT / "docs")
