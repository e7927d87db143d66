"""Online Retail through its example: the published counts of other people, met exactly."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.builders.public_data import Ask, published_example

DECEMBER_2010 = [885, 324, 286, 340, 321, 352, 321, 309, 313, 350, 331, 445, 235]
COHORT_SIZES = [885, 417, 380, 452, 300, 284, 242, 188, 169, 299, 358, 323, 41]


@pytest.fixture(scope="module")
def ask(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Ask:
    root = tmp_path_factory.mktemp("online_retail")
    return published_example("online_retail", real_data / "online_retail", root, date(2011, 12, 31))


def test_the_clean_rule_leaves_the_published_lines_and_money(ask: Ask) -> None:
    lines = ask("select count(*), sum(gross_amount) from fct_order_lines where is_valid_line")
    assert lines == [(397_884, Decimal("8911407.9040"))]


def test_the_clean_rule_leaves_the_published_invoices_and_customers(ask: Ask) -> None:
    orders = ask("select count(*), count(distinct customer_id), sum(net_amount) from fct_orders where is_valid_order")
    assert orders == [(18_532, 4_338, Decimal("8911407.9040"))]


def test_every_line_and_invoice_left_out_is_counted_under_a_reason(ask: Ask) -> None:
    counted = ask("select entity, sum(record_count) from excluded_records where reason is not null group by 1")
    assert dict(counted) == {"order": 25_900 - 18_532, "order_line": 541_909 - 397_884}


def test_the_first_cohort_comes_back_as_published(ask: Ask) -> None:
    counts = ask(
        """select retained_classic_count from cohort_retention
        where period_unit = 'month' and cohort_date = '2010-12-01' order by period_number"""
    )
    assert [count for (count,) in counts] == DECEMBER_2010


def test_the_cohorts_have_their_published_sizes(ask: Ask) -> None:
    sizes = ask(
        """select cohort_size_count from cohort_retention
        where period_unit = 'month' and period_number = 0 order by cohort_date"""
    )
    assert [size for (size,) in sizes] == COHORT_SIZES


def test_somebody_elses_frequency_money_and_last_date_are_equal_for_everybody(ask: Ask, real_data: Path) -> None:
    file = real_data / "online_retail" / "published_rfm_by_whitehorse101.csv"
    theirs = f"""select last_at, frequency, round(monetary, 2)
        from read_csv('{file}', header = true, columns = {{customer_id: 'varchar', last_at: 'timestamp',
            frequency: 'bigint', monetary: 'double', recency: 'bigint', r: 'int', f: 'int', m: 'int'}})"""
    ours = """select timezone('Europe/London', timezone('UTC', last_ordered_at)), valid_order_count,
            round(cast(net_revenue_to_date_amount as double), 2)
        from customer_lifetime_value"""
    # customers are pseudonyms in the published file, so the two are compared as bags of rows
    assert ask(f"select count(*) from ({theirs} except all {ours})") == [(0,)]
    assert ask(f"select count(*) from ({ours} except all {theirs})") == [(0,)]
    assert ask(f"select count(*) from ({ours})") == [(4_338,)]


def test_two_equal_lines_stay_two_lines(ask: Ask) -> None:
    equal = ask(
        """select sum(n - 1) from (select count(*) as n from raw.entity.order_lines
        group by order_key, product_key, title, quantity, unit_price_amount having count(*) > 1)"""
    )
    assert equal[0][0] > 5_000
    assert ask("select count(*), count(distinct order_line_id) from fct_order_lines") == [(541_909, 541_909)]
