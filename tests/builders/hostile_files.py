"""Files nobody should deliver, made as small as their evil allows."""

from __future__ import annotations

import gzip
import io
import json
import struct
import zipfile
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

HEAD = b"id,text\n"
ROWS = HEAD + b"".join(b"%d,some text %d\n" % (n, n * 7919) for n in range(2000))


def zipped(members: dict[str, bytes]) -> bytes:
    """A zip of these members."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def lying_zip(content: bytes, claimed: int) -> bytes:
    """A zip whose member says, in both its headers, that it is `claimed` bytes long."""
    packed = bytearray(zipped({"a.csv": content}))
    central = packed.index(b"PK\x01\x02")
    packed[22:26] = packed[central + 24 : central + 28] = struct.pack("<I", claimed)
    return bytes(packed)


def flagged_zip(content: bytes) -> bytes:
    """A zip whose member says that it is encrypted."""
    packed = bytearray(zipped({"a.csv": content}))
    central = packed.index(b"PK\x01\x02")
    packed[6] |= 1
    packed[central + 8] |= 1
    return bytes(packed)


def flipped(packed: bytes, place: int) -> bytes:
    """One bit of one byte turned round."""
    damaged = bytearray(packed)
    damaged[place] ^= 1
    return bytes(damaged)


def gzip_of_zeros(megabytes: int) -> bytes:
    """A gzip that is a thousandth of what it unpacks to."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb") as stream:
        stream.write(HEAD)
        for _ in range(megabytes):
            stream.write(bytes(1 << 20))
    return packed.getvalue()


def zstd(content: bytes) -> bytes:
    """One frame with its checksum."""
    return zstandard.ZstdCompressor(write_checksum=True).compress(content)


def deep_json(levels: int) -> bytes:
    """An array of one record that goes down so far."""
    return b'[{"id":"1","text":' + b"[" * levels + b"]" * levels + b"}]"


def laughs() -> bytes:
    """YAML of half a kilobyte whose aliases stand for a billion texts."""
    lines = ["a: &a [" + ", ".join(["lol"] * 10) + "]"]
    lines += [f"{this}: &{this} [{', '.join([f'*{last}'] * 10)}]" for last, this in pairwise("abcdefghi")]
    return "\n".join(lines).encode() + b"\n"


def parquet(columns: dict[str, list[object]]) -> bytes:
    """A small Parquet file."""
    packed = io.BytesIO()
    pq.write_table(pa.table(columns), packed)
    return packed.getvalue()


def one_long_line(path: Path, start: bytes, size: int, fill: bytes) -> None:
    """A file of `size` bytes whose second line never ends; written in one go of large blocks."""
    with path.open("wb") as file:
        file.write(start)
        block = fill * (1 << 24)
        for _ in range(size >> 24):
            file.write(block)


def wide_record(values: int) -> bytes:
    """One JSON record that is small on disk and large in memory."""
    return json.dumps({"id": "1", "text": []}).encode().replace(b"[]", b"[" + b"[]," * values + b"[]]")
