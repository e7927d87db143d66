"""Full dumps of one time under several names: pages of one dump, or each in the place of the other?

Belongs here: the doubt where the keys of two files speak against what their names say. Never here: which rows count
(dbt's macro `dump_files` decides that), or twins of other modes (`notes`).
"""

from __future__ import annotations

import duckdb

from ingestion.advice import with_advice
from ingestion.file_names import corrects
from ingestion.path_dates import DatesInName
from ingestion.quoting import identifier
from ingestion.specs.model import Spec
from ingestion.store.ledger import LoadLine
from ingestion.worker.foreseen import loads_so_far, rows_so_far
from ingestion.worker.staging import Staged


def dump_doubts(
    connection: duckdb.DuckDBPyConnection, spec: Spec, line: LoadLine, staged: Staged, dates: DatesInName
) -> list[tuple[str, str]]:
    """Reason and sentence, for the first other dump of the day that is not what it is taken for."""
    if spec.mode != "snapshot" or spec.volume.min_share_of_previous or not line.rows_loaded:
        return []
    same_time = "exported_at = ?" if dates.exported_at else "exported_at::date = ?::timestamp::date"
    twins = connection.execute(
        f"select load_id, file_name, exported_at, rows_loaded from ({loads_so_far(connection)}) where source = ? "
        f"and export = ? and instance = ? and file_name <> ? and load_id <> ? and rows_loaded > 0 and {same_time} "
        "order by file_name",
        [line.source, line.export, line.instance, line.file_name, line.load_id, line.exported_at],
    ).fetchall()
    shared = _shared(connection, spec, staged, [load_id for load_id, *_ in twins]) if twins else {}
    for load_id, name, exported_at, rows in twins:
        are_alike = 2 * shared.get(load_id, 0) > max(rows, line.rows_loaded)
        names = (line.file_name, name)
        is_replaced = exported_at != line.exported_at or corrects(*names) or corrects(*reversed(names))
        if are_alike == is_replaced:
            continue
        told = f"{shared.get(load_id, 0)} of its records stand in {name} of the same day too"
        if is_replaced:
            told += ", and yet only the newer of the two counts"
            return [("dump_replaced", with_advice("dump_replaced", told))]
        told += ": both are taken for one dump, so what the later one no longer holds goes on counting"
        return [("dumps_joined", with_advice("dumps_joined", told))]
    return []


def _shared(connection: duckdb.DuckDBPyConnection, spec: Spec, staged: Staged, loads: list[int]) -> dict[int, int]:
    """How many records each of these loads holds of the file's."""
    former = rows_so_far(connection, spec)
    if former is None:
        return {}
    key = ", ".join(identifier(name) for name in spec.key)
    own = f"select {key} from {staged.tables[0].qualified} where _is_kept"
    found = connection.execute(
        f"select _load_id, count(*) from ({former}) semi join ({own}) using ({key}) "
        f"where _load_id in ({', '.join(map(str, loads))}) group by _load_id"
    )
    return {int(load_id): int(count) for load_id, count in found.fetchall()}
