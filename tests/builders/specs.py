"""Specs and cells made for tests: the shortest way from a column and some texts to typed values."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from ingestion.cells.header import columns_for_header
from ingestion.cells.projection import typing_projection
from ingestion.errors import SpecError
from ingestion.specs.files import read_spec
from ingestion.specs.model import Spec

Row = tuple[str | None, ...]


def spec_of(columns: dict[str, dict[str, Any]], **rules: Any) -> Spec:
    """A vendor spec with these columns."""
    base: dict[str, Any] = {
        "source": "shop",
        "export": "orders",
        "origin": "",
        "files": ["o*.csv"],
        "format": "csv",
        "mode": "append",
    }
    return Spec.model_validate(base | rules | {"columns": columns})


def typed_rows(spec: Spec, header: Sequence[str], rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The rows as the loader's SQL types them, in order."""
    match = columns_for_header(spec, header)
    with duckdb.connect(config={"threads": 1}) as con:
        con.execute("set timezone = 'Asia/Tokyo'")  # a machine's own zone must never matter
        con.execute(f"create table r ({', '.join(f'c{n} varchar' for n, _ in enumerate(header, 1))}, n bigint)")
        marks = ", ".join("?" * (len(header) + 1))
        con.executemany(f"insert into r values ({marks})", [(*row, n) for n, row in enumerate(rows)])
        result = con.execute(typing_projection(spec, spec.table, match, "r", {"n": "n"}) + " order by n")
        names = [column[0] for column in result.description or ()]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def typed_cells(column: dict[str, Any], texts: Sequence[str | None], **rules: Any) -> list[tuple[Any, str | None]]:
    """Each text as (value, reason) of one column."""
    rows = typed_rows(spec_of({"x": column}, **rules), ["x"], [(text,) for text in texts])
    return [(row["x"], row["_cast_errors"][0]["reason"] if row["_cast_errors"] else None) for row in rows]


def write_spec(folder: Path, name: str, toml: str) -> Path:
    """A spec file `<folder>/<name>.toml`, name being `<source>/<export>`."""
    path = folder / f"{name}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(toml, "utf-8")
    return path


def mistakes_of_text(folder: Path, toml: str, name: str = "shop/orders") -> dict[str, str]:
    """The mistakes of a spec of this text, by their keys."""
    try:
        read_spec(write_spec(folder, name, toml))
    except SpecError as error:
        return {mistake.key: str(mistake) for mistake in error.mistakes}
    return {}
