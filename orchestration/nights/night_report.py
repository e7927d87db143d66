"""What one night did, for a person (summary.txt) and for machines (summary.json).

Belongs here: facts, counts, names of files and tests, and their wording. Never here: a value out of anybody's data.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ingestion.durable_files import write_whole
from ingestion.home import Home
from orchestration.building.build_report import BuildReport
from orchestration.errors import AuditFailed, NightError
from orchestration.plurals import counted
from orchestration.publishing.publish import PublishedNight

NOTHING_NEW = "nothing_new"
NIGHTS_FOLDER = "nights"
_MOST_LINES = 20
_FILE_WORDS = {"known": "known, unchanged", "duplicate": "duplicate (the same bytes were loaded before)"}


@dataclass
class NightReport:
    """One night. `outcome` is published, nothing_new, audit_failed or stopped."""

    night_id: str
    as_of: date
    started_at: datetime
    home: Path
    dagster_run: str = ""
    outcome: str = "stopped"
    exit_code: int = 1
    seconds: dict[str, float] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)
    export_checks: list[str] = field(default_factory=list)
    alarming: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    build: BuildReport | None = None
    published: PublishedNight | None = None
    notes: list[str] = field(default_factory=list)
    error: str = ""
    hint: str = ""

    @property
    def folder(self) -> Path:
        """Where the summary lies."""
        return self.home / NIGHTS_FOLDER / self.night_id

    def stop(self, named: NightError) -> None:
        """The night ended by this cause."""
        self.outcome = "audit_failed" if isinstance(named, AuditFailed) else "stopped"
        self.exit_code, self.error, self.hint = named.exit_code, str(named), named.hint

    def as_json(self) -> dict[str, Any]:
        """All facts as JSON types."""
        facts: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(self), default=str))
        return facts

    def as_text(self) -> str:
        """A page for a person."""
        up = (
            "last night's file stays in place"
            if Home.at(self.home).published_db.exists()
            else "nothing is published yet"
        )
        heads = {
            "published": "published",
            NOTHING_NEW: f"nothing new: {up}",
            "audit_failed": f"NOT published: the audit failed; {up}",
            "stopped": f"STOPPED; {up}",
        }
        lines = [f"Night {self.night_id}, as of {self.as_of}: {heads[self.outcome]}"]
        lines += [f"  {step:<10} {seconds:7.1f} s" for step, seconds in self.seconds.items()]
        lines += _titled("Files", [f"{_FILE_WORDS.get(word, word)}: {count:,}" for word, count in self.files.items()])
        lines += _titled("Rows", [f"{word}: {count:,}" for word, count in self.rows.items()])
        lines += _titled("Refused or rejected", self.troubles)
        lines += _titled("Exports needing attention", self.export_checks)
        lines += _titled("Mostly left out of the numbers", self.left_out)
        lines += self._build_lines()
        if self.published:
            tables = [f"{name}: {counted(count, 'row')}" for name, count in sorted(self.published.row_counts.items())]
            lines += _titled(f"Published to {self.published.path}", tables, most=1000)
        lines += _titled("Notes", self.notes)
        lines += [f"Why: {self.error}"] if self.error else []
        lines += [f"What to do: {self.hint}"] if self.hint else []
        return "\n".join(lines) + "\n"

    def _build_lines(self) -> list[str]:
        if self.build is None:
            return []
        counts = [
            f"{kind}: " + ", ".join(f"{count:,} {status}" for status, count in sorted(by_status.items()))
            for kind, by_status in sorted(self.build.counts.items())
            if kind != "operation"  # dbt's own steps before and after
        ]
        failed = ["\n      ".join(failure.lines()) for failure in self.build.errors]
        warned = ["\n      ".join(failure.lines()) for failure in self.build.warnings]
        return _titled("Built", counts) + _titled("Failed", failed) + _titled("Warnings", warned)

    def write(self) -> None:
        """Leave summary.json and summary.txt in the night's folder, for its owner alone."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(self.folder / "summary.json", json.dumps(self.as_json(), indent=2) + "\n")
        write_whole(self.folder / "summary.txt", self.as_text())


def _titled(title: str, lines: list[str], most: int = _MOST_LINES) -> list[str]:
    if not lines:
        return []
    rest = [f"  ... and {len(lines) - most:,} more, in summary.json"] if len(lines) > most else []
    return [f"{title}:", *(f"  {line}" for line in lines[:most]), *rest]
