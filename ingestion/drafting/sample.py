"""Looking at one file before there is a spec: its format, its dialect, and the texts of its columns.

Belongs here: which format is looked at how. Never here: what the texts mean (`guesses`), and never any part of a night.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingestion.drafting.beginning import beginning_of
from ingestion.drafting.delimited import delimited
from ingestion.drafting.grid import Grid
from ingestion.drafting.records import Records, json_records, parquet_records, yaml_records
from ingestion.drafting.sheets import sheet_table
from ingestion.errors import FileRefused
from ingestion.file_names import without_compression
from ingestion.readers.content import MAGIC, open_content

FORMATS = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".tab": "csv", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".yaml": "yaml", ".yml": "yaml", ".parquet": "parquet", ".xlsx": "xlsx", ".xls": "xls",
}  # fmt: skip
TO_CONVERT = {
    ".ods": "save it as .xlsx or .csv", ".xml": "have it exported as .csv or .json",
    ".avro": "convert it to .parquet", ".orc": "convert it to .parquet", ".html": "save the table as .csv",
    ".pdf": "a PDF holds no table; ask for .csv", ".sql": "a dump of a database; ask for .csv",
}  # fmt: skip


NONE_OF_THEM = "a draft is made of " + ", ".join(FORMATS) + ": have it exported as one of these"


class DraftRefused(FileRefused):
    """A refusal in words for somebody who has no spec yet: nothing in it is to be fixed in one."""

    def __init__(self, refusal: FileRefused) -> None:
        super().__init__(refusal.reason, refusal.detail, line=refusal.line)
        if refusal.reason == "wrong_content":
            self.told = f"{refusal.detail}; {NONE_OF_THEM}"
        elif "spec" in self.told.removeprefix(refusal.detail):
            self.told = refusal.detail
        self.args = (f"{self.reason}: {self.told}" if self.told else self.reason,)


@dataclass
class Sample:
    """What a file shows: columns by their name or path with their texts, and the keys of the spec that follow."""

    format: str
    columns: dict[str, list[str | None]]
    keys: dict[str, Any] = field(default_factory=dict)
    dialect: dict[str, Any] = field(default_factory=dict)
    children: dict[str, Sample] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    is_whole: bool = True
    decimal_mark: str = ""  # known where numbers are numbers and no texts
    cuts: dict[str, tuple[str, str]] = field(default_factory=dict)


def look_at(path: Path) -> Sample:
    """The sample of one file; refused with words where nothing can be made of it."""
    if path.is_dir():
        raise FileRefused("is_a_folder", f"{path} is a folder; name one file in it")
    if not path.exists():
        raise FileRefused("no_such_file", f"there is no file {path}")
    if not path.is_file():
        raise FileRefused("not_a_file", f"{path.name} is a pipe, socket or device and no regular file")
    try:
        return _looked_at(path)
    except FileRefused as refusal:
        raise DraftRefused(refusal) from None


def _looked_at(path: Path) -> Sample:
    suffix = Path(without_compression(path.name)).suffix.lower()
    file_format = FORMATS.get(suffix, "")
    if not file_format:
        hint = TO_CONVERT.get(suffix, "name it " + ", ".join(FORMATS) + ", and .gz, .zst or .zip behind that")
        raise FileRefused("unknown_format", f"{path.name}: {hint}")
    if file_format == "xls":
        file_format = _within_xls(path)
    if file_format in ("parquet", "xlsx", "xls"):
        with open_content(path, file_format) as content:
            if file_format == "parquet":
                return _of_records("parquet", parquet_records(content), True)
            grid, keys = sheet_table(content, file_format)
            return _of_grid(file_format, grid, keys)
    start = beginning_of(path, suffix.removeprefix("."))
    if file_format == "csv":
        return _of_grid("csv", delimited(start), {})
    if file_format == "yaml":
        return _of_records("yaml", yaml_records(start), True)
    return _of_records(file_format, json_records(start, file_format == "jsonl"), start.is_whole)


def _within_xls(path: Path) -> str:
    """What is called .xls may be a workbook of today, or a text that a shop system calls so."""
    try:
        with path.open("rb") as handle:
            start = handle.read(4)
    except OSError:
        return "xls"  # whoever opens it says why it cannot be opened
    if path.suffix.lower() != ".xls" or start == MAGIC["xls"]:
        return "xls"
    return "xlsx" if start == MAGIC["xlsx"] else "csv"


def _of_grid(file_format: str, grid: Grid, keys: dict[str, Any]) -> Sample:
    return Sample(
        file_format, grid.columns, keys, grid.dialect, notes=grid.notes, is_whole=grid.is_whole, cuts=grid.cuts
    )


def _of_records(file_format: str, found: Records, is_whole: bool) -> Sample:
    kind = "jsonl" if found.is_lines else file_format
    keys = {key: word for key, word in (("records", found.place), ("kind", found.kind)) if word}
    children = {path: _of_records("child", inner, True) for path, inner in found.children.items()}
    return Sample(kind, found.columns, keys, children=children, notes=found.notes, is_whole=is_whole, decimal_mark=".")
