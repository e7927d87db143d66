"""Rejected records: kept with file, line, text and reason, and marked when they were taken after all.

Belongs here: meta.rejects. Never here: a decision what is a reject (readers and the typing decide), showing them to
people, or log lines: the raw text is personal data.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from ingestion.readers.results import Reject
from ingestion.store.ledger import LoadLine


def write_rejects(connection: duckdb.DuckDBPyConnection, line: LoadLine, rejects: Sequence[Reject]) -> None:
    """Keep the rejects of one load."""
    if not rejects:
        return
    head = [line.load_id, line.source, line.export, line.instance, line.file_name]
    import pyarrow as pa  # rejects are rare, and its import is not free

    incoming = pa.table(
        {
            "line": pa.array([each.line for each in rejects], pa.int64()),
            "column_name": pa.array([each.column for each in rejects], pa.string()),
            "level": pa.array([each.level for each in rejects], pa.string()),
            "reason": pa.array([each.reason for each in rejects], pa.string()),
            "raw_text": pa.array([_storable(each.raw_text) for each in rejects], pa.string()),
        }
    )
    connection.register("incoming_rejects", incoming)
    try:
        connection.execute("insert into raw.meta.rejects select ?, ?, ?, ?, ?, *, null from incoming_rejects", head)
    finally:
        connection.unregister("incoming_rejects")


def replace_open_rejects(connection: duckdb.DuckDBPyConnection, line: LoadLine, rejects: Sequence[Reject]) -> None:
    """After a replay: what was an open reject and is none now is marked so, what is one (still) stands open."""
    lines = [each.line for each in rejects if each.line is not None]
    connection.execute(
        "update raw.meta.rejects set replayed_by = ? where load_id = ? and replayed_by is null "
        "and not coalesce(list_contains(?::bigint[], line), ?)",
        [line.spec_sha256, line.load_id, lines, bool(rejects)],
    )
    connection.execute("delete from raw.meta.rejects where load_id = ? and replayed_by is null", [line.load_id])
    write_rejects(connection, line, rejects)


def _storable(text: str) -> str:
    """Lone surrogates stand for bytes that are no text; they are kept readable, since the store holds UTF-8 only."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
