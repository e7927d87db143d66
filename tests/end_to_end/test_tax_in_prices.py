"""A shop whose prices hold the tax: what was planted and what its files say is published without the tax."""

from __future__ import annotations

import pytest

from tests.builders.independent_shop import IndependentShop, differences
from tests.end_to_end import test_headline_numbers as numbers
from tests.end_to_end import test_planted_truths as truths
from tests.end_to_end.conftest import SampleNight

pytestmark = [
    pytest.mark.xdist_group("night"),
    pytest.mark.parametrize("sample_night", ["taxed_night"], indirect=True, scope="session"),
]
test_counts_and_sums_are_the_simulators_own = truths.test_counts_and_sums_are_the_simulators_own
test_months_and_cohorts_are_the_simulators_own = truths.test_months_and_cohorts_are_the_simulators_own
test_every_order_has_the_files_amounts_and_verdict = numbers.test_every_order_has_the_files_amounts_and_verdict
test_refunds_stand_on_their_day_with_money_and_goods = numbers.test_refunds_stand_on_their_day_with_money_and_goods


def test_every_taxed_order_is_known_to_hold_its_tax(sample_night: SampleNight, independent: IndependentShop) -> None:
    found = sample_night.published.execute(
        "select order_name, is_tax_included from fct_orders where tax_amount > 0"
    ).fetchall()
    taxed = independent.orders[independent.orders["tax"] > 0]
    assert differences(dict.fromkeys(taxed["name"], True), dict(found)) == []
    assert set(taxed["from_bulk"]) == {True, False}
