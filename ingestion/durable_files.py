"""Files that a crash leaves whole: synced under another name, then renamed.

Belongs here: how a file or a database comes into being. Never here: what is in it, or the layout of the home.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.quoting import identifier, literal

if TYPE_CHECKING:
    import duckdb

STORAGE_VERSION = "v1.4.0"  # of all our databases: DuckDB 1.4 and every later one reads it, and it knows zstd


def sync(path: Path) -> None:
    """Make the bytes of a file, or the names in a folder, survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_whole(path: Path, text: str, mode: int = 0o600) -> None:
    """Write a small file so that a reader sees all of the old or all of the new text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(path)
    except BaseException:  # also a text that UTF-8 cannot hold, and a stop
        fresh.unlink(missing_ok=True)
        raise
    sync(path.parent)


def put_file_in_place(fresh: Path, target: Path) -> None:
    """Rename a finished file over its predecessor; an open reader keeps the old one whole."""
    sync(fresh)
    fresh.rename(target)
    sync(target.parent)


def new_database(
    path: Path, alias: str = "fresh", fill: Callable[[duckdb.DuckDBPyConnection], None] | None = None
) -> None:
    """Make a database of its owner's alone. Killing DuckDB meanwhile can leave one that never opens: not under `path`.

    `fill` makes what is to be in it from the beginning, in the catalog `alias`.
    """
    import duckdb  # who writes small files alone can do without

    fresh = path.with_name(f".{path.name}.new")
    for leftover in (fresh, fresh.with_name(f"{fresh.name}.wal")):
        leftover.unlink(missing_ok=True)
    with closing(duckdb.connect(":memory:")) as connection:
        connection.execute(
            f"attach {literal(str(fresh))} as {identifier(alias)} (storage_version {literal(STORAGE_VERSION)})"
        )
        if fill is not None:
            connection.execute("begin")
            fill(connection)
            connection.execute("commit")
        connection.execute(f"checkpoint {identifier(alias)}")
        connection.execute(f"detach {identifier(alias)}")
    fresh.chmod(0o600)
    put_file_in_place(fresh, path)
