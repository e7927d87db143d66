"""A declared encoding is taken at its word, and a file that is plainly in another one is refused, not mangled."""

from pathlib import Path

import pytest

from ingestion.readers import CsvDialect, FileRefused
from tests.builders.one_reading import read_exactly

TEXT = "name,town\nJürgen Müßig,Köln\nZoë,Århus\n"
RUSSIAN = "имя,город\nЮрий,Орёл\n"


@pytest.mark.parametrize(
    ("encoding", "content"),
    {
        "utf-8": TEXT.encode("utf-8-sig"),
        "utf-16": TEXT.encode("utf-16"),
        "utf-16-le": b"\xff\xfe" + TEXT.encode("utf-16-le"),
        "utf-16-be": b"\xfe\xff" + TEXT.encode("utf-16-be"),
        "utf-32": TEXT.encode("utf-32"),
        "windows-1252": TEXT.encode("cp1252"),
        "iso-8859-15": TEXT.encode("iso-8859-15"),
        "cp850": TEXT.encode("cp850"),
        "mac-roman": TEXT.encode("mac-roman"),
    }.items(),
)
def test_every_letter_arrives(encoding: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(content)
    reading = read_exactly(tmp_path / "t.csv", CsvDialect(encoding=encoding))
    assert reading.columns == ["name", "town"]
    assert reading.rows == [("Jürgen Müßig", "Köln"), ("Zoë", "Århus")]


@pytest.mark.parametrize("codec", ["cp1251", "koi8-r", "iso-8859-5", "utf-16"])
def test_letters_of_another_script_arrive(codec: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(RUSSIAN.encode(codec))
    assert read_exactly(tmp_path / "t.csv", CsvDialect(encoding=codec)).rows == [("Юрий", "Орёл")]


@pytest.mark.parametrize("codec", ["windows-1252", "iso-8859-1", "cp1251", "cp850"])
def test_utf_8_under_a_code_page_is_refused_and_not_mangled(codec: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(TEXT.encode())
    with pytest.raises(FileRefused, match=f"the file is UTF-8 throughout and not {codec}"):
        read_exactly(tmp_path / "t.csv", CsvDialect(encoding=codec))


def test_one_byte_that_is_no_utf_8_ends_the_doubt(tmp_path: Path) -> None:
    content = TEXT.encode("cp1252") + "Ã¼,once mangled\n".encode("cp1252")
    (tmp_path / "t.csv").write_bytes(content)
    assert read_exactly(tmp_path / "t.csv", CsvDialect(encoding="cp1252")).rows[-1] == ("Ã¼", "once mangled")
    (tmp_path / "t.csv").write_bytes(b"a,b\n1,2\n")
    assert read_exactly(tmp_path / "t.csv", CsvDialect(encoding="cp1252")).rows == [("1", "2")]


def test_a_file_that_ends_in_its_preamble_is_said_to_end_there(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b"a,b\n1,2\n")
    with pytest.raises(FileRefused, match="before its header"):
        read_exactly(tmp_path / "t.csv", CsvDialect(skip_rows=3))
