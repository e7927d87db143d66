"""Which reader a format has, and how it is opened for a spec: the one place that knows it.

Belongs here: that choice, and what of a spec a reader has to know before it meets a file. Never here: what is done with
the rows. The libraries of a format are imported only where a file has it: they take longer than a file to load.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingestion.readers.content import Content
from ingestion.readers.dialect import CsvDialect
from ingestion.readers.results import COLUMN_LIMIT
from ingestion.specs.model import Spec

if TYPE_CHECKING:
    from ingestion.readers.csv_exact import CsvReading
    from ingestion.readers.json_rows import JsonLayout, JsonReading
    from ingestion.readers.sheet_rows import SheetReading

PLACE = re.compile(r"column_([1-9]\d{0,4})")


def open_csv(content: Content, spec: Spec) -> CsvReading:
    """The exact reader of a delimited file."""
    from ingestion.readers.csv_exact import read_csv_exact

    return read_csv_exact(content, CsvDialect.of(spec.dialect), declared_width(spec))


def open_sheet(content: Content, spec: Spec) -> SheetReading:
    """The reader of a workbook, new or old."""
    places, dialect = _places(spec), CsvDialect.of(spec.dialect)
    if spec.format == "xls":
        from ingestion.readers.xls_rows import read_xls

        return read_xls(content, spec.sheet, dialect, places)
    from ingestion.readers.xlsx_rows import read_xlsx

    return read_xlsx(content, spec.sheet, dialect, places)


def open_records(content: Content, spec: Spec, layout: JsonLayout) -> JsonReading:
    """The reader of JSON, JSON Lines or YAML."""
    if spec.format == "yaml":
        from ingestion.readers.yaml_records import read_yaml

        return read_yaml(content, layout)
    from ingestion.readers.json_rows import read_json

    return read_json(content, layout, spec.format)


def declared_width(spec: Spec) -> int | None:
    """How many cells each row has, where a spec tells all its columns by place; else the first row says it."""
    if spec.dialect.header_rows or spec.entity:
        return None
    by_place = all(c.constant is None and c.concat is None and not c.header for c in spec.columns.values())
    return len(spec.columns) if by_place else None


def _places(spec: Spec) -> set[int]:
    """The columns that a spec calls by their place; a sheet does not show how far it goes."""
    names = {variant for name, column in spec.columns.items() for each in column.inputs(name) for variant in each}
    called = {int(found[1]) for found in map(PLACE.fullmatch, names) if found}
    return {at for at in called | set(range(1, (declared_width(spec) or 0) + 1)) if at <= COLUMN_LIMIT}
