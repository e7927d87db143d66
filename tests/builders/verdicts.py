"""How sure a shop of some size can be of a planted figure: exact tails of counts, and likelihoods against each other.

Questions like these are asked of shop after shop (`CX_TEST_SHOP`): sixteen a night, two nights, some thirty shops. Each
may therefore raise a false alarm once in a million times only, which leaves one in a thousand for all of them. The
bounds hold at every size: tails are summed, and parameters that made the data are beaten a million times in likelihood
by anything else at most once in a million times. Never here: any code, SQL or table of the warehouse.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log, sqrt

import numpy as np
from numpy.typing import NDArray

A_MILLION = log(1e6)
_TAIL = 0.5e-6  # on either side
_NORMAL = 4.892  # what a normal value exceeds so often


def possible_counts(of: int, share: float) -> NDArray[np.bool_]:
    """For every count from none to all of them whether it is seen oftener than once in a million times."""
    if share in (0, 1):
        return np.arange(of + 1) == of * share
    log_factorials = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, of + 1)))])
    ways = log_factorials[-1] - log_factorials - log_factorials[::-1]
    counts = np.arange(of + 1)
    chances = np.exp(ways + counts * log(share) + (of - counts) * log(1 - share))
    found: NDArray[np.bool_] = (chances.cumsum() >= _TAIL) & (chances[::-1].cumsum()[::-1] >= _TAIL)
    return found


def is_possible(hits: int, of: int, share: float) -> bool:
    """Whether a planted share may show itself in so many of so many."""
    return bool(possible_counts(of, share)[hits])


def have_mean_zero(scores: NDArray[np.float64]) -> bool:
    """Whether standard normal values may have this mean."""
    return bool(abs(scores.mean()) * sqrt(len(scores)) <= _NORMAL)


def have_spread_one(scores: NDArray[np.float64]) -> bool:
    """Whether standard normal values may have this spread; the cube root of a mean square is all but normal."""
    spread = 2 / (9 * len(scores))
    return bool(abs(np.cbrt((scores**2).mean()) - (1 - spread)) <= _NORMAL * sqrt(spread))


def is_beaten(log_odds: Sequence[float]) -> bool:
    """Whether others, taken together, make the data a million times likelier; log odds are for the planted ones."""
    least = min(log_odds)
    return log(sum(exp(least - odds) for odds in log_odds) / len(log_odds)) - least >= A_MILLION
