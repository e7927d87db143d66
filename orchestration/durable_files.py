"""Folders that a crash leaves whole, and a look at the free space first.

Belongs here: operations on paths that know nothing of what the files mean. Never here: single files (`ingestion`), dbt,
dagster, the layout of the home.
"""

from __future__ import annotations

import ctypes
import os
import shutil
from pathlib import Path

from ingestion.durable_files import sync
from orchestration.errors import UNTOUCHED, NoSpace

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


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
