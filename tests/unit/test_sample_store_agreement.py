"""The sample shop's files agree with one another and with its truth, read by plain Python."""

from decimal import Decimal
from typing import Any

import pytest

from tests.builders.shop import SampleShop, sample_shop

Amount = Decimal


@pytest.fixture(scope="module", params=[False, True], ids=["tax on top", "tax in prices"])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SampleShop:
    return sample_shop(tmp_path_factory.mktemp("shop"), tax_included=request.param)


def _tax_on_top(shop: SampleShop, tax: Amount) -> Amount:
    return Amount(0) if shop.truth["settings"]["tax_included"] else tax


def _money(item: dict[str, Any], name: str) -> Amount:
    return Amount(item[name]["shopMoney"]["amount"])


@pytest.fixture(scope="module")
def bulk(shop: SampleShop) -> dict[str, dict[Any, dict[str, Any]]]:
    return {k: shop.newest("shopify/orders_2*.jsonl", k) for k in ("Order", "LineItem", "SalesAgreement", "Sale")}


def test_csv_amounts_keep_the_vendors_identities(shop: SampleShop) -> None:
    for rows in shop.newest_csv_orders().values():
        first = {name: Amount(rows[0][name]) for name in ("Subtotal", "Discount Amount", "Shipping", "Taxes", "Total")}
        lines = sum(Amount(row["Lineitem price"]) * Amount(row["Lineitem quantity"]) for row in rows)
        assert first["Subtotal"] == lines - first["Discount Amount"]
        assert first["Total"] == first["Subtotal"] + first["Shipping"] + _tax_on_top(shop, first["Taxes"])
        assert first["Taxes"] == Amount(rows[0]["Tax 1 Value"] or 0)
        assert 0 <= Amount(rows[0]["Refunded Amount"]) <= first["Total"]


def test_bulk_lines_add_up_to_their_orders(shop: SampleShop, bulk: dict[str, dict[Any, dict[str, Any]]]) -> None:
    net = dict.fromkeys(bulk["Order"], Amount(0))
    for line in bulk["LineItem"].values():
        allocated = sum(_money(a, "allocatedAmountSet") for a in line["discountAllocations"])
        net[line["__parentId"]] += _money(line, "originalTotalSet") - allocated
    for gid, order in bulk["Order"].items():
        assert net[gid] == _money(order, "subtotalPriceSet")
        assert order["taxesIncluded"] == shop.truth["settings"]["tax_included"]
        extra = _money(order, "totalShippingPriceSet") + _tax_on_top(shop, _money(order, "totalTaxSet"))
        assert _money(order, "totalPriceSet") == net[gid] + extra


def test_sales_agreements_lead_to_the_current_total(bulk: dict[str, dict[Any, dict[str, Any]]]) -> None:
    sold = dict.fromkeys(bulk["Order"], Amount(0))
    for sale in bulk["Sale"].values():
        sold[bulk["SalesAgreement"][sale["__parentId"]]["__parentId"]] += _money(sale, "totalAmount")
    assert sold == {gid: _money(order, "currentTotalPriceSet") for gid, order in bulk["Order"].items()}


def test_refunds_never_exceed_what_was_paid(bulk: dict[str, dict[Any, dict[str, Any]]]) -> None:
    for order in bulk["Order"].values():
        done = [t for t in order["transactions"] if t["status"] == "SUCCESS"]
        paid = sum(_money(t, "amountSet") for t in done if t["kind"] in ("SALE", "CAPTURE"))
        back = sum(_money(t, "amountSet") for t in done if t["kind"] == "REFUND")
        assert back == _money(order, "totalRefundedSet") <= paid
        assert paid in (0, _money(order, "totalPriceSet"))


def test_refund_lines_add_up_to_refunds_but_for_shipping(
    shop: SampleShop, bulk: dict[str, dict[Any, dict[str, Any]]]
) -> None:
    for gid, item in shop.newest("shopify/refunds_2*.jsonl").items():
        for refund in item["refunds"]:
            own = refund["refundLineItems"]
            lines = sum(_money(x, "subtotalSet") + _tax_on_top(shop, _money(x, "totalTaxSet")) for x in own)
            shipping = _money(refund, "totalRefundedSet") - lines
            assert shipping in (0, _money(bulk["Order"][gid], "totalShippingPriceSet"))


