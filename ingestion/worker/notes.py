"""What a person should know of a file that was taken: how its name and its days say it meets other files.

Belongs here: doubts that refuse nothing, as reason and detail of the ledger's line. Never here: cells, or a decision
which rows count (dbt decides that).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import duckdb

from ingestion.advice import with_advice
from ingestion.path_dates import DatesInName
from ingestion.quoting import identifier
from ingestion.specs.model import Spec
from ingestion.store.ledger import LoadLine
from ingestion.worker.drift import MADE_WITHOUT
from ingestion.worker.dump_twins import dump_doubts
from ingestion.worker.file_order import doubts_of_order
from ingestion.worker.foreseen import loads_so_far, met_columns, rows_so_far
from ingestion.worker.other_shops import doubts_of_shops, doubts_of_sources
from ingestion.worker.periods import Days, period_of, rows_between
from ingestion.worker.run_memory import RunMemory
from ingestion.worker.staging import Staged


def note_doubts(
    connection: duckdb.DuckDBPyConnection, spec: Spec, line: LoadLine, staged: Staged, dates: DatesInName
) -> None:
    """Fill the line's period where the name says none, and tell what is doubtful beside what the line tells already."""
    doubts = [*_doubts(connection, spec, line, staged, dates), *dump_doubts(connection, spec, line, staged, dates)]
    if spec.period and not (line.period_start and line.period_end):
        days = period_of(connection, spec, staged)
        line.period_start, line.period_end = days.start, days.end
        doubts += _doubts_of_days(connection, spec, line, staged, days)
    for reason, told in doubts:
        tell(line, reason, told)


def note_place(
    connection: duckdb.DuckDBPyConnection, spec: Spec, line: LoadLine, dates: DatesInName, memory: RunMemory
) -> None:
    """Tell how the file stands beside others; after all else, since it says nothing against what is in the file."""
    files = memory.files(connection, spec, line.instance)
    doubts = list(doubts_of_sources(connection, spec, line, memory))
    if not files.has_others(line.file_name):
        doubts += doubts_of_shops(connection, line)
    if spec.name not in memory.told_of:  # last: it alone raises no alert
        doubts += (order := doubts_of_order(spec, line, dates, files))
        memory.told_of |= {spec.name for _ in order}
    for reason, told in doubts:
        tell(line, reason, told)


def tell(line: LoadLine, reason: str, told: str) -> None:
    """Add a doubt to what the line tells."""
    line.detail = f"{line.detail}; also {reason}: {told}" if line.reason else told
    line.reason = line.reason or reason


def _doubts(
    connection: duckdb.DuckDBPyConnection, spec: Spec, line: LoadLine, staged: Staged, dates: DatesInName
) -> Iterator[tuple[str, str]]:
    """Reason and sentence of each."""
    if line.rows_loaded:
        yield from _doubts_of_columns(spec, staged)
    for change in staged.changes:
        if change.change == "where_missing":
            told = (
                f"no record has {change.column_name!r}, at which `where` looks; {line.rows_loaded} of them were taken"
            )
            yield "where_missing", with_advice("where_missing", told)
    if dates.doubt:
        instead = "" if dates.exported_at else ", and the time at which the file was last changed counts instead"
        told = f"{dates.doubt!r} in the name is not a date or a period, or may mean more than one{instead}"
        yield "date_unreadable", with_advice("date_unreadable", told)
    if spec.period and (outside := _rows_outside(connection, spec, line, staged)):
        told = f"the name says {line.period_start} to {line.period_end}, and {outside} rows lie outside"
        yield "outside_period", with_advice("outside_period", f"{told}; they restate their own days too")
    if spec.mode == "snapshot" and not line.rows_loaded and (held := _rows_before(connection, spec, line)):
        told = f"the dump holds no row and closes every row of those before it (the largest held {held})"
        yield "dump_without_rows", with_advice("dump_without_rows", told)
    if asks_for_twins(spec) and (twin := _twin(connection, spec, line, staged, dates)):
        yield "held_twice", with_advice("held_twice", _told_twin(spec, *twin))


def _doubts_of_columns(spec: Spec, staged: Staged) -> Iterator[tuple[str, str]]:
    """Columns that decide which row counts, and that a file may lack: what follows from that."""
    missing = {each.column_name: each.detail for each in staged.changes if each.change == "column_missing"}
    if spec.updated_at and missing.keys() >= set(spec.updated_at):
        names = _in_file(spec, spec.updated_at, missing)
        told = f"the file has no {names}, which says how new a row is: its rows count as the oldest"
        yield "version_missing", with_advice("version_missing", told)
    if lacking := [name for name in spec.replace_by if name in missing]:
        told = f"the file has no {_in_file(spec, lacking, missing)}: its rows replace none of files that have it"
        yield "group_missing", with_advice("group_missing", told)


