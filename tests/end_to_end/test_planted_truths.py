"""What the simulator planted is found again in the marts: counts exactly, parameters inside their intervals."""

from __future__ import annotations

from math import exp, log, sqrt
from typing import Any

import pandas as pd
import pytest

from tests.builders.independent_shop import IndependentShop, answers, differences, wilson
from tests.end_to_end.conftest import SampleNight

pytestmark = pytest.mark.xdist_group("night")
Z = 3.29  # one in a thousand outside, and the shop is always the same one
SLOW_FROM = "slow_response_minutes"
# planted share, and what of the published tables shows it: those with it, those who could
SHARES = {
    "order.cancelled_share": "select count(*) filter (is_cancelled), count(*) from fct_orders",
    "order.test_share": "select count(*) filter (is_test), count(*) from fct_orders",
    "order.customerless_share": "select count(*) filter (customer_id is null), count(*) from fct_orders",
    "order.guest_share": "select count(*) filter (not has_account), count(*) from dim_customers where is_buyer",
    "order.refund_share": """select count(*) filter (refunded_amount > 0), count(*) from fct_orders
        where is_valid_order and ordered_date < date '{as_of}' - 40""",
    "service.one_touch_share": """select count(*) filter (is_one_touch), count(*) from fct_tickets
        where is_valid_ticket and first_solved_at is not null""",
    "service.reopen_share": """select count(*) filter (reopen_count > 0), count(*) from fct_tickets
        where is_valid_ticket and first_solved_at is not null""",
    "service.hold_share": """select count(*) filter (on_hold_calendar_minutes > 0), count(*) from fct_tickets
        where is_valid_ticket and is_solved""",
    "service.reassign_share": """select count(*) filter (reassignment_count > 0), count(*) from fct_tickets
        where is_valid_ticket and is_solved and not is_one_touch""",
}


def _planted(night: SampleNight, name: str) -> Any:
    room, _, parameter = name.partition(".")
    return night.truth["planted"][room][parameter]


@pytest.mark.parametrize("name", SHARES)
def test_planted_shares_lie_inside_their_intervals(sample_night: SampleNight, name: str) -> None:
    hits, of = sample_night.published.execute(SHARES[name].format(as_of=sample_night.as_of)).fetchone() or (0, 0)
    low, high = wilson(hits, of, Z)
    assert low <= _planted(sample_night, name) <= high


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
        """select sum(gross_amount), sum(discount_amount), sum(returned_amount), sum(refunded_amount), sum(tax_amount),
            sum(shipping_amount), sum(total_amount), sum(gift_card_amount) from fct_orders where is_valid_order"""
    ).fetchone()
    named = ("gross_sales", "discounts", "returns", "refunded", "tax", "shipping", "total", "gift_cards_sold")
    assert [f"{value:.2f}" for value in sums or ()] == [truth["valid_orders"][name] for name in named]


def test_months_and_cohorts_are_the_simulators_own(sample_night: SampleNight) -> None:
    truth = sample_night.truth["orders"]
    months = answers(
        sample_night.published,
        """select strftime(month_date, '%Y-%m'), order_count, round(gross_amount, 2)::varchar,
            round(returned_amount, 2)::varchar, round(net_amount, 2)::varchar from order_value_by_month""",
    )
    of_month = {
        month: (own["orders"], own["gross_sales"], own["returns"], own["net_sales"])
        for month, own in truth["valid_by_month"].items()
    }
    found = {month: (row[0], *(f"{float(text):.2f}" for text in row[1:])) for month, row in months.items()}
    assert differences(of_month, found) == []
    cells = sample_night.published.execute(
        """select strftime(cohort_date, '%Y-%m'), period_number, retained_classic_count
            from cohort_retention where period_unit = 'month' and is_finished"""
    ).fetchall()
    assert {row[:2]: row[2] for row in cells} == {row[:2]: truth["cohorts"][row[0]][row[1]] for row in cells}


