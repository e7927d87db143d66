"""Whatever is wrong in a spec is a mistake with file, key and words; nothing wrong makes the reading itself fail."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from ingestion.errors import SpecError
from ingestion.home import SHIPPED_SOURCES
from ingestion.specs import files
from ingestion.specs.files import load_shapes, read_spec
from ingestion.specs.reference import json_schema
from tests.builders.broken_specs import mutants
from tests.builders.specs import write_spec

VENDOR = """
description = "Orders"
files = ["orders*.csv", "old/*.csv"]
format = "csv"
mode = "upsert"
key = ["id"]
updated_at = "seen"
exported_at = '(?P<date>\\d{4}-\\d{2}-\\d{2})'
drift = "evolve"
error_budget = 0.1
cadence = "daily"
[volume]
min_rows = 3
[dialect]
delimiter = ";"
quote = "'"
encoding = "windows-1252"
header_rows = 2
skip_where = "^Total"
[columns]
id = { type = "integer", personal = "none", required = true }
total = { type = "decimal", scale = 2, decimal_mark = ",", thousands_mark = ".", header = ["Total", "Summe"] }
seen = { type = "timestamp", format = "%d.%m.%Y", zone = "Europe/Berlin", null_tokens = ["", "-"] }
paid = { type = "boolean", true_words = ["ja"], false_words = ["nein"] }
kind = { type = "text", values = { a = "b", "*" = "*" } }
"""
NESTED = """
files = ["o*.jsonl"]
format = "jsonl"
mode = "upsert"
key = ["id"]
[columns]
id = { type = "text" }
[children.lines]
path = "lines"
parent_key = { order_id = "id" }
key = ["order_id", "sku"]
[children.lines.columns]
sku = { type = "text" }
[children.sales]
kind = "Sale"
mode = "upsert"
key = ["id"]
updated_at = "at"
[children.sales.columns]
id = { type = "text" }
at = { type = "timestamp" }
"""
ENTITY = """
description = "Tickets"
entity = "tickets"
files = ["t*.jsonl"]
format = "jsonl"
records = "tickets"
split = "all"
[where]
column = "kind"
matches = "^t"
[map]
ticket_key = { from = "id" }
subject = { concat = ["a", "b"], separator = "-" }
status = { from = "state", values = { x = "open", "*" = "solved" } }
"""


@pytest.mark.parametrize("toml", [VENDOR, NESTED, ENTITY], ids=["vendor", "nested", "entity"])
def test_any_odd_value_is_a_mistake_with_its_key_or_a_good_spec(toml: str, monkeypatch: pytest.MonkeyPatch) -> None:
    document, shapes = tomllib.loads(toml), load_shapes()
    schema = jsonschema.Draft202012Validator(json.loads(json_schema()))
    content: dict[str, Any] = {}
    monkeypatch.setattr(files, "_content", lambda *_: content["document"])
    wrong = []
    for place, content["document"] in mutants(document):
        reading = files._SpecCollector(shapes)
        files._read_spec(Path("shop/orders.toml"), reading)
        if any(not (mistake.key and mistake.mistake and mistake.file) for mistake in reading.mistakes):
            wrong.append((place, "a mistake without key or words", reading.mistakes))
        if not reading.mistakes and not all(spec.tables for spec in reading.specs.values()):
            wrong.append((place, "a spec without tables", content["document"]))
        if not reading.mistakes and not schema.is_valid(content["document"]):
            wrong.append((place, "an editor would call this spec wrong", content["document"]))
    assert [(place, why) for place, why, _ in wrong] == []


@pytest.mark.parametrize("toml", [VENDOR, NESTED, ENTITY], ids=["vendor", "nested", "entity"])
def test_the_specs_of_these_tests_are_good(toml: str, tmp_path: Path) -> None:
    assert read_spec(write_spec(tmp_path, "shop/orders", toml)).columns


def test_the_schema_of_editors_knows_every_key_of_every_shipped_spec_and_no_other() -> None:
    schema = jsonschema.Draft202012Validator(json.loads(json_schema()))
    for path in SHIPPED_SOURCES.glob("*/[!_]*.toml"):
        document = tomllib.loads(path.read_text("utf-8"))
        assert schema.is_valid(document), path
        assert not schema.is_valid(document | {"fiels": ["x"]}), path
        columns = next(name for name in ("columns", "map") if name in document)
        first = next(iter(document[columns]))
        assert not schema.is_valid(document | {columns: {first: {"typ": "text"}}}), path


@pytest.mark.parametrize(
    ("dialect", "words"),
    [
        ('quote = ";"', "cannot be (a part of) the delimiter"),
        ('escape = ";"', "cannot be (a part of) the delimiter"),
        ('comment = "\'"', "cannot be the quote or escape too"),
    ],
)
def test_one_character_cannot_mean_two_things(dialect: str, words: str, tmp_path: Path) -> None:
    toml = VENDOR.replace('quote = "\'"' if dialect.startswith("quote") else "header_rows = 2", dialect)
    with pytest.raises(files.SpecError) as raised:
        read_spec(write_spec(tmp_path, "shop/orders", toml))
    assert str(raised.value).startswith("shop/orders.toml: dialect") and words in str(raised.value)


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ('format = "%d.%m %H:%M"', "the year (%Y)"),
        ('format = "%H:%M"', "the year (%Y) and the month (%m) and the day (%d)"),
        ('format = "%B %Y"', "the day (%d)"),
        ('format = "%d/%m/%Y %I:%M"', "the half of the day (%p)"),
    ],
)
def test_a_pattern_that_leaves_a_part_of_the_moment_open_is_a_mistake(tmp_path: Path, column: str, words: str) -> None:
    toml = VENDOR.replace('format = "%d.%m.%Y"', column)
    with pytest.raises(SpecError, match=f"columns.seen.format: .*{re.escape(words)}, which would be made up"):
        read_spec(write_spec(tmp_path, "shop/orders", toml))


@pytest.mark.parametrize("false", ['["JA"]', '["nein", "ja"]'])
def test_a_word_for_true_and_false_is_a_mistake(tmp_path: Path, false: str) -> None:
    with pytest.raises(SpecError, match=r"columns\.paid: 'ja' stands for true and for false"):
        read_spec(write_spec(tmp_path, "shop/orders", VENDOR.replace('["nein"]', false)))


@pytest.mark.parametrize(
    "rule",
    ["", ', zone = "Europe/Berlin"', ', format = "iso"', ', format = "epoch_s"', ', format = "%Y-%m-%d %H:%M %z"',
     ', format = "%Y-%m-%d %H:%M %Z"', ', format = "%Y-%m-%d %H:%M", zone = "Asia/Tokyo"'],
)  # fmt: skip
def test_the_day_of_a_period_is_no_moment_that_becomes_utc(tmp_path: Path, rule: str) -> None:
    toml = 'files = ["a*"]\nformat = "csv"\nmode = "period"\nperiod = "at"\ncolumns.at = {{ type = "timestamp"{} }}\n'
    local = toml.format(', format = "%Y-%m-%d %H:%M"')
    assert read_spec(write_spec(tmp_path, "shop/spend", local)).period == "at"
    with pytest.raises(SpecError, match=r"period: .* another than the shop's"):
        read_spec(write_spec(tmp_path, "shop/spend", toml.format(rule)))


ENTITY = """
entity = "marketing_spend"
files = ["a*"]
format = "csv"
[map]
channel = {{ constant = "x" }}
spend_date = {{ from = "at", format = "epoch_ms"{} }}
spend_amount = {{ from = "cost" }}
"""


def test_the_day_of_a_period_that_comes_from_moments_says_whose_day_it_is(tmp_path: Path) -> None:
    toml = 'files = ["a*"]\nformat = "csv"\nmode = "period"\nperiod = "at"\n'
    toml += 'columns.at = {{ type = "date", format = "epoch_s"{} }}\n'
    for text in (toml, ENTITY):
        with pytest.raises(SpecError, match=r"(period|map.spend_date): .* say by `zone` whose day it is"):
            read_spec(write_spec(tmp_path, "shop/spend", text.format("")))
        read_spec(write_spec(tmp_path, "shop/spend", text.format(', zone = "UTC"')))
    with pytest.raises(SpecError, match=r"zone: goes with a date only where `format` is epoch_s or epoch_ms"):
        read_spec(write_spec(tmp_path, "shop/spend", toml.format(', zone = "UTC"').replace("epoch_s", "iso")))


def test_a_group_has_no_version_of_its_rows(tmp_path: Path) -> None:
    toml = NESTED.replace('key = ["id"]\nupdated_at', 'replace_by = ["id"]\nupdated_at')
    with pytest.raises(SpecError, match=r"children.sales.updated_at: goes not with `replace_by`"):
        read_spec(write_spec(tmp_path, "shop/orders", toml))
