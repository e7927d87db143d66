"""Whether a file is another shop's at all, or what another folder delivered before under another name.

Belongs here: doubts of a file's folder. Never here: its days (`notes`), or which file of one shop is newer
(`file_order`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import duckdb

from ingestion.advice import with_advice
from ingestion.specs.model import Spec
from ingestion.store.ledger import LoadLine
from ingestion.store.raw_tables import columns_of
from ingestion.worker.foreseen import loads_so_far
from ingestion.worker.run_memory import RunMemory

_ONE_RUN = timedelta(hours=1)  # what came within it came together


def doubts_of_sources(
    connection: duckdb.DuckDBPyConnection, spec: Spec, line: LoadLine, memory: RunMemory
) -> Iterator[tuple[str, str]]:
    """The same bytes of another source, whose rows go into the same table; told once an export and run."""
    if not (spec.entity and line.rows_loaded) or spec.name in memory.held_elsewhere:
        return
    known = None
    if columns_of(connection, spec.table):
        known = connection.execute(
            "select min(file_name) from raw.meta.loads where content_sha256 = ? and source <> ? and status = 'loaded' "
            f"and load_id in (select _load_id from {spec.table.qualified()})",
            [line.content_sha256, line.source],
        ).fetchall()[0][0]
    name = known or memory.contents.setdefault((spec.entity, line.content_sha256 or ""), line.file_name)
    if name.partition("/")[0] != line.source:
        memory.held_elsewhere.add(spec.name)
        told = f"the same bytes were loaded as {name}, of another source: what both hold counts twice"
        yield "held_by_another_source", with_advice("held_by_another_source", told)


def doubts_of_shops(connection: duckdb.DuckDBPyConnection, line: LoadLine) -> Iterator[tuple[str, str]]:
    """The first file of an instance beside another one: is it another shop at all?

    Folders of shops that are there from the beginning, and no file beside them, are meant so.
    """
    earlier = line.started_at - _ONE_RUN if line.started_at else None
    before = connection.execute(
        "select instance, min(file_name), bool_or(load_id in (select load_id from raw.meta.loads where started_at < ?))"
        f" from ({loads_so_far(connection)}) where source = ? and export = ? and load_id <> ? group by instance "
        "order by instance",
        [earlier, line.source, line.export, line.load_id],
    ).fetchall()
    is_new = line.instance not in {instance for instance, _, _ in before}
    if is_new and (others := [name for instance, name, is_old in before if is_old or "" in (instance, line.instance)]):
        other = others[0]
        told = f"its folder makes it a file of another shop or account than {other}: what both hold counts twice"
        yield "new_instance", with_advice("new_instance", told)
