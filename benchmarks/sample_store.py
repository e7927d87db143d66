"""How fast the sample shop is written, against a bare DuckDB COPY of as many plain rows in the same run.

    python benchmarks/sample_store.py [--orders 1000000] [--formats csv,bulk]

Prints orders and rows a second, processor seconds, peak memory, how busy the machine was (processes that wanted to run
in the minute before), and the ratio to `COPY` of the same number of rows and bytes. Without words on formats it is what
`cx sample` writes.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import tempfile
import time
from datetime import date
from pathlib import Path

import duckdb

from ingestion.sample_store import write_sample


def bare_copy_seconds(folder: Path, rows: int, row_bytes: int) -> float:
    """Seconds of one COPY of rows of this length out of a table that is already there."""
    with duckdb.connect() as connection:
        connection.execute(
            f"create table t as select i, repeat('x', {max(1, row_bytes - 12)}) as cell from range({rows}) r(i)"
        )
        begin = time.perf_counter()
        connection.execute(f"copy t to '{folder / 'bare.csv'}' (header)")
        return time.perf_counter() - begin


def measure(orders: int, formats: tuple[str, ...]) -> dict[str, float]:
    """One run in a temporary folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        busy, begin, processor = os.getloadavg()[0], time.perf_counter(), time.process_time()
        summary = write_sample(folder / "exports", orders=orders, end_day=date(2026, 3, 14), formats=formats)
        seconds, processor = time.perf_counter() - begin, time.process_time() - processor
        size = sum(path.stat().st_size for path in summary.files)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        for path in summary.files:
            path.unlink()
        bare = bare_copy_seconds(folder, summary.rows, size // summary.rows)
    return {
        "orders": summary.orders, "tickets": summary.tickets, "rows": summary.rows,
        "gigabytes": round(size / 1e9, 2),
        "seconds": round(seconds, 1), "orders_per_second": round(summary.orders / seconds),
        "processor_seconds": round(processor, 1), "processes_before": round(busy, 1),
        "peak_gigabytes": round(peak, 2),
        "bare_copy_seconds": round(bare, 1), "times_bare_copy": round(seconds / bare, 1),
    }  # fmt: skip


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--formats", default="csv,bulk", help="csv, bulk or csv,bulk")
    options = parser.parse_args()
    print(json.dumps(measure(options.orders, tuple(options.formats.split(",")))))


if __name__ == "__main__":
    main()