def _in_file(spec: Spec, columns: Sequence[str], missing: Mapping[str, str]) -> str:
    """What the file should have called them; of one that is joined, the parts it lacks."""
    parts = {name: missing[name].removeprefix(MADE_WITHOUT) for name in columns if MADE_WITHOUT in missing[name]}
    inputs = {name: map(repr, (each[0] for each in spec.columns[name].inputs(name))) for name in columns}
    return " and no ".join(parts.get(name) or " and no ".join(inputs[name]) for name in columns)


def asks_for_twins(spec: Spec) -> bool:
    """Whether another file of the same export time may hide this one's rows, or be hidden by it."""
    return bool(spec.parts_by or spec.period)


def _told_twin(spec: Spec, count: int, other: str) -> str:
    what = "days" if spec.period else "groups"
    by = f"{' and '.join(spec.parts_by)} do not tell" if spec.parts_by else "nothing declared tells"
    return (
        f"{count} {what} of it stand in {other} of the same export time too, and {by} them apart: of each, only "
        "the rows of one file count, as a rule of the one named last"
    )


def _doubts_of_days(
    connection: duckdb.DuckDBPyConnection, spec: Spec, line: LoadLine, staged: Staged, days: Days
) -> Iterator[tuple[str, str]]:
    if left := rows_between(connection, spec, line, staged, days):
        told = (
            f"its days lie apart, most of them from {days.start} to {days.end}, others as far as "
            f"{days.last if days.last != days.end else days.first}; {left} rows that were loaded lie between and are "
            "not restated"
        )
        yield "days_apart", with_advice("days_apart", told)


def _rows_outside(connection: duckdb.DuckDBPyConnection, spec: Spec, line: LoadLine, staged: Staged) -> int:
    """Rows whose day is not in the period of the file's name; 0 where the name says none."""
    if not (line.period_start and line.period_end):
        return 0
    day = f"cast({identifier(spec.period or '')} as date)"
    rows = connection.execute(
        f"select count(*) from {staged.tables[0].qualified} where _is_kept and {day} not between ? and ?",
        [line.period_start, line.period_end],
    ).fetchall()
    return int(rows[0][0])


def _rows_before(connection: duckdb.DuckDBPyConnection, spec: Spec, line: LoadLine) -> int:
    """How many rows the largest dump held; 0 where one without rows counts as a part and closes nothing."""
    if spec.volume.min_share_of_previous:
        return 0
    rows = connection.execute(
        f"select coalesce(max(rows_loaded), 0) from ({loads_so_far(connection)}) "
        "where source = ? and export = ? and instance = ? and load_id <> ?",
        [line.source, line.export, line.instance, line.load_id],
    ).fetchall()
    return int(rows[0][0])


def _twin(
    connection: duckdb.DuckDBPyConnection, spec: Spec, line: LoadLine, staged: Staged, dates: DatesInName
) -> tuple[int, str] | None:
    """How much of the file another one of its export time holds under another name, and that one's name."""
    same_time = "exported_at = ?" if dates.exported_at else "exported_at::date = ?::timestamp::date"
    twins = connection.execute(
        f"select load_id, file_name from ({loads_so_far(connection)}) where source = ? and export = ? and instance = ? "
        f"and file_name <> ? and load_id <> ? and {same_time} order by file_name",
        [line.source, line.export, line.instance, line.file_name, line.load_id, line.exported_at],
    ).fetchall()
    former = rows_so_far(connection, spec) if twins else None
    if former is None:
        return None
    met = met_columns(spec)
    apart = "" if spec.period else "".join(f" and {identifier(name)} is null" for name in spec.parts_by)
    numbers = ", ".join(str(load_id) for load_id, _ in twins)
    rows = connection.execute(
        f"select count(*) from (select {met} from {staged.tables[0].qualified} where _is_kept{apart} "
        f"intersect select * exclude (_load_id) from ({former}) where _load_id in ({numbers}))"
    ).fetchall()
    return (int(rows[0][0]), _named(twins)) if rows[0][0] else None


def _named(twins: Sequence[tuple[int, str]]) -> str:
    return str(twins[0][1]) if len(twins) == 1 else f"another one ({len(twins)} files)"
