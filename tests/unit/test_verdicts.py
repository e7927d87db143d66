"""Verdicts on planted figures are wrong once in a million times at most, at every size, and see what is wrong."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from math import comb

import numpy as np
import pandas as pd
import pytest

from ingestion.sample_store.purchases import simulate_purchases
from ingestion.sample_store.settings import SampleSettings
from tests.builders import independent_process as process
from tests.builders.verdicts import A_MILLION, have_mean_zero, have_spread_one, is_beaten, is_possible, possible_counts

EFFECT = "stay_multiplier_after_slow_response"


@pytest.mark.parametrize("of", [1, 7, 60, 400])
@pytest.mark.parametrize("share", [0.002, 0.07, 0.35, 0.9])
def test_impossible_counts_come_once_in_a_million_times_together_and_are_no_fewer_than_that(
    of: int, share: float
) -> None:
    chances = [comb(of, hits) * share**hits * (1 - share) ** (of - hits) for hits in range(of + 1)]
    possible = possible_counts(of, share)
    assert sum(chance for chance, is_one in zip(chances, possible, strict=True) if not is_one) <= 1e-6
    low, high = int(possible.argmax()), of - int(possible[::-1].argmax())
    assert sum(chances[: low + 1]) > 0.5e-6 < sum(chances[high:])
    assert possible[low : high + 1].all()


def test_a_share_that_cannot_be_or_must_be_is_exact() -> None:
    assert is_possible(0, 9, 0.0) and not is_possible(1, 9, 0.0)
    assert is_possible(9, 9, 1.0) and not is_possible(8, 9, 1.0)


def test_a_million_orders_tell_shares_apart_that_lie_close() -> None:
    assert is_possible(70_300, 1_000_000, 0.07)
    assert not is_possible(70_300, 1_000_000, 0.068)


def test_normal_scores_are_taken_and_shifted_or_widened_ones_are_not() -> None:
    rng = np.random.default_rng(1)
    for size in (30, 300, 3000):
        scores = rng.standard_normal((500, size))
        assert all(have_mean_zero(own) and have_spread_one(own) for own in scores)
    assert not have_mean_zero(scores[0] + 0.15)
    assert not have_spread_one(scores[0] * 1.15) and not have_spread_one(scores[0] * 0.85)


def test_others_beat_what_was_planted_only_by_a_million() -> None:
    assert not is_beaten([20.0, -A_MILLION + 0.01]) and not is_beaten([-A_MILLION, 50.0])
    assert is_beaten([-A_MILLION - 0.01]) and is_beaten([-A_MILLION - 1, 50.0])
    assert is_beaten([-900.0, 900.0])


def _odds(orders: int, seed: int, truth: dict[str, float] | None = None) -> dict[tuple[str, float], float]:
    """How much likelier than wrong parameters others make a shop: what was planted, or what it is told was."""
    settings = SampleSettings(orders, orders // 2, 300, seed, date(2026, 11, 18))
    drawn = simulate_purchases(settings)
    known = drawn.at < settings.end
    purchases = pd.DataFrame(
        {
            "customer_id": drawn.person[known],
            "at": pd.to_datetime(drawn.at[known], unit="s"),
            "is_slow": drawn.is_slow[known],
        }
    )
    likelihood = process.purchases_likelihood(process.lives_of(purchases, pd.Timestamp(settings.end, unit="s")))
    told = asdict(settings.purchase)
    planted = {name: told[name] for name in process.PURCHASES} | (truth or {})
    others = [(name, factor) for name in process.PURCHASES for factor in (1 / 3, 0.5, 1.4, 3.0)]
    return {
        (name, factor): process.log_odds(likelihood, planted, {**planted, name: planted[name] * factor})
        for name, factor in others
        if planted[name] * factor <= 1 or name != EFFECT
    }


@pytest.mark.parametrize("orders", [100, 900])
def test_the_planted_process_is_beaten_in_no_shop_however_small(orders: int) -> None:
    assert not any(is_beaten(list(_odds(orders, seed).values())) for seed in range(40))


def test_a_large_shop_tells_wrong_processes_and_finds_a_wrong_claim() -> None:
    odds = _odds(20_000, 5)
    assert min(odds.values()) > A_MILLION
    for wrong in ({"dropout_a": 1.9}, {"rate_scale_days": 90.0}, {EFFECT: 1.0}):
        assert is_beaten(list(_odds(20_000, 5, wrong).values()))
