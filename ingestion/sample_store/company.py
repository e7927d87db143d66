"""What lies in the exports folder already: a sample beside another shop's files would make them untrue.

Belongs here: looking, without following a link. Never here: writing, or taking anything away.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ingestion.sample_store.settings import SampleRefused


def first_held(exports: Path) -> Path | None:
    """The first thing there that is no empty folder. A link, or a folder nobody may list, may hold a true shop.

    Hidden names count for nothing: no loader reads them, and version control and desktops leave them everywhere.
    """
    for entry in sorted(exports.iterdir()) if exports.is_dir() else ():
        if entry.name.startswith("."):
            continue
        if entry.is_symlink() or not entry.is_dir():
            return entry
        try:
            held = first_held(entry)
        except PermissionError:
            return entry
        if held is not None:
            return held
    return None


def refuse_links(folders: Iterable[Path]) -> None:
    """A folder that is a link leads out of the home, into files that are somebody's own."""
    linked = next((folder for folder in sorted(set(folders)) if folder.is_symlink()), None)
    if linked is not None:
        raise SampleRefused(f"{linked} is a link, through which a sample is never written; nothing was written")
