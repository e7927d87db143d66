"""What the loader remembers: the tables of raw.duckdb's schema `meta`, column by column.

Belongs here: their definition and version. Never here: a statement that fills or reads them (`ledger`, `rejects`).
"""

from __future__ import annotations

STORE_VERSION = 1

META_TABLES: dict[str, tuple[tuple[str, str], ...]] = {
    "versions": (("component", "VARCHAR"), ("version", "VARCHAR")),
    "loads": (
        ("load_id", "BIGINT"),
        ("source", "VARCHAR"),
        ("export", "VARCHAR"),
        ("instance", "VARCHAR"),
        ("file_name", "VARCHAR"),
        ("content_sha256", "VARCHAR"),
        ("file_bytes", "BIGINT"),
        ("content_bytes", "BIGINT"),
        ("modified_at", "TIMESTAMP"),
        ("exported_at", "TIMESTAMP"),
        ("period_start", "DATE"),
        ("period_end", "DATE"),
        ("status", "VARCHAR"),
        ("reason", "VARCHAR"),
        ("detail", "VARCHAR"),
        ("duplicate_of", "BIGINT"),
        ("path", "VARCHAR"),
        ("rows_in", "BIGINT"),
        ("rows_loaded", "BIGINT"),
        ("rows_rejected", "BIGINT"),
        ("rows_skipped", "BIGINT"),
        ("cells_failed", "BIGINT"),
        ("spec_sha256", "VARCHAR"),
        ("started_at", "TIMESTAMP"),
        ("finished_at", "TIMESTAMP"),
    ),
    "rejects": (
        ("load_id", "BIGINT"),
        ("source", "VARCHAR"),
        ("export", "VARCHAR"),
        ("instance", "VARCHAR"),
        ("file_name", "VARCHAR"),
        ("line", "BIGINT"),
        ("column_name", "VARCHAR"),
        ("level", "VARCHAR"),
        ("reason", "VARCHAR"),
        ("raw_text", "VARCHAR"),
        ("replayed_by", "VARCHAR"),
    ),
    "schema_changes": (
        ("load_id", "BIGINT"),
        ("source", "VARCHAR"),
        ("export", "VARCHAR"),
        ("change", "VARCHAR"),
        ("column_name", "VARCHAR"),
        ("detail", "VARCHAR"),
    ),
    "files": (
        ("path", "VARCHAR"),
        ("source", "VARCHAR"),
        ("export", "VARCHAR"),
        ("size", "BIGINT"),
        ("mtime_ns", "BIGINT"),
        ("ctime_ns", "BIGINT"),
        ("inode", "BIGINT"),
        ("spec_sha256", "VARCHAR"),
        ("content_sha256", "VARCHAR"),
        ("status", "VARCHAR"),
        ("reason", "VARCHAR"),
        ("load_id", "BIGINT"),
        ("claims", "INTEGER"),
    ),
}
