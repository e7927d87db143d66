"""The planted parameters lie inside what the published marts allow, and wrong ones outside."""

from __future__ import annotations

from math import log, sqrt
from typing import Any

import pandas as pd
import pytest

from tests.builders import independent_process as process
from tests.builders.independent_people import end_of_day
from tests.builders.independent_shop import IndependentShop, wilson
from tests.end_to_end.conftest import AFTER_EITHER, SampleNight

pytestmark = [pytest.mark.xdist_group("night"), AFTER_EITHER]
Z = 3.29  # one in a thousand outside, and the shop is always the same one
SLOW_FROM = "purchase.slow_response_minutes"
EFFECT = "stay_multiplier_after_slow_response"
GROUPS = ("Tier 1", "Returns", "Escalations")
NO_ANSWER_MISSING = pd.Timedelta(days=40)  # of tickets older than this even the slowest answer has come


def _planted(night: SampleNight, name: str) -> Any:
    room, _, parameter = name.partition(".")
    return night.truth["planted"][room][parameter]


@pytest.fixture(scope="module")
def answered(sample_night: SampleNight, independent: IndependentShop) -> pd.DataFrame:
    """Answered tickets of customers with the planted clock's minutes and the published person, group and rating."""
    tickets = independent.tickets_under(with_words=False)
    tickets["minutes"] = tickets["first_response_business_all_schedules"].astype(float)
    published = sample_night.published.execute(
        """select created_at, customer_id, satisfaction_score, group_name
            from fct_tickets where is_valid_ticket and first_replied_at is not null"""
    ).df()
    tickets["created_at"] = tickets["created_at"].dt.tz_localize(None)
    return tickets[~tickets["is_opened_by_agent"]].drop(columns="email").merge(published, on="created_at")


def _response_scores(night: SampleNight, answered: pd.DataFrame) -> pd.Series:
    """How many planted sigmas each answer lies from its channel's and group's planted median, on the log scale."""
    service = night.truth["planted"]["service"]
    old = answered[answered["created_at"] < pd.Timestamp(night.as_of) - NO_ANSWER_MISSING]
    place = old["channel"].map(service["channels"].index)
    factor = old["group_name"].map(dict(zip(GROUPS, service["group_factors"], strict=True)))
    median = place.map(dict(enumerate(service["response_median_minutes"]))) * factor
    return (old["minutes"] / median).map(log) / place.map(dict(enumerate(service["response_sigma"])))


def test_response_times_have_the_planted_medians_and_spreads(sample_night: SampleNight, answered: pd.DataFrame) -> None:
    """Answers are log-normal by channel and group; medians half as long again, or spreads, would lie outside."""
    scores = _response_scores(sample_night, answered)
    middle, spread = Z / sqrt(len(scores)), Z / sqrt(2 * len(scores))
    assert abs(scores.mean()) < middle < log(1.5)
    assert abs(log(scores.std())) < spread < log(1.5)


@pytest.mark.parametrize("pace", ["fast", "slow"])
def test_ratings_follow_the_planted_pace(sample_night: SampleNight, answered: pd.DataFrame, pace: str) -> None:
    is_slow = answered["minutes"] > _planted(sample_night, SLOW_FROM)
    scores = answered.loc[is_slow == (pace == "slow"), "satisfaction_score"]
    low, high = wilson(int((scores == "good").sum()), int(scores.isin(["good", "bad"]).sum()), Z)
    other = _planted(sample_night, f"service.good_share_{'slow' if pace == 'fast' else 'fast'}")
    assert low <= _planted(sample_night, f"service.good_share_{pace}") <= high
    assert not low <= other <= high


@pytest.fixture(scope="module")
def purchases(sample_night: SampleNight, answered: pd.DataFrame) -> pd.DataFrame:
    """Every purchase of a known person, cancelled ones too: people who bought and thought better of it have bought."""
    bought = sample_night.published.execute(
        """select order_id as purchase_id, customer_id, ordered_at as at, gross_amount::double as spend
            from fct_orders where customer_id is not null and not is_test"""
    ).df()
    slow = answered[answered["minutes"] > _planted(sample_night, SLOW_FROM)]
    slow = slow.dropna(subset="customer_id")[["customer_id", "created_at"]]
    return bought.assign(is_slow=process.mark_slow_purchases(bought, slow))


@pytest.fixture(scope="module")
def likelihoods(sample_night: SampleNight, purchases: pd.DataFrame) -> dict[tuple[str, ...], process.LogLikelihood]:
    """By the names of its parameters, how likely each part of the process makes what was published."""
    end = end_of_day(sample_night.as_of, sample_night.zone).tz_localize(None)
    return {
        process.PURCHASES: process.purchases_likelihood(process.lives_of(purchases, end)),
        process.SPEND: process.spend_likelihood(purchases[purchases["spend"] > 0]),
    }


@pytest.mark.parametrize("names", [process.PURCHASES, process.SPEND], ids=["purchases", "spend"])
def test_the_planted_purchase_process_makes_what_was_published(
    sample_night: SampleNight, likelihoods: dict[tuple[str, ...], process.LogLikelihood], names: tuple[str, ...]
) -> None:
    """The planted parameters fit together; each of them half or twice as large does not."""
    planted = {name: _planted(sample_night, f"purchase.{name}") for name in names}
    limit = process.ONCE_IN_A_THOUSAND[len(names)]
    assert process.misfit(likelihoods[names], planted) < limit
    for name in (name for name in names if name != EFFECT):
        for factor in (0.5, 2.0):
            assert process.misfit(likelihoods[names], {**planted, name: planted[name] * factor}) > limit


def test_slow_answers_keep_the_planted_share_of_people_away(
    sample_night: SampleNight, likelihoods: dict[tuple[str, ...], process.LogLikelihood]
) -> None:
    """The planted effect on the chance to come back fits; half of it, one and a half of it and none do not."""
    planted = {name: _planted(sample_night, f"purchase.{name}") for name in process.PURCHASES}
    fits = {
        effect: process.misfit(likelihoods[process.PURCHASES], {**planted, EFFECT: effect}, (EFFECT,))
        for effect in (planted[EFFECT], planted[EFFECT] / 2, planted[EFFECT] * 1.5, 1.0)
    }
    assert [fit < process.ONCE_IN_A_THOUSAND[1] for fit in fits.values()] == [True, False, False, False]
