"""gzip, zstd and one-member zip, unpacked whole and checked into a private file that has no name.

Belongs here: decompression, its checks and its limits. Never: what the content means.
"""

import gzip
import hashlib
import lzma
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import zstandard

from ingestion.readers.results import FileRefused

STEP = 1 << 20
ZSTD_STEP = 1 << 10  # small, since one kilobyte of zstd may already mean 32 MB
ZSTD_WINDOW = 1 << 27
GZIP, ZSTD, ZIP, EMPTY_ZIP = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04", b"PK\x05\x06"
# frames of notes, which pzstd begins with
ZSTD_SKIPPED, ZSTD_SKIPPED_END = bytes(range(0x50, 0x60)), b"\x2a\x4d\x18"
DAMAGED = (EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, zstandard.ZstdError, RuntimeError)
OFFICE_PART = "[Content_Types].xml"
SUFFIXES = {".gz": "gzip", ".zst": "zstd", ".zip": "zip"}


@dataclass(frozen=True)
class ContentLimits:
    """What one file may grow to; the ratio counts only above `ratio_from_bytes`."""

    unpacked_bytes: int = 64 << 30
    ratio: int = 300
    ratio_from_bytes: int = 256 << 20


def compression_of(handle: BinaryIO, name: str, file_format: str) -> str:
    """Tell the packing by content; a name that promises one must keep its word."""
    start = os.pread(handle.fileno(), 4, 0)
    promised = SUFFIXES.get(Path(name.lower()).suffix, "")
    found = ""
    if start.startswith(GZIP):
        found = "gzip"
    elif start == ZSTD or (start[:1] in ZSTD_SKIPPED and start[1:] == ZSTD_SKIPPED_END):
        found = "zstd"
    elif start in (ZIP, EMPTY_ZIP) and (promised == "zip" or file_format != "xlsx"):
        found = "zip"
    if promised and promised != found:
        raise FileRefused("damaged_archive", f"the name says {promised}, the content says otherwise")
    return found


def unpack(handle: BinaryIO, compression: str, limits: ContentLimits, scratch: Path | None) -> tuple[BinaryIO, str]:
    """Unpack everything into a nameless private file and give it back with the SHA-256 of the content."""
    target = tempfile.TemporaryFile(dir=scratch, prefix="cx-unpacked-")  # noqa: SIM115 - mode 0600, has no name
    digest, total, packed = hashlib.sha256(), 0, max(os.fstat(handle.fileno()).st_size, 1)
    try:
        for block in _pieces(handle, compression, limits):
            total += len(block)
            if total > limits.unpacked_bytes:
                raise FileRefused("too_large", f"unpacks to more than {limits.unpacked_bytes} bytes")
            if total > limits.ratio_from_bytes and total > packed * limits.ratio:
                raise FileRefused("unpack_ratio", f"unpacks to more than {limits.ratio} times its size")
            digest.update(block)
            target.write(block)
        target.flush()
    except FileRefused:
        target.close()
        raise
    except (*DAMAGED, OSError) as error:
        target.close()
        if isinstance(error, OSError) and error.errno is not None:  # the system's own; those of the codecs have none
            raise
        raise FileRefused("damaged_archive", f"the {compression} is cut or damaged") from None
    return target, digest.hexdigest()


def _pieces(handle: BinaryIO, compression: str, limits: ContentLimits) -> Iterator[bytes]:
    handle.seek(0)
    if compression == "gzip":
        with gzip.GzipFile(fileobj=handle, mode="rb") as stream:  # checks CRC and length of every member
            while block := stream.read(STEP):
                yield block
    elif compression == "zstd":
        yield from _zstd_pieces(handle)
    else:
        yield from _zip_pieces(handle, limits)


def _zstd_pieces(handle: BinaryIO) -> Iterator[bytes]:
    frame, pending, whole = None, b"", False
    while True:
        data = pending or handle.read(ZSTD_STEP)
        pending = b""
        if not data:
            break
        if frame is None:
            frame = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW).decompressobj()
        yield frame.decompress(data)
        whole = frame.eof
        if whole:
            pending, frame = frame.unused_data, None
    if not whole:
        raise EOFError


def _zip_pieces(handle: BinaryIO, limits: ContentLimits) -> Iterator[bytes]:
    with zipfile.ZipFile(handle) as archive:
        members = [m for m in archive.infolist() if not m.is_dir() and not m.filename.startswith("__MACOSX/")]
        if any(m.filename == OFFICE_PART for m in members):
            raise FileRefused(
                "wrong_content",
                'expected a zip of one plain file, found an office document (a workbook is read with format = "xlsx")',
            )
        if len(members) != 1:
            raise FileRefused("zip_members", f"a zip must hold exactly one file, this one holds {len(members)}")
        member = members[0]
        if member.flag_bits & 1:
            raise FileRefused("encrypted", "the zip is encrypted")
        if member.file_size > limits.unpacked_bytes:
            raise FileRefused("too_large", f"unpacks to more than {limits.unpacked_bytes} bytes")
        rest = member.file_size
        with archive.open(member) as stream:  # checks the CRC, and stops at the size it is told
            while block := stream.read(STEP):
                rest -= len(block)
                yield block
        if rest:
            raise EOFError
