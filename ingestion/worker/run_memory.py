"""What a worker remembers from file to file, so that it asks the ledger once an export and not once a file.

Belongs here: names of files, and what was told. Never here: rows, or anything that outlives the run.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import duckdb

from ingestion.specs.model import Spec

OF_FILES = """
    select file_name, max(modified_at) from raw.meta.loads
    where source = ? and export = ? and instance = ? and status = 'loaded' group by file_name
"""


@dataclass
class LoadedFiles:
    """The loaded files of one export and instance."""

    names: set[str] = field(default_factory=set)
    _undated: list[tuple[str, datetime | None]] = field(default_factory=list)
    _untold: dict[str, str] = field(default_factory=dict)

    def has_others(self, name: str) -> bool:
        """Whether there is one beside the named one."""
        return len(self.names) > (name in self.names)

    def add(self, name: str, modified: datetime | None) -> None:
        """One more."""
        self.names.add(name)
        self._undated.append((name, modified))

    def untold(self, spec: Spec) -> dict[str, str]:
        """Name -> what of it may be a time, where none is told. Names are dated here alone: it takes its time."""
        while self._undated:
            name, modified = self._undated.pop()
            if untold := spec.dates_in_name(name.partition("/")[2], modified).untold:
                self._untold[name] = untold
        return self._untold


@dataclass
class RunMemory:
    """One worker's. `seen`: a dry run's own ledger, what would have been loaded so far."""

    seen: dict[int, str] | None = None
    told_of: set[str] = field(default_factory=set)  # exports of which was told that modification times decide
    held_elsewhere: set[str] = field(default_factory=set)  # exports of which was told that another source holds a file
    contents: dict[tuple[str, str], str] = field(default_factory=dict)  # entity and hash -> its first file of this run
    _files: dict[tuple[str, str], LoadedFiles] = field(default_factory=dict)

    def files(self, connection: duckdb.DuckDBPyConnection, spec: Spec, instance: str) -> LoadedFiles:
        """Those in the ledger before this run, and those this run took."""
        known = self._files.get((spec.name, instance))
        if known is None:
            known = self._files[spec.name, instance] = LoadedFiles()
            rows = connection.execute(OF_FILES, [spec.source, spec.export, instance]).fetchall()
            for name, modified in rows:
                known.add(name, modified)
        return known
