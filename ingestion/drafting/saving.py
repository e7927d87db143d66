"""A draft becomes a file, never over a spec that somebody wrote.

Belongs here: writing the text of a draft. Never here: making it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ingestion.errors import HomeError, IngestionError


def save_draft(make: Callable[[], str], target: Path, may_replace: bool = False) -> None:
    """Write the draft that `make` gives; a file that is there stays, unless it may be replaced."""
    if target.is_dir():
        raise IngestionError(f"{target} is a folder; name the file, such as {target / 'orders.toml'}")
    if target.exists() and not may_replace:
        raise IngestionError(
            f"{target} is there already and was not touched; add --force to replace it, or name another"
        )
    text = make()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("w" if may_replace else "x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise HomeError(f"{target} cannot be written: {error.strerror}") from None
