"""The planted parameters can be recovered from the simulated state by simple estimators."""

import math
from datetime import date

import numpy as np
import pytest

from ingestion.sample_store.columns import NEVER
from ingestion.sample_store.conversations import Conversations
from ingestion.sample_store.schedules import SCHEDULE_OF_GROUP
from ingestion.sample_store.settings import SampleSettings
from ingestion.sample_store.shop import Shop, simulate

THREE = 3.5  # standard errors: about one false alarm in two thousand for each of the fixed seeds


@pytest.fixture(scope="module")
def shop() -> Shop:
    settings = SampleSettings(40_000, 8_000, 400, 11, date(2026, 3, 14))
    return simulate(settings, settings.start)


def test_the_wanted_number_of_orders_comes_out(shop: Shop) -> None:
    orders = np.count_nonzero(shop.orders.created < shop.settings.end)
    assert orders == pytest.approx(shop.settings.orders, rel=0.03)
    tickets = np.count_nonzero(shop.conversations.tickets.created < shop.settings.end)
    assert tickets == pytest.approx(shop.settings.tickets, rel=0.05)


def test_response_times_have_the_planted_medians_and_spreads(shop: Shop) -> None:
    service, contacts = shop.settings.service, shop.conversations.tickets.contacts
    for channel, (middle, sigma) in enumerate(
        zip(service.response_median_minutes, service.response_sigma, strict=True)
    ):
        for group, factor in enumerate(service.group_factors):
            logs = np.log(contacts.response_minutes[(contacts.channel == channel) & (contacts.group == group)])
            error = THREE * sigma / math.sqrt(len(logs))
            assert abs(logs.mean() - math.log(middle * factor)) < error
            assert abs(logs.std() - sigma) < error


def test_answers_come_after_the_drawn_business_minutes(shop: Shop) -> None:
    tickets, events = shop.conversations.tickets, shop.conversations.events
    answers = events["step"] == 10
    ticket = events["ticket"][answers]
    plain = tickets.kind[ticket] == 0
    which = SCHEDULE_OF_GROUP[tickets.contacts.group[ticket[plain]]]
    minutes = shop.clocks.minutes_between(which, tickets.created[ticket[plain]], events["at"][answers][plain])
    drawn = tickets.contacts.response_minutes[ticket[plain]]
    assert np.quantile(np.abs(minutes - drawn), 0.99) < 0.1


def test_slow_answers_keep_people_away_as_planted(shop: Shop) -> None:
    purchases = shop.purchases
    slow, other = purchases.stays[purchases.is_slow], purchases.stays[~purchases.is_slow]
    ratio = slow.mean() / other.mean()
    error = math.sqrt((1 - slow.mean()) / slow.sum() + (1 - other.mean()) / other.sum())
    planted = shop.settings.purchase.stay_multiplier_after_slow_response
    assert abs(math.log(ratio / planted)) < THREE * error


def test_spend_has_the_planted_mean(shop: Shop) -> None:
    planted, spend = shop.settings.purchase, shop.purchases.spend
    first = np.unique(shop.purchases.person, return_index=True)[1]
    expected = planted.spend_p * planted.spend_v / (planted.spend_q - 1)
    error = THREE * spend[first].std() / math.sqrt(len(first))
    assert abs(spend[first].mean() - expected) < error
    gross = (shop.baskets.gross - shop.baskets.gift_cards) / 100
    mine = (shop.orders.purchase >= 0) & (gross > 0)
    assert gross[mine].mean() == pytest.approx(spend[shop.orders.purchase[mine]].mean(), rel=0.01)


def test_first_dropout_and_gaps_follow_the_purchase_process(shop: Shop) -> None:
    planted, purchases = shop.settings.purchase, shop.purchases
    first = np.unique(purchases.person, return_index=True)[1]
    first = first[~purchases.is_slow[first]]
    expected = 1 - planted.dropout_a / (planted.dropout_a + planted.dropout_b)
    error = THREE * math.sqrt(expected * (1 - expected) / len(first))
    assert abs(purchases.stays[first].mean() - expected) < error


def test_shares_of_orders_are_as_planted(shop: Shop) -> None:
    planted, n = shop.settings.order, len(shop.orders.created)
    counted = {
        "cancelled_share": np.count_nonzero(shop.histories.cancelled_at < NEVER),
        "gift_card_only_share": np.count_nonzero(shop.baskets.gross == shop.baskets.gift_cards),
        "customerless_share": np.count_nonzero(shop.orders.is_counter_sale),
    }
    for name, count in counted.items():
        share = getattr(planted, name)
        assert abs(count / n - share) < THREE * math.sqrt(share / n) + 0.001
    refunded = np.count_nonzero(shop.histories.cancel_kind[shop.refunds.order] == 0)
    assert refunded / n == pytest.approx(planted.refund_share * 0.99 * (1 - planted.cancelled_share), rel=0.08)


def test_money_identities_hold_for_every_order(shop: Shop) -> None:
    baskets, lines, n = shop.baskets, shop.baskets.lines, len(shop.orders.created)
    for per_line, per_order in (
        (lines.gross, baskets.gross),
        (lines.discount, baskets.discount),
        (lines.tax, baskets.tax),
    ):
        assert np.array_equal(np.bincount(lines.order, per_line, n).astype(np.int64), per_order)
        assert per_line.min() >= 0
    assert (shop.refunds.amount <= baskets.total[shop.refunds.order]).all()
    assert (shop.refunds.at > shop.orders.created[shop.refunds.order]).all()
    full = shop.refunds.is_full
    assert np.array_equal(shop.refunds.amount[full], baskets.total[shop.refunds.order][full])


def test_reopening_and_one_touch_shares_are_as_planted(shop: Shop) -> None:
    service, told = shop.settings.service, shop.conversations
    talked = np.count_nonzero(told.tickets.kind <= 1)
    for step, share in ((30, service.reopen_share), (20, 1 - service.one_touch_share)):
        assert abs(_tickets_with(told, step) / talked - share) < THREE * math.sqrt(share * (1 - share) / talked)


def _tickets_with(told: Conversations, step: int) -> int:
    return len(np.unique(told.events["ticket"][told.events["step"] == step]))


def test_a_shop_may_have_more_tickets_than_orders() -> None:
    settings = SampleSettings(400, 1_500, 200, 3, date(2026, 3, 14))
    tickets = simulate(settings, settings.start).conversations.tickets
    assert np.count_nonzero(tickets.created < settings.end) == pytest.approx(1_500, rel=0.1)
