"""Churn of the sample shop, replayed person by person from the files alone, equals the published marts."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.builders.independent_churn import churn_of, people_of
from tests.builders.independent_people import end_of_day, purchases_of
from tests.builders.independent_shop import IndependentShop
from tests.end_to_end.conftest import SampleNight, must_show

pytestmark = pytest.mark.xdist_group("night")
DAY = pd.Timedelta(days=1)


@pytest.fixture(scope="module")
def orders(independent: IndependentShop) -> pd.DataFrame:
    """Valid orders of known people in their order, with the one before."""
    bought = purchases_of(independent.orders).sort_values(["email", "ordered_at"])
    people = bought.groupby("email")["ordered_at"]
    return bought.assign(before=people.shift(1))


@pytest.fixture(scope="module")
def lost_after(orders: pd.DataFrame) -> pd.Timedelta:
    """The ninetieth percentile of gaps."""
    gaps = (orders["ordered_at"] - orders["before"]).dropna()
    return pd.Timedelta(gaps.dt.total_seconds().quantile(0.9), unit="s")


def test_the_rule_is_the_percentile_of_gaps(
    sample_night: SampleNight, orders: pd.DataFrame, lost_after: pd.Timedelta
) -> None:
    [(gaps, days, buyers)] = sample_night.published.execute(
        "select gap_count, lost_after_days, buyer_count from churn_rule"
    ).fetchall()
    assert (gaps, buyers) == (orders["before"].notna().sum(), orders["email"].nunique())
    assert days == pytest.approx(lost_after / DAY, abs=1e-6)


def test_every_buyer_is_active_at_risk_or_lost(
    sample_night: SampleNight, independent: IndependentShop, orders: pd.DataFrame, lost_after: pd.Timedelta
) -> None:
    silent = end_of_day(independent.as_of, independent.zone).tz_localize(None) - _plain(
        orders.groupby("email")["ordered_at"].max()
    )
    lost, at_risk = (silent > lost_after).sum(), ((silent > 0.8 * lost_after) & (silent <= lost_after)).sum()
    told = sample_night.published.execute("select lost_count, at_risk_count, active_count from churn_rule").fetchall()
    assert told == [(lost, at_risk, len(silent) - lost - at_risk)]
    must_show(lost > 20 and at_risk > 5, "people at risk and lost")


def test_the_lost_of_every_month_over_its_first_customers(
    sample_night: SampleNight, independent: IndependentShop, orders: pd.DataFrame, lost_after: pd.Timedelta
) -> None:
    rows = sample_night.published.execute(
        "select month_date::timestamp, is_finished, customer_count, lost_customer_count from churn_by_month order by 1"
    ).fetchall()
    own = churn_of(people_of(orders), lost_after.to_pytimedelta(), [row[0] for row in rows], independent.zone)
    for month, is_finished, customers, lost in rows:
        assert (customers, lost) == (own[month][0], own[month][1] if is_finished else None), month
    must_show(len(rows) > 8, "many months of churn")


def _plain(times: pd.Series) -> pd.Series:
    return times.dt.tz_localize(None) if times.dt.tz is not None else times
