"""The line of a delivered file that a raw row came from, found by reading the file once more.

Belongs here: from row number to line. Never here: what stands in the line.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from ingestion.cells.header import input_paths
from ingestion.errors import FileRefused
from ingestion.readers import Content, CsvDialect, open_content
from ingestion.readers.csv_exact import read_csv_exact
from ingestion.readers.json_rows import JsonLayout, JsonTable, read_json
from ingestion.specs.model import Spec


def line_of(exports: Path, spec: Spec, file_name: str, sha256: str, raw_table: str, row_number: int) -> int | None:
    """The line, or None where the format has none, or the file is not there any more as it was loaded."""
    path = exports / file_name
    if spec.format not in ("csv", "json", "jsonl") or not path.is_file():
        return None
    try:
        with open_content(path, spec.format) as content:
            return _find(content, spec, raw_table, row_number) if content.sha256 == sha256 else None
    except FileRefused:
        return None


def _find(content: Content, spec: Spec, raw_table: str, row_number: int) -> int | None:
    for batch in _batches(content, spec, raw_table):
        numbers = batch.column("_row_number").to_pylist()
        if row_number in numbers:
            line = batch.column("_line")[numbers.index(row_number)].as_py()
            return None if line is None else int(line)
    return None


def _batches(content: Content, spec: Spec, raw_table: str) -> Iterator[pa.RecordBatch]:
    if spec.format == "csv":
        width = len(spec.columns) if spec.dialect.header_rows == 0 else None
        yield from read_csv_exact(content, CsvDialect.of(spec.dialect), width).batches()
        return
    names = {f"{table.schema}.{table.name}": name for name, table in spec.child_tables.items()}
    wanted = names.get(raw_table, "")
    for part in read_json(content, _layout(spec), spec.format).batches():
        if part.table == wanted and "_row_number" in part.batch.schema.names:
            yield part.batch


def _layout(spec: Spec) -> JsonLayout:
    """As the loader's, without types: only places count here."""
    main = JsonTable("", input_paths(spec), frozenset(), kind=spec.kind)
    children = [
        JsonTable(name, input_paths(spec, name), frozenset(), child.path, child.parent_key, child.kind)
        for name, child in spec.children.items()
        if child.kind
    ]
    return JsonLayout(main, tuple(children), spec.records, frozenset(spec.skip_kinds))