def test_some_orders_are_refunded_in_steps_of_different_lines(
    shop: SampleShop, bulk: dict[str, dict[Any, dict[str, Any]]]
) -> None:
    stepwise = [item for item in shop.newest("shopify/refunds_2*.jsonl").values() if len(item["refunds"]) > 1]
    assert stepwise
    for item in stepwise:
        lines = [line["lineItem"]["id"] for refund in item["refunds"] for line in refund["refundLineItems"]]
        days = [refund["createdAt"] for refund in item["refunds"]]
        order = bulk["Order"][item["id"]]
        assert len(lines) == len(set(lines)) > 1 and days == sorted(days)
        assert _money(order, "totalRefundedSet") == sum(
            _money(refund, "totalRefundedSet") for refund in item["refunds"]
        )
        assert [r["id"] for r in order["refunds"]] == [r["id"] for r in item["refunds"]]


def test_some_orders_are_shown_in_another_currency_than_the_shops(bulk: dict[str, dict[Any, dict[str, Any]]]) -> None:
    shown = {order["presentmentCurrencyCode"] for order in bulk["Order"].values()}
    assert shown == {"USD", "CAD"}
    for order in bulk["Order"].values():
        money = order["totalPriceSet"]
        is_own = order["presentmentCurrencyCode"] == order["currencyCode"] == money["shopMoney"]["currencyCode"]
        assert money["presentmentMoney"]["currencyCode"] == order["presentmentCurrencyCode"]
        assert is_own == (money["presentmentMoney"] == money["shopMoney"]) or _money(order, "totalPriceSet") == 0


def test_some_guests_give_a_phone_alone(bulk: dict[str, dict[Any, dict[str, Any]]]) -> None:
    silent = [order for order in bulk["Order"].values() if not order["email"] and order["phone"]]
    assert silent
    assert not any(order["customer"] for order in silent)


def test_csv_and_bulk_describe_the_same_orders(shop: SampleShop, bulk: dict[str, dict[Any, dict[str, Any]]]) -> None:
    by_name = {order["name"]: order for order in bulk["Order"].values()}
    both = {name: rows[0] for name, rows in shop.newest_csv_orders().items() if name in by_name}
    assert len(both) > 50
    for name, row in both.items():
        order = by_name[name]
        assert (row["Id"], row["Email"]) == (order["legacyResourceId"], order["email"] or "")
        assert Amount(row["Total"]) == _money(order, "totalPriceSet")


def test_the_newest_exports_hold_the_true_orders(shop: SampleShop, bulk: dict[str, dict[Any, dict[str, Any]]]) -> None:
    truth = shop.truth["orders"]
    csv_orders = {rows[0]["Id"]: rows[0] for rows in shop.newest_csv_orders().values()}
    bulk_orders = {order["legacyResourceId"]: order for order in bulk["Order"].values()}
    assert len(csv_orders.keys() | bulk_orders.keys()) == truth["counts"]["orders"]
    total = sum(_money(order, "totalPriceSet") for order in bulk_orders.values())
    refunded = sum(_money(order, "totalRefundedSet") for order in bulk_orders.values())
    older = [row for key, row in csv_orders.items() if key not in bulk_orders]
    assert older
    assert str(total + sum(Amount(row["Total"]) for row in older)) == truth["all_orders"]["total"]
    assert str(refunded + sum(Amount(row["Refunded Amount"]) for row in older)) == truth["all_orders"]["refunded"]
    assert sum(order["test"] for order in bulk_orders.values()) == truth["counts"]["test_orders"] > 0
    cancelled = sum(bool(o["cancelledAt"]) for o in bulk_orders.values()) + sum(bool(r["Cancelled at"]) for r in older)
    assert cancelled == truth["counts"]["cancelled_orders"]


def test_transactions_csv_agrees_with_the_orders_csv(shop: SampleShop) -> None:
    path = shop.files("shopify/orders_export*.csv")[-1]
    orders = {row["Id"]: row for row in shop.csv_rows(path) if row["Id"]}
    moved = dict.fromkeys(orders, Amount(0))
    for row in shop.csv_rows(shop.files("shopify/transactions_export*.csv")[-1]):
        sign = {"sale": 1, "capture": 1, "refund": -1}.get(row["Kind"], 0) * (row["Status"] == "success")
        moved[row["Order"]] += sign * Amount(row["Amount"])
    for key, row in orders.items():
        paid = Amount(row["Total"]) - Amount(row["Outstanding Balance"])
        assert moved[key] == paid - Amount(row["Refunded Amount"])
