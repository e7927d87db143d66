"""Olist through its example: counts and totals of the extract, met exactly."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.builders.public_data import Ask, published_example


@pytest.fixture(scope="module")
def ask(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Ask:
    return published_example("olist", real_data / "olist", tmp_path_factory.mktemp("olist"), date(2018, 12, 31))


def test_goods_and_freight_are_the_extracts(ask: Ask) -> None:
    totals = ask("select count(*), sum(gross_amount), sum(shipping_amount) from fct_order_lines")
    assert totals == [(22_618, Decimal("2768685.9900"), Decimal("451112.7900"))]


def test_orders_and_their_value_by_payments_are_the_extracts(ask: Ask) -> None:
    assert ask("select count(*), round(avg(paid_amount), 2) from fct_orders") == [(20_000, 162.48)]


def test_accounts_that_are_made_anew_for_each_order_become_people(ask: Ask) -> None:
    assert ask("select count(*) from dim_customers") == [(19_831,)]


def test_reviews_with_line_breaks_in_quotes_are_one_row_each(ask: Ask) -> None:
    reviews = ask(
        """select count(*), round(avg(rating_stars), 4), count(*) filter (
            contains(comment, chr(10)) or contains(comment, chr(13))) from raw.entity.reviews"""
    )
    assert reviews == [(19_986, 4.0909, 807)]


def test_payments_are_all_there(ask: Ask) -> None:
    assert ask("select count(*) from raw.entity.payments") == [(20_873,)]


def test_late_deliveries_have_the_published_share(ask: Ask) -> None:
    """Of the orders that stand; cancelled ones of which a parcel arrived all the same are not among the published."""
    late, share, days = ask(
        """select count(*) filter (delivered_at > promised_at),
        count(*) filter (delivered_at > promised_at) / count(delivered_at),
        avg(epoch(delivered_at - ordered_at)) / 86400 from fct_orders where is_valid_order"""
    )[0]
    assert (late, round(share, 4), round(days, 2)) == (1586, 0.0816, 12.52)


def test_what_is_left_out_is_counted(ask: Ask) -> None:
    counted: dict[str, int] = dict(ask("select rule, record_count from excluded_records where entity = 'order'"))
    valid = ask("select count(*) filter (is_valid_order) from fct_orders")[0][0]
    assert set(counted) == {"cancelled", "amount_unknown"}
    assert sum(counted.values()) == 20_000 - valid
