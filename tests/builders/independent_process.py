"""How likely a purchase process makes what was seen: people who buy at their own rate, leave after a purchase or stay.

Belongs here: likelihoods in plain numpy. Never here: any code, SQL or table of the warehouse, and no fitting: planted
parameters are tested, not searched for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import lgamma

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Parameters = Mapping[str, float]
LogLikelihood = Callable[[Parameters], Floats]
_DAY = 86_400  # seconds
# a ticket about an order is opened between a quarter of an hour and two and a half days after it
_TICKET_AFTER, _TICKET_WITHIN = pd.Timedelta(seconds=900), pd.Timedelta(hours=60, seconds=900)

_log_gamma = np.vectorize(lgamma, otypes=[np.float64])


def mark_slow_purchases(purchases: pd.DataFrame, slow_tickets: pd.DataFrame) -> pd.Series:
    """True where a purchase (customer_id, at) had a ticket (customer_id, created_at) that was answered slowly."""
    before = purchases.sort_values("at").assign(latest=lambda own: own["at"] + _TICKET_AFTER)
    found = pd.merge_asof(
        slow_tickets.sort_values("created_at"),
        before[["customer_id", "latest", "purchase_id"]],
        left_on="created_at",
        right_on="latest",
        by="customer_id",
        tolerance=_TICKET_WITHIN - _TICKET_AFTER,
    )
    return purchases["purchase_id"].isin(found["purchase_id"].dropna())


def lives_of(purchases: pd.DataFrame, end: pd.Timestamp) -> pd.DataFrame:
    """One row a person: purchases after the first, days to the last one and to the end, slow answers on the way."""
    ordered = purchases.sort_values(["customer_id", "at"])
    people = ordered.groupby("customer_id")
    lives = people.agg(first=("at", "first"), last=("at", "last"), count=("at", "size"), slow=("is_slow", "sum"))
    lives["last_slow"] = people["is_slow"].last().astype(int)
    return pd.DataFrame(
        {
            "repeats": lives["count"] - 1,
            "days_to_last": (lives["last"] - lives["first"]).dt.total_seconds() / _DAY,
            "days_to_end": (end - lives["first"]).dt.total_seconds() / _DAY,
            "slow_and_stayed": lives["slow"] - lives["last_slow"],
            "last_slow": lives["last_slow"],
        }
    ).astype(float)


def purchases_likelihood(lives: pd.DataFrame) -> LogLikelihood:
    """Gamma rates, beta chances to leave after every purchase; a slow answer multiplies the chance to stay."""
    x, last, end, stayed, slow = (lives[name].to_numpy() for name in lives)

    def of(p: Parameters) -> Floats:
        shape, days, a, b, multiplier = (p[name] for name in PURCHASES)
        stay_so_far = _log_beta(a, b + x) - _log_beta(a, b)
        stay_again = _log_beta(a, b + x + 1) - _log_beta(a, b)
        until_last, until_end = (np.exp(-(shape + x) * np.log(days + until)) for until in (last, end))
        gone, again = np.exp(stay_so_far) * until_last, np.exp(stay_again) * (until_end - until_last)
        rates = _log_gamma(shape + x) - lgamma(shape) + shape * np.log(days)
        return np.asarray(rates + stayed * np.log(multiplier) + np.log(gone + multiplier**slow * again))

    return of


def spend_likelihood(purchases: pd.DataFrame) -> LogLikelihood:
    """Gamma spend of a purchase, at a scale of the person's own that is gamma too. One number a person."""
    own = purchases.assign(log=np.log(purchases["spend"])).groupby("customer_id")
    n, total, logs = (own.size().to_numpy(float), own["spend"].sum().to_numpy(), own["log"].sum().to_numpy())

    def of(parameters: Parameters) -> Floats:
        p, q, v = (parameters[name] for name in SPEND)
        person = _log_gamma(q + n * p) - lgamma(q) + q * np.log(v) - (q + n * p) * np.log(v + total)
        return np.asarray(person + (p - 1) * logs - n * lgamma(p))

    return of


def log_odds(likelihood: LogLikelihood, planted: Parameters, other: Parameters) -> float:
    """How much likelier the planted parameters make what was seen than others, as a logarithm."""
    return float((likelihood(planted) - likelihood(other)).sum())


def _log_beta(a: float, b: float | Floats) -> Floats:
    return np.asarray(lgamma(a) + _log_gamma(b) - _log_gamma(a + b))


PURCHASES = ("rate_shape", "rate_scale_days", "dropout_a", "dropout_b", "stay_multiplier_after_slow_response")
SPEND = ("spend_p", "spend_q", "spend_v")
