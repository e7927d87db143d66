"""Laws of loading, for any deliveries: twice is once, the order of arrival is nothing, fast and exact agree."""

import itertools
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.readers.csv_scan import Regularity
from ingestion.worker.unreadable import LEAST_FAILED
from tests.builders.faulty_runs import copy_of
from tests.builders.shop_home import HEADER, NOON, ORDERS, ShopHome, orders_csv

LAWS = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
RULES = "error_budget = 1.0"

ids = st.sampled_from(["1", "2", "3", "", "x", "007"])
texts = st.sampled_from(["", "a", "ü", '"q,""uoted"""', "' ", "=1+1", "NULL"])
totals = st.sampled_from(["", "1", "1.50", "-0.07", "1,5", "ten", "1.999"])
moments = st.sampled_from(["2026-01-01", "2026-01-01 10:00:00", "2026-01-01T10:00:00+05:30", "yesterday", ""])
rows = st.tuples(ids, texts, totals.map(lambda text: f'"{text}"' if "," in text else text), moments).map(",".join)
# No file is so large that a column of it could count as unreadable, which would refuse it.
files = st.lists(rows, max_size=LEAST_FAILED - 1)
deliveries = st.lists(files, min_size=1, max_size=4)


@pytest.fixture(scope="module", autouse=True)
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> ShopHome:
    """A home whose store is made once and copied for each example."""
    shop = ShopHome(tmp_path_factory.mktemp("empty") / "home")
    shop.spec(rules=RULES)
    shop.load()
    made.append(shop)
    return shop


made: list[ShopHome] = []


def home_in(folder: str | Path, name: str) -> ShopHome:
    return copy_of(made[-1], Path(folder) / name)


def deliver(shop: ShopHome, number: int, lines: list[str], copy: str = "") -> None:
    text = orders_csv(*lines) if lines else HEADER + "\n"
    shop.deliver(f"shop/orders_2026-01-{number + 1:02}{copy}.csv", text, NOON)  # a refusal's id holds the file's time


@LAWS
@given(deliveries)
def test_records_in_are_loaded_or_rejected(nights: list[list[str]]) -> None:
    with TemporaryDirectory() as folder:
        shop = home_in(folder, "home")
        for number, lines in enumerate(nights):
            deliver(shop, number, lines)
        taken = [each for each in shop.load().deliveries if each.status == "loaded"]
        for each in taken:
            assert each.rows_in == each.rows_loaded + each.rows_rejected + each.rows_skipped
        contents = {tuple(lines) for lines in nights}
        assert sum(each.rows_in for each in taken) == sum(len(lines) for lines in contents)
        assert shop.query("select count(*) from shop.orders") == [(sum(each.rows_loaded for each in taken),)]
        assert shop.query("select count(*) from meta.rejects") == [(sum(each.rows_rejected for each in taken),)]


@LAWS
@given(deliveries)
def test_loading_twice_is_loading_once(nights: list[list[str]]) -> None:
    with TemporaryDirectory() as folder:
        shop = home_in(folder, "home")
        for number, lines in enumerate(nights):
            deliver(shop, number, lines)
        shop.load()
        before = shop.fingerprint()
        for number, lines in enumerate(nights):
            deliver(shop, number, lines, copy="_again")
        assert shop.load().rows_loaded == 0
        assert shop.fingerprint() == before


@LAWS
@given(st.lists(files, min_size=2, max_size=4, unique_by=tuple), st.randoms(use_true_random=False))
def test_the_order_and_grouping_of_arrival_change_nothing(nights: list[list[str]], chance: object) -> None:
    with TemporaryDirectory() as folder:
        at_once = home_in(folder, "at_once")
        for number, lines in enumerate(nights):
            deliver(at_once, number, lines)
        at_once.load()
        one_by_one = home_in(folder, "one_by_one")
        order = list(enumerate(nights))
        chance.shuffle(order)  # type: ignore[attr-defined]
        for number, lines in order:
            deliver(one_by_one, number, lines)
            one_by_one.load()
        assert one_by_one.fingerprint() == at_once.fingerprint()


