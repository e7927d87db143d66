"""What each drift word makes of each difference between a file and its spec, in every format: no silent nulls."""

import io
import json
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.builders.shop_home import ORDERS, ShopHome

Grid = list[list[str | None]]
HEADER = ["id", "Email", "total", "updated_at"]
ROW = ["1", "a@example.org", "1.50", "2026-01-01"]
FORMATS = ["csv", "xlsx", "jsonl", "parquet"]
WORDS = ["evolve", "freeze", "ignore"]


def written(kind: str, grid: Grid) -> bytes:
    header, *rows = grid
    if kind == "csv":
        return "".join(",".join(cell or "" for cell in row) + "\n" for row in grid).encode()
    if kind == "xlsx":
        book = openpyxl.Workbook()
        for row in grid:
            book.active.append(row)
        book.save(buffer := io.BytesIO())
        return buffer.getvalue()
    records = [dict(zip([name or "" for name in header], row, strict=True)) for row in rows]
    if kind == "jsonl":
        return "".join(json.dumps(record) + "\n" for record in records).encode()
    pq.write_table(pa.Table.from_pylist(records), buffer := io.BytesIO())
    return buffer.getvalue()


def shop_of(tmp_path: Path, kind: str, word: str) -> ShopHome:
    shop = ShopHome(tmp_path / "home")
    toml = ORDERS.format(kind=kind, rules=f'drift = "{word}"\nerror_budget = 0.0')
    if kind in ("jsonl", "parquet"):  # found by path, which knows no variants of a header
        toml = toml.replace('header = ["Email"]', 'path = "Email"')
    shop.spec(toml=toml)
    return shop


def outcome(shop: ShopHome, kind: str, grid: Grid) -> tuple[str, set[tuple[str, str]], dict[str, object]]:
    """Reason of a refusal or "", noted changes, and the one loaded row."""
    shop.deliver(f"shop/orders.{kind}", written(kind, grid))
    delivery = shop.load_one()
    if delivery.status != "loaded":
        assert shop.query("select count(*) from shop.orders") == [(0,)]
        return delivery.reason, set(), {}
    changes = set(shop.query("select change, column_name from meta.schema_changes"))
    names = [name for (name,) in shop.query("select column_name from duckdb_columns() where schema_name = 'shop'")]
    (row,) = shop.query("select * from shop.orders")
    return "", changes, {name: value for name, value in zip(names, row, strict=True) if name[0] != "_"}


def test_the_files_of_the_table_load_as_they_are(tmp_path: Path) -> None:
    for kind in FORMATS:
        reason, changes, row = outcome(shop_of(tmp_path / kind, kind, "freeze"), kind, [HEADER, ROW])
        assert (reason, changes, str(row["total"]), row["Email" if "Email" in row else "email"]) == (
            "", set(), "1.50", "a@example.org",
        )  # fmt: skip


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("word", WORDS)
def test_a_column_more(tmp_path: Path, kind: str, word: str) -> None:
    reason, changes, row = outcome(shop_of(tmp_path, kind, word), kind, [[*HEADER, "note"], [*ROW, "new"]])
    if word == "freeze":
        assert reason == "unknown_column"
    elif word == "evolve":
        assert changes == {("column_added", "note")}
        assert row["note"] == "new"
    else:
        assert changes == {("column_ignored", "note")}
        assert "note" not in row


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("word", WORDS)
def test_a_column_gone_that_may_be_missing(tmp_path: Path, kind: str, word: str) -> None:
    reason, changes, row = outcome(shop_of(tmp_path, kind, word), kind, [HEADER[:1] + HEADER[2:], ROW[:1] + ROW[2:]])
    if word == "freeze":
        assert reason == "missing_column"
    else:
        assert changes == {("column_missing", "email")}
        assert row["email"] is None


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("at", [0, 3], ids=["key", "required"])
def test_a_column_gone_that_must_be_there(tmp_path: Path, kind: str, word: str, at: int) -> None:
    grid: Grid = [HEADER[:at] + HEADER[at + 1 :], ROW[:at] + ROW[at + 1 :]]
    assert outcome(shop_of(tmp_path, kind, word), kind, grid)[0] == "missing_column"


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("word", WORDS)
def test_a_renamed_column_is_one_gone_and_one_new(tmp_path: Path, kind: str, word: str) -> None:
    grid: Grid = [["id", "Email", "amount", "updated_at"], ROW]
    reason, changes, row = outcome(shop_of(tmp_path, kind, word), kind, grid)
    gone = {("column_missing", "total")}
    if word == "freeze":
        assert reason in ("missing_column", "unknown_column")
    elif word == "evolve":
        assert changes == gone | {("column_added", "amount")}
        assert (row["total"], row["amount"]) == (None, "1.50")
    else:
        assert changes == gone | {("column_ignored", "amount")}


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("word", WORDS)
def test_moved_columns_keep_their_values(tmp_path: Path, kind: str, word: str) -> None:
    reason, changes, row = outcome(shop_of(tmp_path, kind, word), kind, [HEADER[::-1], ROW[::-1]])
    assert (reason, changes, row["id"], row["email"], str(row["total"])) == ("", set(), 1, "a@example.org", "1.50")


