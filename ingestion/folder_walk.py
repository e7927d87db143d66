"""What lies in the exports folder: regular files, and what must not be opened, by name and reason.

Belongs here: listing without opening. Never here: a spec, a hash, or following a link.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

IGNORED_ENDINGS = (".part", ".tmp", ".partial", ".crdownload", ".filepart", "~")


@dataclass(frozen=True)
class FileStat:
    """What tells whether a file was touched."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int

    @classmethod
    def of(cls, status: os.stat_result) -> FileStat:
        """From the system's answer."""
        return cls(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


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
    if not exports.exists():
        return
    yield from _walk(exports, "", ())


def _walk(folder: Path, source: str, parts: tuple[str, ...]) -> Iterator[Found]:
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        yield Found(
            folder, source, "/".join(parts) or ".", None, "unreadable_folder",
            f"the folder cannot be listed ({error.strerror}); make it readable and run again",
        )  # fmt: skip
        return
    for entry in entries:
        if is_unfinished(entry.name):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path), source or entry.name, (*parts, entry.name) if source else ())
        else:
            yield _file(entry, source, "/".join((*parts, entry.name)))


def is_unfinished(name: str) -> bool:
    """True for names that programs give to what is not whole yet."""
    return name.startswith(".") or name.lower().endswith(IGNORED_ENDINGS)


def _file(entry: os.DirEntry[str], source: str, relative: str) -> Found:
    path = Path(entry.path)
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
