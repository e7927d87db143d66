"""The count of churn that the marts are held against knows what a change of the clock does at a month's edge."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.builders.independent_churn import churn_of

MONTHS = [datetime(2026, month, 1) for month in (2, 3, 4, 11, 12)]


def test_an_hour_that_the_clock_gains_or_loses_decides_in_which_month_a_customer_is_lost() -> None:
    """Thirty days after 23:10 of 1 March are 00:10 of 1 April in New York; after 00:30 of 1 November 23:30 of the 30th.

    A sum on the wall clock would lose the first in March, when nobody held her yet, and the second in December.
    """
    people = {
        "spring": [datetime(2026, 3, 2, 4, 10, tzinfo=UTC)],
        "autumn": [datetime(2026, 11, 1, 4, 30, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)],
        "again": [datetime(2026, 2, 1, 5, 0, tzinfo=UTC), datetime(2026, 2, 20, tzinfo=UTC)],
    }
    found = churn_of(people, timedelta(days=30), MONTHS, "America/New_York")
    assert found == dict(zip(MONTHS, [(0, 0), (1, 1), (1, 1), (1, 1), (0, 0)], strict=True))
