"""What stands beside the headline numbers (flags, denominators, windows, states) equals pandas on the files alone."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pandas as pd
import pytest

from tests.builders import independent_people as people
from tests.builders.independent_exports import UNIT
from tests.builders.independent_shop import IndependentShop, answers, differences
from tests.end_to_end.conftest import AFTER_EITHER, SampleNight

pytestmark = [pytest.mark.xdist_group("night"), AFTER_EITHER]
SMALL = 30  # the project's own threshold
DAY = pd.Timedelta(days=1)
DENOMINATORS = {
    "cohort_retention": "cohort_size_count",
    "order_value_by_month": "buyer_count",
    "ticket_resolution_times": "ticket_count",
    "churn_by_month": "customer_count",
    "churn_rule": "gap_count",
}


@pytest.fixture(scope="module")
def values(independent: IndependentShop, sample_night: SampleNight) -> pd.DataFrame:
    """One row a person: everything about the worth of the person's orders, from the files."""
    return people.lifetime_values(independent.orders, independent.refunds, independent.zone, independent.as_of)


def _month_of(instants: pd.Series, zone: str) -> pd.Series:
    return instants.dt.tz_convert(zone).dt.tz_localize(None).dt.to_period("M").dt.to_timestamp()


def test_lifetime_values_bear_their_dates_counts_and_tiers(
    sample_night: SampleNight, independent: IndependentShop, values: pd.DataFrame, pseudonyms: dict[str, str]
) -> None:
    tiers = people.spend_tiers(independent.orders, independent.refunds, independent.zone, independent.as_of)
    own = values.assign(cohort=_month_of(values["first_at"], independent.zone), spend=tiers["spend"])
    own["spend"] = own["spend"].astype("Int64")
    mine = {
        pseudonyms[row.Index]: (row.last_at, row.cohort, row.cost_known, row.spend, 0, "USD", independent.as_of)
        for row in own.itertuples()
    }
    mart = answers(
        sample_night.published,
        """select customer_id, last_ordered_at, cohort_month_date::timestamp, cost_known_order_count,
            tier_spend_amount, unconverted_order_count, currency, as_of_date from customer_lifetime_value""",
    )
    assert differences(mine, mart) == []
    told = sample_night.published.execute(
        "select tier_spend_amount, spend_tier from customer_lifetime_value"
    ).fetchall()
    found = Counter((None if spend is None else int(spend * UNIT), tier) for spend, tier in told)
    without = len(values) - len(tiers)
    assert found == Counter(zip(tiers["spend"], tiers["tier"], strict=True)) + Counter({(None, None): without})


@pytest.mark.parametrize("days", [30, 90, 180, 365])
def test_value_windows_are_a_row_a_window(
    sample_night: SampleNight, independent: IndependentShop, values: pd.DataFrame, pseudonyms: dict[str, str], days: int
) -> None:
    ends = people.end_of_day(independent.as_of, independent.zone)
    finished = values["first_at"] + days * DAY <= ends
    mine = {
        pseudonyms[who]: (finished[who], worth if finished[who] else None, "USD")
        for who, worth in values[f"in_{days}"].items()
    }
    mart = answers(
        sample_night.published,
        f"""select customer_id, is_finished, net_revenue_amount, currency
            from customer_value_windows where window_days = {days}""",
    )
    assert differences(mine, mart) == []


@pytest.mark.parametrize("unit", people.PERIODS)
def test_money_kept_of_every_cohort(sample_night: SampleNight, independent: IndependentShop, unit: str) -> None:
    """Money of a period over the money of the first one; nothing while a period runs."""
    cells = people.cohorts_of(independent.orders, independent.refunds, unit, independent.zone, independent.as_of)
    first_ended = {row["cohort"]: row["is_finished"] for row in cells.to_dict("records") if row["number"] == 0}
    mine = {(row["cohort"], row["number"]): _money_kept(row, first_ended) for row in cells.to_dict("records")}
    rows = sample_night.published.execute(
        f"""select cohort_date::timestamp, period_number, period_date::timestamp, is_small_sample, first_period_amount,
            money_retention_classic_rate, money_retention_unbounded_rate, money_retention_cumulative_rate, currency
            from cohort_retention where period_unit = '{unit}'"""
    ).fetchall()
    assert differences(mine, {row[:2]: row[2:] for row in rows}) == []


