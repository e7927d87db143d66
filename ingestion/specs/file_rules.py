"""Which files are an export's, how they are cut into records, and how many faults they may hold.

Belongs here: the part of a spec that is about files, and the pure questions on a file's name. Never here: opening a
file, or what the records mean once they are loaded (`specs`).
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from ingestion.cells.rules import TextList
from ingestion.file_names import glob_pattern, without_compression
from ingestion.name_days import epoch_moment, moment
from ingestion.name_spans import span_of
from ingestion.path_dates import DatesInName, dates_of_path, end_of, time_of_folders, without_dated_folders
from ingestion.specs.dialect import Dialect

FileFormat = Literal["csv", "json", "jsonl", "yaml", "parquet", "xlsx", "xls"]
Drift = Literal["evolve", "freeze", "ignore"]
NAME_GROUPS = ("date", "year", "month", "day", "time", "epoch", "period_start", "period_end")
MONTH_GROUPS = {"year", "month"}


class Volume(BaseModel):
    """How much an export should hold, for the checks, and which snapshot is a whole one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    min_share_of_previous: float = Field(
        0.0,
        ge=0,
        le=1,
        strict=True,
        description=(
            "Least rows as a share of the usual, for the checks. A snapshot below that share of the largest before it "
            "counts as a part of a dump: its rows are the newest, and it closes none."
        ),
    )
    min_rows: int = Field(0, ge=0, strict=True, description="Least rows of a delivery.")


