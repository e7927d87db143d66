"""The line of a delivered file (of a workbook the sheet's row) that a raw row came from, found by reading it once more.

Belongs here: from row number to line. Never here: what stands in the line.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.cells.header import input_paths
from ingestion.errors import FileRefused
from ingestion.readers import Content, open_content
from ingestion.specs.model import BY_HEADER, Spec
from ingestion.worker.opening import open_csv, open_records, open_sheet

if TYPE_CHECKING:
    import pyarrow as pa

    from ingestion.readers.json_rows import JsonLayout


def line_of(
    exports: Path, spec: Spec, file_name: str, sha256: str, raw_table: str, row_number: int
) -> tuple[int | None, str]:
    """The line; or None, and why there is none."""
    path = exports / file_name
    if not path.is_file():
        return None, "the file is not in the exports folder any more"
    try:
        with open_content(path, spec.format) as content:
            if content.sha256 != sha256:
                return None, "the file has changed since it was loaded"
            line = None if spec.format == "parquet" else _find(content, spec, raw_table, row_number)
    except FileRefused:
        return None, "the file cannot be read any more"
    return line, "" if line else f"record {row_number} of the file: no lines are told in this format"


def _find(content: Content, spec: Spec, raw_table: str, row_number: int) -> int | None:
    for batch in _batches(content, spec, raw_table):
        numbers = batch.column("_row_number").to_pylist()
        if row_number in numbers:
            line = batch.column("_line")[numbers.index(row_number)].as_py()
            return None if line is None else int(line)
    return None


def _batches(content: Content, spec: Spec, raw_table: str) -> Iterator[pa.RecordBatch]:
    if spec.format in BY_HEADER:
        yield from (open_csv if spec.format == "csv" else open_sheet)(content, spec).batches()
        return
    names = {f"{table.schema}.{table.name}": name for name, table in spec.child_tables.items()}
    wanted = names.get(raw_table, "")
    for part in open_records(content, spec, _layout(spec)).batches():
        if part.table == wanted and "_row_number" in part.batch.schema.names:
            yield part.batch


def _layout(spec: Spec) -> JsonLayout:
    """As the loader's, without types: only places count here."""
    from ingestion.readers.json_rows import JsonLayout, JsonTable

    main = JsonTable("", input_paths(spec), kind=spec.kind)
    children = [
        JsonTable(name, input_paths(spec, name), path=child.path, parent_key=child.parent_key, kind=child.kind)
        for name, child in spec.children.items()
        if child.kind
    ]
    return JsonLayout(main, tuple(children), spec.records, frozenset(spec.skip_kinds))
