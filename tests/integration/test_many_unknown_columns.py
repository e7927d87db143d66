"""A table has room for so many columns that no spec names: what is beyond is kept in one, whatever format brings it."""

import json
from pathlib import Path

import pytest

from tests.builders.drifted import written
from tests.builders.shop_home import ShopHome

SPEC = 'files = ["bag*"]\nformat = "{kind}"\nmode = "append"\n{rules}\n[columns]\nid = {{ type = "text" }}\n'
FORMATS = ["csv", "jsonl", "yaml", "parquet", "xlsx"]


@pytest.fixture
def room_for_three(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingestion.worker.drift.DRIFT_LIMIT", 3)


def shop_of(folder: Path, kind: str, rules: str = "") -> ShopHome:
    shop = ShopHome(folder)
    shop.spec("shop/bags", SPEC.format(kind=kind, rules=rules))
    return shop


def bag(kind: str, number: int, *names: str) -> bytes:
    return written(kind, [["id", *names], [str(number), *(f"{name} of {number}" for name in names)]])


def columns(shop: ShopHome) -> list[str]:
    known = "select column_name from duckdb_columns() where table_name = 'bags' and column_index > 7 order by all"
    return [name for (name,) in shop.query(known)]


def held(shop: ShopHome) -> dict[str, dict[str, str]]:
    """What each row says under names that no spec knows, wherever it stands."""
    rows = {}
    for (row,) in shop.query("select t from shop.bags t"):
        beyond = json.loads(row.pop("_extra", None) or "{}")
        rows[row["id"]] = {n: v for n, v in row.items() if n[0] == "k" and v is not None} | beyond
    return rows


@pytest.mark.parametrize("kind", FORMATS)
def test_a_feed_of_ever_new_names_stops_widening_its_table_and_loses_nothing(
    tmp_path: Path, kind: str, room_for_three: None
) -> None:
    shop = shop_of(tmp_path, kind)
    for number, names in enumerate([("k1", "k2"), ("k1", "k3", "k'4"), ("k5",), ("k6", "k1")]):
        shop.deliver(f"shop/bag_{number}", bag(kind, number, *names))
        assert shop.load_one().status == "loaded"
    assert columns(shop) == ["_extra", "k1", "k2", "k5"]
    assert held(shop) == {
        "0": {"k1": "k1 of 0", "k2": "k2 of 0"}, "1": {"k1": "k1 of 1", "k3": "k3 of 1", "k'4": "k'4 of 1"},
        "2": {"k5": "k5 of 2"}, "3": {"k6": "k6 of 3", "k1": "k1 of 3"},
    }  # fmt: skip
    told = shop.query("select detail from meta.schema_changes where change = 'columns_in_extra' order by all")
    assert [detail.split()[0] for (detail,) in told] == ["1", "2"]


def test_whatever_comes_first_each_row_holds_the_same(tmp_path: Path, room_for_three: None) -> None:
    bags = [("k1", "k2"), ("k2", "k3", "k4"), ("k5",)]
    found = []
    for order in ((0, 1, 2), (2, 1, 0), (1, 0, 2)):
        shop = shop_of(tmp_path / "".join(map(str, order)), "jsonl")
        for number in order:
            shop.deliver(f"shop/bag_{number}", bag("jsonl", number, *bags[number]))
            shop.load()
        found.append(held(shop))
    assert all(each == found[0] for each in found)


def test_a_record_of_thousands_of_keys_makes_no_column_and_is_whole(tmp_path: Path) -> None:
    names = [f"k{n}" for n in range(2000)]
    for kind in ("jsonl", "csv"):
        shop = shop_of(tmp_path / kind, kind)
        shop.deliver("shop/bag", bag(kind, 0, *names))
        assert shop.load_one().status == "loaded"
        assert (columns(shop), held(shop)["0"]) == (["_extra"], {name: f"{name} of 0" for name in names})


def test_a_column_of_the_file_called_like_ours_is_not_mixed_up_with_it(tmp_path: Path, room_for_three: None) -> None:
    shop = shop_of(tmp_path, "jsonl")
    shop.deliver("shop/bag_0", bag("jsonl", 0, "_extra"))
    shop.deliver("shop/bag_1", bag("jsonl", 1, "k1", "k2", "k3"))
    shop.load()
    assert columns(shop) == ["_extra", "_extra (file)"]
    assert shop.query('select count(_extra), count("_extra (file)") from shop.bags') == [(1, 1)]


def test_the_other_words_of_drift_know_no_limit(tmp_path: Path, room_for_three: None) -> None:
    for word, status in (("ignore", "loaded"), ("freeze", "refused")):
        shop = shop_of(tmp_path / word, "csv", f'drift = "{word}"')
        shop.deliver("shop/bag", bag("csv", 0, "k1", "k2", "k3", "k4"))
        assert shop.load_one().status == status
        assert columns(shop) == []


def test_names_that_differ_only_in_case_go_where_they_go_in_any_order(tmp_path: Path) -> None:
    found = set()
    headers = [("Note",), ("note",), ("Note", "note")]
    for order in ((0, 1, 2), (2, 1, 0)):
        shop = shop_of(tmp_path / str(order[0]), "csv")
        for at in order:
            shop.deliver(f"shop/bag_{at}", bag("csv", at, *headers[at]))
            shop.load()
        together = '"Note [d8da2c49]", "note [edb46562]"'
        found.add(repr(shop.query(f"select note, {together} from shop.bags order by id")))
    assert found == {"[('Note of 0', None, None), ('note of 1', None, None), (None, 'Note of 2', 'note of 2')]"}


@pytest.mark.parametrize("kind", FORMATS)
def test_a_check_of_several_files_tells_a_new_column_once_as_the_load_does(
    tmp_path: Path, kind: str, room_for_three: None
) -> None:
    shop = shop_of(tmp_path, kind)
    for number, names in enumerate([("k1", "k2"), ("k1", "k2"), ("k3", "k4"), ("k1",)]):
        shop.deliver(f"shop/bag_{number}", bag(kind, number, *names))
    foreseen, loaded = (shop.load(dry_run=is_check).deliveries for is_check in (True, False))
    assert [each.schema_changes for each in foreseen] == [each.schema_changes for each in loaded]
