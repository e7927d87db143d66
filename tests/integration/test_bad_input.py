"""Files nobody should deliver: each is refused by name with one message, and the rest of the night goes on."""

import gzip
import os
import socket
import zipfile
from pathlib import Path

import pytest

from ingestion.deliveries import Delivery
from ingestion.errors import RawStoreError
from tests.builders.shop_home import HEADER, ORDER_ROWS, ShopHome, orders_csv


@pytest.fixture
def shop(tmp_path: Path) -> ShopHome:
    """A home with one good delivery that must get through whatever lies beside it."""
    home = ShopHome(tmp_path / "home")
    home.spec()
    home.deliver("shop/orders_good.csv", orders_csv())
    return home


def the_bad_one(shop: ShopHome) -> Delivery:
    deliveries = shop.load().deliveries
    bad = [each for each in deliveries if each.status != "loaded"]
    assert [each.file_name for each in deliveries if each.status == "loaded"] == ["shop/orders_good.csv"]
    assert shop.query("select count(*) from shop.orders") == [(3,)]
    (delivery,) = bad
    assert delivery.detail
    return delivery


def zipped(path: Path, members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


GZIPPED = gzip.compress(orders_csv(*[row.replace(",", ",", 1) for row in ORDER_ROWS] * 50).encode())
CASES = {
    "missing column": (orders_csv("1,a", header="id,Email"), "missing_column"),
    "missing key": (orders_csv("a,1,2026-01-01", header="Email,total,updated_at"), "missing_column"),
    "doubled column": (orders_csv("1,1,a,1,2026-01-01", header="id,id,Email,total,updated_at"), "doubled_column"),
    "title line": ("Orders of March\n" + orders_csv(), "missing_column"),
    "zero bytes": ("", "empty_file"),
    "wrong kind": (b"%PDF-1.7 not a table", "wrong_content"),
    "page": ("<!DOCTYPE html><p>Sign in</p>", "wrong_content"),
    "no text": (HEADER.encode() + b"\n1,\xff\xfe,1,2026-01-01\n", "error_budget"),
    "wrong everywhere": (orders_csv("x,a,b,c", "y,a,b,c"), "error_budget"),
}


@pytest.mark.parametrize(("content", "reason"), CASES.values(), ids=CASES.keys())
def test_it_is_refused_with_its_reason(shop: ShopHome, content: str | bytes, reason: str) -> None:
    shop.deliver("shop/orders_bad.csv", content)
    delivery = the_bad_one(shop)
    assert (delivery.file_name, delivery.status, delivery.reason) == ("shop/orders_bad.csv", "refused", reason)


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("name", ["lines.jsonl", "lines.ndjson.gz"])
def test_lines_without_any_value_are_refused_like_every_empty_file(shop: ShopHome, name: str, content: bytes) -> None:
    shop.spec(
        "shop/lines",
        'files = ["lines*"]\nformat = "jsonl"\nmode = "snapshot"\nkey = ["id"]\n[columns]\nid = { type = "text" }\n',
    )
    shop.deliver(f"shop/{name}", gzip.compress(content) if name.endswith("gz") else content)
    delivery = the_bad_one(shop)
    assert delivery.reason == "empty_file" and delivery.detail.startswith("the file holds no JSON value; deliver it")


@pytest.mark.parametrize("cut", [1, 4, 8, 9, 20, len(GZIPPED) // 2])
def test_a_truncated_gzip_is_refused_whole(shop: ShopHome, cut: int) -> None:
    shop.deliver("shop/orders_bad.csv.gz", GZIPPED[:-cut])
    assert the_bad_one(shop).status == "refused"


def test_a_gzip_with_a_wrong_checksum_is_refused(shop: ShopHome) -> None:
    damaged = bytearray(GZIPPED)
    damaged[-5] ^= 1
    shop.deliver("shop/orders_bad.csv.gz", bytes(damaged))
    assert the_bad_one(shop).status == "refused"


def test_a_zip_that_climbs_out_of_its_folder_writes_nothing(shop: ShopHome, tmp_path: Path) -> None:
    zipped(
        shop.deliver("shop/orders_bad.csv.zip", b""),
        {"../../../escaped.csv": orders_csv(ORDER_ROWS[0]).encode(), "b.csv": b"x"},
    )
    assert the_bad_one(shop).status == "refused"
    assert not list(tmp_path.rglob("escaped*"))


def test_a_missing_column_is_told_with_what_was_expected_and_found(shop: ShopHome) -> None:
    shop.deliver("shop/orders_bad.csv", orders_csv("1,a,1,2026", header="id,Email,total,changed"))
    detail = the_bad_one(shop).detail
    assert "'updated_at'" in detail
    assert "'changed'" in detail


def test_an_unknown_file_is_named(shop: ShopHome) -> None:
    shop.deliver("shop/summary.pdf", "%PDF")
    delivery = the_bad_one(shop)
    assert (delivery.file_name, delivery.status) == ("shop/summary.pdf", "unclaimed")


def test_a_zip_that_does_not_say_what_is_in_it_is_told_how_to_be_called(shop: ShopHome) -> None:
    shop.deliver("shop/orders_2026-03-14.zip", "PK")
    delivery = the_bad_one(shop)
    assert delivery.status == "unclaimed" and "orders_export.csv.zip" in delivery.detail


def test_a_file_outside_any_source_is_named(shop: ShopHome) -> None:
    shop.deliver("orders.csv", orders_csv())
    delivery = the_bad_one(shop)
    assert (delivery.file_name, delivery.status) == ("orders.csv", "unclaimed")


def test_a_file_two_specs_claim_is_refused_naming_both(shop: ShopHome) -> None:
    shop.spec(
        "shop/returns", toml=(shop.home.sources / "shop/orders.toml").read_text().replace('["orders*', '["*_both*')
    )
    shop.deliver("shop/orders_both.csv", orders_csv(ORDER_ROWS[0]))
    delivery = the_bad_one(shop)
    assert delivery.reason == "claimed_twice"
    assert "shop.orders" in delivery.detail
    assert "shop.returns" in delivery.detail


@pytest.mark.parametrize(
    "name", ["orders.csv.part", "orders.csv.tmp", ".orders.csv", "orders.csv~", ".hidden/orders.csv"]
)
def test_a_name_of_something_unfinished_is_left_alone(shop: ShopHome, name: str) -> None:
    shop.deliver(f"shop/{name}", "half a fi")
    assert [each.status for each in shop.load().deliveries] == ["loaded"]


def test_links_pipes_and_sockets_are_refused_and_never_opened(shop: ShopHome, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text(orders_csv(ORDER_ROWS[0]))
    folder = shop.home.exports / "shop"
    (folder / "orders_link.csv").symlink_to(secret)
    (folder / "linked").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(folder / "orders_pipe.csv")
    listening = socket.socket(socket.AF_UNIX)
    here = Path.cwd()
    os.chdir(folder)  # the name of a socket may only be short
    try:
        listening.bind("orders_socket.csv")
    finally:
        os.chdir(here)
    found = {each.file_name: each.reason for each in shop.load().deliveries if each.status == "refused"}
    listening.close()
    assert found == {
        "shop/linked": "symbolic_link",
        "shop/orders_link.csv": "symbolic_link",
        "shop/orders_pipe.csv": "not_a_file",
        "shop/orders_socket.csv": "not_a_file",
    }
    assert shop.query("select count(*) from shop.orders") == [(3,)]


def test_an_unreadable_folder_is_named(shop: ShopHome, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.deliver("shop/locked/orders.csv", orders_csv(ORDER_ROWS[0]))
    opening = os.open

    def refusing(path: Path | str, *rest: int, **options: int | None) -> int:
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return opening(path, *rest, **options)

    monkeypatch.setattr("ingestion.folder_walk.os.open", refusing)  # tests may run as root, whom nothing stops
    delivery = the_bad_one(shop)
    assert (delivery.file_name, delivery.reason) == ("shop/locked", "unreadable_folder")


@pytest.mark.parametrize(
    "name", ["orders_'); drop table meta.loads; --.csv", 'orders_"x".csv', "orders_\n.csv", "orders_ü\U0001f600.csv"]
)
def test_names_of_files_are_harmless(shop: ShopHome, name: str) -> None:
    shop.deliver(f"shop/{name}", orders_csv(ORDER_ROWS[0]))
    assert shop.load().count("loaded") == 2
    assert shop.query("select count(*) from meta.loads where file_name = ?", f"shop/{name}") == [(1,)]


def test_a_name_that_is_no_text_is_loaded_under_a_readable_one(shop: ShopHome) -> None:
    path = os.fsencode(shop.home.exports / "shop") + b"/orders_\xff.csv"
    Path(os.fsdecode(path)).write_text(orders_csv(ORDER_ROWS[0]))
    assert shop.load().count("loaded") == 2
    assert shop.query("select count(*) from meta.loads where file_name = ?", r"shop/orders_\xff.csv") == [(1,)]


def test_column_names_of_a_file_are_harmless(shop: ShopHome) -> None:
    header = HEADER + ',"x""; drop table meta.loads; --",_load_id,id (file),ID'
    shop.deliver("shop/orders_bad.csv", orders_csv(ORDER_ROWS[0] + ",a,b,c,d", header=header))
    assert shop.load().count("loaded") == 2
    names = {row[0] for row in shop.query("select column_name from duckdb_columns() where table_name = 'orders'")}
    assert {'x"; drop table meta.loads; --', "_load_id (file)", "id (file) [df659d38]", "ID (file)"} <= names
    assert shop.query('select "ID (file)", _load_id = 0 from shop.orders where "ID (file)" > \'\'') == [("d", False)]


def test_refusals_are_in_the_ledger_once_however_often_they_are_met(shop: ShopHome) -> None:
    shop.deliver("shop/orders_bad.csv", "nonsense\n")
    shop.deliver("shop/unknown.txt", "?")
    for _ in range(3):
        shop.load()
    assert shop.query("select file_name, reason from meta.loads where status = 'refused' order by 1") == [
        ("shop/orders_bad.csv", "missing_column"),
        ("shop/unknown.txt", "unclaimed"),
    ]


def test_a_damaged_raw_database_is_named_and_left_as_it_is(shop: ShopHome) -> None:
    shop.load()
    damaged = bytearray(shop.home.raw_db.read_bytes())
    damaged[4096:12288] = b"\x55" * 8192
    shop.home.raw_db.write_bytes(damaged)
    with pytest.raises(RawStoreError, match=r"raw\.duckdb: is damaged"):
        shop.load()
    assert shop.home.raw_db.read_bytes() == bytes(damaged)


def test_a_store_of_a_newer_release_is_refused_with_words(shop: ShopHome) -> None:
    from ingestion.store.raw_store import open_raw, set_version

    shop.load()
    with open_raw(shop.home) as connection:
        set_version(connection, "raw_store", "99")
    with pytest.raises(RawStoreError, match="newer cx-warehouse"):
        shop.load()


def test_a_stray_log_without_its_database_is_not_replayed(shop: ShopHome) -> None:
    shop.home.root.mkdir(parents=True, exist_ok=True)
    Path(f"{shop.home.raw_db}.wal").write_bytes(b"someone else's")
    with pytest.raises(RawStoreError, match=r"\.wal"):
        shop.load()


def test_a_file_from_a_far_future_stops_no_other(shop: ShopHome) -> None:
    path = shop.deliver("shop/orders_later.csv", orders_csv("9,,1,2026-01-01"))
    os.utime(path, (15_000_000_000, 15_000_000_000))
    assert shop.load().count("loaded") == 2
    assert shop.load().deliveries == []
