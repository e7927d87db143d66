"""Reads one CSV file the way the loader does: fast where proven regular, exactly where not."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

from ingestion.readers import CsvDialect, ReadStats, Reject, open_content
from ingestion.readers.csv_exact import read_csv_exact
from ingestion.readers.csv_scan import duckdb_read_csv, scan_csv


@cache
def memory() -> duckdb.DuckDBPyConnection:
    """One database in memory for all readings of a test run."""
    return duckdb.connect(config={"threads": 2})


@dataclass(frozen=True)
class Reading:
    """The text stage of one file."""

    way: str
    columns: list[str]
    rows: list[tuple[str, ...]]
    rejects: list[Reject]
    stats: ReadStats

    def quarantined_lines(self) -> set[int]:
        """Every physical line that lies in quarantine."""
        return {
            line
            for reject in self.rejects
            if reject.line is not None
            for line in range(reject.line, reject.line + len(reject.raw_text.splitlines() or [""]))
        }


def read_as_the_loader(path: Path, dialect: CsvDialect, width: int | None = None) -> Reading:
    """Read the whole file into lists; raises FileRefused as the readers do."""
    with open_content(path, "csv") as content:
        proof = scan_csv(content, dialect, width)
        if proof.is_regular:
            rows = memory().execute(f"from {duckdb_read_csv(content, dialect, proof)}").fetchall()
            assert len(rows) == proof.data_rows
            return Reading("fast", proof.columns, rows, [], ReadStats(rows=len(rows)))
    return read_exactly(path, dialect, width)


def read_exactly(path: Path, dialect: CsvDialect, width: int | None = None) -> Reading:
    """Read the whole file by the exact reader alone."""
    with open_content(path, "csv") as content:
        reading = read_csv_exact(content, dialect, width)
        rows = [tuple(row.values())[:-2] for batch in reading.batches() for row in batch.to_pylist()]
        return Reading("exact", reading.columns, rows, reading.rejects(), reading.stats)
