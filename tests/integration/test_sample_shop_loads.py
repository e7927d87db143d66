"""The sample shop goes through the loader with exactly the planted rejects, cell errors and duplicates."""

import duckdb
import pytest

from ingestion.deliveries import LoadSettings, LoadSummary
from ingestion.home import Home
from ingestion.loader import load
from ingestion.worker.main import Worker
from tests.builders.shop import SampleShop, sample_shop

SPEC_OF_LAYOUT = {"shopify/orders_csv": "shopify.orders", "zendesk/tickets": "zendesk.tickets"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> SampleShop:
    return sample_shop(tmp_path_factory.mktemp("home"), orders=400, tickets=150, days=230)


@pytest.fixture(scope="module")
def loaded(shop: SampleShop) -> LoadSummary:
    return load(Home.at(shop.exports.parent), settings=LoadSettings(settle_seconds=0), worker=Worker)


def test_every_file_of_the_sample_is_taken_or_known(shop: SampleShop, loaded: LoadSummary) -> None:
    assert {d.status for d in loaded.deliveries} == {"loaded", "duplicate"}
    assert len(loaded.deliveries) == len(shop.summary.files)


def test_rejects_and_cell_errors_are_the_planted_ones(shop: SampleShop, loaded: LoadSummary) -> None:
    dirt = shop.truth["dirt"]
    for planted, counted in (("rejected_rows", "rows_rejected"), ("failed_cells", "cells_failed")):
        found: dict[str, int] = {}
        for delivery in loaded.deliveries:
            if delivery.status == "loaded" and getattr(delivery, counted):
                name = f"{delivery.source}.{delivery.export}"
                found[name] = found.get(name, 0) + getattr(delivery, counted)
        assert found == {SPEC_OF_LAYOUT[layout]: count for layout, count in dirt[planted].items()}


def test_planted_copies_add_nothing(shop: SampleShop, loaded: LoadSummary) -> None:
    names = {d.file_name: d.status for d in loaded.deliveries}
    assert shop.truth["dirt"]["duplicate_files"]
    for copy in shop.truth["dirt"]["duplicate_files"]:
        assert sorted([names[copy], names[copy.replace(" (1)", "")]]) == ["duplicate", "loaded"]


def test_raw_holds_every_order_of_the_truth(shop: SampleShop, loaded: LoadSummary) -> None:
    query = """
        select count(*) from (select id from raw.shopify.orders where id is not null
        union select legacy_resource_id from raw.shopify.bulk_orders)"""
    with duckdb.connect(str(Home.at(shop.exports.parent).raw_db), read_only=True) as connection:
        (orders,) = connection.execute(query).fetchall()[0]
    assert loaded.deliveries
    assert orders == shop.truth["orders"]["counts"]["orders"]
