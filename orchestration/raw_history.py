"""What raw.duckdb remembers of deliveries, for commands and checks: loads, rejects, arrivals.

Belongs here: reading schema `meta`, read-only. Never here: rows of an export, or a change of anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

from ingestion.home import Home
from ingestion.raw_store import open_raw
from ingestion.specs import Spec

Row = dict[str, Any]
# How long after its last file an export with this cadence counts as late: the rhythm and half of it again.
_PATIENCE = {"daily": timedelta(hours=36), "weekly": timedelta(days=10)}


def ask_raw(home: Home, sql: str, values: Sequence[object] = ()) -> list[Row]:
    """Rows of one question to raw.duckdb; none if it does not exist yet."""
    if not home.raw_db.exists():
        return []
    with closing(open_raw(home, read_only=True)) as connection:
        answer = connection.execute(sql, list(values))
        names = [column[0] for column in answer.description]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def loads(home: Home, source: str | None = None, status: str | None = None, limit: int = 20) -> list[Row]:
    """The newest deliveries first."""
    return ask_raw(
        home,
        "select load_id, finished_at, source, export, file_name, status, reason, rows_loaded, rows_rejected,"
        " cells_failed from meta.loads where coalesce(?, source) = source and coalesce(?, status) = status"
        " order by finished_at desc, load_id limit ?",
        [source, status, limit],
    )


def load_details(home: Home, load_id: int) -> Row | None:
    """Everything the ledger says of one load, with its rejects by reason and its changes of columns."""
    found = ask_raw(home, "select * from meta.loads where load_id = ?", [load_id])
    if not found:
        return None
    by_reason = (
        "select level, reason, column_name, count(*) as records from meta.rejects where load_id = ? group by all"
    )
    changes = "select change, column_name, detail from meta.schema_changes where load_id = ?"
    return found[0] | {
        "rejects": ask_raw(home, f"{by_reason} group by all order by all", [load_id]),
        "schema_changes": ask_raw(home, changes, [load_id]),
    }


def rejects(home: Home, source: str | None = None, limit: int = 50) -> list[Row]:
    """Rejects by file and reason, most first; no cell of theirs."""
    return ask_raw(
        home,
        "select load_id, source, export, file_name, level, reason, column_name, count(*) as records,"
        " count(replayed_by) as replayed from meta.rejects where coalesce(?, source) = source group by all"
        " order by records desc, file_name, reason limit ?",
        [source, limit],
    )


def reject_texts(home: Home, load_id: int, limit: int = 20) -> list[Row]:
    """The rejected records of one load as they came. This is personal data: for a person's eyes, never for a log."""
    columns = "file_name, line, column_name, level, reason, raw_text, replayed_by"
    return ask_raw(
        home, f"select {columns} from meta.rejects where load_id = ? order by line limit ?", [load_id, limit]
    )


def arrivals(home: Home, specs: Sequence[Spec], now: datetime) -> list[Row]:
    """One row a spec: what is expected, what came, how fresh it is. `now` is UTC without a zone."""
    came = ask_raw(
        home,
        "select source, export, count(*) filter (where status = 'loaded') as files_loaded,"
        " count(*) filter (where status = 'refused') as files_refused, sum(rows_loaded)::bigint as rows_loaded,"
        " sum(rows_rejected)::bigint as rows_rejected,"
        " max(exported_at) filter (where status = 'loaded') as last_exported_at from meta.loads group by all",
    )
    by_name = {(row["source"], row["export"]): row for row in came}
    return [_arrival(spec, by_name.get((spec.source, spec.export), {}), now) for spec in specs]


def _arrival(spec: Spec, came: Mapping[str, Any], now: datetime) -> Row:
    last = came.get("last_exported_at")
    patience = _PATIENCE.get(str(spec.cadence))
    # What never came at all is simply not used by this shop.
    is_late = bool(last and patience and now - last > patience)
    return {
        "source": spec.source,
        "export": spec.export,
        "cadence": spec.cadence,
        "files_loaded": came.get("files_loaded", 0),
        "files_refused": came.get("files_refused", 0),
        "rows_loaded": came.get("rows_loaded") or 0,
        "rows_rejected": came.get("rows_rejected") or 0,
        "last_exported_at": last,
        "is_late": is_late,
    }
