"""One file in each format with the same two orders, and the line on which the second begins. Asserts nothing."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from tests.builders.old_workbooks import old_workbook
from tests.builders.workbooks import write_workbook

CSV = 'id,at,note\n1,2026-01-01,"two\nlines"\n2,2026-01-02,x\n'
_RECORDS = [{"id": "1", "at": "2026-01-01"}, {"id": "2", "at": "2026-01-02"}]
_TABLE = [list(_RECORDS[0]), *[list(record.values()) for record in _RECORDS]]
_LINES = "\n".join(json.dumps(record) for record in _RECORDS)
_YAML = "# orders\n- id: '1'\n  at: 2026-01-01\n- id: '2'\n  at: 2026-01-02\n"
# Name of the file -> its format, and the line (of a workbook the sheet's row) of the second order.
FORMATS: dict[str, tuple[str, int | None]] = {
    "orders_1.csv": ("csv", 4),
    "orders_1.csv.gz": ("csv", 4),
    "orders_1.csv.zip": ("csv", 4),
    "orders_1.jsonl.zst": ("jsonl", 2),
    "orders_1.json": ("json", None),
    "orders_1.yaml": ("yaml", 4),
    "orders_1.xlsx": ("xlsx", 3),
    "orders_1.xls": ("xls", 3),
    "orders_1.parquet": ("parquet", None),
}


def write_orders(path: Path) -> None:
    """Write the file of this name."""
    if path.suffix == ".xlsx":
        write_workbook(path, _TABLE)
        return
    makers = {
        ".csv": lambda: CSV.encode(),
        ".gz": lambda: gzip.compress(CSV.encode()),
        ".zip": _zip,
        ".zst": lambda: zstandard.compress(_LINES.encode()),
        ".json": lambda: json.dumps(_RECORDS, indent=0).encode(),
        ".yaml": lambda: _YAML.encode(),
        ".xls": lambda: old_workbook({"Orders": _TABLE}),
        ".parquet": _parquet,
    }
    path.write_bytes(makers[path.suffix]())


def _zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("orders_1.csv", CSV)
    return packed.getvalue()


def _parquet() -> bytes:
    written = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(_RECORDS), written)
    return written.getvalue()
