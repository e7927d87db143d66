"""Specs are read as they are written, and every mistake of a file is named at once."""

import re
from pathlib import Path

import pytest

from ingestion.errors import HomeError
from ingestion.home import PROJECT_ROOT, Home
from ingestion.specs.files import load_shapes, load_specs, read_all_specs, read_spec
from ingestion.specs.model import Spec
from tests.builders.specs import mistakes_of_text, spec_of, write_spec

GOOD = """
files = ["orders*.csv"]
format = "csv"
mode = "upsert"
key = ["id"]
[columns]
id = { type = "integer", header = ["ID", "Order ID"], personal = "none" }
email = { type = "text", personal = "direct" }
"""
CHILD = "[children.lines]\npath='x'\n[children.lines.columns]\na={type='text'}\n"
WRONG = """
files = ["/etc/*.csv"]
formt = "csv"
mode = "upsrt"
error_budget = 7
[dialect]
delimiter = "too long a one"
encoding = "utf-9"
[columns]
Id = { type = "intger" }
email = { type = "text", personel = "direct" }
day = { type = "date", format = "%Q", zone = "Mars/X" }
"""


def test_a_spec_says_its_tables_and_columns(tmp_path: Path) -> None:
    spec = read_spec(write_spec(tmp_path, "shop/orders", GOOD))
    assert (spec.name, spec.table.qualified()) == ("shop.orders", '"raw"."shop"."orders"')
    assert spec.table.sql_columns[:3] == (("id", "BIGINT"), ("email", "VARCHAR"), ("_source", "VARCHAR"))


def test_every_mistake_of_a_file_is_named_at_once_with_what_is_allowed(tmp_path: Path) -> None:
    found = mistakes_of_text(tmp_path, WRONG)
    assert set(found) == {
        "files", "format", "formt", "mode", "error_budget", "dialect.delimiter", "dialect.encoding", "columns.Id.type",
        "columns.email.personel", "columns.day.format", "columns.day.zone",
    }  # fmt: skip
    assert found["mode"].startswith("shop/orders.toml: mode: 'upsrt' is not known (allowed: 'append', 'upsert'")
    assert "did you mean 'format'" in found["formt"]
    assert "did you mean 'personal'" in found["columns.email.personel"]
    assert "csv, json" in found["format"]


@pytest.mark.parametrize(
    ("change", "key", "words"),
    [
        (('key = ["id"]', 'key = ["nr"]'), "key", "no column is called 'nr'; the columns are id, email"),
        (('key = ["id"]', ""), "key", "needs `key` or `replace_by`"),
        (('key = ["id"]', 'key = ["id"]\nupdated_at = "email"'), "updated_at", "allowed: timestamp, date, integer"),
        (('mode = "upsert"', 'mode = "period"'), "period", "needs the date column"),
        (('mode = "upsert"\nkey = ["id"]', 'mode = "snapshot"'), "key", "'snapshot' needs `key`"),
        (('mode = "upsert"', 'mode = "append"\nreplace_by = ["id"]'), "replace_by", "only with mode 'upsert'"),
        (('mode = "upsert"', 'mode = "upsert"\nparts_by = ["email"]'), "parts_by", "or with `replace_by`"),
        (('key = ["id"]', 'replace_by = ["id"]\nparts_by = ["nr"]'), "parts_by", "no column is called 'nr'"),
        (('personal = "none"', 'path = "a.b"'), "columns.id.path", "write `header`"),
        (('personal = "none"', 'scale = 2'), "columns.id.scale", "only with decimal"),
        (('personal = "none"', 'rounds = true'), "columns.id.rounds", "only with decimal"),
        (('personal = "none"', 'constant = 1'), "columns.id.header", "a column comes from one place"),
        (('personal = "none"', 'as = "exists"'), "columns.id.as", "needs `extract`"),
        (('personal = "none"', 'extract = "(?=a)"'), "columns.id.extract", "look-around"),
        (("[columns]", CHILD + "[columns]"), "children.lines", "not out of csv"),
        (("[columns]", 'sheet = "A"\n[columns]'), "sheet", "means nothing for format 'csv'"),
        (("[columns]", 'exported_at = "x"\n[columns]'), "exported_at", "named group"),
        (("[columns]", 'exported_at = "(?P<day>[0-9]+)"\n[columns]'), "exported_at", "year and month"),
        (("[columns]", 'exported_at = "(?P<date>.)(?P<foo>.)"\n[columns]'), "exported_at", "is called 'foo'"),
        (("[columns]", 'where = { column = "a", matches = "x" }\n[columns]'), "where", "only into an entity spec"),
        (('key = ["id"]', 'key = ["id", "id"]'), "key", "names 'id' twice"),
        (("[columns]", "[columns"), "", "is not readable TOML"),
    ],
)  # fmt: skip
def test_keys_that_do_not_go_together_are_named(tmp_path: Path, change: tuple[str, str], key: str, words: str) -> None:
    found = mistakes_of_text(tmp_path, GOOD.replace(*change))
    assert words in found[key], found


NESTED = GOOD.replace('format = "csv"', 'format = "jsonl"').replace(', header = ["ID", "Order ID"]', "")
LINES = NESTED + "[children.lines]\npath = 'x'\nparent_key = { %s }\n[children.lines.columns]\na = { type = 'text' }\n"
SALES = NESTED + "[children.sales]\nkind = 'Sale'\n%s\n[children.sales.columns]\na = { type = 'text' }\n"


