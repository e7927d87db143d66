"""What raw.duckdb remembers of deliveries, for commands and checks: loads, rejects, arrivals, rows and failed cells.

Belongs here: reading it, read-only, and counting. Never here: a value of an export, or a change of anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime, time, timedelta
from typing import Any, Literal

from ingestion.home import Home
from ingestion.quoting import identifier, literal
from ingestion.specs.model import Spec
from ingestion.store.raw_store import open_raw

Row = dict[str, Any]
State = Literal["waiting", "on time", "late", "given up", "any time"]
# How long after its last file an export with this cadence counts as late (the rhythm and half of it again), and when as
# given up: a shop that went over to another export would be told of the old one for ever.
_PATIENCE = {
    "daily": (timedelta(hours=36), timedelta(days=14)),
    "weekly": (timedelta(days=10), timedelta(days=35)),
    "monthly": (timedelta(days=46), timedelta(days=124)),
}
_DAY = timedelta(days=1)


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


def failed_cells_in_all(home: Home, source: str | None = None) -> Row:
    """How many cells did not fit their type, and in how many loads."""
    found = ask_raw(
        home,
        "select count(*) as loads, coalesce(sum(cells_failed), 0)::bigint as cells from meta.loads"
        " where status = 'loaded' and cells_failed > 0 and coalesce(?, source) = source",
        [source],
    )
    return found[0] if found else {"loads": 0, "cells": 0}


def load_details(home: Home, load_id: int) -> Row | None:
    """Everything the ledger says of one load, with its rejects by reason and its changes of columns."""
    found = ask_raw(home, "select * from meta.loads where load_id = ?", [load_id])
    if not found:
        return None
    by_reason = (
        "select level, reason, column_name, count(*) as records from meta.rejects where load_id = ?"
        " group by all order by all"
    )
    changes = "select change, column_name, detail from meta.schema_changes where load_id = ?"
    counts = [found[0][name] for name in ("rows_in", "rows_loaded", "rows_rejected", "rows_skipped")]
    return found[0] | {
        "rows_refused": counts[0] - sum(counts[1:]),  # good rows of a refused file
        "rejects": ask_raw(home, by_reason, [load_id]),
        "schema_changes": ask_raw(home, changes, [load_id]),
        "failed_cells": _failed_cells(home, load_id, found[0]["source"]),
    }


def _failed_cells(home: Home, load_id: int, source: str) -> list[Row]:
    """Cells of one load that did not fit their type, by table, column and reason; no text of theirs."""
    holding = (
        "select schema_name, table_name from duckdb_columns() where column_name = '_cast_errors'"
        " and not internal and schema_name in (?, 'entity') order by all"
    )
    counted = []
    for table in ask_raw(home, holding, [source]):
        name = literal(f"{table['schema_name']}.{table['table_name']}")
        place = f"{identifier(table['schema_name'])}.{identifier(table['table_name'])}"
        counted += ask_raw(
            home,
            f"""
            select {name} as raw_table, cell."column" as column_name,
                cell.reason, count(*) as cells
            from (select unnest(_cast_errors) as cell from {place} where _load_id = ?) group by all order by all
            """,
            [load_id],
        )
    return counted


def rejects(home: Home, source: str | None = None, limit: int = 50) -> list[Row]:
    """Rejects by file and reason, most first; no cell of theirs."""
    return ask_raw(
        home,
        "select load_id, source, export, file_name, level, reason, column_name, count(*) as records,"
        f" count(replayed_by) as replayed from meta.rejects where coalesce(?, source) = source and {_STANDING}"
        " group by all order by records desc, file_name, reason limit ?",
        [source, limit],
    )


def reject_texts(home: Home, load_id: int, limit: int = 20) -> list[Row]:
    """The rejected records of one load as they came. This is personal data: for a person's eyes, never for a log."""
    columns = "file_name, line, column_name, level, reason, raw_text, replayed_by"
    return ask_raw(
        home, f"select {columns} from meta.rejects where load_id = ? order by line limit ?", [load_id, limit]
    )


def newest_with_rejects(home: Home) -> int | None:
    """The load that rejected something last."""
    found = ask_raw(
        home,
        "select load_id from meta.loads where load_id in (select load_id from meta.rejects)"
        " order by finished_at desc, load_id limit 1",
    )
    return found[0]["load_id"] if found else None


def arrivals(home: Home, specs: Sequence[Spec], now: datetime) -> list[Row]:
    """One row a spec: what is expected, what came, how fresh it is. `now` is UTC without a zone."""
    by_name = loads_by_export(home)
    return [_arrival(spec, by_name.get((spec.source, spec.export), {}), now) for spec in specs]


