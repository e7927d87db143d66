"""Each headline number of orders and customers, computed in pandas from the files alone, equals the published mart."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from tests.builders import independent_people as people
from tests.builders.independent_exports import UNIT
from tests.builders.independent_shop import IndependentShop, answers, differences, wilson
from tests.end_to_end.conftest import AFTER_EITHER, SampleNight, must_show

pytestmark = [pytest.mark.xdist_group("night"), AFTER_EITHER]
MONTH_COLUMNS = {
    "orders": "order_count",
    "gross": "gross_amount",
    "discount": "discount_amount",
    "returned": "returned_amount",
    "net": "net_amount",
    "tax": "tax_amount",
    "shipping": "shipping_amount",
    "total": "total_amount",
    "aov_gross_less_discounts": "aov_gross_less_discounts",
    "aov_net_of_returns": "aov_net_of_returns",
    "aov_with_shipping_and_tax": "aov_with_shipping_and_tax",
    "buyers": "buyer_count",
    "new_buyers": "new_buyer_count",
    "returning_buyers": "returning_buyer_count",
    "repeat_buyers": "repeat_buyer_count",
    "returning_money": "returning_amount",
    "known_money": "known_customer_amount",
    "returning_revenue_share": "returning_revenue_share",
    "is_finished": "is_finished",
}
COUNTS = {
    "classic": "retained_classic_count",
    "unbounded": "retained_unbounded_count",
    "cumulative": "retained_cumulative_count",
}
MONEY = {
    "classic_money": "retained_classic_amount",
    "unbounded_money": "retained_unbounded_amount",
    "cumulative_money": "retained_cumulative_amount",
}
RATES = {
    "classic": "retention_classic_rate",
    "unbounded": "retention_unbounded_rate",
    "cumulative": "retention_cumulative_rate",
}


def _by(frame: pd.DataFrame, key: str, *columns: str) -> dict[Any, Any]:
    rows = frame[[key, *columns]].itertuples(index=False)
    return {row[0]: row[1] if len(row) == 2 else tuple(row[1:]) for row in rows}


def test_every_order_has_the_files_amounts_and_verdict(sample_night: SampleNight, independent: IndependentShop) -> None:
    columns = ["ordered_at", "day", "reason", "gross", "discount", "tax", "shipping", "total", "gift_cards"]
    columns += ["paid", "cost"]
    mart = answers(
        sample_night.published,
        """select order_name, ordered_at, ordered_date::timestamp, invalid_order_reason, gross_amount, discount_amount,
            tax_amount, shipping_amount, total_amount, gift_card_amount, paid_amount, cost_amount from fct_orders""",
    )
    assert differences(_by(independent.orders, "name", *columns), mart) == []


def test_order_lines_are_as_many_and_as_large_as_in_the_files(
    sample_night: SampleNight, independent: IndependentShop
) -> None:
    mart = answers(
        sample_night.published,
        """select coalesce(sku, '') || ' ' || is_gift_card || ' ' || is_valid_line, count(*),
            sum(quantity * unit_price_amount)::decimal(38, 4) from fct_order_lines group by all""",
    )
    lines = independent.lines.merge(independent.orders[["order", "is_valid"]], on="order")
    words = lines[["is_gift_card", "is_valid"]].astype(str).apply(lambda column: column.str.lower())
    lines["kind"] = lines["sku"] + " " + words["is_gift_card"] + " " + words["is_valid"]
    mine = lines.groupby("kind").agg(count=("worth", "size"), worth=("worth", "sum")).reset_index()
    assert differences(_by(mine, "kind", "count", "worth"), mart) == []


def test_refunds_stand_on_their_day_with_money_and_goods(
    sample_night: SampleNight, independent: IndependentShop
) -> None:
    mart = answers(
        sample_night.published,
        """select order_name || strftime(refunded_at, ' %Y-%m-%d %H:%M:%S'), refunded_date::timestamp,
            r.refunded_amount::decimal(18, 4), r.returned_amount, is_returned_amount_estimated, is_valid_refund
            from fct_refunds r join fct_orders using (order_id)""",
    )
    refunds = independent.refunds.merge(independent.orders[["order", "name", "is_valid"]], on="order")
    refunds["key"] = refunds["name"] + refunds["refunded_at"].dt.strftime(" %Y-%m-%d %H:%M:%S")
    assert len(refunds) == refunds["key"].nunique() == len(mart)
    assert differences(_by(refunds, "key", "day", "refunded", "returned", "is_estimated", "is_valid"), mart) == []


@pytest.mark.parametrize(("mine", "published"), MONTH_COLUMNS.items())
def test_order_value_by_month(
    sample_night: SampleNight, independent: IndependentShop, mine: str, published: str
) -> None:
    months = people.months_of(independent.orders, independent.refunds, independent.as_of)
    mart = answers(sample_night.published, f"select month_date::timestamp, {published} from order_value_by_month")
    assert differences(months[mine].to_dict(), mart) == []


def test_people_are_counted_once_however_many_files_know_them(
    sample_night: SampleNight, independent: IndependentShop
) -> None:
    bought = people.purchases_of(independent.orders)
    known = people.known_people(independent.shopify, independent.zendesk, independent.orders)
    mine = (len(known), bought["email"].nunique(), len(bought), len(people.account_people(independent.shopify)))
    mart = sample_night.published.execute(
        """select count(*), count(*) filter (is_buyer), sum(valid_order_count), count(*) filter (has_account)
            from dim_customers"""
    ).fetchone()
    assert mart == mine


def test_first_and_last_orders_of_people(
    sample_night: SampleNight, independent: IndependentShop, pseudonyms: dict[str, str]
) -> None:
    bought = (
        people.purchases_of(independent.orders)
        .groupby("email")
        .agg(first=("first_at", "first"), last=("last_at", "first"), count=("order", "size"))
    )
    mine = {
        pseudonyms[row.Index]: (row.first, row.last, row.count_)
        for row in bought.rename(columns={"count": "count_"}).itertuples()
    }
    mart = answers(
        sample_night.published,
        "select customer_id, first_ordered_at, last_ordered_at, valid_order_count from dim_customers where is_buyer",
    )
    assert differences(mine, mart) == []


@pytest.mark.parametrize("unit", people.PERIODS)
def test_every_cell_of_cohort_retention(sample_night: SampleNight, independent: IndependentShop, unit: str) -> None:
    cells = people.cohorts_of(independent.orders, independent.refunds, unit, independent.zone, independent.as_of)
    mine = {(row["cohort"], row["number"]): _cell(row) for row in cells.to_dict("records")}
    columns = ", ".join([*COUNTS.values(), *RATES.values(), *MONEY.values()])
    rows = sample_night.published.execute(
        f"""select cohort_date::timestamp, period_number, is_finished, cohort_size_count, {columns}
            from cohort_retention where period_unit = '{unit}'"""
    ).fetchall()
    assert differences(mine, {row[:2]: row[2:] for row in rows}) == []
    must_show(any(not row[2] for row in rows), "a running period")


def _cell(row: dict[str, Any]) -> tuple[Any, ...]:
    """A cell as published: empty while the period runs; nobody can have come back in the period of the first order."""
    if not row["is_finished"]:
        return (False, row["size"], *[None] * 9)
    counts = [row[name] if row["number"] or name != "cumulative" else None for name in COUNTS]
    rates = [None if count is None else count / row["size"] for count in counts]
    return (True, row["size"], *counts, *rates, *(row[name] for name in MONEY))


def test_lifetime_values_in_windows_and_by_the_textbook(
    sample_night: SampleNight, independent: IndependentShop, pseudonyms: dict[str, str]
) -> None:
    values = people.lifetime_values(independent.orders, independent.refunds, independent.zone, independent.as_of)
    values["order_value"], values["simple"] = values["order_value"] / UNIT, values["simple"] / UNIT
    columns = ["first_at", "count", "cost", "margin", "to_date", "in_30", "in_90", "in_180", "in_365"]
    values = values[[*columns, "order_value", "per_year", "lifespan", "simple"]]
    mine = {pseudonyms[row[0]]: tuple(row[1:]) for row in values.itertuples()}
    mart = answers(
        sample_night.published,
        """select customer_id, first_ordered_at, valid_order_count, cost_to_date_amount, margin_to_date_amount,
            net_revenue_to_date_amount, net_revenue_30d_amount, net_revenue_90d_amount, net_revenue_180d_amount,
            net_revenue_365d_amount, ltv_simple_order_value_amount,
            ltv_simple_orders_per_year, ltv_simple_lifespan_years, ltv_simple_amount from customer_lifetime_value""",
    )
    assert differences(mine, mart) == []


def test_spend_tiers_at_every_date(
    sample_night: SampleNight, independent: IndependentShop, pseudonyms: dict[str, str]
) -> None:
    days = [
        row[0]
        for row in sample_night.published.execute("select distinct as_of_date from customer_spend_tiers").fetchall()
    ]
    assert max(days) == independent.as_of
    told = sample_night.published.execute(
        "select distinct as_of_date, is_newest, window_days from customer_spend_tiers"
    )
    assert set(told.fetchall()) == {(day, day == independent.as_of, 365) for day in days}
    for day in days:
        tiers = people.spend_tiers(independent.orders, independent.refunds, independent.zone, day)
        mart = answers(
            sample_night.published,
            f"select customer_id, spend_amount, spend_tier from customer_spend_tiers where as_of_date = '{day}'",
        )
        assert (
            differences(
                {pseudonyms[who]: spend for who, spend in tiers["spend"].items()},
                {who: row[0] for who, row in mart.items()},
            )
            == []
        )
        pairs = sorted((int(spend * UNIT), tier) for spend, tier in mart.values())
        assert pairs == sorted(zip(tiers["spend"], tiers["tier"], strict=True))


@pytest.mark.parametrize(
    ("mart", "rate", "hits", "of"),
    [
        ("order_value_by_month", "returning_customer", "returning_buyer_count", "buyer_count"),
        ("order_value_by_month", "repeat_purchase", "repeat_buyer_count", "buyer_count"),
        ("cohort_retention", "retention_classic", "retained_classic_count", "cohort_size_count"),
        ("cohort_retention", "retention_unbounded", "retained_unbounded_count", "cohort_size_count"),
        ("cohort_retention", "retention_cumulative", "retained_cumulative_count", "cohort_size_count"),
        ("ticket_resolution_times", "reopened_ticket", "reopened_ticket_count", "reopen_known_count"),
        ("ticket_resolution_times", "reassigned_ticket", "reassigned_ticket_count", "reassignment_known_count"),
        ("ticket_resolution_times", "one_touch", "one_touch_ticket_count", "one_touch_known_count"),
        ("ticket_resolution_times", "fcr", "first_contact_resolved_count", "fcr_known_count"),
        ("churn_by_month", "churn", "lost_customer_count", "customer_count"),
    ],
)
def test_rates_of_ended_periods_are_their_counts_with_wilson_bounds(
    sample_night: SampleNight, mart: str, rate: str, hits: str, of: str
) -> None:
    rows = sample_night.published.execute(
        f"select {hits}, {of}, {rate}_rate, {rate}_lower_rate, {rate}_upper_rate, is_finished from {mart}"
    ).fetchall()
    known = [row for row in rows if row[0] is not None and row[1] and row[5]]
    for count, size, share, low, high, _ in known:
        assert (share, low, high) == pytest.approx((count / size, *wilson(count, size, 1.959963985)), abs=1e-9)
        assert 0 <= low <= share + 1e-9 and share - 1e-9 <= high <= 1
    assert all(row[2:5] == (None, None, None) for row in rows if row not in known)
    must_show(len(known) > 5 and any(not row[5] for row in rows), f"ended and running periods of {mart}")
