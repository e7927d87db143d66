"""The limits of the readers are those that the documentation names."""

from pathlib import Path

from ingestion.readers import (
    ContentLimits,
    csv_exact,
    csv_text,
    json_records,
    json_rows,
    parquet_rows,
    results,
    xls_rows,
    xlsx_rows,
    xlsx_xml,
    yaml_records,
    yaml_values,
)
from ingestion.worker import drift

PAGE = Path(__file__).resolve().parents[2] / "docs" / "file_formats.md"
GIB, MIB = 1 << 30, 1 << 20
LIMITS = ContentLimits()


def test_the_documented_limits_are_the_real_ones() -> None:
    text = PAGE.read_text("utf-8")
    rows = [
        f"| content, unpacked | {LIMITS.unpacked_bytes // GIB} GiB |",
        f"| unpacked against packed, above {LIMITS.ratio_from_bytes // MIB} MiB | {LIMITS.ratio} times |",
        f"| CSV: one record or line | {csv_text.LINE_LIMIT // MIB} Mi characters |",
        f"| CSV, XLSX, XLS, Parquet: columns | {results.COLUMN_LIMIT:,} |",
        f"| a raw table: columns that no spec names, over all files | {drift.DRIFT_LIMIT:,} |",
        f"| CSV: quotes never closed | {csv_exact.UNCLOSED_LIMIT} |",
        f"| JSON Lines: one line | {json_records.LINE_LIMIT // MIB} MiB |",
        f"| JSON: one document | {json_records.DOCUMENT_LIMIT // GIB} GiB |",
        f"| JSON: nesting | about {json_rows.BRACKETS} |",
        f"| YAML: one file | {yaml_records.FILE_LIMIT // MIB} MiB |",
        f"| YAML: nesting, aliases included | about {yaml_values.DEPTH_LIMIT} |",
        f"| YAML: characters that aliases add to a file | {yaml_values.ALIASED_LIMIT // MIB} Mi |",
        f"| Parquet: one row group, unpacked | {parquet_rows.GROUP_LIMIT // GIB} GiB |",
        f"| Parquet: rows for each byte of the file, above a million rows | {parquet_rows.ROWS_PER_BYTE:,} |",
        f"| XLSX: all parts, unpacked | {xlsx_rows.UNPACKED_LIMIT // GIB} GiB |",
        f"| XLSX: unpacked against packed, above {xlsx_rows.RATIO_FROM // MIB} MiB | {xlsx_rows.RATIO_LIMIT} times |",
        f"| XLSX: parts | {xlsx_rows.MEMBER_LIMIT:,} |",
        f"| XLSX: rows and columns of a sheet | {xlsx_xml.ROW_LIMIT:,} and {xlsx_xml.PLACE_LIMIT:,} |",
        f"| XLS: the workbook | {xls_rows.SIZE_LIMIT // MIB} MiB |",
        f"| CSV, JSON Lines: rejects of one file | {results.REJECT_LIMIT:,} |",
        f"| raw text kept of one reject | {results.RAW_TEXT_LIMIT // MIB} Mi characters |",
    ]
    assert [row for row in rows if row not in text] == []
