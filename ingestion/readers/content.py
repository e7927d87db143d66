"""A claimed file as verified, unpacked bytes behind one open handle.

Belongs here: opening without following links, unpacking, limits, hashing, telling file kinds apart.
Never: rows, cells, or anything that depends on a spec's columns. The names inside archives are never used.
"""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol

from ingestion.readers.results import FileRefused
from ingestion.readers.unpacking import ContentLimits, compression_of, unpack

BLOCK = 1 << 20
KINDS_OF_OTHERS = {
    b"%PDF-": "a PDF document",
    b"PK\x03\x04": 'a zip archive or an office document (a workbook of today is read with format = "xlsx")',
    b"\xd0\xcf\x11\xe0": 'an old office document (an old workbook is read with format = "xls")',
    b"PAR1": "a Parquet file",
    b"\x1f\x8b": "a gzip inside the archive",
    b"\x28\xb5\x2f\xfd": "a zstd inside the archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a rar archive",
    b"BZh9": "a bzip2 archive",
    b"\xfd7zXZ\x00": "an xz archive",
    b"\x7fELF": "a program",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"SQLite format 3": "a database",
    b"<!doctype html": "an HTML page",
    b"<html": "an HTML page",
    b"<table": "an HTML page",
    b"<?xml": "an XML document",
}
MAGIC = {"parquet": b"PAR1", "xlsx": b"PK\x03\x04", "xls": b"\xd0\xcf\x11\xe0"}
TEXT = 'text (many systems call a CSV file a workbook: it is read with format = "csv")'


class Scannable(Protocol):
    """Bytes that a scan may prove regular, and that take over the digest it makes on its way."""

    def read_at(self, offset: int, size: int) -> bytes:
        """Read one place."""

    def keep_sha256(self, digest: str) -> None:
        """Take over a digest."""


class Content:
    """The unpacked bytes of one file. `path` can be opened by DuckDB as long as this object is open."""

    def __init__(self, path: Path, handle: BinaryIO, unpacked: BinaryIO | None, compression: str) -> None:
        self.name = path.name
        self.compression = compression
        self._source = handle
        self._handle = unpacked or handle
        self._opened = os.fstat(handle.fileno())
        self._sha256: str | None = None

    @property
    def path(self) -> Path:
        """An address of the very bytes that were verified, also after a rename or delete of the file."""
        return Path(f"/proc/{os.getpid()}/fd/{self._handle.fileno()}")

    @property
    def file_bytes(self) -> int:
        """Size of the file as delivered."""
        return self._opened.st_size

    @property
    def content_bytes(self) -> int:
        """Size of the unpacked content."""
        return os.fstat(self._handle.fileno()).st_size

    @property
    def sha256(self) -> str:
        """SHA-256 of the unpacked content."""
        if self._sha256 is None:
            digest = hashlib.sha256()
            for block in self.blocks():
                digest.update(block)
            self._sha256 = digest.hexdigest()
        return self._sha256

    def keep_sha256(self, digest: str) -> None:
        """Take over a digest that a reader made of every byte in its own pass."""
        self._sha256 = digest

    def open(self) -> BinaryIO:
        """Give a new handle on the unpacked bytes, at their start; the caller closes it."""
        return self.path.open("rb")

    def blocks(self, size: int = BLOCK) -> Iterator[bytes]:
        """Walk the unpacked bytes from their start."""
        with self.open() as stream:
            while block := stream.read(size):
                yield block

    def read_at(self, offset: int, size: int) -> bytes:
        """Read one place; safe to call from several threads."""
        return os.pread(self._handle.fileno(), size, offset)

    def check_unchanged(self) -> None:
        """Refuse the file if somebody wrote into it since it was opened."""
        now = os.fstat(self._source.fileno())
        if (now.st_size, now.st_mtime_ns) != (self._opened.st_size, self._opened.st_mtime_ns):
            raise FileRefused("changed_while_read", "the file was written to while it was read")

    def close(self) -> None:
        """Give the handles back; an unpacked copy vanishes with its handle."""
        self._handle.close()
        self._source.close()

    def __enter__(self) -> "Content":
        """Use as a context."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close whatever happened."""
        self.close()


class Beginning:
    """The first whole lines of a file, as if there were no more."""

    def __init__(self, content: Content) -> None:
        start = content.read_at(0, BLOCK)
        self._bytes = start[: start.rfind(b"\n") + 1]

    def read_at(self, offset: int, size: int) -> bytes:
        """Read one place."""
        return self._bytes[offset : offset + size]

    def keep_sha256(self, digest: str) -> None:
        """Drop it: a part has no digest of its own."""


def open_content(
    path: Path,
    file_format: str,
    limits: ContentLimits | None = None,
    scratch: Path | None = None,
    seen: tuple[int, int] | None = None,
) -> Content:
    """Open, verify and unpack one file whole, before any row of it is read.

    `seen`: the device and inode it had when it was chosen; what stands in its place by now may lie anywhere.
    Raises FileRefused for links and devices, damaged or cut archives, anything above `limits`, and content
    that is plainly of another kind than `file_format`.
    """
    limits = limits or ContentLimits()
    with ExitStack() as until_it_is_taken:
        handle = until_it_is_taken.enter_context(open_regular(path))
        if seen and seen != (os.fstat(handle.fileno()).st_dev, os.fstat(handle.fileno()).st_ino):
            raise FileRefused("changed_while_read", "the file was put in the place of another while the load ran")
        compression = compression_of(handle, path.name, file_format)
        unpacked, digest = unpack(handle, compression, limits, scratch) if compression else (None, None)
        content = until_it_is_taken.enter_context(Content(path, handle, unpacked, compression))
        if digest:
            content.keep_sha256(digest)
        if content.content_bytes > limits.unpacked_bytes:
            raise FileRefused("too_large", f"the file has more than {limits.unpacked_bytes} bytes")
        _check_kind(content.read_at(0, 64), file_format)
        until_it_is_taken.pop_all()
    return content


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file, never a link; a pipe is told at once instead of waited for."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise FileRefused("cannot_open", f"the file cannot be opened ({error.strerror})") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise FileRefused("not_a_file", "it is a link, pipe, socket or device and no regular file")
    return os.fdopen(descriptor, "rb")


def _check_kind(start: bytes, file_format: str) -> None:
    expected = MAGIC.get(file_format)
    if len(start) >= 16 and not start.strip(b"\0"):  # a hole of a broken copy, and no oddity of a tiny file
        raise FileRefused("null_bytes", "the file begins with NUL bytes and no text")
    if expected and not start:
        raise FileRefused("empty_file", "the file has no bytes")
    if expected and start.startswith(expected):
        return
    kind = kind_of(start)
    if expected and not kind:
        kind = TEXT if file_format in ("xls", "xlsx") and b"\0" not in start else "something else"
    if kind:
        raise FileRefused("wrong_content", f"expected {file_format}, found {kind}")


def kind_of(start: bytes) -> str:
    """What else these first bytes plainly are, in words; nothing where nobody can say."""
    lowered = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    kinds = KINDS_OF_OTHERS.items()
    return next((kind for magic, kind in kinds if (lowered if magic[:1] == b"<" else start).startswith(magic)), "")
