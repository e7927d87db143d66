"""What a worker remembers from file to file, so that it asks the ledger once an export and not once a file.

Belongs here: names of files, and what was told. Never here: rows, or anything that outlives the run.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import duckdb

from ingestion.specs.model import Spec

OF_FILES = """
    select distinct file_name from raw.meta.loads where source = ? and export = ? and instance = ?
    and status = 'loaded'
"""


@dataclass
class LoadedFiles:
    """The loaded files of one export and instance. `untold`: name -> what of it may be a time, where none is told."""

    names: set[str] = field(default_factory=set)
    untold: dict[str, str] = field(default_factory=dict)

    def has_others(self, name: str) -> bool:
        """Whether there is one beside the named one."""
        return len(self.names) > (name in self.names)

    def add(self, spec: Spec, name: str) -> None:
        """One more."""
        self.names.add(name)
        if untold := spec.dates_in_name(name.partition("/")[2]).untold:
            self.untold[name] = untold


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
            for (name,) in rows:
                known.add(spec, name)
        return known