@pytest.mark.parametrize("kind", FORMATS)
def test_a_changed_type_is_a_cell_error_that_keeps_the_text(tmp_path: Path, kind: str) -> None:
    shop = shop_of(tmp_path, kind, "evolve")
    row = outcome(shop, kind, [HEADER, ["1", "a", "EUR 1.50", "2026-01-01"]])[2]
    assert row["total"] is None
    assert shop.query("select _cast_errors[1].text from shop.orders") == [("EUR 1.50",)]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("word", WORDS)
def test_another_case_or_blanks_in_the_header_change_nothing(tmp_path: Path, kind: str, word: str) -> None:
    reason, changes, row = outcome(shop_of(tmp_path, kind, word), kind, [["ID", "email", " Total ", "UPDATED_AT"], ROW])
    assert (reason, changes, row["id"], row["email"], str(row["total"])) == ("", set(), 1, "a@example.org", "1.50")


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_a_header_in_another_language_is_refused_with_what_was_expected(tmp_path: Path, kind: str) -> None:
    shop = shop_of(tmp_path, kind, "evolve")
    shop.deliver(f"shop/orders.{kind}", written(kind, [["Nummer", "E-Mail", "Summe", "Stand"], ROW]))
    delivery = shop.load_one()
    assert delivery.reason == "missing_column"
    assert "'updated_at'" in delivery.detail
    # a table's own names are shown; a first line that may be a record is not
    assert ("'Stand'" in delivery.detail) == (kind == "parquet")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_missing_header_line_is_refused_without_telling_a_cell(tmp_path: Path, kind: str) -> None:
    shop = shop_of(tmp_path, kind, "evolve")
    shop.deliver(f"shop/orders.{kind}", written(kind, [ROW, ROW]))
    delivery = shop.load_one()
    assert (delivery.status, delivery.reason) == ("refused", "missing_column")
    assert "is the header line missing" in delivery.detail
    assert not [cell for cell in ROW if len(str(cell)) > 2 and str(cell) in delivery.detail]


def test_a_doubled_cell_of_a_missing_header_line_is_not_told(tmp_path: Path) -> None:
    shop = shop_of(tmp_path, "csv", "evolve")
    shop.deliver("shop/orders.csv", b"id,a@example.org,a@example.org,id\n")
    delivery = shop.load_one()
    assert delivery.status == "refused"
    assert "example" not in delivery.detail


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_doubled_column_the_spec_needs_is_refused(tmp_path: Path, kind: str) -> None:
    grid: Grid = [[*HEADER, "total"], [*ROW, "2"]]
    assert outcome(shop_of(tmp_path, kind, "evolve"), kind, grid)[0] == "doubled_column"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_doubled_and_blank_columns_nobody_needs_are_kept_apart(tmp_path: Path, kind: str) -> None:
    grid: Grid = [[*HEADER, "note", "note", None, "end"], [*ROW, "x", "y", "z", "e"]]
    reason, _, row = outcome(shop_of(tmp_path, kind, "evolve"), kind, grid)
    assert reason == ""
    assert set(row) == {"id", "email", "total", "updated_at", "note", "note (6)", "column_7", "end"}
    assert [row["note"], row["note (6)"], row["column_7"], row["end"]] == ["x", "y", "z", "e"]


