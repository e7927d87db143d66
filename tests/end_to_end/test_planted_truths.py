"""What the simulator planted is found again in the marts: counts exactly, shares as chance allows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.builders.independent_shop import answers, differences
from tests.builders.verdicts import is_possible
from tests.end_to_end.conftest import AFTER_EITHER, SampleNight

pytestmark = [pytest.mark.xdist_group("night"), AFTER_EITHER]
# planted share, and what of the published tables shows it: those with it, those who could
SHARES = {
    "order.cancelled_share": "select count(*) filter (is_cancelled), count(*) from fct_orders",
    "order.test_share": "select count(*) filter (is_test), count(*) from fct_orders",
    "order.customerless_share": """select count(*) filter (customer_id is null), count(*)
        from fct_orders where not is_test""",
    "order.guest_share": "select count(*) filter (not has_account), count(*) from dim_customers where is_buyer",
    "order.refund_share": """select count(*) filter (refunded_amount > 0), count(*) from fct_orders
        where is_valid_order and gift_card_amount = 0 and ordered_date < date '{as_of}' - 45""",
    "service.one_touch_share": """select count(*) filter (is_one_touch), count(*) from fct_tickets
        where is_valid_ticket and is_solved and reopen_count = 0 and created_at < date '{as_of}' - 40""",
    "service.reopen_share": """select count(*) filter (reopen_count > 0), count(*) from fct_tickets
        where is_valid_ticket and first_solved_at < date '{as_of}' - 4""",
    "service.hold_share": """select count(*) filter (on_hold_calendar_minutes > 0), count(*) from fct_tickets
        where is_valid_ticket and is_solved and not is_one_touch and reopen_count = 0""",
    "service.reassign_share": """select count(*) filter (reassignment_count > 0), count(*) from fct_tickets
        where is_valid_ticket and is_solved and not is_one_touch and reopen_count = 0""",
}
UNTOLD_BY_CSV = {
    "order.test_share": "an orders CSV cannot tell a test order",
    "order.guest_share": "a customers CSV does not say who has an account",
}


def _planted(night: SampleNight, name: str) -> Any:
    room, _, parameter = name.partition(".")
    return night.truth["planted"][room][parameter]


@pytest.mark.parametrize("name", SHARES)
def test_planted_shares_may_have_made_what_was_counted(sample_night: SampleNight, name: str) -> None:
    if name in UNTOLD_BY_CSV and "bulk" not in sample_night.truth["settings"]["formats"]:
        pytest.skip(f"{UNTOLD_BY_CSV[name]}, and this shop exports nothing else")
    hits, of = sample_night.published.execute(SHARES[name].format(as_of=sample_night.as_of)).fetchone() or (0, 0)
    assert is_possible(hits, of, _planted(sample_night, name))


def test_counts_and_sums_are_the_simulators_own(sample_night: SampleNight) -> None:
    truth = sample_night.truth["orders"]
    row = sample_night.published.execute(
        """select count(*), count(*) filter (is_valid_order), count(*) filter (is_cancelled), count(*) filter (is_test),
            count(*) filter (customer_id is null) from fct_orders"""
    ).fetchone()
    counts = truth["counts"]
    names = ("orders", "valid_orders", "cancelled_orders", "test_orders", "counter_orders")
    assert row == tuple(counts[name] for name in names)
    sums = sample_night.published.execute(
        """select sum(gross_amount), sum(discount_amount), sum(refunded_amount), sum(tax_amount),
            sum(shipping_amount), sum(total_amount), sum(gift_card_amount) from fct_orders where is_valid_order"""
    ).fetchone()
    named = ("gross_sales", "discounts", "refunded", "tax", "shipping", "total", "gift_cards_sold")
    assert [f"{value:.2f}" for value in sums or ()] == [truth["valid_orders"][name] for name in named]


def test_months_and_cohorts_are_the_simulators_own(sample_night: SampleNight) -> None:
    truth = sample_night.truth["orders"]
    months = answers(
        sample_night.published,
        "select strftime(month_date, '%Y-%m'), order_count, round(gross_amount, 2)::varchar from order_value_by_month",
    )
    of_month = {month: (own["orders"], own["gross_sales"]) for month, own in truth["valid_by_month"].items()}
    found = {month: (count, f"{float(gross):.2f}") for month, (count, gross) in months.items()}
    assert differences(of_month, found) == []
    cells = sample_night.published.execute(
        """select strftime(cohort_date, '%Y-%m'), period_number, retained_classic_count
            from cohort_retention where period_unit = 'month' and is_finished"""
    ).fetchall()
    assert {row[:2]: row[2] for row in cells} == {row[:2]: truth["cohorts"][row[0]][row[1]] for row in cells}


def test_returns_are_the_simulators_own_but_for_a_cent_of_each_estimated_one(sample_night: SampleNight) -> None:
    """A file of transactions tells the money of a refund, not the goods in it: their share is rounded to a cent."""
    months = answers(
        sample_night.published,
        """select strftime(m.month_date, '%Y-%m'), any_value(m.returned_amount),
            count(*) filter (r.is_returned_amount_estimated)
            from order_value_by_month as m
            left join fct_refunds as r on date_trunc('month', r.refunded_date) = m.month_date and r.is_valid_refund
            group by m.month_date""",
    )
    own = {month: Decimal(told["returns"]) for month, told in sample_night.truth["orders"]["valid_by_month"].items()}
    assert own.keys() == months.keys()
    assert any(not estimated for _, estimated in months.values())
    for month, (returned, estimated) in months.items():
        assert abs(returned - own[month]) <= Decimal("0.01") * estimated


@pytest.mark.parametrize("said", ["first_reply", "first_resolution", "full_resolution"])
def test_minutes_of_tickets_are_the_simulators_own(sample_night: SampleNight, said: str) -> None:
    """By the clock and in business time, under two schedules in two zones and both rules of who counts."""
    clocks = {
        "calendar": "calendar",
        "business": "business_all_schedules",
        "business_last": "business_last_schedule",
    }
    for word, clock in clocks.items():
        column = f"{said.replace('reply', 'response')}_{clock}_minutes"
        found = sample_night.published.execute(
            f"""select count({column}), avg({column}), median({column}), quantile_cont({column}, 0.9)
                from fct_tickets where is_valid_ticket"""
        ).fetchone()
        told = sample_night.truth["tickets"]["minutes"][f"{said}_{word}"]
        assert found == pytest.approx((told["count"], told["mean"], told["median"], told["p90"]), abs=1e-5)


@pytest.mark.parametrize(
    ("said", "wait"), {"requester": "requester_wait", "agent": "agent_wait", "hold": "on_hold"}.items()
)
def test_waits_of_solved_tickets_are_the_simulators_own(sample_night: SampleNight, said: str, wait: str) -> None:
    for word, clock in (("calendar", "calendar"), ("business", "business_all_schedules")):
        column = f"{wait}_{clock}_minutes"
        found = sample_night.published.execute(
            f"select avg({column}), median({column}) from fct_tickets where is_valid_ticket and is_solved"
        ).fetchone()
        told = sample_night.truth["tickets"]["waits_of_solved"][f"{said}_{word}"]
        assert found == pytest.approx((told["mean"], told["median"]), abs=1e-5)
