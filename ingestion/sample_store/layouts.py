"""The layouts of exports: SQL files and what their vendor's deliveries.toml says of them.

Belongs here: finding and reading layouts. Never here: a vendor's name; a new vendor is a new folder of files.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent / "layouts"


@dataclass(frozen=True)
class Layout:
    """One export: how its rows are selected and how its files are named and written."""

    source: str
    name: str
    sql: str
    file: str
    rhythm: str
    style: str
    parts: str = ""
    envelope: str = ""
    dirt: dict[str, str] = field(default_factory=dict)
    short_row: str = ""
    has_duplicate: bool = False
    old_layout_lacks: tuple[str, ...] = ()

    @property
    def is_csv(self) -> bool:
        """Cells, not JSON lines."""
        return self.style == "csv"


def shared_sql(name: str) -> str:
    """One of the statements that all layouts stand on."""
    return (FOLDER / f"{name}.sql").read_text("utf-8")


def all_layouts() -> list[Layout]:
    """Every layout of every vendor, in the order of their files."""
    found = []
    for listing in sorted(FOLDER.glob("*/deliveries.toml")):
        for name, values in tomllib.loads(listing.read_text("utf-8")).items():
            sql = (listing.parent / f"{name}.sql").read_text("utf-8")
            lacks = tuple(values.pop("old_layout_lacks", ()))
            found.append(Layout(listing.parent.name, name, sql, old_layout_lacks=lacks, **values))
    return found
