"""People of the sample shop in pandas: cohorts, lifetime value, spend tiers and order value by month.

Never here: anything of the warehouse itself. Amounts are whole ten-thousandths.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from tests.builders import independent_exports as exports
from tests.builders.independent_exports import email_key

PERIODS = {"month": "M", "week": "W-SUN"}  # a week begins on Monday


def end_of_day(day: date, zone: str) -> pd.Timestamp:
    """The first instant after a day of the store."""
    return (pd.Timestamp(day) + pd.Timedelta(days=1)).tz_localize(zone).tz_convert("UTC")


def known_people(shopify: Path, zendesk: Path, orders: pd.DataFrame) -> set[str]:
    """Everybody any file knows: buyers and guests, accounts, and those who wrote to the help desk."""
    found = set(orders["email"].dropna())
    found |= {email_key(row["Email"]) or "" for _, row in exports.csv_records(shopify, "customers_export*.csv")}
    found |= {email_key(row["email"]) or "" for _, row in exports.json_records(shopify, "customers_[0-9]*.jsonl")}
    users = exports.json_records(zendesk, "users_*.jsonl")
    found |= {email_key(row["email"]) or "" for _, row in users if row["role"] == "end-user"}
    return found - {""}


def account_people(shopify: Path) -> set[str]:
    """People with an account that is switched on; the list for spreadsheets names guests and readers of news too."""
    rows = exports.json_records(shopify, "customers_[0-9]*.jsonl")
    newest = exports.newest_of((row["id"], (row["updatedAt"], day), row) for day, row in rows)
    return {email_key(row["email"]) or "" for row in newest.values() if row["state"] == "ENABLED"} - {""}


def purchases_of(orders: pd.DataFrame) -> pd.DataFrame:
    """Valid orders of known people with the person's first and last one beside each."""
    bought = orders[orders["is_valid"] & orders["email"].notna()].copy()
    people = bought.groupby("email")["ordered_at"]
    return bought.assign(first_at=people.transform("min"), last_at=people.transform("max"))


def cohorts_of(orders: pd.DataFrame, refunds: pd.DataFrame, unit: str, zone: str, as_of: date) -> pd.DataFrame:
    """One row a cohort and period: people three ways, money three ways, refunds in the period of their order."""
    bought = purchases_of(orders)
    returned = refunds.groupby("order")["returned"].sum()
    bought["net"] = bought["sold"] - bought["order"].map(returned).fillna(0).astype("int64")
    bought["cohort"] = _period(bought["first_at"], unit, zone)
    bought["number"] = _period(bought["ordered_at"], unit, zone).map(_ordinal) - bought["cohort"].map(_ordinal)
    ends = end_of_day(as_of, zone).tz_convert(zone).tz_localize(None)
    today = pd.Period(as_of, PERIODS[unit])
    rows = []
    for cohort, own in bought.groupby("cohort"):
        for number, cell in enumerate(_cells(own, today.ordinal - cohort.ordinal + 1)):
            place = {"cohort": cohort.start_time, "number": number, "period": (cohort + number).start_time}
            rows.append(place | {"is_finished": (cohort + number + 1).start_time <= ends} | cell)
    return pd.DataFrame(rows)


def _cells(own: pd.DataFrame, periods: int) -> list[dict[str, int]]:
    """The cells of one cohort, from a table of who bought in which period and what each period brought."""
    people, numbers = own["email"].factorize()[0], own["number"].to_numpy()
    bought = np.zeros((people.max() + 1, periods), dtype=bool)
    bought[people, numbers] = True
    money = np.bincount(numbers, weights=own["net"], minlength=periods).astype("int64")
    later = np.maximum.accumulate(bought[:, ::-1], axis=1)[:, ::-1]
    back = np.maximum.accumulate(np.where(np.arange(periods) > 0, bought, False), axis=1)
    columns = {
        "size": np.full(periods, len(bought)),
        "classic": bought.sum(axis=0),
        "unbounded": later.sum(axis=0),
        "cumulative": back.sum(axis=0),
        "first_money": np.full(periods, money[0]),
        "classic_money": money,
        "unbounded_money": money[::-1].cumsum()[::-1],
        "cumulative_money": money.cumsum(),
    }
    return [{name: int(values[number]) for name, values in columns.items()} for number in range(periods)]


def _period(instants: pd.Series, unit: str, zone: str) -> pd.Series:
    return instants.dt.tz_convert(zone).dt.tz_localize(None).dt.to_period(PERIODS[unit])


def _ordinal(period: pd.Period) -> int:
    return period.ordinal


def money_events(orders: pd.DataFrame, refunds: pd.DataFrame) -> pd.DataFrame:
    """Dated money of known people: sold on the order's instant, taken back on the refund's."""
    bought = purchases_of(orders)
    sales = bought[["email", "first_at"]].assign(at=bought["ordered_at"], day=bought["day"], worth=bought["sold"])
    back = refunds.drop(columns=["day"]).merge(bought[["order", "email", "first_at"]], on="order")
    days = refunds.loc[refunds["order"].isin(bought["order"])].set_index(["order", "refunded_at"])["day"]
    back["day"] = [days.loc[(row.order, row.refunded_at)] for row in back.itertuples()]
    taken = back[["email", "first_at"]].assign(at=back["refunded_at"], day=back["day"], worth=-back["returned"])
    return pd.concat([sales, taken], ignore_index=True)