def test_a_kept_column_is_filled_by_later_files_and_takes_its_type_when_declared(tmp_path: Path) -> None:
    shop = shop_of(tmp_path, "csv", "evolve")
    for day in (1, 2):
        shop.deliver(
            f"shop/orders_{day}.csv", written("csv", [[*HEADER, "Note"], [*ROW[:1], f"d{day}", *ROW[2:], f"{day}"]])
        )
        shop.load()
    assert shop.query('select "Note" from shop.orders order by email') == [("1",), ("2",)]
    assert shop.query("select count(*) from meta.schema_changes") == [(1,)]
    path = shop.home.sources / "shop/orders.toml"
    shop.spec(toml=path.read_text() + 'note = { type = "integer", personal = "none" }\n')
    shop.load()
    assert shop.query("select note, typeof(note) from shop.orders order by 1") == [(1, "BIGINT"), (2, "BIGINT")]


def test_a_json_key_first_seen_late_is_kept(tmp_path: Path) -> None:
    shop = shop_of(tmp_path, "jsonl", "evolve")
    lines = [json.dumps({"id": n, "updated_at": "2026-01-01"}) for n in range(30_000)]
    shop.deliver(
        "shop/orders.jsonl", "\n".join([*lines, '{"id": 30000, "updated_at": "2026-01-01", "late": 1.10}']) + "\n"
    )
    assert shop.load_one().rows_loaded == 30_001
    assert shop.query("select id, late from shop.orders where late is not null") == [(30000, "1.10")]


def test_a_json_key_that_one_record_has_is_not_gone(tmp_path: Path) -> None:
    shop = shop_of(tmp_path, "jsonl", "freeze")
    records = [{"id": 1, "updated_at": "2026-01-01"}, {"id": 2, "Email": None, "total": 1, "updated_at": None}]
    shop.deliver("shop/orders.jsonl", "".join(json.dumps(record) + "\n" for record in records))
    assert shop.load_one().rows_loaded == 2
    assert shop.query("select * from meta.schema_changes") == []


@pytest.mark.parametrize("quote", ["", '"'])
@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_a_header_parted_by_another_mark_is_refused_with_the_delimiter_to_write(
    tmp_path: Path, mark: str, quote: str
) -> None:
    shop = shop_of(tmp_path, "csv", "evolve")
    lines = [[*HEADER[:-1], "updated_at", "a@example.org"], ["1", "b@example.org", "1,50", "2026-01-01", "x"]]
    quoted = [[f"{quote}{cell}{quote}" for cell in line] for line in lines]
    shop.deliver("shop/orders.csv", "".join(mark.join(line) + "\n" for line in quoted))
    delivery = shop.load_one()
    assert (delivery.status, delivery.reason) == ("refused", "broken_header" if quote else "missing_column")
    assert f"write delimiter = {json.dumps(mark)} under [dialect] in the spec" in delivery.detail
    assert "example" not in delivery.detail and "header line missing" not in delivery.detail
    path = shop.home.sources / "shop" / "orders.toml"
    told = f"[dialect]\ndelimiter = {json.dumps(mark)}\n[columns]"
    shop.spec("shop/orders", path.read_text("utf-8").replace("[columns]", told))
    assert shop.load_one().status == "loaded"


def test_a_first_record_parted_by_another_mark_is_no_header(tmp_path: Path) -> None:
    shop = shop_of(tmp_path, "csv", "evolve")
    shop.deliver("shop/orders.csv", "1;b@example.org;1,50;2026-01-01\n" * 2)
    delivery = shop.load_one()
    assert "is the header line missing" in delivery.detail and "example" not in delivery.detail