def test_the_simulators_minutes_are_those_of_the_files_under_one_schedule(
    sample_night: SampleNight, independent: IndependentShop
) -> None:
    tickets = independent.tickets_under(with_words=False)
    counted = tickets[tickets["reason"].isna()]
    names = {
        "first_reply": "first_response",
        "first_resolution": "first_resolution",
        "full_resolution": "full_resolution",
    }
    clocks = {"calendar": "calendar", "business": "business_all_schedules"}
    truth = sample_night.truth["tickets"]["minutes"]
    for said, name in names.items():
        for clock, column in clocks.items():
            minutes = counted[f"{name}_{column}"].dropna().astype(float)
            mine = (len(minutes), minutes.mean(), minutes.median(), minutes.quantile(0.9))
            told = truth[f"{said}_{clock}"]
            assert mine == pytest.approx((told["count"], told["mean"], told["median"], told["p90"]), abs=1e-5)


def _answered(sample_night: SampleNight, independent: IndependentShop) -> pd.DataFrame:
    """Answered tickets with the planted clock's minutes and the published person, rating and time of the answer."""
    tickets = independent.tickets_under(with_words=False)
    tickets["minutes"] = tickets["first_response_business_all_schedules"].astype(float)
    published = sample_night.published.execute(
        """select created_at, customer_id, satisfaction_score, first_replied_at, group_name,
            first_response_business_all_schedules_minutes as published_minutes
            from fct_tickets where is_valid_ticket and first_replied_at is not null"""
    ).df()
    tickets["created_at"] = tickets["created_at"].dt.tz_localize(None)
    return tickets.drop(columns="email").merge(published, on="created_at")


def test_response_times_have_the_planted_medians(sample_night: SampleNight, independent: IndependentShop) -> None:
    """Answers are log-normal by channel and group; only tickets left under the desk's own schedule show it."""
    service = sample_night.truth["planted"]["service"]
    answered = _answered(sample_night, independent)
    own = answered[(answered["number"] % 3 == 2) & (answered["published_minutes"] > 0)]
    places = [service["channels"].index(channel) for channel in own["channel"]]
    factors = dict(zip(("Tier 1", "Returns", "Escalations"), service["group_factors"], strict=True))
    scores = [
        (log(minutes) - log(service["response_median_minutes"][place] * factors[group]))
        / service["response_sigma"][place]
        for minutes, place, group in zip(own["published_minutes"], places, own["group_name"], strict=True)
    ]
    assert len(scores) > 50
    assert abs(sum(scores) / len(scores)) < Z / sqrt(len(scores))


@pytest.mark.parametrize("pace", ["fast", "slow"])
def test_ratings_follow_the_planted_pace(sample_night: SampleNight, independent: IndependentShop, pace: str) -> None:
    answered = _answered(sample_night, independent)
    is_slow = answered["minutes"] > _planted(sample_night, f"purchase.{SLOW_FROM}")
    scores = answered.loc[is_slow == (pace == "slow"), "satisfaction_score"]
    low, high = wilson(int((scores == "good").sum()), int(scores.isin(["good", "bad"]).sum()), Z)
    assert low <= _planted(sample_night, f"service.good_share_{pace}") <= high


def test_slow_answers_cost_the_planted_share_of_returns(
    sample_night: SampleNight, independent: IndependentShop
) -> None:
    """Share that buys again after the answer, slow against fast: the planted ratio lies inside, no effect outside."""
    answered = _answered(sample_night, independent).dropna(subset="customer_id")
    old = answered[answered["first_replied_at"] < pd.Timestamp(sample_night.as_of) - pd.Timedelta(days=60)]
    orders = sample_night.published.execute(
        """select customer_id, max(ordered_at) as last_at from fct_orders
            where is_valid_order and customer_id is not null group by 1"""
    ).df()
    seen = old.merge(orders, on="customer_id")
    is_slow = seen["minutes"] > _planted(sample_night, f"purchase.{SLOW_FROM}")
    came_back = seen["last_at"] > seen["first_replied_at"]
    hits = [int(came_back[is_slow == slow].sum()) for slow in (True, False)]
    sizes = [int((is_slow == slow).sum()) for slow in (True, False)]
    ratio = log(hits[0] / sizes[0]) - log(hits[1] / sizes[1])
    error = sqrt(sum(1 / hit - 1 / size for hit, size in zip(hits, sizes, strict=True)))
    low, high = exp(ratio - 1.96 * error), exp(ratio + 1.96 * error)
    assert low <= _planted(sample_night, "purchase.stay_multiplier_after_slow_response") <= high < 1