def lifetime_values(orders: pd.DataFrame, refunds: pd.DataFrame, zone: str, as_of: date) -> pd.DataFrame:
    """One row a person: revenue to date and in windows after the first order, and the textbook formula's parts."""
    bought, events, end = purchases_of(orders), money_events(orders, refunds), end_of_day(as_of, zone)
    values = bought.groupby("email").agg(
        first_at=("first_at", "first"), last_at=("last_at", "first"), count=("order", "size")
    )
    own_returns = bought["order"].map(refunds.groupby("order")["returned"].sum()).fillna(0)
    bought["margin"] = bought["sold"] - own_returns - bought["cost"]
    values["cost"] = bought.groupby("email")["cost"].sum(min_count=1)
    values["margin"] = bought.groupby("email")["margin"].sum(min_count=1)
    values["to_date"] = events.groupby("email")["worth"].sum()
    for days in (30, 90, 180, 365):
        width = pd.Timedelta(days=days)
        inside = events[events["at"] < events["first_at"] + width].groupby("email")["worth"].sum()
        values[f"in_{days}"] = inside.where(values["first_at"] + width <= end)
    year = pd.Timedelta(days=365.25)
    came_back = values[values["count"] > 1]
    values["cost_known"] = bought[bought["cost"].notna()].groupby("email").size()
    values["cost_known"] = values["cost_known"].fillna(0).astype("int64")
    values["lifespan"] = ((came_back["last_at"] - came_back["first_at"]) / year).mean()
    values["per_year"] = values["count"] / ((end - values["first_at"]) / year).clip(lower=1)
    values["order_value"] = values["to_date"] / values["count"]
    values["simple"] = values["order_value"] * values["per_year"] * values["lifespan"]
    return values


def spend_tiers(orders: pd.DataFrame, refunds: pd.DataFrame, zone: str, as_of: date, tiers: int = 5) -> pd.DataFrame:
    """One row a person with a valid order in the 365 days up to a day: net spend in them and its place among all."""
    events, bought = money_events(orders, refunds), purchases_of(orders)
    last, first = pd.Timestamp(as_of), pd.Timestamp(as_of) - pd.Timedelta(days=364)
    inside = events[events["day"].between(first, last)]
    buyers = bought.loc[bought["day"].between(first, last), "email"].unique()
    spend = inside.groupby("email")["worth"].sum().loc[buyers].sort_values()
    large = len(spend) % tiers
    sizes = [len(spend) // tiers + (tier < large) for tier in range(tiers)]
    return pd.DataFrame({"spend": spend, "tier": np.repeat(range(1, tiers + 1), sizes)})


def months_of(orders: pd.DataFrame, refunds: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """One row a month: sales by the order's month, returns by the refund's, buyers; order values once it has ended."""
    valid = orders[orders["is_valid"]]
    counted = refunds[refunds["order"].isin(valid["order"])]
    months = valid.groupby("month")[["gross", "discount", "sold", "tax", "shipping", "total"]].sum()
    months["orders"] = valid.groupby("month").size()
    months["returned"] = counted.groupby("month")["returned"].sum()
    months["refunded"] = counted.groupby("month")["refunded"].sum()
    months = months.fillna(0)
    months["net"] = months["sold"] - months["returned"]
    own = valid.assign(net=valid["sold"] - valid["order"].map(counted.groupby("order")["returned"].sum()).fillna(0))
    months["aov_gross_less_discounts"] = months["sold"] / months["orders"] / exports.UNIT
    months["aov_net_of_returns"] = own.groupby("month")["net"].sum() / months["orders"] / exports.UNIT
    months["aov_with_shipping_and_tax"] = months["total"] / months["orders"] / exports.UNIT
    months = months.join(_buyers(orders))
    months["returning_revenue_share"] = months["returning_money"] / months["known_money"]
    months["is_finished"] = [has_ended(month, as_of) for month in months.index]
    shares = [name for name in months if name.startswith("aov_") or name.endswith("_share")]
    months[shares] = months[shares].where(months["is_finished"], axis=0)
    return months


def has_ended(month: pd.Timestamp, as_of: date) -> bool:
    """Whether a day is the last one of a month or lies behind it."""
    return bool(month + pd.offsets.MonthEnd() <= pd.Timestamp(as_of))


def _buyers(orders: pd.DataFrame) -> pd.DataFrame:
    bought = purchases_of(orders)
    first_month = bought.groupby("email")["month"].transform("min")
    bought["is_new"] = first_month == bought["month"]
    bought["is_later_order"] = bought["ordered_at"] > bought["first_at"]
    by_month = bought.groupby("month")
    counts = bought.groupby(["month", "email"]).size()
    return pd.DataFrame(
        {
            "buyers": by_month["email"].nunique(),
            "new_buyers": bought[bought["is_new"]].groupby("month")["email"].nunique(),
            "returning_buyers": bought[first_month < bought["month"]].groupby("month")["email"].nunique(),
            "repeat_buyers": (counts >= 2).groupby("month").sum(),
            "returning_money": bought[bought["is_later_order"]].groupby("month")["sold"].sum(),
            "known_money": by_month["sold"].sum(),
        }
    ).fillna(0)
