"""YAML gives the records JSON gives, its scalars as they were written, and nothing of it can grow without a limit."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.advice import ADVICE
from ingestion.readers import FileRefused, open_content
from ingestion.readers.json_rows import JsonLayout, JsonTable, read_json
from ingestion.readers.yaml_records import read_yaml
from tests.builders.hostile_files import laughs
from tests.builders.shop_home import ShopHome

LAWS = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
LAYOUT = JsonLayout(
    JsonTable("", {"id": "id", "x": "x", "whole": "whole"}, frozenset({"whole"})),
    (JsonTable("lines", {"sku": "sku", "all": "."}, frozenset({"all"}), path="lines", parent_key={"parent": "id"}),),
    records="rows",
)
SCRAPS = [b"id: 1\n", b"- ", b"  ", b"\n", b"[", b"]", b"{", b"}", b"rows:\n", b"&a ", b"*a", b"? ", b": ", b"!!x "]
SCRAPS += [
    b"|\n",
    b"---\n",
    b"...\n",
    b"#",
    b"'",
    b'"',
    b"\t",
    b"\xff",
    b"\x01",
    b"- id: 2\n",
    b"<<: *a\n",
    b"%YAML 1.1\n",
]
PLAIN = ["no", "yes", "True", "2024-01-02", "1:30", "0o7", "0x1F", "007", "+5", ".5", "1_000", ".inf", "1.50", "1e3"]
CHAIN = "k0: &k0 x\n" + "".join(f"k{at}: &k{at} [*k{at - 1}]\n" for at in range(1, 400))
# Not texts such as 0E0: the dumper writes them bare, as texts of YAML 1.1; in YAML 1.2 and JSON they are numbers.
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"])).filter(
    lambda text: not re.fullmatch(r"-?[0-9]+[eE][+-]?[0-9]+", text)
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


def read(path: Path, content: str | bytes, layout: JsonLayout = LAYOUT) -> tuple[list[dict[str, Any]], Any]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with open_content(path, "yaml") as opened:
        reading = read_yaml(opened, layout)
        return [row for batch in reading.batches() if not batch.table for row in batch.batch.to_pylist()], reading


@pytest.mark.parametrize("text", PLAIN)
def test_a_plain_scalar_is_its_text_as_written(tmp_path: Path, text: str) -> None:
    (row,), _ = read(tmp_path / "t.yaml", f"id: a\nx: {text}\n")
    assert row["x"] == text


def test_what_is_json_is_json_where_a_column_holds_json(tmp_path: Path) -> None:
    (row,), _ = read(tmp_path / "t.yaml", "id: a\nwhole: [1, 1.50, true, no, 'true', ~, null, NULL, 0o7, \"1\"]\n")
    assert row["whole"] == '[1,1.50,true,"no","true",null,null,null,"0o7","1"]'


@pytest.mark.parametrize("nothing", ["", "~", "null", "Null", "NULL"])
def test_nothing_is_missing_and_a_quoted_nothing_is_a_text(tmp_path: Path, nothing: str) -> None:
    (row,), _ = read(tmp_path / "t.yaml", f"id: '{nothing}'\nx: {nothing}\n")
    assert (row["id"], row["x"]) == (nothing, None)


@pytest.mark.parametrize(
    "content",
    [
        "- id: 1\n- id: 2\n",
        "rows:\n- id: 1\n- id: 2\ncount: 2\n",
        "--- \nid: 1\n---\nid: 2\n---\n",
        "rows: [{id: 1}]\n---\nrows: [{id: 2}]\n",
        '{"rows": [{"id": 1}, {"id": 2}]}',
    ],
)
def test_arrays_envelopes_and_documents_are_records_with_their_lines(tmp_path: Path, content: str) -> None:
    rows, reading = read(tmp_path / "t.yaml", content)
    places = [content.index("1}" if "{" in content else "id: 1"), content.rindex("id")]
    lines = [1 + content.count("\n", 0, place) for place in places]
    assert [(row["id"], row["_line"]) for row in rows] == [("1", lines[0]), ("2", lines[1])]
    assert reading.stats.records_in == 2


@LAWS
@given(records=st.lists(st.dictionaries(st.sampled_from(["id", "x", "whole", "new"]), VALUES, max_size=4), max_size=4))
def test_records_written_as_yaml_are_those_written_as_json(records: list[dict[str, Any]], tmp_path: Path) -> None:
    text = yaml.dump(records, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
    rows, reading = read(tmp_path / "t.yaml", text)
    (tmp_path / "t.json").write_text(json.dumps(records), "utf-8")
    with open_content(tmp_path / "t.json", "json") as opened:
        other = read_json(opened, LAYOUT, "json")
        expected = [row for batch in other.batches() for row in batch.batch.to_pylist()]
    assert [row | {"_line": None} for row in rows] == expected
    assert reading.unknown_keys == other.unknown_keys


def test_aliases_are_their_values_again_and_tags_are_not_read(tmp_path: Path) -> None:
    content = "- &first\n  id: !!python/object:os.system x\n  x: &note !str 5\n- id: *note\n  whole: *first\n"
    rows, _ = read(tmp_path / "t.yaml", content)
    assert [(row["id"], row["x"], row["whole"]) for row in rows] == [
        ("x", "5", None),
        ("5", None, '{"id":"x","x":"5"}'),
    ]


def test_a_record_that_is_none_costs_itself_and_shows_where_it_stands(tmp_path: Path) -> None:
    rows, reading = read(tmp_path / "t.yaml", "- id: 1\n- just a text\n\n- id: 3\n- ~\n")
    assert [row["id"] for row in rows] == ["1", "3"]
    assert [(r.line, r.reason, r.raw_text) for r in reading.rejects()] == [
        (2, "not_an_object", "just a text"),
        (5, "not_an_object", "~"),
    ]


@pytest.mark.parametrize(
    ("content", "reason", "said"),
    [
        (b"", "empty_file", "holds no YAML value"),
        (b"# nothing\n", "empty_file", "holds no YAML value"),
        (b"- id: 1\n- id: [2, 3", "invalid_yaml", "did not find expected ',' or ']' (line 3, column 1)"),
        (b"- id: 'cut", "invalid_yaml", "unexpected end of stream (line 1, column 11)"),
        (b"id: 1\n  x: 2\n", "invalid_yaml", "mapping values are not allowed in this context (line 2, column 4)"),
        ("id: é\nx: é\x01".encode(), "invalid_yaml", "control characters are not allowed (line 2, column 5)"),
        (b"id: \xff", "wrong_encoding", "not UTF-8"),
        (b"id: 1\nx: 2\nid: 3\n", "doubled_column", "a key stands twice in one mapping (line 3, column 1)"),
        (b"rows: []\nrows: []\n", "doubled_column", "a key stands twice in one mapping (line 2, column 1)"),
        (b"? [1, 2]\n: x\n", "invalid_yaml", "a key is not a text (line 1, column 3)"),
        (b"id: *a\n", "invalid_yaml", "an alias stands for no value before it (line 1, column 5)"),
        (b"id: &a 1\nx: &a [*a]\n", "invalid_yaml", "an alias stands for no value before it (line 2, column 8)"),
        (b"other: 1\n", "records_missing", "no array at 'rows'"),
        (laughs(), "too_many_aliases", "aliases add more than 16777216 characters (line 7"),
        (CHAIN.encode(), "too_deep", "an alias makes a value deeper than 250 levels (line 251"),
        (b"[" * 1_000_000, "too_deep", "nested deeper than about 250 levels (line 1, column 252)"),
        (b"? " * 1_000_000, "invalid_yaml", "a key is not a text (line 1, column 3)"),
        (b"- " * 1_000_000, "too_deep", "nested deeper than about 250 levels"),
    ],
    ids=range(18),
)
def test_what_is_no_yaml_is_refused_with_its_place(tmp_path: Path, content: bytes, reason: str, said: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read(tmp_path / "t.yaml", content)
    assert (refused.value.reason, said in refused.value.detail) == (reason, True), refused.value.detail
    assert refused.value.told.endswith(ADVICE[reason])


def test_a_file_above_its_limit_is_refused_before_it_is_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingestion.readers.yaml_records.FILE_LIMIT", 10)
    with pytest.raises(FileRefused, match="too_large"):
        read(tmp_path / "t.yaml", "id: [no YAML")


def test_values_as_deep_as_allowed_are_written_as_json(tmp_path: Path) -> None:
    deep = "[" * 245 + "]" * 245
    (row,), _ = read(tmp_path / "t.yaml", f"- id: 1\n  new: {{whole: {deep}}}\n")
    assert row["_extra"] == f'{{"new":{{"whole":{deep}}}}}'


@LAWS
@given(content=st.lists(st.sampled_from(SCRAPS), max_size=14).map(b"".join))
def test_yaml_rubbish_is_counted_or_refused(content: bytes, tmp_path: Path) -> None:
    try:
        rows, reading = read(tmp_path / "t.yaml", content)
    except FileRefused as refusal:
        assert refusal.reason
        return
    assert (len(rows), len(reading.rejects())) == (reading.stats.rows, reading.stats.rejected)


def test_one_line_of_millions_of_characters_is_read_in_seconds(tmp_path: Path) -> None:
    (row,), _ = read(tmp_path / "t.yaml", 'id: "' + "x " * 4_000_000 + 'y"\n')
    assert len(row["id"]) == 8_000_001


def test_recordings_load_with_children_keys_and_their_json_texts(tmp_path: Path) -> None:
    shop = ShopHome(tmp_path / "home")
    shop.spec(
        "shop/calls",
        """
