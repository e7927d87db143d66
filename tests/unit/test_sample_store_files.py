"""The sample shop's files: the same bytes every time, strictly readable, true layouts."""

import csv
import hashlib
import json
from datetime import timedelta
from pathlib import Path

import pytest

from ingestion.sample_store import SampleRefused, write_day
from tests.builders.shop import END_DAY, SampleShop, sample_shop

TINY = {"orders": 200, "tickets": 80, "days": 120}


def _digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() + str(int(path.stat().st_mtime))
        for path in folder.rglob("*.*")
        if path.name != "sample_truth.json"
    }


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> SampleShop:
    return sample_shop(tmp_path_factory.mktemp("shop"))


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    one, two = sample_shop(tmp_path / "one", **TINY), sample_shop(tmp_path / "two", **TINY)
    assert _digests(one.exports) == _digests(two.exports)
    assert one.truth == two.truth


def test_how_many_parts_are_written_at_a_time_changes_no_byte(tmp_path: Path) -> None:
    one, more = (sample_shop(tmp_path / str(n), **TINY, parts_at_a_time=n) for n in (1, 3))
    assert _digests(one.exports) == _digests(more.exports)
    assert one.truth == more.truth
    assert one.summary.files == [one.exports / path.relative_to(more.exports) for path in more.summary.files]


def test_another_seed_writes_another_shop(tmp_path: Path) -> None:
    one, two = sample_shop(tmp_path / "one", **TINY), sample_shop(tmp_path / "two", **TINY, seed=8)
    assert one.truth["orders"] != two.truth["orders"]


@pytest.mark.parametrize("wrong", [{"orders": 10}, {"days": 3}, {"formats": ("paper",)}, {"formats": ()}])
def test_a_shop_that_cannot_be_is_refused(tmp_path: Path, wrong: dict[str, object]) -> None:
    with pytest.raises(SampleRefused):
        sample_shop(tmp_path, **wrong)


def test_a_further_day_needs_a_shop(tmp_path: Path) -> None:
    with pytest.raises(SampleRefused, match="no sample shop"):
        write_day(tmp_path / "exports", END_DAY)


def test_a_shop_of_another_version_gets_no_further_day(tmp_path: Path) -> None:
    shop = sample_shop(tmp_path, **TINY)
    older = shop.truth
    del older["settings"]["simulation"]
    shop.summary.truth.write_text(json.dumps(older), "utf-8")
    with pytest.raises(SampleRefused, match="another version"):
        write_day(shop.exports, END_DAY + timedelta(days=1))


def test_one_more_day_adds_files_and_changes_none(tmp_path: Path) -> None:
    shop = sample_shop(tmp_path, **TINY)
    before = _digests(shop.exports)
    following = END_DAY + timedelta(days=1)
    written = write_day(shop.exports, following)
    after = _digests(shop.exports)
    assert {name: after[name] for name in before} == before
    assert len(after) == len(before) + len(written.files)
    assert all(str(following) in path.name for path in written.files)
    assert shop.truth["written_until"] == str(following)
    with pytest.raises(SampleRefused, match="next day"):
        write_day(shop.exports, following)


@pytest.mark.parametrize("formats", [("csv",), ("bulk",)])
def test_a_shop_may_have_one_orders_format_alone(tmp_path: Path, formats: tuple[str, ...]) -> None:
    shop = sample_shop(tmp_path, **TINY, formats=formats)
    counts = shop.truth["orders"]["counts"]
    assert min(shop.truth["orders"]["valid_by_month"]) >= "2025-11"
    if formats == ("csv",):
        assert counts["test_orders"] == 0
        assert len(shop.newest_csv_orders()) == counts["orders"]
        assert not shop.files("shopify/*.jsonl")
    else:
        assert len(shop.newest("shopify/orders_2*.jsonl", "Order")) == counts["orders"]
        assert not shop.files("shopify/orders_export*.csv")


def test_csv_files_are_regular_but_for_the_planted_rows(shop: SampleShop) -> None:
    short = 0
    for path in shop.files("shopify/*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file, strict=True))
        short += sum(len(row) != len(rows[0]) for row in rows)
        assert len(set(rows[0])) == len(rows[0])
    copies = 1 + len([name for name in shop.truth["dirt"]["duplicate_files"] if name.endswith(".csv")])
    assert short == copies * shop.truth["dirt"]["rejected_rows"]["shopify/orders_csv"]


def test_order_cells_stand_on_first_rows_only_and_names_are_plain(shop: SampleShop) -> None:
    path = shop.files("shopify/orders_export*.csv")[-1]
    assert path.read_text("utf-8").splitlines()[1].startswith("#")
    for rows in shop.newest_csv_orders().values():
        assert rows[0]["Id"]
        assert all(not row["Id"] and not row["Total"] and row["Lineitem name"] for row in rows[1:])


def test_layouts_have_their_true_widths(shop: SampleShop) -> None:
    def widths(pattern: str) -> set[int]:
        return {len(path.read_text("utf-8").split("\n", 1)[0].split(",")) for path in shop.files(pattern)}

    assert widths("shopify/orders_export*.csv") == {75, 79}
    assert widths("shopify/transactions_export*.csv") == {9}
    assert widths("shopify/customers_export*.csv") == {20}
    assert widths("shopify/products_export*.csv") == {55}


def test_json_files_are_strict_json(shop: SampleShop) -> None:
    broken = 0
    for path in shop.files("*/*.json*"):
        lines = path.read_text("utf-8").splitlines() if path.suffix == ".jsonl" else [path.read_text("utf-8")]
        for line in lines:
            try:
                assert isinstance(json.loads(line), dict)
            except ValueError:
                broken += 1
    assert broken == shop.truth["dirt"]["rejected_rows"]["zendesk/tickets"]


def test_late_files_arrive_after_newer_ones(shop: SampleShop) -> None:
    assert shop.truth["dirt"]["late_files"]
    for name in shop.truth["dirt"]["late_files"]:
        late = shop.exports / name
        export = late.name.rsplit("_", 1)[0]
        newer = [path for path in shop.files(f"{name.split('/')[0]}/{export}_*") if path.name > late.name]
        assert any(path.stat().st_mtime < late.stat().st_mtime for path in newer)


def test_planted_cells_are_all_there(shop: SampleShop) -> None:
    dirt = shop.truth["dirt"]["failed_cells"]
    cells = [row for path in shop.files("shopify/orders_export*.csv") if " (" not in path.name
             for row in shop.csv_rows(path) if row["Lineitem price"] == "12,x0"]  # fmt: skip
    assert len(cells) == dirt["shopify/orders_csv"] > 0
    assert not any(row["Lineitem price"] == "12,x0" for rows in shop.newest_csv_orders().values() for row in rows)
