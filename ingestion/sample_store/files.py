"""Writing one file of an export, byte for byte the same every time.

Belongs here: COPY to CSV and JSON Lines, envelopes, damage, times of files. Never here: which rows.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import duckdb

from ingestion.quoting import identifier, literal
from ingestion.sample_store.layouts import Layout

BLOCK_BYTES = 8 << 20
STAND_IN = b"\x02"
_CSV = "format csv, header true, delimiter ',', quote '\"', escape '\"'"
_LINES = "format csv, header false, delimiter '\x01', quote '', escape ''"


def write_file(connection: duckdb.DuckDBPyConnection, layout: Layout, path: Path, is_old: bool) -> int:
    """Write the layout's rows; returns how many, and leaves no file where there are none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if layout.style == "envelope":
        return _write_envelope(connection, layout, path)
    lacks = ", ".join(identifier(name) for name in layout.old_layout_lacks) if is_old else ""
    query = f"select * exclude ({lacks}) from ({layout.sql})" if lacks else layout.sql
    partial = _partial(path)
    options = _CSV if layout.is_csv else _LINES
    rows = int(connection.execute(f"copy ({query}) to {literal(str(partial))} ({options})").fetchall()[0][0])
    if rows:
        if layout.is_csv:
            _put_number_signs(partial)
        partial.replace(path)
    else:
        partial.unlink()
    return rows


def _partial(path: Path) -> Path:
    return path.with_name(f".{path.name}.part")


def _copy(path: Path) -> Path:
    return path.with_name(f"{path.stem} (1){path.suffix}")


def _put_number_signs(path: Path) -> None:
    """In place, by blocks: DuckDB quotes cells that begin with a number sign, true exports do not."""
    with path.open("r+b") as file:
        while block := file.read(BLOCK_BYTES):
            file.seek(-len(block), os.SEEK_CUR)
            file.write(block.replace(STAND_IN, b"#"))


def _write_envelope(connection: duckdb.DuckDBPyConnection, layout: Layout, path: Path) -> int:
    lines = [row[0] for row in connection.execute(layout.sql).fetchall()]
    body = {layout.envelope: [json.loads(line) for line in lines], "count": len(lines), "next_page": None}
    if lines:
        path.write_text(json.dumps(body, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")
    return len(lines)


def append_short_row(path: Path, row: str) -> None:
    """A row that was cut off, as the last row of the file."""
    with path.open("a", encoding="utf-8", newline="") as file:
        file.write(row + "\n")


def copy_again(path: Path) -> Path:
    """The same bytes under the name a browser would give them."""
    return Path(shutil.copyfile(path, _copy(path)))


def set_arrival(path: Path, at: int) -> None:
    """The file's time is when it arrived, not when the sample was written."""
    os.utime(path, (at, at))
