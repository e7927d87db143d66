"""Whatever a file is packed by, damage is told as damage, and frames of notes are passed over."""

import bz2
import io
import lzma
import struct
import zipfile
from pathlib import Path

import pytest
import zstandard

from ingestion.drafting.beginning import beginning_of
from ingestion.readers import CsvDialect, FileRefused, open_content
from ingestion.readers.xlsx_rows import read_xlsx
from tests.builders.one_reading import read_exactly
from tests.builders.workbooks import write_workbook

ROWS = b"id,text\n" + b"".join(b"%d,row %d\n" % (at, at) for at in range(2_000))
KINDS = {
    "stored": zipfile.ZIP_STORED,
    "deflated": zipfile.ZIP_DEFLATED,
    "bzip2": zipfile.ZIP_BZIP2,
    "lzma": zipfile.ZIP_LZMA,
}


def zipped(path: Path, kind: int) -> Path:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", kind) as archive:
        archive.writestr("rows.csv", ROWS)
    path.write_bytes(packed.getvalue())
    return path


@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_a_damaged_member_is_damage_and_no_fault_of_ours(tmp_path: Path, kind: str, share: float) -> None:
    path = zipped(tmp_path / "rows.csv.zip", KINDS[kind])
    with open_content(path, "csv") as content:
        assert content.read_at(0, len(ROWS)) == ROWS
    data = bytearray(path.read_bytes())
    at = 60 + int((len(data) - 200) * share)
    data[at : at + 8] = bytes(byte ^ 0xFF for byte in data[at : at + 8])
    path.write_bytes(data)
    with pytest.raises(FileRefused, match="damaged_archive"):
        open_content(path, "csv")
    with pytest.raises(FileRefused, match="damaged_archive"):
        beginning_of(path, "csv")


def test_the_codecs_errors_are_the_ones_that_are_told_as_damage() -> None:
    with pytest.raises(OSError, match="Invalid data stream") as by_bzip2:
        bz2.BZ2Decompressor().decompress(b"BZh9" + b"x" * 40)
    assert by_bzip2.value.errno is None
    with pytest.raises(lzma.LZMAError):
        lzma.decompress(b"\xfd7zXZ\x00" + b"x" * 40)


@pytest.mark.parametrize("number", [0x50, 0x5F])
def test_frames_of_notes_in_a_zstd_file_are_passed_over(tmp_path: Path, number: int) -> None:
    note = struct.pack("<BBBBI", number, 0x2A, 0x4D, 0x18, 4) + b"note"
    frame = zstandard.ZstdCompressor().compress(ROWS)
    path = tmp_path / "rows.csv.zst"
    path.write_bytes(note + frame + note + frame + note)
    with open_content(path, "csv") as content:
        assert content.read_at(0, 3 * len(ROWS)) == ROWS + ROWS
    assert beginning_of(path, "csv").data == ROWS + ROWS
    path.write_bytes(note + frame + note[:-1])
    with pytest.raises(FileRefused, match="damaged_archive"):
        open_content(path, "csv")


def test_two_header_rows_are_joined_alike_in_every_format(tmp_path: Path) -> None:
    rows = [["id", "a", "", "b"], ["", "x", "y", ""]]
    dialect = CsvDialect(header_rows=2)
    (tmp_path / "t.csv").write_text("\n".join(",".join(row) for row in [*rows, ["1", "2", "3", "4"]]) + "\n")
    with open_content(write_workbook(tmp_path / "t.xlsx", [*rows, ["1", "2", "3", "4"]]), "xlsx") as content:
        of_workbook = read_xlsx(content, "Orders", dialect).columns
    assert read_exactly(tmp_path / "t.csv", dialect).columns == of_workbook == ["id", "a / x", "y", "b"]


def test_one_header_row_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(" , id\n1,2\n")
    assert read_exactly(tmp_path / "t.csv", CsvDialect()).columns == [" ", " id"]
