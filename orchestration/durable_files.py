"""Files that a crash leaves whole: sync, rename, swap a folder, look at the free space first.

Belongs here: operations on paths that know nothing of what the files mean.
Never here: DuckDB, dbt, dagster, the layout of the home.
"""

from __future__ import annotations

import ctypes
import os
import shutil
from pathlib import Path

from orchestration.errors import UNTOUCHED, NoSpace

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


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
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
    sync(path.parent)


def put_file_in_place(fresh: Path, target: Path) -> None:
    """Rename a finished, synced file over its predecessor; an open reader keeps the old one whole."""
    sync(fresh)
    fresh.rename(target)
    sync(target.parent)


def put_folder_in_place(fresh: Path, target: Path) -> None:
    """Swap a finished folder with its predecessor in one step where the kernel can, then delete the old one.

    What cannot be deleted is left: the new one is in its place, and to say anything else would be wrong.
    """
    for file in fresh.iterdir():
        sync(file)
    sync(fresh)
    if not target.exists():
        fresh.rename(target)
    elif _exchange(fresh, target):
        shutil.rmtree(fresh, ignore_errors=True)
    else:
        retired = target.with_name(f".{target.name}.old")
        shutil.rmtree(retired, ignore_errors=True)
        target.rename(retired)
        fresh.rename(target)
        shutil.rmtree(retired, ignore_errors=True)
    sync(target.parent)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two names atomically (renameat2); False where the platform or file system has no such call."""
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "renameat2"):
        return False
    done = libc.renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE)
    return bool(done == 0)


def require_free_space(folder: Path, needed: int, purpose: str) -> None:
    """Stop before anything is written if the folder's disk has less than `needed` bytes."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise NoSpace(
            f"{purpose} needs about {needed / 1e6:,.0f} MB in {folder}, and only {free / 1e6:,.0f} MB are free",
            f"Free some space and run the night again; {UNTOUCHED}.",
        )
