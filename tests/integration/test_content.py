"""Opening files: verified archives, limits, kinds, links, and files that change under our hands."""

import gzip
import hashlib
import os
import zipfile
from functools import partial
from pathlib import Path

import pytest
import zstandard

from ingestion.readers import ContentLimits, FileRefused, open_content

gzipped = partial(gzip.compress, mtime=0)  # the same bytes, and so the same test ids, in every process

TEXT = b"a,b\n" + b"1,2\n" * 5000


def content_of(path: Path, **rest: object) -> tuple[bytes, str]:
    with open_content(path, "csv", **rest) as content:
        return b"".join(content.blocks()), content.sha256


def zipped(path: Path, members: dict[str, bytes]) -> bytes:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path.read_bytes()


@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz", "t.csv.zst", "t.csv.zip", "renamed.csv"])
def test_the_same_content_has_the_same_hash_however_it_is_packed(tmp_path: Path, name: str) -> None:
    packed = {
        "t.csv": TEXT,
        "t.csv.gz": gzipped(TEXT[:100]) + gzipped(TEXT[100:]) + b"\0" * 10,
        "t.csv.zst": zstandard.compress(TEXT[:100]) + zstandard.compress(TEXT[100:]),
        "t.csv.zip": zipped(tmp_path / "z", {"../../etc/passwd": TEXT}),
        "renamed.csv": gzipped(TEXT),
    }
    (tmp_path / name).write_bytes(packed[name])
    assert content_of(tmp_path / name) == (TEXT, hashlib.sha256(TEXT).hexdigest())


def test_a_cut_archive_is_refused_wherever_it_is_cut(tmp_path: Path) -> None:
    for suffix, whole in (
        (".gz", gzipped(TEXT)),
        (".zst", zstandard.compress(TEXT)),
        (".zip", zipped(tmp_path / "z", {"a": TEXT})),
    ):
        for cut in [0, 1, 3, 10, len(whole) // 2, *range(len(whole) - 9, len(whole))]:
            (tmp_path / f"t.csv{suffix}").write_bytes(whole[:cut])
            with pytest.raises(FileRefused, match="damaged_archive"):
                content_of(tmp_path / f"t.csv{suffix}")


def test_a_wrong_checksum_or_length_is_refused(tmp_path: Path) -> None:
    whole = gzipped(TEXT)
    for place in (-8, -1):
        damaged = bytearray(whole)
        damaged[place] ^= 1
        (tmp_path / "t.csv.gz").write_bytes(damaged)
        with pytest.raises(FileRefused, match="damaged_archive"):
            content_of(tmp_path / "t.csv.gz")
    (tmp_path / "t.csv.gz").write_bytes(whole + b"rubbish")
    with pytest.raises(FileRefused, match="damaged_archive"):
        content_of(tmp_path / "t.csv.gz")


def test_a_zip_must_hold_exactly_one_file(tmp_path: Path) -> None:
    for members in ({}, {"a": TEXT, "b": TEXT}):
        zipped(tmp_path / "t.csv.zip", members)
        with pytest.raises(FileRefused, match=r"zip_members|damaged_archive"):
            content_of(tmp_path / "t.csv.zip")


def test_bombs_are_refused_before_they_fill_the_disk(tmp_path: Path) -> None:
    limits = ContentLimits(unpacked_bytes=1 << 20)
    ratio = ContentLimits(ratio=50, ratio_from_bytes=1 << 18)
    zeros = b"0" * (4 << 20)
    packed = {
        ".gz": gzipped(zeros),
        ".zst": zstandard.compress(zeros),
        ".zip": zipped(tmp_path / "z", {"a": zeros}),
    }
    for suffix, data in packed.items():
        (tmp_path / f"t.csv{suffix}").write_bytes(data)
        for limit, reason in ((limits, "too_large"), (ratio, "unpack_ratio")):
            with pytest.raises(FileRefused, match=reason):
                content_of(tmp_path / f"t.csv{suffix}", limits=limit)
    (tmp_path / "t.csv").write_bytes(zeros)
    with pytest.raises(FileRefused, match="too_large"):
        content_of(tmp_path / "t.csv", limits=limits)


def test_content_of_another_kind_is_refused(tmp_path: Path) -> None:
    others = [
        zipped(tmp_path / "z", {"[Content_Types].xml": b"", "xl/workbook.xml": b""}),
        b"%PDF-1.7",
        b"PAR1xxxx",
        b"\x89PNG\r\n",
        b"\xd0\xcf\x11\xe0",
        b"<!DOCTYPE html><p>",
        gzipped(gzipped(TEXT)),
    ]
    for data in others:
        (tmp_path / "t.csv").write_bytes(data)
        with pytest.raises(FileRefused, match="wrong_content"):
            content_of(tmp_path / "t.csv")


def test_only_regular_files_are_opened(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_bytes(TEXT)
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "folder.csv").mkdir()
    for name in ("link.csv", "pipe.csv", "folder.csv", "missing.csv"):
        with pytest.raises(FileRefused, match=r"cannot_open|not_a_file"):
            content_of(tmp_path / name)


def test_what_was_opened_is_what_is_read_even_after_a_rename(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(TEXT)
    with open_content(path, "csv") as content:
        (tmp_path / "new").write_bytes(b"other")
        (tmp_path / "new").replace(path)
        assert content.path.read_bytes() == TEXT
        content.check_unchanged()


def test_a_file_written_to_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(TEXT)
    with open_content(path, "csv") as content:
        path.write_bytes(TEXT + b"3,4\n")
        with pytest.raises(FileRefused, match="changed_while_read"):
            content.check_unchanged()


def test_unpacked_copies_leave_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "scratch").mkdir()
    (tmp_path / "t.csv.gz").write_bytes(gzipped(TEXT))
    with open_content(tmp_path / "t.csv.gz", "csv", scratch=tmp_path / "scratch") as content:
        assert content.content_bytes == len(TEXT)
        assert list((tmp_path / "scratch").iterdir()) == []