@settings(LAWS, max_examples=15)
@given(st.lists(rows, min_size=1, max_size=8), st.booleans())
def test_fast_and_exact_give_the_same_rows_errors_and_rejects(lines: list[str], is_large: bool) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        fast, exact = home_in(folder, "fast"), home_in(folder, "exact")
        for shop in (fast, exact):
            deliver(shop, 0, lines)
        assert fast.load_one().path == "fast"
        patch.setattr("ingestion.worker.staging_grid.scan_csv", lambda *_: Regularity(False, "declared so by a test"))
        if is_large:  # many batches, each made while the one before is typed
            patch.setattr("ingestion.worker.staging.SMALL_CONTENT", 0)
            patch.setattr("ingestion.worker.staging.GATHERED_ROWS", 2)
            patch.setattr("ingestion.readers.csv_text.PIECE", 3)
        assert exact.load_one().path == "exact"
        assert exact.fingerprint() == fast.fingerprint()


@settings(LAWS, max_examples=15)
@given(
    st.lists(rows, min_size=1, max_size=8),
    st.sampled_from(["", '9,"open,1,2026-01-01', "9,a", "9,a,1,2026-01-01,more"]),
)
def test_reading_ahead_of_the_proof_changes_nothing(lines: list[str], flaw: str) -> None:
    """The flaw lies behind the part that is foreseen, so what was read ahead must be given up."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        ahead, after = home_in(folder, "ahead"), home_in(folder, "after")
        for shop in (ahead, after):
            deliver(shop, 0, [*lines, *([flaw] if flaw else [])])
            deliver(shop, 0, [*lines, *([flaw] if flaw else [])], copy="_again")
        expected = after.load()
        patch.setattr("ingestion.readers.content.BLOCK", len(HEADER) + 1 + len(lines[0].encode()) + 2)
        patch.setattr("ingestion.worker.staging_grid.LARGE_CONTENT", 0)
        found = ahead.load()
        told = [
            [(each.status, each.path, each.reason, each.detail) for each in run.deliveries] for run in (found, expected)
        ]
        assert told[0] == told[1]
        assert ahead.fingerprint() == after.fingerprint()


def test_a_large_file_that_was_loaded_before_is_told_by_its_hash_and_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = home_in(tmp_path, "home")
    monkeypatch.setattr("ingestion.worker.file_load.LARGE_CONTENT", 0)
    deliver(shop, 0, ["1,a,1,2026-01-01"])
    assert shop.load_one().status == "loaded"
    read: list[object] = []
    monkeypatch.setattr("ingestion.worker.staging_grid.scan_csv", lambda *_: read.append(1) or Regularity(False))
    deliver(shop, 0, ["1,a,1,2026-01-01"], copy="_again")
    assert (shop.load_one().status, read) == ("duplicate", [])
    deliver(shop, 0, ["1,a,2,2026-01-01"], copy="_other")  # as long, but not the same
    assert (shop.load_one().status, read) == ("loaded", [1])


def test_every_order_of_three_deliveries_gives_the_same_store(tmp_path: Path) -> None:
    nights = [["1,a,1,2026-01-01"], ["1,a,2,2026-01-02", "2,b,1,2026-01-02"], ["1,a,3,2025-12-31"]]
    prints = []
    for order in itertools.permutations(range(3)):
        shop = home_in(tmp_path, "".join(map(str, order)))
        for number in order:
            deliver(shop, number, nights[number])
            shop.load()
        prints.append(shop.fingerprint())
    assert all(each == prints[0] for each in prints)


def test_snapshots_of_any_size_are_loaded_in_every_order(tmp_path: Path) -> None:
    prints: list[dict[str, str]] = []
    deliveries = [("2026-01-01", 10), ("2026-01-03", 8), ("2026-01-04", 2)]
    for order in (deliveries, deliveries[::-1]):
        shop = ShopHome(tmp_path / str(len(prints)))
        rules = "volume = { min_share_of_previous = 0.5 }"
        toml = ORDERS.format(kind="csv", rules=rules).replace('"upsert"', '"snapshot"')
        shop.spec(toml=toml.replace('updated_at = "updated_at"\n', ""))
        for day, rows in order:
            shop.deliver(f"shop/orders_{day}.csv", orders_csv(*(f"{n},,1,{day}" for n in range(rows))))
            assert shop.load_one().rows_loaded == rows
        prints.append(shop.fingerprint())
    assert prints[0] == prints[1]
