"""A spec whose file was renamed would load all its files once more, as another export, beside the rows they have.

Belongs here: finding such specs before anything is loaded. Never here: what is done with a spec that is a mistake.

Only rows without a key of their own count twice (a vendor's export has a table of its own name, a key meets itself).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import duckdb

from ingestion.errors import SpecMistake
from ingestion.specs.model import Spec
from ingestion.store.ledger import FileMark

ADVICE = (
    "takes files that were loaded as {0}, whose spec is gone, into the same table, where their rows would count twice: "
    "call it {1}.toml again, or move raw.duckdb aside and run again: everything is loaded again"
)


def renamed_specs(
    connection: duckdb.DuckDBPyConnection,
    specs: Sequence[Spec],
    marks: Mapping[str, Sequence[FileMark]],
    left_out: Iterable[str] = (),
) -> Iterator[SpecMistake]:
    """The specs that have no load yet and claim what another, which is there no more, has loaded where they load.

    `left_out` = names of specs that are there, with a mistake.
    """
    loaded = [mark for known in marks.values() for mark in known if mark.status == "loaded"]
    used = {f"{mark.source}.{mark.export}" for mark in loaded}
    there = {spec.name for spec in specs}.union(left_out)
    for spec in specs:
        if spec.entity is None or spec.mode == "upsert" or spec.name in used:
            continue
        for mark in loaded:
            former = f"{mark.source}.{mark.export}"
            if mark.source == spec.source and former not in there and _holds(connection, spec, mark):
                words = ADVICE.format(former, mark.export)
                yield SpecMistake(f"{spec.source}/{spec.export}.toml", "", words)
                break


def _holds(connection: duckdb.DuckDBPyConnection, spec: Spec, mark: FileMark) -> bool:
    """Whether the spec claims the file and its table holds the file's rows."""
    if spec.instance_of(mark.path.partition("/")[2]) is None:
        return False
    rows = f"select 1 from {spec.table.qualified()} where _load_id = ? limit 1"
    return bool(connection.execute(rows, [mark.load_id]).fetchall())
