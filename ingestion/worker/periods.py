"""Which days a file restates where its name does not say so: those that lie together in it.

Belongs here: the days of staged rows. Never here: a period that a name says (`file_names`), or which rows count (dbt
decides that: a day outside of the file's period is restated on its own).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from ingestion.quoting import identifier
from ingestion.specs.model import Spec
from ingestion.store.ledger import LoadLine
from ingestion.worker.foreseen import loads_so_far, rows_so_far
from ingestion.worker.staging import Staged

GAP_DAYS = 7  # days of which a report has no row lie between days it has; one wrong day lies far from all others


@dataclass(frozen=True)
class Days:
    """The first and last day of most of the file's days, and of all of them; None without rows."""

    start: date | None = None
    end: date | None = None
    first: date | None = None
    last: date | None = None


def period_of(connection: duckdb.DuckDBPyConnection, spec: Spec, staged: Staged) -> Days:
    """The longest run of days without a gap of more than a week, so that one stray day does not restate years."""
    parted = f"select held, held - lag(held) over (order by held) > {GAP_DAYS} as is_far from ({_held(spec, staged)})"
    runs = f"select held, count(*) filter (is_far) over (order by held) as run from ({parted})"
    rows = connection.execute(
        "select min(held), max(held), min(min(held)) over (), max(max(held)) over () "
        f"from ({runs}) group by run order by count(*) desc, run desc limit 1"
    ).fetchall()
    return Days(*rows[0]) if rows else Days()


def rows_between(connection: duckdb.DuckDBPyConnection, spec: Spec, line: LoadLine, staged: Staged, days: Days) -> int:
    """Rows of former files, between the file's own period and its stray days, that it says nothing of."""
    former = rows_so_far(connection, spec)
    if (days.start, days.end) == (days.first, days.last) or not former:
        return 0
    day = f"former.{identifier(spec.period or '')}"
    same = " and ".join(
        f"former.{identifier(name)} is not distinct from own.{identifier(name)}" for name in spec.parts_by
    )
    rows = connection.execute(
        f"select count(*) from ({former}) as former "
        f"semi join (select load_id from ({loads_so_far(connection)}) where source = ? and export = ? and instance = ? "
        "and load_id <> ?) as loads on former._load_id = loads.load_id "
        f"semi join (select * from {staged.tables[0].qualified} where _is_kept) as own on {same or 'true'} "
        f"anti join ({_held(spec, staged)}) as days on {day} = days.held "
        f"where {day} > ? and {day} < ? or {day} > ? and {day} < ?",
        [line.source, line.export, line.instance, line.load_id, days.first, days.start, days.end, days.last],
    ).fetchall()
    return int(rows[0][0])


def _day(spec: Spec) -> str:
    return f"cast({identifier(spec.period or '')} as date)"


def _held(spec: Spec, staged: Staged) -> str:
    """SQL for the days the file holds."""
    return f"select distinct {_day(spec)} as held from {staged.tables[0].qualified} where _is_kept and held is not null"
