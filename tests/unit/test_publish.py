"""The published file: what is in it, what is not, and what a reader may rely on."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

import duckdb
import pytest

from orchestration.errors import DatabaseDamaged, NoSpace, NotWritable
from orchestration.publishing import fresh_file
from orchestration.publishing.marts import Mart, MartColumn, marts_of
from orchestration.publishing.publish import publish, stamp_of
from tests.builders.warehouse import CUSTOMERS, KEY, ORDERS, stamp, write_warehouse

MARTS = [CUSTOMERS, ORDERS]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_warehouse(tmp_path / "warehouse.duckdb")
    return tmp_path


def _publish(folder: Path, version: int = 1) -> Path:
    return publish(folder / "warehouse.duckdb", folder / "published", MARTS, KEY, stamp(version)).path


def _query(path: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_only_tagged_columns_are_published(folder: Path) -> None:
    columns = [
        row[0]
        for row in _query(_publish(folder), "select column_name from duckdb_columns() where table_name = 'fct_orders'")
    ]
    assert columns == ["order_id", "customer_id", "total_amount", "version"]


def test_the_bytes_of_withheld_values_and_of_the_key_are_in_no_published_file(folder: Path) -> None:
    _publish(folder)
    published = [file for file in (folder / "published").rglob("*") if file.is_file()]
    assert len(published) == 4
    for file in published:
        assert b"@example.com" not in file.read_bytes() and KEY not in file.read_bytes()


def test_people_are_pseudonyms_that_still_join(folder: Path) -> None:
    path = _publish(folder)
    pseudonym = hmac.new(KEY, b"c3", hashlib.sha256).hexdigest()[:32]
    assert _query(path, f"select count(*) from fct_orders where customer_id = '{pseudonym}'") == [(7,)]
    assert _query(path, "select count(*) from fct_orders join dim_customers using (customer_id)") == [(50,)]


def test_a_row_of_nobody_stays_one_row_of_nobody(folder: Path) -> None:
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        connection.execute("update marts.fct_orders set customer_id = null where order_id < 10")
    assert _query(_publish(folder), "select count(*), count(customer_id) from fct_orders") == [(50, 40)]


def test_two_people_of_one_row_keep_their_own_pseudonyms(folder: Path) -> None:
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        connection.execute("""create table marts.calls as select 7 as "By", 'c3' as "From" union all select 7, '7'""")
    calls = Mart("calls", "Calls.", (MartColumn("By", "Who.", True), MartColumn("From", "Who else.", True)), ())
    path = publish(folder / "warehouse.duckdb", folder / "published", [*MARTS, calls], KEY, stamp()).path
    named = {name: hmac.new(KEY, name.encode(), hashlib.sha256).hexdigest()[:32] for name in ("7", "c3")}
    expected = sorted([(named["7"], named["c3"]), (named["7"], named["7"])])
    assert sorted(_query(path, 'select "By", "From" from calls')) == expected


def test_a_mart_that_is_a_view_is_published_as_its_rows_in_utc(folder: Path) -> None:
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        connection.execute(
            "create view marts.days as select ('2026-01-01 12:00:00+00'::timestamptz)::timestamp::varchar as hour"
        )
    days = Mart("days", "Days.", (MartColumn("hour", "Hour.", is_pseudonym=False),), ())
    path = publish(folder / "warehouse.duckdb", folder / "published", [days], KEY, stamp()).path
    assert _query(path, "from days") == [("2026-01-01 12:00:00",)]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (("a.pseudonym", "join temp.pseudonyms as a on a.person = entry.customer_id || 'x'"), "50 rows .* and 0 in"),
        (("null", ""), r"people in \(50,\) and \(0,\) of them"),
    ],
)
def test_a_file_that_is_not_what_the_warehouse_holds_is_not_published(
    folder: Path, monkeypatch: pytest.MonkeyPatch, fault: tuple[str, str], said: str
) -> None:
    _publish(folder, 1)
    monkeypatch.setattr(fresh_file, "pseudonym_of", lambda *_: fault)
    with pytest.raises(DatabaseDamaged, match=said):
        publish(folder / "warehouse.duckdb", folder / "published", [ORDERS], KEY, stamp(2))
    _only_night_one_is_there(folder)


def test_a_block_that_rots_before_it_is_read_back_is_not_published(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_warehouse(folder / "warehouse.duckdb", orders=1_000_000)
    _publish(folder, 1)
    copy = fresh_file.write_parquet

    def rotten(fresh: Path, parquet: Path) -> None:
        data = bytearray(fresh.read_bytes())
        data[len(data) // 2] ^= 1
        fresh.write_bytes(data)
        copy(fresh, parquet)

    monkeypatch.setattr("orchestration.publishing.publish.write_parquet", rotten)
    with pytest.raises(DatabaseDamaged, match="cannot be read back"):
        _publish(folder, 2)
    _only_night_one_is_there(folder)


def _only_night_one_is_there(folder: Path) -> None:
    """A failed night leaves nothing that would keep a full disk full, and no id on the disk that a pseudonym hides."""
    assert stamp_of(folder / "published") == stamp(1)
    assert sorted(entry.name for entry in (folder / "published").iterdir()) == ["cx.duckdb", "parquet"]
    assert sorted(entry.name for entry in folder.iterdir()) == ["published", "warehouse.duckdb"]


def test_comments_travel(folder: Path) -> None:
    path = _publish(folder)
    assert _query(path, "select comment from duckdb_tables() where table_name = 'dim_customers'") == [
        (CUSTOMERS.description,)
    ]
    assert _query(
        path,
        "select count(*) from duckdb_columns() where comment is null and not internal",
    ) == [(0,)]


def test_the_stamp_says_which_night_it_is(folder: Path) -> None:
    _publish(folder, 1)
    assert stamp_of(folder / "published") == stamp(1)
    _publish(folder, 2)
    assert stamp_of(folder / "published") == stamp(2)


def test_there_is_no_stamp_before_the_first_night(tmp_path: Path) -> None:
    assert stamp_of(tmp_path / "published") is None


def test_a_parquet_copy_of_another_night_is_no_whole_publication(folder: Path) -> None:
    _publish(folder, 1)
    kept = (folder / "published/parquet/published_night.parquet").read_bytes()
    _publish(folder, 2)
    (folder / "published/parquet/published_night.parquet").write_bytes(kept)
    assert stamp_of(folder / "published") is None


def test_parquet_equals_the_file(folder: Path) -> None:
    path = _publish(folder)
    copy = folder / "published/parquet/fct_orders.parquet"
    assert _query(path, f"from fct_orders except all from read_parquet('{copy}')") == []
    assert _query(path, "select count(*) from fct_orders") == [(50,)]


def test_files_are_readable_by_owner_and_group_only(folder: Path) -> None:
    path = _publish(folder)
    assert path.stat().st_mode & 0o777 == 0o640
    assert (folder / "published/parquet/fct_orders.parquet").stat().st_mode & 0o777 == 0o640
    assert (folder / "published").stat().st_mode & 0o007 == 0


def test_nothing_but_the_file_and_its_copy_is_left(folder: Path) -> None:
    published = folder / "published"
    published.mkdir()
    (published / ".cx.new.duckdb").write_bytes(b"of a killed run")
    (published / ".cx.new.duckdb.wal").write_bytes(b"of a killed run")
    (published / ".parquet.new").mkdir()
    _publish(folder)
    assert sorted(entry.name for entry in published.iterdir()) == ["cx.duckdb", "parquet"]


def test_a_foreign_write_ahead_log_never_reaches_the_new_night(folder: Path) -> None:
    path = _publish(folder)
    other = duckdb.connect(str(path))
    other.execute("insert into dim_customers values ('forged', 666)")
    wal = path.with_name("cx.duckdb.wal")
    planted = wal.read_bytes()
    other.close()
    wal.write_bytes(planted)
    _publish(folder, 2)
    assert not wal.exists()
    assert _query(path, "select count(*) from dim_customers") == [(7,)]


def test_too_little_space_is_said_before_anything_is_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _publish(folder, 1)
    monkeypatch.setattr("orchestration.publishing.publish._SPARE_BYTES", 10**18)
    with pytest.raises(NoSpace, match="MB are free"):
        _publish(folder, 2)
    assert stamp_of(folder / "published") == stamp(1)


def test_a_file_in_the_place_of_the_folder_is_named(folder: Path) -> None:
    (folder / "published").write_text("not a folder")
    with pytest.raises(NotWritable, match="published is not a folder"):
        _publish(folder)


def test_marts_come_from_the_manifest_and_a_missing_word_is_a_no() -> None:
    def column(name: str, **personal: str) -> dict[str, object]:
        return {"name": name, "description": name, "config": {"meta": personal}}

    columns = [
        column("a", personal="none"), column("b", personal="quasi"), column("c", personal="pseudonym"),
        column("d", personal="direct"), column("e"), column("f", personal="Nonne"),
    ]  # fmt: skip
    node = {
        "resource_type": "model",
        "schema": "marts",
        "name": "fct_a",
        "columns": {str(c["name"]): c for c in columns},
    }
    core = {**node, "schema": "core", "name": "core_a"}
    (mart,) = marts_of({"nodes": {"model.x.fct_a": node, "model.x.core_a": core}})
    assert [(c.name, c.is_pseudonym) for c in mart.columns] == [("a", False), ("b", False), ("c", True)]
    assert mart.withheld == ("d", "e", "f")
