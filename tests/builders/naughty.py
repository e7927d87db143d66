"""Rows of any text at all, written as each file format has it."""

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.builders.workbooks import write_workbook

HEADER = ("id", "text")


def write_csv(path: Path, rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER) -> None:
    """RFC 4180 by Python's csv writer."""
    out = io.StringIO()
    csv.writer(out).writerows([header, *rows])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(out.getvalue().encode())


def write_jsonl(path: Path, rows: Sequence[tuple[str, str]]) -> None:
    """One object a line."""
    path.write_text("".join(json.dumps({"id": i, "text": t}, ensure_ascii=False) + "\n" for i, t in rows), newline="")


def write_parquet(path: Path, rows: Sequence[tuple[str, str]]) -> None:
    """Two text columns."""
    pq.write_table(pa.table({"id": [i for i, _ in rows], "text": [t for _, t in rows]}), path)


def write_xlsx(path: Path, rows: Sequence[tuple[str, str]]) -> None:
    """One sheet, Orders."""
    write_workbook(path, [list(HEADER), *map(list, rows)])
