"""A genuine orders export of a store's admin, and its product files, from file to published mart."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.builders.public_data import Ask, published_exports


@pytest.fixture(scope="module")
def ask(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Ask:
    folder = real_data / "shopify_admin_export"
    files = {"shopify/2025-12-07/orders_export_1.csv": folder / "orders_export_1.redacted.csv"}
    for name in ("apparel", "home-and-garden", "jewelery"):
        files[f"shopify/2025-12-07/products_export_{name}.csv"] = folder / f"{name}.csv"
    return published_exports(files, tmp_path_factory.mktemp("admin_export"), date(2025, 12, 31))


def test_lines_become_orders_whose_cells_stand_on_the_first_line_only(ask: Ask) -> None:
    totals = ask("select count(*), sum(line_count), sum(total_amount) from fct_orders")
    assert totals == [(51, 121, Decimal("590683.2900"))]


def test_totals_are_lines_and_tax(ask: Ask) -> None:
    parts = ask("select sum(gross_amount), sum(discount_amount), sum(tax_amount) from fct_orders")
    assert parts == [(Decimal("585942.0000"), Decimal("0.0000"), Decimal("4741.2900"))]
    assert ask("select sum(gross_amount) from fct_order_lines") == [(Decimal("585942.0000"),)]


def test_no_order_has_an_amount_that_its_lines_do_not_explain(ask: Ask) -> None:
    assert ask("select count(*) from fct_orders where has_unexplained_amount or not is_valid_order") == [(0,)]


def test_variants_become_products_and_pictures_do_not(ask: Ask) -> None:
    variants = ask("select count(*) from dim_products where price_amount is not null")
    assert variants[0][0] > 50
