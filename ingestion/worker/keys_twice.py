"""What a record said under a key that it holds twice becomes a cell error of its row, beside the value that counts.

Belongs here: writing it into staged rows. Never here: finding it (`ingestion.readers.json_twice`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
import pyarrow as pa

from ingestion.cells.projection import KEY_TWICE
from ingestion.readers.json_twice import Twice
from ingestion.worker.staging import StagedTable

TOLD = "told_of_keys"


def tell_keys_twice(
    connection: duckdb.DuckDBPyConnection,
    found: Sequence[Twice],
    tables: Sequence[StagedTable],
    columns: Mapping[str, str],
) -> None:
    """Add a cell error for each. `columns` = path -> the column that takes it; else the path itself is named."""
    rows = [{"record": each.record, "name": columns.get(each.path, each.path), "text": each.text} for each in found]
    connection.register(TOLD, pa.Table.from_pylist(rows, pa.schema(
        [("record", pa.int64()), ("name", pa.string()), ("text", pa.string())]
    )))  # fmt: skip
    error = f"""struct_pack("column" := name, "text" := "text", reason := '{KEY_TWICE}')"""
    try:
        for table in (each for each in tables if not each.is_nested):
            connection.execute(
                f"update {table.qualified} set _cast_errors = list_concat(_cast_errors, errors) from "
                f"(select record, list({error}) as errors from {TOLD} group by record) as told "
                "where _row_number = record"
            )
    finally:
        connection.unregister(TOLD)