def _money_kept(row: dict[str, Any], first_ended: dict[Any, bool]) -> tuple[Any, ...]:
    first = row["first_money"] if first_ended[row["cohort"]] else None
    is_known = row["is_finished"] and first
    kept = [row[f"{name}_money"] / first if is_known else None for name in ("classic", "unbounded", "cumulative")]
    return (row["period"], row["size"] < SMALL, first, *kept, "USD")


def test_every_buyer_has_a_state_of_churn(
    sample_night: SampleNight, independent: IndependentShop, values: pd.DataFrame, pseudonyms: dict[str, str]
) -> None:
    bought = people.purchases_of(independent.orders).sort_values(["email", "ordered_at"])
    gaps = bought.groupby("email")["ordered_at"].diff().dropna().dt.total_seconds() / DAY.total_seconds()
    lost_after, ends = float(gaps.quantile(0.9)), people.end_of_day(independent.as_of, independent.zone)
    silent, known_for = (ends - values["last_at"]) / DAY, (ends - values["first_at"]) / DAY
    states = {who: _state(days, lost_after) for who, days in silent.items()}
    undecided = known_for <= lost_after
    mine = {
        pseudonyms[who]: (first, last, silent[who], states[who], undecided[who], 0.8 * lost_after, lost_after)
        for who, (first, last) in values[["first_at", "last_at"]].T.items()
    }
    mart = answers(
        sample_night.published,
        """select customer_id, first_ordered_at, last_ordered_at, days_since_last_order, churn_state, is_undecided,
            at_risk_after_days, lost_after_days from customer_churn""",
    )
    assert differences(mine, mart) == []
    counts, again = Counter(states.values()), int((values["count"] > 1).sum())
    rule = (0.9, again, counts["active"], counts["at_risk"], counts["lost"], undecided.sum(), undecided.mean())
    told = sample_night.published.execute(
        """select churn_percentile, gap_customer_count, active_count, at_risk_count, lost_count, undecided_count,
            undecided_share from churn_rule"""
    ).fetchone()
    assert told == pytest.approx(rule)


def _state(silent_days: float, lost_after: float) -> str:
    if silent_days > lost_after:
        return "lost"
    return "at_risk" if silent_days > 0.8 * lost_after else "active"


@pytest.mark.parametrize(("mart", "of"), DENOMINATORS.items())
def test_few_are_flagged_as_a_small_sample(sample_night: SampleNight, mart: str, of: str) -> None:
    rows = sample_night.published.execute(f"select {of}, is_small_sample from {mart}").fetchall()
    assert rows and [flag for _, flag in rows] == [count < SMALL for count, _ in rows]


@pytest.mark.parametrize(
    ("share", "of"),
    {
        "reopened_ticket": "reopen_known_count",
        "reassigned_ticket": "reassignment_known_count",
        "one_touch": "one_touch_known_count",
        "fcr": "fcr_known_count",
        "sla_met": "sla_met_count + sla_breached_count",
    }.items(),
)
def test_each_rate_of_the_desk_flags_its_own_denominator(sample_night: SampleNight, share: str, of: str) -> None:
    rows = sample_night.published.execute(
        f"select {of}, is_{share}_small_sample from ticket_resolution_times"
    ).fetchall()
    assert rows and [flag for _, flag in rows] == [count < SMALL for count, _ in rows]


def test_a_desk_that_tells_all_and_promises_nothing_has_whole_histories_and_no_service_levels(
    sample_night: SampleNight,
) -> None:
    rows = sample_night.published.execute(
        """select ticket_count, with_status_history_count, with_message_history_count, reopen_known_count,
            reassignment_known_count, sla_met_count, sla_breached_count, sla_met_rate from ticket_resolution_times"""
    ).fetchall()
    assert rows and all(row == (*[row[0]] * 5, 0, 0, None) for row in rows)


def test_months_of_churn_have_rates_of_their_counts(sample_night: SampleNight, independent: IndependentShop) -> None:
    rows = sample_night.published.execute(
        "select month_date, is_finished, customer_count, lost_customer_count, churn_rate from churn_by_month"
    ).fetchall()
    for month, is_finished, customers, lost, rate in rows:
        assert is_finished == people.has_ended(pd.Timestamp(month), independent.as_of)
        assert rate == (pytest.approx(lost / customers) if is_finished else None)


def test_every_mart_is_about_the_same_day(sample_night: SampleNight) -> None:
    days: set[date] = set()
    for mart in ("customer_lifetime_value", "customer_churn", "churn_rule", "published_night"):
        days |= {row[0] for row in sample_night.published.execute(f"select distinct as_of_date from {mart}").fetchall()}
    assert days == {sample_night.as_of}
