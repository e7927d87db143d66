"""JSON and JSON Lines laid out as text columns, children and rejects."""

import gzip
import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ingestion.readers import FileRefused, open_content
from ingestion.readers.json_rows import JsonLayout, JsonReading, JsonTable, read_json
from ingestion.readers.yaml_records import read_yaml

FLAT = JsonLayout(JsonTable("", {"id": "id", "city": "address.city", "tags": "tags"}, frozenset({"tags"})))


def read(
    path: Path, text: str | bytes, layout: JsonLayout, file_format: str = "jsonl"
) -> tuple[dict[str, list], JsonReading]:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with open_content(path, file_format) as content:
        reading = read_json(content, layout, file_format)
        tables: dict[str, list[dict[str, Any]]] = {}
        for batch in reading.batches():
            tables.setdefault(batch.table, []).extend(batch.batch.to_pylist())
        return tables, reading


def test_numbers_keep_their_text(tmp_path: Path) -> None:
    numbers = ["0.10", "12345678901234567890123", "-0", "1e5", "1E+2", "9007199254740993", "1" * 6000]
    layout = JsonLayout(JsonTable("", {"n": "n", "all": "."}, frozenset({"all"})))
    tables, _ = read(tmp_path / "t.jsonl", "".join(f'{{"n":{n}}}\n' for n in numbers), layout)
    assert [row["n"] for row in tables[""]] == numbers
    assert [row["all"] for row in tables[""]] == [f'{{"n":{n}}}' for n in numbers]


def test_bad_lines_are_rejects_and_good_lines_load(tmp_path: Path) -> None:
    lines = [b'{"id":1}', b'{"id":2', b"", b'{"id":"\xff"}', b'{"id":"\\ud800"}', b"[1]", b'{"id":NaN}', b'{"id":7}']
    tables, reading = read(tmp_path / "t.jsonl", b"\r\n".join(lines), FLAT)
    rejects = reading.rejects()
    assert [(r["id"], r["_row_number"], r["_line"]) for r in tables[""]] == [("1", 1, 1), ("7", 7, 8)]
    assert [(r.line, r.reason) for r in rejects] == [
        (2, "invalid_json"),
        (4, "wrong_encoding"),
        (5, "lone_surrogate"),
        (6, "not_an_object"),
        (7, "invalid_json"),
    ]
    assert (reading.stats.records_in, reading.stats.blank_lines) == (7, 1)


def test_a_key_first_seen_late_is_kept_and_counted(tmp_path: Path) -> None:
    text = '{"id":1}\n' * 30_000 + '{"id":2,"late":{"x":1.0},"other":null}\n'
    tables, reading = read(tmp_path / "t.jsonl", text, FLAT)
    assert reading.unknown_keys == {"": {"late", "other"}}
    assert tables[""][-1]["_extra"] == '{"late":{"x":1.0},"other":null}'
    assert tables[""][0]["_extra"] is None


def test_where_unknown_keys_are_not_kept_their_names_are_noted_all_the_same(tmp_path: Path) -> None:
    text = '{"id":1}\n' * 30_000 + '{"id":2,"late":{"x":1.0},"other":null}\n'
    layout = JsonLayout(replace(FLAT.main, keeps_unknown=False))
    tables, reading = read(tmp_path / "t.jsonl", text, layout)
    assert reading.unknown_keys == {"": {"late", "other"}}
    assert {row["_extra"] for row in tables[""]} == {None}


def test_an_envelope_yields_the_records_at_its_path(tmp_path: Path) -> None:
    layout = JsonLayout(JsonTable("", {"id": "id"}), records="data.rows")
    documents = [
        '{"next": null, "data": {"n": [1], "rows": [{"id": 1}, {"id": 2}]}}',
        '[{"id": 1}, {"id": 2}]',
        '{"id": 1}\n{"id": 2}\n',
        '\ufeff [ {"id":1} ,\n{"id":2} ] \n',
    ]
    for text in documents:
        assert [row["id"] for row in read(tmp_path / "t.json", text, layout, "json")[0][""]] == ["1", "2"], text


def test_one_record_of_json_lines_needs_no_envelope(tmp_path: Path) -> None:
    layout = JsonLayout(JsonTable("", {"id": "id"}), records="rows")
    for name, text in (("t.json", '{"id": 1}'), ("t.jsonl", '{"id": 1}'), ("t.NDJSON", '{"id": 1}\n')):
        assert [row["id"] for row in read(tmp_path / name, text, layout, "json")[0][""]] == ["1"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"rows": [{"id": 1}], "x"', "invalid_json"),
        ('{"rows": [{"id": 1},]}', "invalid_json"),
        ('[{"id": 1}', "invalid_json"),
        ('[{"id": 1}] x', "invalid_json"),
        ('{"other": []}', "records_missing"),
        ('{"rows": [], "rows": []}', "records_twice"),
        ("", "empty_file"),
        ("[" * 100_000, "too_deep"),
        (b'["\xff"]', "wrong_encoding"),
        ("%PDF-1.4", "wrong_content"),
    ],
)
def test_a_broken_document_is_refused_with_its_reason(tmp_path: Path, text: str | bytes, reason: str) -> None:
    with pytest.raises(FileRefused, match=reason):
        read(tmp_path / "t.json", text, JsonLayout(JsonTable("", {"id": "id"}), records="rows"), "json")


