"""Keys of JSON records that no spec names, kept text for text until drift decides about them.

Belongs here: taking them out of the reader's `_extra`. Never here: what becomes of them (`drift`).
"""

from __future__ import annotations

from collections.abc import Collection

import pyarrow as pa

from ingestion.quoting import literals
from ingestion.readers.json_parse import cell_text, parse

UNKNOWN = "_unknown"
MAP_TYPE = pa.map_(pa.string(), pa.string())


def with_unknown(batch: pa.RecordBatch, is_kept: bool) -> pa.RecordBatch:
    """The batch with one column more: for each row a map of unknown key -> text. Numbers keep all their digits."""
    extra = batch.column("_extra")
    if not is_kept or extra.null_count == batch.num_rows:
        return batch.append_column(UNKNOWN, pa.nulls(batch.num_rows, MAP_TYPE))
    return batch.append_column(UNKNOWN, pa.array([_pairs(text) for text in extra.to_pylist()], MAP_TYPE))


def beyond_columns(kept: Collection[str]) -> str:
    """SQL over a staged table: the unknown keys that have no column, as a JSON object of texts."""
    without = f"list_filter(map_entries({UNKNOWN}), lambda _e: _e.key not in ({literals(kept)}))" if kept else None
    beyond = f"map_from_entries({without})" if without else UNKNOWN
    return f"case when cardinality({beyond}) > 0 then to_json({beyond}) end"


def _pairs(text: str | None) -> list[tuple[str, str | None]] | None:
    if text is None:
        return None
    record = parse(text)
    return [(key, cell_text(value)) for key, value in record.items()] if isinstance(record, dict) else None
