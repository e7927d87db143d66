"""Files whose cells or records are wrapped in something more: their unread drafts load what the file says."""

import json
from pathlib import Path

import pytest

from ingestion.drafting.beginning import Beginning
from ingestion.drafting.draft import draft_spec
from ingestion.drafting.records import json_records
from ingestion.errors import FileRefused
from tests.builders.draft_files import bulk_lines
from tests.builders.shop_home import ShopHome


def drafted(tmp_path: Path, name: str, content: str) -> tuple[ShopHome, str]:
    """A home with the file, its unread draft, and the draft's text."""
    shop = ShopHome(tmp_path)
    path = shop.deliver(f"acme/{name}", content)
    toml = draft_spec(path, "acme")
    shop.spec("acme/drafted", toml)
    return shop, toml


def test_a_json_key_with_a_dot_is_drafted_and_loaded(tmp_path: Path) -> None:
    lines = "".join(json.dumps({"id": n, "address.city": f"city {n}"}) + "\n" for n in range(3))
    shop, _ = drafted(tmp_path, "people.jsonl", lines)
    assert shop.load_one().rows_loaded == 3
    assert shop.query("select address_city from acme.drafted order by id") == [(f"city {n}",) for n in range(3)]
    assert shop.query("select change, column_name from meta.schema_changes") == []


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "\ufeffSEP=;"])
@pytest.mark.parametrize("above", ["", "Report of May\n"])
def test_the_line_that_tells_excel_the_delimiter_is_skipped_and_said(tmp_path: Path, first: str, above: str) -> None:
    rows = "".join(f"{n};a, b and {n};{n},50\n" for n in range(5))
    shop, toml = drafted(tmp_path, "orders.csv", f"{first}\n{above}id;text;total\n{rows}")
    assert "the first line tells a spreadsheet program the delimiter (';')" in toml
    assert (shop.load_one().rows_loaded, shop.load().deliveries) == (5, [])
    assert shop.query("select id, text, total from acme.drafted where id = 3") == [(3, "a, b and 3", 3.5)]


@pytest.mark.parametrize("delimiter", ["|", ",", ";"])
def test_single_quotes_round_every_cell_are_found(tmp_path: Path, delimiter: str) -> None:
    rows = "".join(f"'{n}'{delimiter}'it''s {n}'\n" for n in range(5))
    shop, _ = drafted(tmp_path, "notes.csv", f"'id'{delimiter}'text'\n{rows}")
    shop.load()
    assert shop.query("select id, text from acme.drafted order by id") == [(n, f"it's {n}") for n in range(5)]


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ({"meta": {"page": 1}, "data": {"orders": [{"id": 1}, {"id": 2}]}}, "data.orders"),
        ({"status": "ok", "data": {"orders": [{"id": 1}, {"id": 2}], "count": 2}}, "data.orders"),
        ({"data": {"orders": [{"id": 1}, {"id": 2}]}, "next": None}, "data.orders"),
        ({"data": {"orders": [{"id": 1}, {"id": 2}]}, "hasMore": True, "next_cursor": "x"}, "data.orders"),
        (
            {"data": {"orders": {"nodes": [{"id": 1}, {"id": 2}], "pageInfo": {"a": 1}}}, "extensions": {}},
            "data.orders.nodes",
        ),
        ({"_links": {"self": {"href": "x"}}, "_embedded": {"items": [{"id": 1}, {"id": 2}]}}, "_embedded.items"),
    ],
)
def test_records_inside_two_envelopes_are_found(tmp_path: Path, document: object, place: str) -> None:
    shop, toml = drafted(tmp_path, "orders.json", json.dumps(document))
    assert f'records = "{place}"' in toml.replace("  ", " ").replace("  ", " ")
    assert shop.load_one().rows_loaded == 2


@pytest.mark.parametrize(
    "document",
    [
        {"customer": {"name": "Ann"}, "cart": {"lines": [{"sku": "a"}, {"sku": "b"}]}},
        {"event": "order.paid", "data": {"lines": [{"sku": "a"}, {"sku": "b"}], "total": 5}},
        {"id": 7, "next": None, "data": {"lines": [{"sku": "a"}, {"sku": "b"}]}},
    ],
)
def test_a_record_with_objects_of_its_own_is_no_envelope(tmp_path: Path, document: object) -> None:
    shop, toml = drafted(tmp_path, "carts.json", json.dumps(document))
    assert "records" not in toml.split("[columns]")[0].replace("one record", "")
    assert shop.load_one().rows_loaded == 1


