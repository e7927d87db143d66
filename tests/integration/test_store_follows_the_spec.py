"""Another type in a spec, a column taken out of it, two specs of one table: values stay, and other exports go on."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path

import duckdb
import pytest

from ingestion.specs import tables as spec_tables
from ingestion.specs.tables import Table
from ingestion.store import raw_store
from ingestion.store.raw_tables import ensure_table
from tests.builders.shop_home import ShopHome, orders_csv

STALL = """
files = ["stall*.csv"]
format = "csv"
mode = "append"
[columns]
id = {{ type = "text", personal = "none" }}
{columns}
"""
TYPES = ("text", "integer", "decimal", "double", "boolean", "date", "timestamp", "json")


@pytest.fixture
def shop(tmp_path: Path) -> ShopHome:
    shop = ShopHome(tmp_path / "home")
    shop.spec()
    return shop


def stall(shop: ShopHome, kind: str | None) -> None:
    columns = f'n = {{ type = "{kind}", personal = "none" }}' if kind else ""
    shop.spec("shop/stall", STALL.format(columns=columns))


def test_any_other_type_of_an_empty_column_is_taken_on(shop: ShopHome) -> None:
    pairs = list(permutations(TYPES, 2))
    for at in (0, 1):
        columns = "\n".join(f'{was}_{now} = {{ type = "{(was, now)[at]}", personal = "none" }}' for was, now in pairs)
        shop.spec("shop/stall", STALL.format(columns=columns))
        header = ",".join(f"{was}_{now}" for was, now in pairs)
        shop.deliver(f"shop/stall_{at}.csv", f"id,{header},Drift\n{at},{',' * len(pairs)}x\n")
        shop.deliver(f"shop/orders_{at}.csv", orders_csv(f"{at},,1,2026-01-01"))
        summary = shop.load()
        assert (summary.spec_mistakes, summary.rows_loaded) == ([], 2)
    assert shop.query('select id, "Drift" from shop.stall order by id') == [("0", "x"), ("1", "x")]


def test_texts_become_the_numbers_they_are_and_every_row_keeps_its_place(shop: ShopHome) -> None:
    stall(shop, "text")
    shop.deliver("shop/stall_1.csv", "id,n\n" + "".join(f"{n},{n}\n" for n in range(5000)))
    shop.load()
    stall(shop, "integer")
    shop.deliver("shop/stall_2.csv", "id,n\nx,7\n")
    assert shop.load().spec_mistakes == []
    assert shop.query("select sum(n), bool_and(_row_number = n + 1 or id = 'x') from shop.stall") == [(12497507, True)]


READ = {
    "date": ('type = "date", format = "%d/%m/%Y"', "03/04/2026", "31/04/2026", "2026-04-03"),
    "moment": ('type = "timestamp", zone = "Europe/Berlin"', "2026-07-01T12:00", "noon", "2026-07-01 10:00:00"),
    "iso": ('type = "timestamp"', "2026-07-01T12:00:00+02:00", "2026-07-01T25:00", "2026-07-01 10:00:00"),
    "amount": ('type = "decimal", decimal_mark = ",", thousands_mark = "."', "1.234,5", "1.2,3", "1234.5000"),
    "word": ('type = "boolean", true_words = ["ja"], false_words = ["nein"]', "ja", "yes", "true"),
}


@pytest.mark.parametrize("case", READ)
def test_texts_that_drift_kept_become_what_the_declared_column_reads_in_them(shop: ShopHome, case: str) -> None:
    """As a first load under that spec would have it; a text that it cannot read leaves the spec out, as ever."""
    column, good, bad, value = READ[case]
    stall(shop, None)
    shop.deliver("shop/stall_1.csv", f'id,n,o\n1,"{good}",x\n2,,y\n')
    shop.load()
    stall_with = STALL.format(columns=f'n = {{ {column}, personal = "none" }}')
    shop.spec("shop/stall", stall_with)
    assert shop.load(dry_run=True).spec_mistakes == []
    shop.deliver("shop/stall_2.csv", f'id,n,o\n3,"{good}",z\n')
    assert shop.load().spec_mistakes == []
    rows = shop.query("select id, n::varchar, o, _row_number, _cast_errors from shop.stall order by id")
    assert rows == [("1", value, "x", 1, None), ("2", None, "y", 2, None), ("3", value, "z", 1, None)]
    stall(shop, None)
    shop.deliver("shop/stall_3.csv", f'id,m\n1,"{good}"\n2,"{bad}"\n')
    shop.load()
    shop.spec("shop/stall", stall_with.replace("n = {", "m = {"))
    (mistake,) = shop.load().spec_mistakes
    assert "and 1 loaded values would not survive" in mistake.words


def test_a_check_tells_of_a_type_that_loaded_values_would_not_survive(shop: ShopHome) -> None:
    stall(shop, "text")
    shop.deliver("shop/stall_1.csv", "id,n\n1,007\n")
    shop.load()
    stall(shop, "integer")
    shop.deliver("shop/stall_2.csv", "id,n\n1,7\n")
    shop.deliver("shop/orders.csv", orders_csv())
    told = shop.load(dry_run=True)
    assert told.spec_mistakes == shop.load().spec_mistakes and len(told.spec_mistakes) == 1
    assert [each.file_name for each in told.of("loaded")] == ["shop/orders.csv"]


def test_a_table_that_cannot_be_made_stops_no_other_export(shop: ShopHome, monkeypatch: pytest.MonkeyPatch) -> None:
    make = ensure_table

    def fails(connection: duckdb.DuckDBPyConnection, table: Table, there: object) -> None:
        if table.name == "stall":
            connection.execute("select nothing from nowhere")
        make(connection, table, there)  # type: ignore[arg-type]

    monkeypatch.setattr(raw_store, "ensure_table", fails)
    stall(shop, "text")
    shop.deliver("shop/orders.csv", orders_csv())
    shop.deliver("shop/stall.csv", "id,n\n1,2\n")
    summary = shop.load()
    assert [each.file_name for each in summary.of("loaded")] == ["shop/orders.csv"]
    (mistake,) = summary.spec_mistakes
    assert mistake.spec == "shop.stall"
    assert mistake.words.startswith("its tables cannot be made") and "run again" in mistake.words


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("integer", "1.5"),
        ("decimal", "1.23456"),
        ("timestamp", "2024-03-04T05:06:07+02:00"),
        ("date", "2024-03-04 23:00"),
        ("double", "1e400"),
        ("boolean", "yes"),
        ("json", "{not json"),
        ("text", "as it is"),
    ],
)
def test_a_column_taken_out_of_the_spec_is_kept_as_text_and_never_cast(shop: ShopHome, kind: str, text: str) -> None:
    stall(shop, kind)
    shop.deliver("shop/stall_1.csv", "id,n\n1,\n")
    shop.load()
    stall(shop, None)
    shop.deliver("shop/stall_2.csv", f"id,n\n2,{text}\n")
    assert shop.load_one().status == "loaded"
    home = "n" if kind == "text" else "n (file)"
    assert shop.query(f"select \"{home}\" from shop.stall where id = '2'") == [(text,)]


LONG = "Which of these would you say about " + "the parcel and everything that came with it - " * 3
PLUMBING = ("id", *(name for name, _ in spec_tables.PLUMBING))
BOTH, FIRST, SECOND = (0, 1), (0,), (1,)
TWINS = [
    ("jsonl", ["Note", "note"], (BOTH, SECOND)),  # each alone they would be one column whose case changed
    ("csv", ["Note", " note"], (BOTH, SECOND)),
    ("jsonl", ["column", ""], (BOTH, FIRST, SECOND)),
    ("csv", [LONG + "[delivery]", LONG + "[support]"], (BOTH, FIRST, SECOND)),
    ("csv", ["_load_id", "_load_id (file)"], (BOTH, FIRST, SECOND)),
    ("csv", ["note (4)", "note"], (BOTH, FIRST, SECOND)),
]


@pytest.mark.parametrize(("kind", "names", "files"), TWINS)
def test_unknown_columns_of_like_names_never_share_a_column_whatever_comes_first(
    tmp_path: Path, kind: str, names: list[str], files: tuple[tuple[int, ...], ...]
) -> None:
    tables: list[tuple[list[str], list[list[str | None]]]] = []
    for order in (files, files[::-1]):
        shop = ShopHome(tmp_path / str(len(tables)))
        shop.spec("shop/stall", STALL.format(columns="").replace("csv", kind))
        for held in order:
            cells = {"id": str(len(held))} | {names[at]: f"{at} of {len(held)}" for at in held}
            line = json.dumps(cells) + "\n"
            text = line if kind == "jsonl" else ",".join(cells) + "\n" + ",".join(cells.values()) + "\n"
            shop.deliver(f"shop/stall_{held[0]}{len(held)}.{kind}", text)
            assert shop.load_one().status == "loaded"
        columns = [
            name for (name,) in shop.query("select column_name from duckdb_columns() where table_name = 'stall'")
        ]
        drift = sorted(name for name in columns if name not in PLUMBING)
        listed = ", ".join(f'"{name}"' for name in drift)
        rows = [cells for (cells,) in shop.query(f"select [{listed}] from shop.stall order by all")]
        tables.append((drift, rows))
        assert all(len({cell[0] for cell in column if cell}) == 1 for column in zip(*rows, strict=True))
        assert sum(bool(cell) for cells in rows for cell in cells) == sum(map(len, files))
    assert tables[0] == tables[1]