@pytest.mark.parametrize(
    ("toml", "key", "words"),
    [
        ((LINES % 'order = "zz"'), "children.lines.parent_key.order", "no column is called 'zz'"),
        ((LINES % '_row_number = "id"'), "children.lines.parent_key._row_number", "no name of ours"),
        ((LINES % 'a = "id"'), "children.lines.parent_key.a", "a column of the child's own, too"),
        ((SALES % 'parent_key = { order = "id" }'), "children.sales.parent_key", "goes only with `path`"),
        ((SALES % 'key = ["zz"]'), "children.sales.key", "no column is called 'zz'"),
        ((SALES % 'replace_by = ["zz"]'), "children.sales.replace_by", "no column is called 'zz'"),
        ((SALES % 'key = ["a"]\nupdated_at = "yy"'), "children.sales.updated_at", "no column is called 'yy'"),
        ((SALES % 'mode = "period"'), "children.sales.mode", "cannot be of mode 'period'"),
        ((SALES % ""), "children.sales.key", "needs `key` or `replace_by`"),
    ],
)
def test_mistakes_of_a_child_are_named(tmp_path: Path, toml: str, key: str, words: str) -> None:
    found = mistakes_of_text(tmp_path, toml)
    assert words in found[key], found


def test_a_child_that_repeats_what_its_parent_lacks_leaves_the_other_specs_usable(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    write_spec(home.sources, "acme/good", GOOD)
    write_spec(home.sources, "acme/bad", (LINES % 'order = "zz"').replace("orders*", "bad*"))
    reading = read_all_specs(home)
    assert [spec.export for spec in reading.specs if spec.source == "acme"] == ["good"]
    assert [mistake.key for mistake in reading.mistakes] == ["children.lines.parent_key.order"]


def test_names_that_are_not_ours_are_refused(tmp_path: Path) -> None:
    assert "reserved" in mistakes_of_text(tmp_path, GOOD, "meta/orders")[""]
    assert "the file's name" in mistakes_of_text(tmp_path, GOOD, "shop/Orders-1")[""]
    assert "no name of ours" in mistakes_of_text(tmp_path, GOOD.replace("email =", '"E mail" ='))["columns.E mail"]


def test_two_specs_of_a_source_may_not_claim_the_same_pattern(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    write_spec(home.sources, "acme/one", GOOD)
    write_spec(home.sources, "acme/two", GOOD.replace("orders*.csv", "ORDERS*.csv.gz"))
    reading = read_all_specs(home)
    assert not [spec for spec in reading.specs if spec.source == "acme"]
    assert [str(mistake).partition(";")[0] for mistake in reading.mistakes] == [
        "acme/one.toml: files: 'orders*.csv' is also claimed by acme.two",
        "acme/two.toml: files: 'orders*.csv' is also claimed by acme.one",
    ]


def test_a_wrong_spec_leaves_the_others_usable(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    write_spec(home.sources, "acme/good", GOOD)
    write_spec(home.sources, "acme/bad", WRONG)
    reading = read_all_specs(home)
    assert [spec.export for spec in reading.specs if spec.source == "acme"] == ["good"]
    assert {mistake.file for mistake in reading.mistakes} == {"acme/bad.toml"}


def test_the_shops_own_spec_holds_over_a_shipped_one_of_its_name(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    shipped = load_specs(home)[0]
    write_spec(home.sources, f"{shipped.source}/{shipped.export}", GOOD.replace("orders*", "mine*"))
    (mine,) = [spec for spec in load_specs(home) if spec.name == shipped.name]
    assert mine.files == ("mine*.csv",)


def test_a_shipped_spec_is_mended_in_the_home_as_the_how_to_says(tmp_path: Path) -> None:
    text = (PROJECT_ROOT / "docs" / "how_to" / "write_a_spec.md").read_text("utf-8")
    shipped, copy = re.findall(r"^cp (\S+) home/(\S+)$", text, re.MULTILINE)[0]
    spec = (PROJECT_ROOT / shipped).read_text("utf-8")
    (tmp_path / copy).parent.mkdir(parents=True)
    (tmp_path / copy).write_text(spec.replace('header = "Name"', 'header = ["Name", "Order"]', 1), "utf-8")
    (mine,) = [one for one in load_specs(Home.at(tmp_path)) if one.name == "shopify.orders"]
    assert mine.columns["name"].inputs("name") == (("Name", "Order"),)


def test_shipped_specs_and_shapes_have_no_mistake(tmp_path: Path) -> None:
    assert load_specs(Home.at(tmp_path))
    assert "orders" in load_shapes()


def test_a_spec_survives_the_way_to_a_worker() -> None:
    spec = spec_of({"n": {"type": "boolean", "extract": "x", "as": "exists"}, "m": {"type": "text", "concat": ["a"]}})
    assert Spec.model_validate_json(spec.model_dump_json(by_alias=True)) == spec


def test_the_fingerprint_changes_with_what_is_loaded_only() -> None:
    spec = spec_of({"n": {"type": "text"}})
    assert spec.sha256 == spec_of({"n": {"type": "text"}}, origin="/elsewhere", description="words").sha256
    assert spec.sha256 != spec_of({"n": {"type": "integer"}}).sha256
    assert spec.model_dump(mode="json")["updated_at"] is None, "or each file of each home counts as read by other specs"


@pytest.mark.parametrize("hidden", ["sources", "sources/stall"])
def test_specs_that_may_not_be_looked_at_are_not_taken_for_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hidden: str
) -> None:
    home = Home.at(tmp_path)
    write_spec(home.sources, "stall/orders", GOOD)
    looked = Path.iterdir

    def refused(folder: Path) -> object:  # the tests may run as root, who may look at everything
        if folder == tmp_path / hidden:
            raise PermissionError(13, "Permission denied")
        return looked(folder)

    monkeypatch.setattr(Path, "iterdir", refused)
    with pytest.raises(HomeError, match="cannot be looked into"):
        read_all_specs(home)