description = "Recorded calls"
files = ["calls*.yaml"]
format = "yaml"
records = "interactions"
mode = "append"
key = ["uri"]
[columns]
uri = { type = "text", path = "request.uri", personal = "none" }
body = { type = "text", path = "response.body.string", personal = "quasi" }
code = { type = "integer", path = "response.status.code", personal = "none" }
[children.headers]
path = "request.headers"
parent_key = { uri = "uri" }
[children.headers.columns]
name = { type = "text", personal = "none" }
""",
    )
    call = (
        "- request: {uri: %s, headers: [{name: no}]}\n  response: {body: {string: '{\"a\": 1}'}, status: {code: 200}}\n"
    )
    shop.deliver("shop/calls.yaml", "interactions:\n" + call % "u1" + call % "~")
    assert "1 missing_key in uri from line 4" in shop.load_one().detail
    shop.deliver("shop/calls.yaml", "interactions:\n" + call % "u1" + call % "u2" + "version: 1\n")
    assert shop.load_one().rows_loaded == 2
    found = [("u1", '{"a": 1}', 200), ("u2", '{"a": 1}', 200)]
    assert shop.query("select uri, body, code from shop.calls order by 1") == found
    assert shop.query("select uri, name from shop.calls_headers order by 1") == [("u1", "no"), ("u2", "no")]
