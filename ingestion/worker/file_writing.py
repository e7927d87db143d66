"""The one transaction of a file: what was staged and counted goes into the raw tables and the ledger, or nothing does.

Belongs here: statements that write rows. Never here: reading the file, or deciding whether it is good enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import duckdb

from ingestion.jobs import Job
from ingestion.quoting import identifier
from ingestion.readers.results import Reject
from ingestion.specs.model import Spec
from ingestion.specs.tables import EXTRA
from ingestion.store.ledger import FileMark, LoadLine, has_line, renew_line, write_changes, write_line, write_mark
from ingestion.store.raw_tables import add_column, columns_of
from ingestion.store.rejects import write_rejects
from ingestion.worker.budgets import TableCounts, check_conservation
from ingestion.worker.staging import Staged, StagedTable, lacks_key

REJECTS_OF_REFUSED = 1000


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All or nothing."""
    connection.execute("begin")
    try:
        yield
        connection.execute("commit")
    except BaseException:
        # A failed commit has rolled back by itself, a broken database cannot: the first error is the one that tells.
        with suppress(duckdb.Error):
            connection.execute("rollback")
        raise


def write_load(
    connection: duckdb.DuckDBPyConnection,
    job: Job,
    spec: Spec,
    line: LoadLine,
    staged: Staged,
    counts: dict[str, TableCounts],
    before_commit: Callable[[], None],
) -> None:
    """Write a good file. `before_commit` is the last look at the file itself."""
    with transaction(connection):
        for table in staged.tables:
            add_drift_columns(connection, table)
        inserted = {table.name: insert_rows(connection, spec, line, staged, table, counts) for table in staged.tables}
        line.rows_loaded = sum(inserted[table.name] for table in staged.tables if not table.is_nested)
        check_conservation(line)
        write_rejects(connection, line, staged.rejects)
        write_changes(connection, line, staged.changes)
        write_line(connection, line)
        write_mark(connection, mark_of(job, line))
        before_commit()


def write_without_rows(
    connection: duckdb.DuckDBPyConnection,
    job: Job,
    line: LoadLine,
    rejects: list[Reject],
) -> None:
    """Record a refused or duplicate delivery: a ledger line at most once, the first rejects, the file's mark."""
    with transaction(connection):
        if has_line(connection, line.load_id):
            renew_line(connection, line)
        else:
            write_line(connection, line)
            write_rejects(connection, line, rejects[:REJECTS_OF_REFUSED])
        write_mark(connection, mark_of(job, line))


def mark_of(job: Job, line: LoadLine) -> FileMark:
    """How the file looked when it was listed; if it changed since, it will look different next time."""
    stat = job.stat
    return FileMark(
        path=job.name,
        source=job.source,
        export=job.export,
        size=stat.size,
        mtime_ns=stat.mtime_ns,
        ctime_ns=stat.ctime_ns,
        inode=stat.inode,
        spec_sha256=line.spec_sha256 or "",
        content_sha256=line.content_sha256,
        status=line.status,
        reason=line.reason,
        load_id=line.load_id,
        claims=job.claims,
    )


def add_drift_columns(connection: duckdb.DuckDBPyConnection, table: StagedTable) -> None:
    """Give the raw table the columns that drift keeps."""
    if not table.drift:
        return
    there = {name.lower() for name in columns_of(connection, table.table)}
    for name in table.drift:
        if name.lower() not in there:
            add_column(connection, table.table, name, EXTRA[1] if name == EXTRA[0] else "VARCHAR")


def insert_rows(
    connection: duckdb.DuckDBPyConnection,
    spec: Spec,
    line: LoadLine,
    staged: Staged,
    table: StagedTable,
    counts: dict[str, TableCounts],
    beside: str = "",
) -> int:
    """Insert the good rows of one staged table; how many. `beside` = one more condition over the staged table."""
    values = [(identifier(name), identifier(name)) for name in table.table.columns]
    values += [
        ("_source", "$source"),
        ("_instance", "$instance"),
        ("_load_id", "$load_id"),
        ("_exported_at", "$exported_at"),
    ]
    values += [("_row_number", row_number(staged, table)), ("_cast_errors", "_cast_errors")]
    if table.child:
        numbers = ("_parent_row_number", "_child_number") if table.is_nested else ("null", "null")
        values += list(zip(("_parent_row_number", "_child_number"), numbers, strict=True))
    if table.table.keeps_extra:
        values.append(("_extra", "_extra"))
    values += [(identifier(name), sql) for name, sql in table.drift.items()]
    columns, expressions = ", ".join(column for column, _ in values), ", ".join(sql for _, sql in values)
    where = _good(spec, staged, table, counts, beside)
    bound = {"source": line.source, "instance": line.instance, "load_id": line.load_id, "exported_at": line.exported_at}
    statement = f"insert into {table.table.qualified()} ({columns}) select {expressions} from {table.qualified}{where}"
    return int(connection.execute(statement, bound).fetchall()[0][0])


def row_number(staged: Staged, table: StagedTable) -> str:
    """The record's number in the file; nested rows are numbered through, their parent's number stands beside."""
    return "rowid + 1" if table.is_nested or not staged.has_row_numbers else "_row_number"


def _good(spec: Spec, staged: Staged, table: StagedTable, counts: dict[str, TableCounts], beside: str) -> str:
    """The condition of rows that are loaded; none at all where every staged row is good."""
    found = counts[table.name]
    conditions = [beside] if beside else []
    if found.skipped or found.keyless:
        conditions.append(f"_is_kept and not ({lacks_key(spec, table)})")
    parent = staged.tables[0]
    if table.is_nested and (counts[parent.name].skipped or counts[parent.name].keyless):
        good = f"select _row_number from {parent.qualified} where _is_kept and not ({lacks_key(spec, parent)})"
        conditions.append(f"_parent_row_number in ({good})")
    return f" where {' and '.join(conditions)}" if conditions else ""