def test_arrays_become_children_that_know_their_parent(tmp_path: Path) -> None:
    child = JsonTable("lines", {"sku": "sku", "n": "n"}, path="order.lines", parent_key={"order_id": "id"})
    layout = JsonLayout(JsonTable("", {"id": "id"}), (child,))
    records = [
        {"id": "a", "order": {"lines": [{"sku": "x", "n": 1}, {"sku": "y", "new": True}]}},
        {"id": "b", "order": None},
        {"id": "c", "order": {"lines": {"sku": "z"}}},
        {"id": "d", "order": {"lines": ["bare"]}},
    ]
    tables, reading = read(tmp_path / "t.jsonl", "\n".join(map(json.dumps, records)), layout)
    assert [tuple(row.values()) for row in tables["lines"]] == [
        ("x", "1", "a", 1, 1, 1, None),
        ("y", None, "a", 1, 2, 1, '{"new":true}'),
        ("z", None, "c", 3, 1, 3, None),
    ]
    assert list(tables["lines"][0]) == [
        "sku",
        "n",
        "order_id",
        "_parent_row_number",
        "_child_number",
        "_line",
        "_extra",
    ]
    assert [(r.line, r.reason) for r in reading.rejects()] == [(4, "not_an_object")]
    assert reading.unknown_keys == {"lines": {"new"}}


def test_bulk_lines_go_to_the_table_of_their_kind(tmp_path: Path) -> None:
    layout = JsonLayout(
        JsonTable("", {"id": "id"}, kind="Order"),
        (JsonTable("lines", {"id": "id", "order": "__parentId"}, kind="LineItem"),),
        skip_kinds=frozenset({"Fulfillment"}),
    )
    lines = [
        {"id": "gid://shop/Order/1"},
        {"id": "gid://shop/LineItem/7", "__parentId": "gid://shop/Order/1"},
        {"__typename": "Fulfillment"},
        {"id": "gid://shop/Refund/9"},
    ]
    tables, reading = read(tmp_path / "t.jsonl", "\n".join(map(json.dumps, lines)), layout)
    assert [row["id"] for row in tables[""]] == ["gid://shop/Order/1"]
    assert [(row["order"], row["_row_number"]) for row in tables["lines"]] == [("gid://shop/Order/1", 2)]
    assert (reading.stats.rows, reading.stats.skipped, reading.rejects()[0].reason) == (2, 1, "unknown_kind")


def test_packed_files_are_read_like_plain_ones(tmp_path: Path) -> None:
    assert read(tmp_path / "t.jsonl.gz", gzip.compress(b'{"id":1}\n'), FLAT)[0][""][0]["id"] == "1"


PAGED = [
    '{"data": {"rows": [{"id": 1}, {"id": 2}]}}\n{"data": {"rows": []}}\n{"data": {"rows": [{"id": 3}]}}\n',
    '{"data": {"rows": [{"id": 1}]}}\n\n{"id": 2}\n{"data": {"rows": [{"id": 3}]}}\n',
]


@pytest.mark.parametrize("text", PAGED)
@pytest.mark.parametrize("name", ["t.json", "t.jsonl"])
def test_lines_that_are_envelopes_are_read_like_documents(tmp_path: Path, text: str, name: str) -> None:
    layout = JsonLayout(JsonTable("", {"id": "id"}), records="data.rows")
    tables, reading = read(tmp_path / name, text, layout, "json")
    assert [row["id"] for row in tables[""]] == ["1", "2", "3"]
    assert (reading.stats.rows, tables[""][-1]["_line"]) == (3, text.count("\n"))


def test_elements_of_a_bare_array_that_are_envelopes_are_read_like_documents(tmp_path: Path) -> None:
    layout = JsonLayout(JsonTable("", {"id": "id"}), records="data.rows")
    text = '\n[{"data": {"rows": [{"id": 1}, {"id": 2}]}, "more": [{"id": 9}]}, {"id": 3}, {"data": {"rows": []}}, {}]'
    for kind, reader in (("json", partial(read_json, file_format="json")), ("yaml", read_yaml)):
        (tmp_path / "t").write_text(text)
        with open_content(tmp_path / "t", kind) as content:
            reading = reader(content, layout)
            rows = [row["id"] for batch in reading.batches() for row in batch.batch.to_pylist()]
        assert (rows, reading.beside) == (["1", "2", "3", None], {"more": 1})


def test_a_line_without_the_array_and_without_a_columns_key_refuses_the_file(tmp_path: Path) -> None:
    layout = JsonLayout(JsonTable("", {"id": "id"}), records="rows")
    with pytest.raises(FileRefused, match=r"records_missing.*line 2"):
        read(tmp_path / "t.jsonl", '{"rows": [{"id": 1}]}\n{"error": "rate limit"}\n', layout, "json")
