"""Old workbooks say what new ones say: the same texts, sheets, refusals; and what is only called .xls is told."""

import struct
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.readers import CsvDialect, FileRefused, open_content
from ingestion.readers.sheet_rows import SheetReading
from ingestion.readers.xls_rows import read_xls
from ingestion.readers.xlsx_rows import read_xlsx
from tests.builders.old_workbooks import Rows, compound, old_workbook, record
from tests.builders.shop_home import ShopHome
from tests.builders.workbooks import write_workbook

LAWS = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
NUMBERS = [1.0, 2.5, 1e21, 19.989999, -3.0, 1e-7, 123456789012345.0, 0.1]
MOMENTS = [
    (45355.0, "yyyy-mm-dd hh:mm:ss"), (45355.0, "yyyy-mm-dd"), (45355.25, "yyyy-mm-dd"), (45355.1234567, "m/d/yy h:mm"),
    (0.5, "hh:mm"), (1.5, "hh:mm"), (1.5, "[h]:mm:ss"), (59.0, "d.m.yy"), (61.0, "d.m.yy"), (-1.0, "yyyy-mm-dd"),
    (9e6, "yyyy-mm-dd"), (7.0, "0.00"), (7.0, '"days" 0'), (7.0, "mmm yyyy"),
    (45355.0, "DD.MM.YYYY"), (45355.0, "DD.MM.YYYY HH:MM"), (45355.0, 'dd"T"mm'),
]  # fmt: skip
TEXTS = ["007", " a ", "true", "2024-03-04", "_x001B_", "é€", "a\nb", "=1+1"]
CALLED_SO = 'text (many systems call a CSV file a workbook: it is read with format = "csv")'
SAMPLE: Rows = [["id", "a", "b"], *[[text, None, True] for text in TEXTS], *[["n", n, False] for n in NUMBERS]]
SAMPLE = [*SAMPLE, *[["d", moment, "#N/A"] for moment in MOMENTS]]


def read(
    path: Path, sheet: str | None = "Orders", dialect: CsvDialect | None = None
) -> tuple[list[tuple], SheetReading]:
    with open_content(path, "xls") as content:
        reading = read_xls(content, sheet, dialect or CsvDialect())
        return [tuple(row.values()) for batch in reading.batches() for row in batch.to_pylist()], reading


def written(path: Path, rows: Rows, **rest: object) -> Path:
    path.write_bytes(old_workbook({"Orders": rows, "Notes": [["something else"]]}, **rest))  # type: ignore[arg-type]
    return path


def new_workbook(path: Path, is_1904: bool) -> None:
    book = openpyxl.Workbook()
    if is_1904:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    for at, row in enumerate(SAMPLE, 1):
        for place, value in enumerate(row, 1):
            plain, style = value if isinstance(value, tuple) else (value, "General")
            cell = book.active.cell(at, place, "_x005F_x001B_" if plain == "_x001B_" else plain)
            cell.number_format = style
            if plain == "=1+1":
                cell.data_type = "s"
    book.save(path)


@pytest.mark.parametrize("is_1904", [False, True])
def test_each_cell_has_the_text_it_would_have_in_a_new_workbook(tmp_path: Path, is_1904: bool) -> None:
    new_workbook(tmp_path / "new.xlsx", is_1904)
    with open_content(tmp_path / "new.xlsx", "xlsx") as content:
        new = [tuple(row.values()) for b in read_xlsx(content, None, CsvDialect()).batches() for row in b.to_pylist()]
    old, _ = read(written(tmp_path / "old.xls", SAMPLE, is_1904=is_1904))
    assert old == new
    day = "2028-03-05" if is_1904 else "2024-03-04"
    assert [row[1] for row in old[-3:]] == [day, f"{day} 00:00:00", day]
    assert old[len(TEXTS) + len(NUMBERS)][1] == f"{day} 00:00:00"


def test_the_sheet_is_taken_by_name(tmp_path: Path) -> None:
    path = written(tmp_path / "t.xls", [["a"], ["x"]])
    assert read(path, "Notes")[1].columns == ["something else"]
    for name in ("Other", None):
        with pytest.raises(FileRefused, match="sheet_missing"):
            read(path, name)


def test_blank_rows_and_surplus_cells_count_as_in_a_new_workbook(tmp_path: Path) -> None:
    rows, reading = read(written(tmp_path / "t.xls", [["a", "b"], ["1", "2"], [], ["3"], ["4", "5", "6"], ["end"]]),
                         dialect=CsvDialect(skip_footer_rows=1))  # fmt: skip
    assert rows == [("1", "2", 1, 2), ("3", "", 2, 4)]
    assert [(r.line, r.reason, r.raw_text) for r in reading.rejects()] == [(5, "too_many_cells", '["4", "5", "6"]')]


