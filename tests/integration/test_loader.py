"""What the loader promises of one run: every record is somewhere, nothing twice, nothing silent."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.builders.faulty_runs import TICKETS
from tests.builders.shop_home import HEADER, ORDER_ROWS, ShopHome, orders_csv


@pytest.fixture
def shop(tmp_path: Path) -> ShopHome:
    home = ShopHome(tmp_path / "home")
    home.spec()
    return home


def test_a_file_becomes_typed_rows_with_their_origin(shop: ShopHome) -> None:
    shop.deliver("shop/orders_2026-01-05.csv", orders_csv())
    delivery = shop.load_one()
    assert (delivery.status, delivery.rows_in, delivery.rows_loaded, delivery.path) == ("loaded", 3, 3, "fast")
    columns = "id, email, total::varchar, updated_at::varchar, _row_number, _exported_at, _source"
    rows = shop.query(f"select {columns} from shop.orders order by id")
    exported = datetime(2026, 1, 5)
    assert rows == [
        (1, "ann@example.org", "10.50", "2026-01-01 10:00:00", 1, exported, "shop"),
        (2, "bo, the second", "3.00", "2026-01-02 11:30:00", 2, exported, "shop"),
        (3, None, "-0.07", "2026-01-02 22:00:00", 3, exported, "shop"),
    ]


def test_a_cell_that_does_not_cast_keeps_its_row(shop: ShopHome) -> None:
    shop.deliver("shop/orders.csv", orders_csv("1,a@example.org,ten,2026-01-01 00:00:00", ORDER_ROWS[1]))
    assert shop.load_one().cells_failed == 1
    ((total, errors),) = shop.query("select total, _cast_errors from shop.orders where id = 1")
    assert total is None
    assert errors == [{"column": "total", "text": "ten", "reason": "not_decimal"}]


@pytest.mark.parametrize("quoted", [True, False], ids=["exact", "fast"])
def test_a_row_without_its_key_is_a_reject_with_line_and_text(shop: ShopHome, quoted: bool) -> None:
    shop.spec(rules="error_budget = 0.5")
    second = '"bo\nsecond"' if quoted else "bo"
    shop.deliver(
        "shop/orders.csv", orders_csv(f"2,{second},3,2026-01-02 11:30:00", ",x,1,2026-01-01 00:00:00", ORDER_ROWS[0])
    )
    delivery = shop.load_one()
    assert (delivery.rows_in, delivery.rows_loaded, delivery.rows_rejected) == (3, 2, 1)
    ((line, level, reason, column, text),) = shop.query(
        "select line, level, reason, column_name, raw_text from meta.rejects"
    )
    assert (line, level, reason, column) == (4 if quoted else 3, "row", "missing_key", "id")
    assert text == ",x,1,2026-01-01 00:00:00"
    assert shop.query("select _row_number from shop.orders order by 1") == [(1,), (3,)]


TEXT_KEY = """
files = ["things*"]
format = "{kind}"
mode = "upsert"
{keyed} = ["id", "part"]
error_budget = 0.9
[columns]
id = {{ type = "text" }}
part = {{ type = "text", personal = "none" }}
note = {{ type = "text", personal = "none" }}
"""
BLANK_KEYS = (("", ""), (" ", "\t"), ("\u00a0", " \u202f"))


@pytest.mark.parametrize(("kind", "path"), [("csv", "fast"), ("csv", "exact"), ("jsonl", "exact")])
@pytest.mark.parametrize(("keyed", "taken"), [("key", 1), ("replace_by", 2)])
def test_a_key_of_blanks_is_none_and_any_other_text_may_be_blank(
    shop: ShopHome, kind: str, path: str, keyed: str, taken: int
) -> None:
    shop.spec("shop/things", TEXT_KEY.format(kind=kind, keyed=keyed))
    cells = [*((one, other, " ") for one, other in BLANK_KEYS), ("7", " ", " "), ("7", " x", " ")]
    note = '"1\n2"' if path == "exact" else " "
    lines = ["id,part,note", *(f"{one},{other},{note}" for one, other, _ in cells)]
    lines = (
        lines if kind == "csv" else [json.dumps(dict(zip(("id", "part", "note"), row, strict=True))) for row in cells]
    )
    shop.deliver(f"shop/things.{kind}", "\n".join(lines) + "\n")
    delivery = shop.load_one()
    assert (delivery.path, delivery.rows_loaded, delivery.rows_rejected) == (path, taken, len(cells) - taken)
    found = shop.query("select part, note from shop.things order by _row_number desc")
    assert found[0] == (" x", "1\n2" if kind == "csv" and path == "exact" else " ")
    assert {reason for (reason,) in shop.query("select reason from meta.rejects")} == {"missing_key"}


@pytest.mark.parametrize("quoted", [True, False], ids=["exact", "fast"])
def test_a_key_that_is_there_but_cannot_be_read_is_told_from_a_missing_one(shop: ShopHome, quoted: bool) -> None:
    shop.spec(rules="error_budget = 0.9")
    second = '"bo\nsecond"' if quoted else "bo"
    shop.deliver("shop/orders.csv", orders_csv("1 000,x,1,2026-01-01", f"2,{second},3,2026-01-02", ",x,1,2026-01-01"))
    delivery = shop.load_one()
    assert (delivery.rows_in, delivery.rows_loaded, delivery.rows_rejected) == (3, 1, 2)
    assert shop.query("select reason, column_name, raw_text from meta.rejects order by line") == [
        ("key_not_readable", "id", "1 000,x,1,2026-01-01"),
        ("missing_key", "id", ",x,1,2026-01-01"),
    ]


def test_a_key_of_a_json_record_that_cannot_be_read_is_told_so_too(shop: ShopHome) -> None:
    shop.spec("desk/tickets", TICKETS)
    lines = ['{"id":"#7","tags":[]}', '{"id":null}', '{"id":3}', '{"id":4,"tags":["a"]}']
    shop.deliver("desk/tickets_2026-01-01.jsonl", "\n".join(lines))
    assert shop.load_one().rows_rejected == 2
    assert shop.query("select line, reason, column_name from meta.rejects order by line") == [
        (1, "key_not_readable", "id"),
        (2, "missing_key", "id"),
    ]


def test_the_refusal_of_a_file_says_which_columns_and_lines_are_to_blame(shop: ShopHome) -> None:
    shop.spec(rules="cell_error_budget = 0.1")
    shop.deliver("shop/orders_1.csv", orders_csv("x,a,1,2026-01-01", "y,a,1,2026-01-01", "1,a"))
    shop.deliver("shop/orders_2.csv", orders_csv("1,a,ten,2026-01-01", "2,a,ten,soon"))
    rejects, cells = (each.detail for each in shop.load().deliveries)
    assert "3 of 3 records are rejects" in rejects
    assert "2 key_not_readable in id from line 2, 1 too_few_cells from line 4" in rejects
    assert "2 in total (not_decimal), 1 in updated_at (not_timestamp)" in cells


def test_rows_of_a_wrong_shape_are_rejects_and_the_rest_is_loaded(shop: ShopHome) -> None:
    shop.spec(rules="error_budget = 0.5")
    shop.deliver("shop/orders.csv", orders_csv(ORDER_ROWS[0], "9,too,many,cells,here", ORDER_ROWS[1]))
    delivery = shop.load_one()
    assert (delivery.rows_in, delivery.rows_loaded, delivery.rows_rejected, delivery.path) == (3, 2, 1, "exact")
    assert shop.query("select line, reason, raw_text from meta.rejects") == [
        (3, "too_many_cells", "9,too,many,cells,here")
    ]


def test_a_file_above_its_error_budget_is_refused_and_nothing_of_it_is_visible(shop: ShopHome) -> None:
    shop.deliver("shop/orders.csv", orders_csv(ORDER_ROWS[0], "1,2", "1,2"))
    delivery = shop.load_one()
    assert (delivery.status, delivery.reason, delivery.rows_loaded) == ("refused", "error_budget", 0)
    assert "2 of 3" in delivery.detail
    assert shop.query("select count(*) from shop.orders") == [(0,)]
    assert shop.query("select count(*) from meta.rejects") == [(2,)]


def test_loading_again_adds_nothing_and_opens_nothing(shop: ShopHome) -> None:
    shop.deliver("shop/orders.csv", orders_csv())
    shop.load()
    before = shop.fingerprint()
    again = shop.load()
    assert (again.deliveries, again.known_files) == ([], 1)
    assert shop.fingerprint() == before


def test_the_same_bytes_under_another_name_or_gzipped_are_a_duplicate(shop: ShopHome) -> None:
    shop.deliver("shop/orders_a.csv", orders_csv())
    shop.load()
    shop.deliver("shop/orders_b.csv", orders_csv())
    shop.deliver("shop/orders_c.csv.gz", gzip.compress(orders_csv().encode()))
    assert [each.status for each in shop.load().deliveries] == ["duplicate", "duplicate"]
    assert shop.query("select count(*) from shop.orders") == [(3,)]
    statuses = shop.query("select status, count(*), count(duplicate_of) from meta.loads group by 1 order by 1")
    assert statuses == [("duplicate", 2, 2), ("loaded", 1, 0)]


def test_a_touched_file_with_the_same_bytes_adds_no_row(shop: ShopHome) -> None:
    shop.deliver("shop/orders.csv", orders_csv())
    shop.load()
    shop.deliver("shop/orders.csv", orders_csv(), datetime(2026, 2, 1, tzinfo=UTC))
    assert shop.load_one().status == "duplicate"
    assert shop.query("select count(*) from shop.orders") == [(3,)]


def test_other_bytes_under_the_same_name_are_a_new_version(shop: ShopHome) -> None:
    shop.deliver("shop/orders.csv", orders_csv())
    shop.load()
    shop.deliver("shop/orders.csv", orders_csv(ORDER_ROWS[0].replace("10.50", "11.50")))
    assert shop.load_one().status == "loaded"
    assert shop.query("select count(*), count(distinct _load_id) from shop.orders") == [(4, 2)]


def test_instances_are_the_folders_inside_a_source(shop: ShopHome) -> None:
    shop.deliver("shop/berlin/orders.csv", orders_csv())
    shop.deliver("shop/paris/orders.csv", orders_csv())
    assert [each.instance for each in shop.load().deliveries] == ["berlin", "paris"]
    assert shop.query("select _instance, count(*) from shop.orders group by 1 order by 1") == [
        ("berlin", 3),
        ("paris", 3),
    ]


def test_a_refused_file_is_tried_again_once_its_spec_was_mended(shop: ShopHome) -> None:
    shop.deliver("shop/orders.csv", orders_csv(ORDER_ROWS[0], "1,2"))
    assert shop.load_one().is_new
    assert not shop.load_one().is_new
    shop.spec(rules="error_budget = 0.5")
    assert shop.load_one().status == "loaded"


def test_checking_writes_nothing_and_says_what_would_happen(shop: ShopHome) -> None:
    shop.deliver("shop/orders_a.csv", orders_csv())
    shop.deliver("shop/orders_b.csv", orders_csv())
    shop.deliver("shop/orders_c.csv", "nonsense\n1\n")
    told = [(each.status, each.rows_loaded) for each in shop.load(dry_run=True).deliveries]
    assert told == [("loaded", 3), ("duplicate", 0), ("refused", 0)]
    assert not shop.home.raw_db.exists()
    assert not (shop.home.root / "scratch").exists()
    shop.load()
    before = shop.home.raw_db.read_bytes()
    shop.deliver("shop/orders_d.csv", orders_csv(ORDER_ROWS[0]))
    assert shop.load(dry_run=True).rows_loaded == 1
    assert shop.home.raw_db.read_bytes() == before


def test_a_header_alone_is_an_arrival_without_rows(shop: ShopHome) -> None:
    shop.deliver("shop/orders.csv", HEADER + "\n")
    delivery = shop.load_one()
    assert (delivery.status, delivery.rows_in) == ("loaded", 0)


def test_the_store_and_its_folder_belong_to_their_owner_alone(shop: ShopHome) -> None:
    shop.deliver("shop/orders.csv", orders_csv())
    shop.load()
    assert shop.home.raw_db.stat().st_mode & 0o777 == 0o600
    assert not (shop.home.root / "scratch").exists()


def test_progress_is_told_after_each_delivery(shop: ShopHome) -> None:
    shop.deliver("shop/orders_a.csv", orders_csv())
    shop.deliver("shop/strange.txt", "?")
    told: list[tuple[str, int, int]] = []
    shop.load(progress=lambda delivery, done, total: told.append((delivery.status, done, total)))
    assert told == [("loaded", 1, 2), ("unclaimed", 2, 2)]


def test_only_one_source_is_loaded_when_asked_for(shop: ShopHome) -> None:
    shop.spec("desk/orders")
    shop.deliver("shop/orders.csv", orders_csv())
    shop.deliver("desk/orders.csv", orders_csv())
    assert [each.source for each in shop.load(only="desk").deliveries] == ["desk"]
    assert [each.source for each in shop.load(only="shop.orders").deliveries] == ["shop"]
