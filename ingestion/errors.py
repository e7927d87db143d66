"""The errors of ingestion: what went wrong, where, and what to do. Whether trying again helps is the night's to say.

Belongs here: exception classes and nothing else. Never here: cell text or anything else of a person's data - an error
carries codes, counts, file names, line numbers, keys and column names only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingestion.advice import with_advice


class IngestionError(Exception):
    """Root of every error ingestion raises on purpose."""


@dataclass(frozen=True)
class SpecMistake:
    """One mistake of one spec file: the file, the key (dotted), what is wrong, and what would be right."""

    file: str
    key: str
    mistake: str
    allowed: str = ""

    def __str__(self) -> str:
        return f"{self.file}: {self.words}"

    @property
    def words(self) -> str:
        """Key, mistake and what is allowed, without the file."""
        where = f"{self.key}: " if self.key else ""
        return f"{where}{self.mistake}" + (f" (allowed: {self.allowed})" if self.allowed else "")

    @property
    def source(self) -> str:
        """The source that the file is a spec of: its folder."""
        return self.file.partition("/")[0]

    @property
    def spec(self) -> str:
        """The name of the spec, `<source>.<export>`."""
        return self.file.removesuffix(".toml").replace("/", ".")


class SpecError(IngestionError):
    """The mistakes of all spec files that were looked at, one line each."""

    def __init__(self, mistakes: Sequence[SpecMistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in mistakes))


class FileRefused(IngestionError):
    """A whole file is not taken. `reason` is a stable code, `detail` says what and where, `told` also what to do."""

    def __init__(self, reason: str, detail: str = "", *, line: int | None = None) -> None:
        self.reason = reason
        self.detail = detail
        self.line = line
        self.told = with_advice(reason, detail)
        super().__init__(f"{reason}: {self.told}" if self.told else reason)


class RawStoreError(IngestionError):
    """raw.duckdb cannot be used: damaged, or one of the causes below."""


class StoreTooNew(RawStoreError):
    """A newer release, or another version of DuckDB, wrote it."""


class StoreHeld(RawStoreError):
    """Another process holds it."""


class StoreNotWritable(RawStoreError):
    """It, or its folder, cannot be written."""


class SettingError(IngestionError):
    """A variable of the environment (CX_...) has a value that cannot be meant."""


class HomeError(IngestionError):
    """A folder of the home is missing, unreadable or not writable."""


class NoSpace(IngestionError):
    """The disk is too full for what is to be written; free some and run again."""