def _arrival(spec: Spec, came: Mapping[str, Any], now: datetime) -> Row:
    last = came.get("last_exported_at")
    return {
        "source": spec.source,
        "export": spec.export,
        "cadence": spec.cadence,
        "files_loaded": came.get("files_loaded", 0),
        "files_refused": came.get("files_refused", 0),
        "rows_loaded": came.get("rows_loaded") or 0,
        "rows_rejected": came.get("rows_rejected") or 0,
        "last_exported_at": last,
        "is_late": is_late(spec, last, now),
        "state": state_of(spec, last, now),
    }


def state_of(spec: Spec, last: datetime | None, now: datetime) -> State:
    """How the newest file stands to the rhythm of its export; without a rhythm any time is right."""
    patience = _PATIENCE.get(str(spec.cadence))
    if last is None:
        return "waiting"
    if patience is None:
        return "any time"
    age = now - _end(last)
    return "on time" if age <= patience[0] else "late" if age <= patience[1] else "given up"


def is_late(spec: Spec, last: datetime | None, now: datetime) -> bool:
    """True if the newest file is older than the rhythm allows, and not so old that the export has been given up."""
    return state_of(spec, last, now) == "late"


def is_given_up(spec: Spec, last: datetime | None, now: datetime) -> bool:
    """True if nothing came for so long that nothing is expected any more."""
    return state_of(spec, last, now) == "given up"


def _end(exported_at: datetime) -> datetime:
    """A file named by a day alone holds that day to its end."""
    return exported_at + _DAY if exported_at.time() == time.min else exported_at


def loads_by_export(home: Home) -> dict[tuple[str, ...], Row]:
    """For each export: files, rows, rejects, the newest file, and what the checks ask of its loads."""
    found: dict[tuple[str, ...], Row] = {}
    for row in ask_raw(home, _BY_EXPORT):
        # A refused file that somebody took out of the folder is nobody's trouble any more.
        still_there = [name for name in row.pop("refused") if (home.exports / name).exists()]
        found[row["source"], row["export"]] = row | {"files_refused": len(still_there)}
    return found


def row_counts(home: Home) -> dict[tuple[str, ...], int]:
    """Rows of every raw table."""
    return _counts(ask_raw(home, _COUNTS))


def _counts(rows: Sequence[Row]) -> dict[tuple[str, ...], int]:
    return {(row["schema_name"], row["table_name"]): row["estimated_size"] for row in rows}


# The rejects of a try that was refused count no more when the file was taken at another try.
_STANDING = """load_id not in (
    select load_id from meta.loads where status = 'refused'
    and (source, export, file_name) in (select (source, export, file_name) from meta.loads where status = 'loaded')
)"""
_COUNTS = "select schema_name, table_name, estimated_size from duckdb_tables() where not internal"
# Told last of a file, so where one of them comes first nothing is said against what the file holds.
OF_ITS_PLACE = ("order_by_file_time", "held_by_another_source", "new_instance")
_BY_EXPORT = f"""
    with lines as (
        select
            *,
            row_number() over (partition by source, export, status order by exported_at desc, load_id) as age,
            median(rows_in) over (
                partition by source, export, status order by exported_at, load_id
                rows between 8 preceding and 1 preceding
            ) as usual_rows
        from meta.loads
        -- A file that was refused and then taken, after its spec or its content was fixed, is no trouble any more.
        where
            status != 'refused'
            or (source, export, file_name) not in (
                select (source, export, file_name) from meta.loads where status = 'loaded'
            )
    )
    select
        source,
        export,
        count(*) filter (where status = 'loaded') as files_loaded,
        coalesce(list(distinct file_name) filter (where status = 'refused'), []) as refused,
        sum(rows_loaded)::bigint as rows_loaded,
        sum(rows_rejected)::bigint as rows_rejected,
        sum(cells_failed)::bigint as cells_failed,
        count(*) filter (
            where status = 'loaded' and rows_in is distinct from rows_loaded + rows_rejected + rows_skipped
        ) as unreconciled,
        -- One that holds what an earlier one held has come, too: a shop's products may not change for months.
        max(exported_at) filter (where status in ('loaded', 'duplicate')) as last_exported_at,
        max(rows_in) filter (where status = 'loaded' and age = 1) as last_rows,
        max(rows_rejected) filter (where status = 'loaded' and age = 1) as last_rejected,
        max(usual_rows) filter (where status = 'loaded' and age = 1) as usual_rows,
        max(file_name || ': ' || detail) filter (
            where status = 'loaded' and age = 1 and not coalesce(reason in {OF_ITS_PLACE}, false)
        ) as last_unreadable
    from lines
    group by all
"""
