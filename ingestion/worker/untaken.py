"""What of a file nobody takes: rows that are no part's of its split, arrays beside its records. So it is told.

Belongs here: counting rows over the parts, which are taken one after another, and the words. Never here: which rows a
part takes.
"""

from __future__ import annotations

import re
from collections.abc import Collection

import duckdb

from ingestion.advice import with_advice
from ingestion.jobs import Job
from ingestion.quoting import literal
from ingestion.specs.model import Spec
from ingestion.store.ledger import LoadLine
from ingestion.worker.drift import named
from ingestion.worker.file_writing import row_number
from ingestion.worker.notes import tell
from ingestion.worker.staging import Staged

FORMER = re.compile(r"(\d+ of \d+ rows were taken by no part of the split '[^']*')")
ROWS, PARTS = "temp.main.untaken_rows", "temp.main.untaken_parts"


def tell_untaken(connection: duckdb.DuckDBPyConnection, job: Job, spec: Spec, line: LoadLine, staged: Staged) -> None:
    """Keep the rows that no part took so far; the last part of the file tells how many are left."""
    if spec.split is None or job.claims < 2:
        return
    parts = {*_parts_before(connection, job), spec.export}
    record = staged.tables[0]
    rows = f"select {row_number(staged, record)} as place from {record.qualified} where not _is_kept"
    both = f"{rows} intersect select place from {ROWS}" if len(parts) > 1 else rows
    connection.execute(f"create or replace temp table untaken_rows as {both}")
    listed = ", ".join(literal(part) for part in sorted(parts))
    connection.execute(
        f"create or replace temp table untaken_parts as select {_mark(job)} as file, [{listed}] as parts"
    )
    left = connection.execute(f"select count(*) from {ROWS}").fetchall()[0][0] if len(parts) == job.claims else 0
    if left:
        told = f"{left} of {line.rows_in} rows were taken by no part of the split {spec.split!r}"
        tell(line, "rows_untaken", with_advice("rows_untaken", told))


def tell_beside(spec: Spec, line: LoadLine, staged: Staged, delivered: Collection[str]) -> None:
    """Arrays beside the records that nobody takes: `delivered` = those that exports with files of their own read."""
    known = {*spec.left_out, *delivered}
    if lost := [f"{path} ({count})" for path, count in sorted(staged.beside.items()) if path not in known]:
        told = f"beside {spec.records!r} it holds further arrays of objects, which nothing takes: {named(lost)}"
        tell(line, "arrays_untaken", with_advice("arrays_untaken", told))


def keep_untaken(line: LoadLine, former: str) -> None:
    """A replay reads one part alone: what all of them left stays told, as it was before."""
    found = FORMER.search(former)
    if found:
        tell(line, "rows_untaken", with_advice("rows_untaken", f"{found[1]}, before a part was read again"))


def _parts_before(connection: duckdb.DuckDBPyConnection, job: Job) -> list[str]:
    """The exports that this run took from the very same file, up to now without a break."""
    there = "select 1 from duckdb_tables() where table_name = 'untaken_parts' and temporary"
    if not connection.execute(there).fetchall():
        return []
    found = connection.execute(f"select parts from {PARTS} where file = {_mark(job)}").fetchall()
    return list(found[0][0]) if found else []


def _mark(job: Job) -> str:
    """SQL: the file as it was when it was listed."""
    return literal(f"{job.name} {job.stat.mtime_ns} {job.stat.size} {job.stat.inode}")
