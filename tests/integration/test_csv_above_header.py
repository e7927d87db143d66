"""What stands above the header of a CSV file and is none of it."""

from pathlib import Path

import pytest

from ingestion.readers import CsvDialect, open_content
from ingestion.readers.csv_exact import read_csv_exact


@pytest.mark.parametrize("above", ["\n", "\r\n\r\n", "# it's \"so\n\n#\n", "#" * 300 + "\r\n"])
@pytest.mark.parametrize("skipped", [0, 2])
def test_blank_lines_and_comments_above_the_header_are_passed_over(
    tmp_path: Path, above: str, skipped: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.readers.csv_text.PIECE", 7)
    text = ('"x\nany\n' if skipped else "") + above + "a,b\n1,2\n#3,4\n"
    dialect = CsvDialect(comment="#", skip_rows=skipped)
    path = tmp_path / "t.csv"
    path.write_bytes(text.encode())
    with open_content(path, "csv") as content:
        reading = read_csv_exact(content, dialect)
        rows = [row for batch in reading.batches() for row in batch.to_pylist()]
    line = text.count("\n", 0, text.index("1,2")) + 1
    assert (reading.columns, rows) == (["a", "b"], [{"c1": "1", "c2": "2", "_row_number": 1, "_line": line}])
    assert (reading.stats.header_lines, reading.rejects()) == (line - 1, [])
