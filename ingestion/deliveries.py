"""What a run of the loader reports, and the settings it ran with.

Belongs here: plain data a caller reads: one `Delivery` a file and export, and their sum. Never here: cell texts, work.
"""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ingestion.errors import SettingError, SpecMistake

Status = Literal["loaded", "duplicate", "refused", "waiting", "unclaimed"]
MOST = 1 << 31  # as a count of megabytes or threads


@dataclass(frozen=True)
class LoadSettings:
    """Limits of one run. All can be set by environment variables of the names beside them."""

    settle_seconds: float = 2.0  # CX_SETTLE_SECONDS: how long a file must stand still before it is taken
    file_seconds: float = 1800.0  # CX_FILE_SECONDS: longest time one file may take
    database_mb: int = 1536  # CX_DATABASE_MB: DuckDB's own memory limit in the worker
    address_space_mb: int = 6144  # CX_ADDRESS_SPACE_MB: hard limit of the worker process, where the system has one
    threads: int = 0  # CX_THREADS: 0 = as many as the machine has

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> LoadSettings:
        """Defaults, overridden by the variables."""
        env = os.environ if environment is None else environment
        return cls(
            settle_seconds=_number(env, "CX_SETTLE_SECONDS", cls.settle_seconds, least=0),
            file_seconds=_number(env, "CX_FILE_SECONDS", cls.file_seconds, least=1),
            database_mb=_whole(env, "CX_DATABASE_MB", cls.database_mb, least=1),
            address_space_mb=_whole(env, "CX_ADDRESS_SPACE_MB", cls.address_space_mb, least=1),
            threads=_whole(env, "CX_THREADS", cls.threads, least=0),
        )


def _number(env: Mapping[str, str], name: str, default: float, *, least: int) -> float:
    try:
        value = float(env.get(name) or default)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value >= least):
        raise SettingError(f"{name} must be a number of {least} or more; set it right or unset it, and run again")
    return value


def _whole(env: Mapping[str, str], name: str, default: int, *, least: int) -> int:
    value = _number(env, name, default, least=least)
    if not value.is_integer() or value > MOST:
        raise SettingError(f"{name} must be a whole number up to {MOST}; set it right or unset it, and run again")
    return int(value)


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """What became of one file for one export."""

    source: str
    export: str
    instance: str
    file_name: str
    status: str
    reason: str = ""
    detail: str = ""
    load_id: int = 0
    path: str = ""
    rows_in: int = 0
    rows_loaded: int = 0
    rows_rejected: int = 0
    rows_skipped: int = 0
    cells_failed: int = 0
    cells_mended: int = 0  # of a replay: cells that failed before and do not any more
    content_bytes: int = 0
    schema_changes: int = 0
    seconds: float = 0.0
    is_new: bool = True  # False: refused before and not changed since; it was not opened again

    @property
    def is_good(self) -> bool:
        """True where the file was taken, or its very bytes were before; a `reason` may still be worth a look."""
        return self.status in ("loaded", "duplicate")


@dataclass
class LoadSummary:
    """The deliveries of one run, in the order they were dealt with."""

    deliveries: list[Delivery] = field(default_factory=list)
    spec_mistakes: list[SpecMistake] = field(default_factory=list)
    known_files: int = 0
    earlier_spec: int = 0  # of a replay: faultless loads, left alone, that were read under an earlier spec
    seconds: float = 0.0
    dry_run: bool = False

    def count(self, status: Status) -> int:
        """How many deliveries ended so."""
        return Counter(delivery.status for delivery in self.deliveries)[status]

    def of(self, status: Status) -> list[Delivery]:
        """The deliveries that ended so."""
        return [delivery for delivery in self.deliveries if delivery.status == status]

    @property
    def rows_loaded(self) -> int:
        """Rows added to raw tables by this run."""
        return sum(delivery.rows_loaded for delivery in self.deliveries)

    @property
    def is_good(self) -> bool:
        """True where no delivery was refused or lies unclaimed, and no spec has a mistake."""
        return not (self.count("refused") or self.count("unclaimed") or self.spec_mistakes)