def test_the_library_prints_nothing_into_the_replies_of_the_worker(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    odd = record(0x00E0, struct.pack("<HHH14x", 9, 999, 0))  # a style of an unknown format
    read(written(tmp_path / "t.xls", [["a"], [1.0]], before_sheets=odd))
    assert capfd.readouterr().out == ""


def test_hostile_workbooks_are_refused_with_a_reason(tmp_path: Path) -> None:
    whole = old_workbook({"Orders": SAMPLE})
    secret = record(0x002F, struct.pack("<HHH", 0, 1, 2))
    cases = {
        "damaged_workbook": whole[:700],
        "encrypted": old_workbook({"Orders": SAMPLE}, before_sheets=secret),
        "wrong_content": compound({"WordDocument": b"x"}),
        "empty_file": old_workbook({"Orders": []}),
        "null_bytes": bytes(4096),
    }
    for reason, content in cases.items():
        (tmp_path / "t.xls").write_bytes(content)
        with pytest.raises(FileRefused) as refused:
            read(tmp_path / "t.xls")
        assert refused.value.reason == reason


def test_a_workbook_above_its_limit_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.readers.xls_rows.SIZE_LIMIT", 4000)
    with pytest.raises(FileRefused, match="too_large"):
        read(written(tmp_path / "t.xls", [["a"], ["x"]]))


def test_a_workbook_cut_anywhere_is_refused_or_whole(tmp_path: Path) -> None:
    whole = old_workbook({"Orders": [["a", "b"], *[[f"row {at}", float(at)] for at in range(300)]]})
    (tmp_path / "t.xls").write_bytes(whole)
    rows, _ = read(tmp_path / "t.xls")
    for size in range(0, len(whole), 211):
        (tmp_path / "t.xls").write_bytes(whole[:size])
        try:
            found, _ = read(tmp_path / "t.xls")
        except FileRefused as refusal:
            assert refusal.reason
        else:
            assert found == rows


@LAWS
@given(place=st.integers(0, 6000), scrap=st.binary(min_size=1, max_size=6))
def test_damaged_workbooks_are_read_or_refused(place: int, scrap: bytes, tmp_path: Path) -> None:
    whole = old_workbook({"Orders": SAMPLE})
    place %= len(whole)
    (tmp_path / "t.xls").write_bytes(whole[:place] + scrap + whole[place + len(scrap) :])
    try:
        rows, reading = read(tmp_path / "t.xls", None)
    except FileRefused as refusal:
        assert refusal.reason
        return
    assert len(rows) == reading.stats.rows


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"id,Email,total\n1,a,2\n", CALLED_SO),
        (b"\xef\xbb\xbf\n <html><table>", "an HTML page"),
        (b"<table border=1><tr><td>id", "an HTML page"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>', "an XML document"),
        ("i\0d\0", "something else"),
    ],
)  # fmt: skip
def test_what_is_only_called_a_workbook_is_told_in_one_sentence(
    tmp_path: Path, content: bytes | str, said: str
) -> None:
    shop = ShopHome(tmp_path / "home")
    shop.spec(kind="xls")
    shop.deliver("shop/orders.xls", content)
    told = shop.load_one()
    assert (told.status, told.reason) == ("refused", "wrong_content")
    assert told.detail == f"expected xls, found {said}; deliver it as the spec says, or fix `format` in the spec"


def test_a_new_workbook_under_the_old_name_is_told_with_the_format_to_write(tmp_path: Path) -> None:
    shop = ShopHome(tmp_path / "home")
    shop.spec(kind="xls")
    write_workbook(shop.deliver("shop/orders.xls", b""), [["id"]])
    told = shop.load_one()
    assert (told.reason, 'format = "xlsx"' in told.detail) == ("wrong_content", True)


def test_a_table_of_text_called_xls_loads_where_the_spec_says_csv(tmp_path: Path) -> None:
    shop = ShopHome(tmp_path / "home")
    shop.spec()
    toml = (shop.home.sources / "shop" / "orders.toml").read_text()
    shop.spec(toml=toml.replace("orders*.csv", "orders*.xls"))
    shop.deliver("shop/orders.xls", "id,Email,total,updated_at\n1,a,2,2026-01-01\n")
    assert shop.load_one().rows_loaded == 1


def test_numbers_and_texts_of_a_column_with_marks_are_both_read_right(tmp_path: Path) -> None:
    shop = ShopHome(tmp_path / "home")
    toml = shop.home.sources / "shop" / "orders.toml"
    shop.spec(kind="xls")
    shop.spec(toml=toml.read_text().replace("scale = 2", 'scale = 2, decimal_mark = ",", thousands_mark = "."'))
    rows: Rows = [["id", "Email", "total", "updated_at"], [1.0, "a", 1234.5, (45355.5, "d.m.yy h:mm")]]
    shop.deliver("shop/orders.xls", old_workbook({"Orders": [*rows, [2.0, "b", "1.234,50", "2026-01-01"]]}))
    assert shop.load_one().cells_failed == 0
    assert shop.query("select id, total::varchar, updated_at::varchar from shop.orders order by 1") == [
        (1, "1234.50", "2024-03-04 12:00:00"),
        (2, "1234.50", "2026-01-01 00:00:00"),
    ]