class FileRules(BaseModel):
    """The keys vendor and entity specs share."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    description: str = Field("", description="One sentence on the export, and what one record is.")
    files: TextList = Field(
        min_length=1,
        description=(
            'Globs inside `exports/<source>/` and its instance folders, any case. ".gz", ".zst" and ".zip" may '
            "always follow."
        ),
    )
    format: FileFormat = Field(
        description="How the file is written. json also takes one object per line: the content decides."
    )
    records: str | None = Field(
        None,
        description=(
            "JSON and YAML: dotted path of the array of records in an envelope. A bare array or JSON Lines are taken "
            "as they are."
        ),
    )
    left_out: TextList = Field(
        (),
        description=(
            "JSON and YAML: dotted paths of arrays of objects beside `records` that are left out on purpose. Others "
            "are told (`arrays_untaken`), if no export of the source has them in files of its own."
        ),
    )
    sheet: str | None = Field(
        None, description="XLSX, XLS: the sheet's name; may be left out where the workbook has one."
    )
    kind: str | None = Field(
        None,
        description="Bulk JSON Lines: the kind of line the main table holds (`__typename`, else the type in the id).",
    )
    skip_kinds: TextList = Field((), description="Bulk JSON Lines: kinds of lines that are left out on purpose.")
    exported_at: str | None = Field(
        None,
        description=(
            "Regular expression on the file's path inside the source's folder with a group `date` (year, month, day "
            "in this order, with or without marks and leading zeros; or a month, an ISO week or a quarter), or groups "
            "`year`, `month`, `day` where the name has another order (without `day`: a month), or `epoch` (and "
            "`time`, `period_start`, `period_end`). A month, week, quarter or period, as two days in a name are one, "
            "counts as its last day, or the day on which the file was last changed if that is earlier. What it takes "
            "and is no date is told of the file. Where it finds nothing, and by default: the newest day in the file's "
            "name (`2026-03-14`, `20260314`, `2026-3-14`, `14.03.2026`, `14032026`, `14-Mar-2026`, `Mar 14, 2026`), "
            "else the day of its folders, else the last day of the month, week or quarter in its name (`2026-03`, "
            "`2026M03`, `Mar-2026`, `2026-W11`, `2026-KW11`, `2026-Q1`) or its folders, else its modification time; "
            "that is told where the name may hold a time (`14.03.26`, `202603`, `KW 11 2026`) and the files' order "
            "decides (`order_by_file_time`)."
        ),
    )
    drift: Drift | None = Field(
        None,
        description=(
            "A column the spec does not know: evolve (kept as text, noted), freeze (file refused), ignore "
            "(noted). Default: evolve; entity specs: ignore, since `_extra` keeps it."
        ),
    )
    null_tokens: tuple[str, ...] = Field(("",), description="CSV, XLSX, XLS: texts that mean missing.")
    error_budget: float = Field(
        0.05, ge=0, le=1, strict=True, description="Share of rejected records above which the file is refused."
    )
    cell_error_budget: float = Field(
        1.0, ge=0, le=1, strict=True, description="Share of cells that do not cast above which the file is refused."
    )
    cadence: Literal["daily", "weekly", "monthly", "none"] = Field(
        "none", description="How often a delivery is expected, for freshness."
    )
    volume: Volume = Field(default_factory=lambda: Volume.model_validate({}), description="How much is expected.")
    dialect: Dialect = Field(
        default_factory=lambda: Dialect.model_validate({}), description="How a CSV file, or a sheet, is cut into cells."
    )

    @field_validator("files")
    @classmethod
    def _inside_the_source(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for glob in value:
            if not glob or glob.startswith(("/", "~")) or ".." in glob.split("/") or "\\" in glob:
                raise ValueError(
                    f"{glob!r} is not a pattern inside the source's folder: no leading /, no .., no backslash"
                )
            try:
                glob_pattern(without_compression(glob.lower()))
            except ValueError as error:
                raise ValueError(
                    f"{glob!r} is not a pattern: {error}; allowed: *, **, ?, [abc], [a-z], [!a-z]; [[] for a bracket"
                ) from None
        return value

    @field_validator("exported_at")
    @classmethod
    def _has_a_date(cls, value: str | None) -> str | None:
        if value is None:
            return None
        try:
            groups = re.compile(value).groupindex
        except re.error as error:
            raise ValueError(f"is not a regular expression: {error}") from None
        if groups.keys() & {"year", "month", "day"} and not groups.keys() >= MONTH_GROUPS:
            raise ValueError("needs the groups year and month (and day) where it has one of them")
        if unknown := groups.keys() - set(NAME_GROUPS):
            raise ValueError(f"no group is called {min(unknown)!r}; the groups known are {', '.join(NAME_GROUPS)}")
        if not {"date", "month", "epoch", "period_end"} & groups.keys():
            raise ValueError("needs a named group (?P<date>...); the groups known are " + ", ".join(NAME_GROUPS))
        return value

    def instance_of(self, relative_path: str) -> str | None:
        """The instance a path inside the source's folder belongs to ("" in the folder itself), None if not claimed."""
        patterns = [glob_pattern(without_compression(glob.lower())) for glob in self.files]
        for path in (relative_path, without_dated_folders(relative_path)):
            first, slash, rest = path.partition("/")
            if any(pattern.fullmatch(without_compression(path.lower())) for pattern in patterns):
                return ""
            if slash and any(pattern.fullmatch(without_compression(rest.lower())) for pattern in patterns):
                return without_dated_folders(f"{first}/").rstrip("/")
        return None

    def dates_in_name(self, relative_path: str, modified: datetime | None = None) -> DatesInName:
        """What `exported_at` finds in the path; else what the path tells by itself.

        A month, week, quarter or other period was exported no later than the file was `modified`. A date that is none
        (2024-02-30), or a period that ends before it begins, is a doubt and not found.
        """
        found = re.search(self.exported_at, relative_path) if self.exported_at else None
        if found is None:
            dates = dates_of_path(relative_path, modified)
            return replace(dates, doubt="", untold="") if self.exported_at else dates
        parts = {key: value for key, value in found.groupdict().items() if value}
        at = _moment_of(parts, modified)
        start, end = (_day_of(parts.get(key, ""), edge) for edge, key in enumerate(("period_start", "period_end")))
        doubts = [parts[key] for key, day in (("period_start", start), ("period_end", end)) if key in parts and not day]
        if start and end and start > end:
            doubts, start, end = [f"{parts['period_start']} to {parts['period_end']}"], None, None
        if parts and at is None:
            doubts = [found[0]]
        return DatesInName(at or time_of_folders(relative_path, modified), start, end, ", ".join(doubts))


def _moment_of(parts: dict[str, str], modified: datetime | None) -> datetime | None:
    """The moment that the groups of a pattern make; a month, week or quarter is over on its last day."""
    if "epoch" in parts:
        return epoch_moment(parts["epoch"])
    if "month" in parts:
        year = parts.get("year", "")
        numbers = (f"20{year}" if len(year) == 2 else year, parts["month"], *([parts["day"]] if "day" in parts else []))
        day = "-".join(numbers)
    else:
        day = parts.get("date") or parts.get("period_end", "")
    at = moment(day, parts.get("time", ""))
    is_period = not parts.keys() & {"date", "month", "time"}
    last = _day_of(day, 1) if is_period or not (at or "time" in parts) else None
    first = _day_of(parts.get("period_start", "") if is_period else day, 0)
    return end_of(first, last, modified) if last else at


def _day_of(text: str, edge: int) -> date | None:
    """The day of its numbers; of a month, week or quarter the first (edge 0) or the last (edge 1)."""
    at, span = moment(text, ""), span_of(text)
    return at.date() if at else span[edge] if span else None
