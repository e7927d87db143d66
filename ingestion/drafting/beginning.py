"""The first megabytes of a file of text, unpacked no further than that.

Belongs here: opening, unpacking and decoding a beginning, so that a huge file answers as fast as a small one. Never
here: what the text means. What is plainly no text is refused with words.
"""

from __future__ import annotations

import codecs
import gzip
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, cast

import zstandard

from ingestion.errors import FileRefused
from ingestion.readers.content import kind_of, open_regular
from ingestion.readers.unpacking import DAMAGED, compression_of

SAMPLE_BYTES = 32 << 20


@dataclass(frozen=True)
class Beginning:
    """The bytes a draft looks at, up to the last whole line, and whether they are the whole file."""

    data: bytes
    is_whole: bool


def beginning_of(path: Path, file_format: str, size: int = SAMPLE_BYTES) -> Beginning:
    """Read the beginning; refused with words where it is damaged, empty, or no text."""
    try:
        with open_regular(path.resolve()) as handle:
            data = _unpacked(handle, path, file_format, size + 1)
    except DAMAGED:
        raise FileRefused("damaged_archive", f"{path.name} is cut or damaged") from None
    except OSError as error:
        if error.errno is None:  # a codec's
            raise FileRefused("damaged_archive", f"{path.name} is cut or damaged") from None
        raise FileRefused("cannot_open", f"{path.name}: {error.strerror}") from None
    if not data.strip(b"\0 \t\r\n"):
        raise FileRefused("nothing_to_draft", f"{path.name} is empty; take a file with rows")
    _check_is_text(data[:4096], path, file_format)
    if len(data) <= size:
        return Beginning(data, True)
    if data.find(b"\n") < 0 and file_format != "json":
        raise FileRefused("line_too_long", f"{path.name} has no line end in its first {size >> 20} MB")
    return Beginning(data[: data.rfind(b"\n", 0, size) + 1] or data[:size], False)


def decoded(start: Beginning) -> tuple[str, str, str]:
    """The encoding, the text, and what makes the encoding unsure."""
    raw = start.data
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", _whole_lines(raw[: len(raw) // 2 * 2].decode("utf-16", "replace"), start), ""
    for name, place in (("utf-16-le", 1), ("utf-16-be", 0)):
        if raw[place:2000:2].count(0) > len(raw[place:2000:2]) * 0.7:
            return name, _whole_lines(raw[: len(raw) // 2 * 2].decode(name, "replace"), start), "no byte order mark"
    try:
        return "utf-8", raw.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        pass
    unsure = "it is not UTF-8; look at accented letters (windows-1250 for Polish and Czech, 1251 for Cyrillic)"
    try:
        return "windows-1252", raw.decode("windows-1252"), unsure
    except UnicodeDecodeError:
        return "iso-8859-1", raw.decode("iso-8859-1"), unsure


def _whole_lines(text: str, start: Beginning) -> str:
    return text if start.is_whole else text[: text.rfind("\n") + 1]


def _unpacked(handle: BinaryIO, path: Path, file_format: str, size: int) -> bytes:
    compression = compression_of(handle, path.name, file_format)
    handle.seek(0)
    if compression == "gzip":
        with gzip.GzipFile(fileobj=handle) as stream:
            return stream.read(size)
    if compression == "zstd":
        with zstandard.ZstdDecompressor(max_window_size=1 << 27).stream_reader(
            handle, read_across_frames=True
        ) as packed:
            return _read_all(cast("IO[bytes]", packed), size)
    return _of_zip(handle, size) if compression == "zip" else handle.read(size)


def _of_zip(handle: BinaryIO, size: int) -> bytes:
    with zipfile.ZipFile(handle) as archive:
        members = [m for m in archive.infolist() if not m.is_dir() and not m.filename.startswith("__MACOSX/")]
        if len(members) != 1:
            found = f"a zip must hold exactly one file, this one holds {len(members)}"
            raise FileRefused("zip_members", found)
        if members[0].flag_bits & 1:
            raise FileRefused("encrypted", "the zip is encrypted")
        with archive.open(members[0]) as stream:
            return stream.read(size)


def _read_all(stream: IO[bytes], size: int) -> bytes:
    parts: list[bytes] = []
    while size > 0 and (part := stream.read(min(size, 1 << 20))):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _check_is_text(start: bytes, path: Path, file_format: str) -> None:
    if kind := kind_of(start):
        raise FileRefused("wrong_content", f"{path.name} is called {file_format}, but is {kind}")
    is_wide = (
        start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        or max(start[0::2].count(0), start[1::2].count(0)) > len(start) * 0.35
    )
    strange = sum(byte < 32 and byte not in b"\t\r\n\f\x1b\x1f\x01" for byte in start)
    if not is_wide and strange > len(start) * 0.02:
        raise FileRefused(
            "wrong_content", f"{path.name} holds no text ({strange} control bytes in its first {len(start)})"
        )
