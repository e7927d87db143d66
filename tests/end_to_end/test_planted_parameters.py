"""The planted parameters may have made what the published marts hold, and wrong ones may not."""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from typing import Any

import pandas as pd
import pytest

from tests.builders import independent_process as process
from tests.builders.independent_people import end_of_day
from tests.builders.independent_shop import IndependentShop
from tests.builders.verdicts import A_MILLION, have_mean_zero, have_spread_one, is_beaten, is_possible
from tests.end_to_end.conftest import AFTER_EITHER, SampleNight, must_show

pytestmark = [pytest.mark.xdist_group("night"), AFTER_EITHER]
SLOW_FROM = "purchase.slow_response_minutes"
EFFECT = "stay_multiplier_after_slow_response"
GROUPS = ("Tier 1", "Returns", "Escalations")
NO_ANSWER_MISSING = pd.Timedelta(days=40)  # of tickets older than this even the slowest answer has come
FACTORS = (1 / 3, 0.5, 0.7, 1.4, 2.0, 3.0)  # wrong parameters are so many times the planted ones
FAR_OFF = (1 / 3, 3.0)  # these a shop of the tests' size tells from the planted ones
EFFECTS = (0.2, 0.4, 0.8, 1.0)


def _rules_out(still_possible: Sequence[object]) -> None:
    must_show(not still_possible, f"that these are wrong: {', '.join(map(str, still_possible))}")


def _planted(night: SampleNight, name: str) -> Any:
    room, _, parameter = name.partition(".")
    return night.truth["planted"][room][parameter]


@pytest.fixture(scope="module")
def answered(sample_night: SampleNight, independent: IndependentShop) -> pd.DataFrame:
    """Answered tickets of customers with the published minutes, person, group and rating, and who opened them."""
    published = sample_night.published.execute(
        """select created_at, customer_id, satisfaction_score, group_name, channel,
                first_response_business_all_schedules_minutes as minutes
            from fct_tickets where is_valid_ticket and first_replied_at is not null"""
    ).df()
    opened = independent.tickets[["created_at", "is_opened_by_agent"]]
    opened = opened.assign(created_at=opened["created_at"].dt.tz_localize(None))
    alone = [known.drop_duplicates("created_at", keep=False) for known in (opened, published)]  # in their second
    merged = alone[0].merge(alone[1], on="created_at")
    return merged[~merged["is_opened_by_agent"]]


def _response_scores(night: SampleNight, answered: pd.DataFrame) -> pd.Series:
    """How many planted sigmas each answer lies from its channel's and group's planted median, on the log scale."""
    service = night.truth["planted"]["service"]
    old = answered[answered["created_at"] < pd.Timestamp(night.as_of) - NO_ANSWER_MISSING]
    place = old["channel"].map(service["channels"].index)
    factor = old["group_name"].map(dict(zip(GROUPS, service["group_factors"], strict=True)))
    median = place.map(dict(enumerate(service["response_median_minutes"]))) * factor
    return (old["minutes"] / median).map(log) / place.map(dict(enumerate(service["response_sigma"])))


def test_response_times_have_the_planted_medians_and_spreads(sample_night: SampleNight, answered: pd.DataFrame) -> None:
    """Answers are log-normal by channel and group; with medians or spreads half as long again they would not be."""
    scores = _response_scores(sample_night, answered).to_numpy(float)
    must_show(len(scores) > 0, "how fast old tickets were answered")
    assert have_mean_zero(scores)
    assert have_spread_one(scores)
    sigmas = sample_night.truth["planted"]["service"]["response_sigma"]
    wrong = {"medians": have_mean_zero(scores + log(1.5) / max(sigmas)), "spreads": have_spread_one(scores * 1.5)}
    _rules_out([name for name, is_possible_too in wrong.items() if is_possible_too])


@pytest.mark.parametrize("pace", ["fast", "slow"])
def test_ratings_follow_the_planted_pace(sample_night: SampleNight, answered: pd.DataFrame, pace: str) -> None:
    is_slow = answered["minutes"] > _planted(sample_night, SLOW_FROM)
    scores = answered.loc[is_slow == (pace == "slow"), "satisfaction_score"]
    good, rated = int((scores == "good").sum()), int(scores.isin(["good", "bad"]).sum())
    assert is_possible(good, rated, _planted(sample_night, f"service.good_share_{pace}"))
    other = _planted(sample_night, f"service.good_share_{'slow' if pace == 'fast' else 'fast'}")
    _rules_out([other] if is_possible(good, rated, other) else [])


@pytest.fixture(scope="module")
def purchases(sample_night: SampleNight, answered: pd.DataFrame) -> pd.DataFrame:
    """Every purchase of a known person, cancelled ones too: people who bought and thought better of it have bought."""
    bought = sample_night.published.execute(
        """select order_id as purchase_id, customer_id, ordered_at as at,
                (gross_amount + if(is_tax_included, tax_amount, 0))::double as spend
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
    """No other parameters make it a million times likelier, and each planted one beats a third and three times it."""
    planted = {name: _planted(sample_night, f"purchase.{name}") for name in names}
    odds = {
        (name, factor): process.log_odds(likelihoods[names], planted, {**planted, name: planted[name] * factor})
        for name in names
        for factor in FACTORS
        if name != EFFECT
    }
    assert not is_beaten(list(odds.values()))
    _rules_out([wrong for wrong, sure in odds.items() if wrong[1] in FAR_OFF and sure < A_MILLION])


def test_slow_answers_keep_the_planted_share_of_people_away(
    sample_night: SampleNight, likelihoods: dict[tuple[str, ...], process.LogLikelihood]
) -> None:
    """No other effect on coming back is a million times likelier; a third of it, and none, are ruled out."""
    planted = {name: _planted(sample_night, f"purchase.{name}") for name in process.PURCHASES}
    odds = {
        effect: process.log_odds(likelihoods[process.PURCHASES], planted, {**planted, EFFECT: effect})
        for effect in EFFECTS
    }
    assert not is_beaten(list(odds.values()))
    _rules_out([effect for effect in (min(odds), max(odds)) if odds[effect] < A_MILLION])
