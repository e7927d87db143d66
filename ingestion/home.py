"""Where everything of one shop lies: the home folder and the paths inside it.

Belongs here: names of places, read once from the environment. Never here: reading or writing what lies there.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ingestion.errors import HomeError, SettingError

PROJECT_ROOT = Path(__file__).resolve().parents[1]
SHIPPED_SOURCES = PROJECT_ROOT / "ingestion" / "sources"


@dataclass(frozen=True)
class Home:
    """The places of one shop. Only `exports` and the extra spec folders may lie outside `root`."""

    root: Path
    exports: Path
    extra_sources: tuple[Path, ...] = ()

    @classmethod
    def at(cls, root: Path | str) -> Home:
        """The home in this folder, with the exports inside it."""
        folder = Path(root).expanduser().absolute()
        return cls(folder, folder / "exports")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Home:
        """`CX_HOME` (else `<project>/home`), `CX_EXPORTS`, and `CX_SOURCES`: more spec folders, separated like PATH."""
        env = os.environ if environment is None else environment
        home = cls.at(env.get("CX_HOME") or PROJECT_ROOT / "home")
        if "?" in str(home.root):  # DuckDB takes what follows for options
            raise SettingError(f"CX_HOME: {home.root} holds a question mark, which no path of a database may hold")
        exports = Path(env["CX_EXPORTS"]).expanduser().absolute() if env.get("CX_EXPORTS") else home.exports
        extra = tuple(
            Path(part).expanduser().absolute() for part in env.get("CX_SOURCES", "").split(os.pathsep) if part
        )
        return cls(home.root, exports, extra)

    @property
    def sources(self) -> Path:
        """The shop's own specs: `<source>/<export>.toml`."""
        return self.root / "sources"

    def further_sources(self) -> tuple[Path, ...]:
        """The extra spec folders. One that is not there is not like an empty one."""
        if lost := next((folder for folder in self.extra_sources if not folder.is_dir()), None):
            raise HomeError(
                f"{lost}: there is no such folder of specs; make it or mount it, or fix CX_SOURCES, and run again"
            )
        return self.extra_sources

    @property
    def raw_db(self) -> Path:
        """Written by the loader alone."""
        return self.root / "raw.duckdb"

    @property
    def warehouse_db(self) -> Path:
        """Written by dbt alone."""
        return self.root / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        """The folder BI tools read."""
        return self.root / "published"

    @property
    def published_db(self) -> Path:
        """Written whole each night and renamed into place."""
        return self.published / "cx.duckdb"

    @property
    def published_parquet(self) -> Path:
        """The marts once more, a file a table."""
        return self.published / "parquet"

    @property
    def dagster(self) -> Path:
        """Dagster's own storage."""
        return self.root / "dagster"

    @property
    def night_lock(self) -> Path:
        """Held by the kernel for the one night that runs."""
        return self.root / "night.lock"

    @property
    def pseudonym_key(self) -> Path:
        """The key of the pseudonyms, mode 0600; the variable CX_PSEUDONYM_KEY wins over it."""
        return self.root / "pseudonym.key"

    @property
    def sample_truth(self) -> Path:
        """What was planted in the sample shop, beside its exports; there only where the exports are the sample's."""
        return self.exports.parent / "sample_truth.json"

    @property
    def settings(self) -> Path:
        """The user's overrides of the business settings."""
        return self.root / "settings.toml"