@pytest.mark.parametrize("above", [{}, {"count": 2, "tags": ["a", {"b": "}"}]}])
def test_records_of_a_document_too_large_to_be_read_whole_have_their_whole_place(above: dict[str, object]) -> None:
    whole = json.dumps(above | {"data": {"orders": [{"id": 1}, {"id": 2}]}})
    found = json_records(Beginning(whole[: whole.index("2}]") + 1].encode(), False), is_lines=False)
    assert (found.place, found.columns) == ("data.orders", {"id": ["1"]})


def test_bulk_lines_are_drafted_by_kind_and_load_by_their_unread_draft(tmp_path: Path) -> None:
    shop, toml = drafted(tmp_path, "bulk.jsonl", bulk_lines())
    assert 'kind = "Order"' in toml
    assert shop.load_one().rows_loaded == 6
    assert shop.query("select count(*) from acme.drafted") == [(3,)]
    assert shop.query("select count(parent_id) from acme.drafted_line_item") == [(2,)]
    assert shop.query("select note from acme.drafted_draft_order") == [("x",)]
    path = tmp_path / "bulk.jsonl"
    path.write_text(bulk_lines())
    assert 'skip_kinds = ["LineItem", "DraftOrder"]' in draft_spec(path, shape="orders")


def test_bulk_lines_that_name_no_kind_say_what_to_write(tmp_path: Path) -> None:
    _, toml = drafted(tmp_path, "bulk.jsonl", bulk_lines(says_kinds=False))
    assert "lines of several kinds lie in one table: have `__typename`" in toml


def test_columns_of_children_count_among_those_about_people(tmp_path: Path) -> None:
    lines = [{"sku": "a", "customer_email": "ann@example.com", "at": "2026-03-01 10:00:00"}]
    _, toml = drafted(tmp_path, "orders.json", json.dumps([{"no": 1, "lines": lines}, {"no": 2, "lines": lines}]))
    assert "direct: lines.customer_email; quasi: no. Read the 2 columns called none" in toml
    assert "Times without an offset are taken as UTC: lines.at" in toml
    _, toml = drafted(tmp_path / "b", "bulk.jsonl", bulk_lines())
    assert "direct: line_item.mail" in toml


def test_documents_one_behind_the_other_are_called_so(tmp_path: Path) -> None:
    content = json.dumps({"id": 1, "text": "a"}, indent=2) + "\n" + json.dumps({"id": 2, "text": "b"}, indent=2)
    with pytest.raises(FileRefused, match="several JSON documents stand one behind the other"):
        drafted(tmp_path, "orders.json", content)
    shop = ShopHome(tmp_path)
    shop.spec("acme/orders", 'files = ["*"]\nformat = "json"\nmode = "append"\n[columns]\nid = { type = "text" }\n')
    delivery = shop.load_one()
    assert (delivery.reason, "one a line, or as one array" in delivery.detail) == ("invalid_json", True)


def test_what_graphql_wraps_into_edges_and_nodes_is_drafted_by_its_own_names(tmp_path: Path) -> None:
    lines = {"edges": [{"node": {"sku": "a", "quantity": 1}}, {"node": {"sku": "b", "quantity": 2}}]}
    nodes = [{"id": f"gid://x/{at}", "customer": {"email": "a@x.de"}, "lineItems": lines} for at in (1, 2, 3)]
    edges = [{"cursor": "c", "node": node} for node in nodes]
    shop = ShopHome(tmp_path)
    path = shop.deliver("acme/orders.json", json.dumps({"data": {"orders": {"edges": edges, "pageInfo": {}}}}))
    draft = draft_spec(path)
    shop.spec("acme/orders", draft)
    assert shop.load_one().rows_loaded == 3
    assert shop.query("select id, customer_email from acme.orders order by 1")[0] == ("gid://x/1", "a@x.de")
    assert shop.query("select sku, sum(quantity)::int from acme.orders_line_items group by 1 order by 1") == [
        ("a", 3),
        ("b", 6),
    ]
