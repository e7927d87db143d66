"""Readers: one module a file format; bytes become text rows, rejects and counts. They know no database of ours."""

from ingestion.readers.content import Content, open_content
from ingestion.readers.dialect import CsvDialect
from ingestion.readers.results import FileRefused, ReadStats, Reject, TableBatch
from ingestion.readers.unpacking import ContentLimits

__all__ = [
    "Content",
    "ContentLimits",
    "CsvDialect",
    "FileRefused",
    "ReadStats",
    "Reject",
    "TableBatch",
    "open_content",
]
