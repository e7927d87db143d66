"""What lies in the exports folder: regular files, and what must not be opened, by name and reason.

Belongs here: listing without opening. Never here: a spec, a hash, or following a link: each folder is opened below the
one it was seen in, so that one swapped for a link meanwhile leads nowhere.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

DEPTH_LIMIT = 64
IGNORED_ENDINGS = (".part", ".tmp", ".partial", ".crdownload", ".filepart", "~")
LAST_MOMENT = (1 << 63) - 1


@dataclass(frozen=True)
class FileStat:
    """What tells whether a file was touched."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    device: int = field(default=0, compare=False)  # not in the ledger: it may be another after each mount

    @classmethod
    def of(cls, status: os.stat_result) -> FileStat:
        """From the system's answer. A time that 64 bits do not hold (after 2262) is the last one they do."""
        written, changed = min(status.st_mtime_ns, LAST_MOMENT), min(status.st_ctime_ns, LAST_MOMENT)
        return cls(status.st_size, written, changed, status.st_ino, status.st_dev)


@dataclass(frozen=True)
class Found:
    """One entry below a source's folder. `reason` is set where it must not be opened."""

    path: Path
    source: str
    relative: str
    stat: FileStat | None = None
    reason: str = ""
    detail: str = ""

    @property
    def name(self) -> str:
        """`<source>/<path inside it>`, printable and storable whatever bytes the name has."""
        return shown(f"{self.source}/{self.relative}" if self.source else self.relative)


def shown(name: str) -> str:
    """A name as text: bytes that are no UTF-8 become escapes."""
    return os.fsencode(name).decode("utf-8", "backslashreplace").replace("\x00", "\\x00")


def walk_exports(exports: Path) -> Iterator[Found]:
    """Every entry of the exports folder that is not plainly unfinished, in order of its name."""
    if exports.exists():
        yield from _walk(exports, exports, None, "", ())


def _walk(folder: Path, place: str | Path, above: int | None, source: str, parts: tuple[str, ...]) -> Iterator[Found]:
    """Below `folder`, which is called `place` in the open folder `above`."""
    name = "/".join(parts) or "."
    if len(parts) > DEPTH_LIMIT:
        yield Found(
            folder, source, name, None, "unreadable_folder",
            f"lies more than {DEPTH_LIMIT} folders deep and is not looked into; put the files higher up",
        )  # fmt: skip
        return
    follow = 0 if above is None else os.O_NOFOLLOW  # the exports folder itself may be a link: its owner made it
    try:
        handle = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | follow, dir_fd=above)
    except OSError as error:
        yield _unlisted(folder, source, name, error)
        return
    try:
        yield from _entries(folder, handle, source, parts)
    except OSError as error:
        yield _unlisted(folder, source, name, error)
    finally:
        os.close(handle)


def _entries(folder: Path, handle: int, source: str, parts: tuple[str, ...]) -> Iterator[Found]:
    with os.scandir(handle) as listing:
        entries = sorted(listing, key=lambda entry: entry.name)
    for entry in entries:
        if is_unfinished(entry.name):
            continue
        path = folder / entry.name
        if entry.is_dir(follow_symlinks=False):
            below = (*parts, entry.name) if source else ()
            yield from _walk(path, entry.name, handle, source or entry.name, below)
        else:
            yield _file(entry, path, source, "/".join((*parts, entry.name)))


def _unlisted(folder: Path, source: str, name: str, error: OSError) -> Found:
    return Found(
        folder, source, name, None, "unreadable_folder",
        f"the folder cannot be listed ({error.strerror}); make it readable and run again",
    )  # fmt: skip


def is_unfinished(name: str) -> bool:
    """True for names that programs give to what is not whole yet, or to the lock of an open workbook (`~$`)."""
    return name.startswith((".", "~$")) or name.lower().endswith(IGNORED_ENDINGS)


def _file(entry: os.DirEntry[str], path: Path, source: str, relative: str) -> Found:
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError as error:
        return Found(path, source, relative, None, "unreadable", f"cannot be looked at ({error.strerror})")
    if stat.S_ISLNK(status.st_mode):
        return Found(
            path, source, relative, None, "symbolic_link", "links are not followed; put the file itself into the folder"
        )
    if not stat.S_ISREG(status.st_mode):
        return Found(
            path, source, relative, None, "not_a_file", "is a pipe, socket or device and no regular file; take it away"
        )
    return Found(path, source, relative, FileStat.of(status))
