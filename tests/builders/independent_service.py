"""Help-desk figures by month and slice, and what the rules leave out, from the replayed tickets and the shop's files.

Never here: anything of the warehouse itself.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from tests.builders import independent_exports as exports
from tests.builders.independent_exports import Row
from tests.builders.independent_people import has_ended

MEASURES = ("first_response", "first_resolution", "full_resolution", "requester_wait", "agent_wait", "on_hold")
CLOCKS = ("calendar", "business_all_schedules", "business_last_schedule")
GROUPS = {301: "Tier 1", 302: "Returns", 303: "Escalations"}


def resolution_times(tickets: pd.DataFrame, zone: str, as_of: date) -> dict[tuple[pd.Timestamp, str, str], Row]:
    """(month of creation, slice, its value) -> counts; of ended months mean, median and p90 of every duration."""
    counted = tickets[tickets["reason"].isna()].copy()
    local = counted["created_at"].dt.tz_convert(zone).dt.tz_localize(None)
    counted["month"] = local.dt.to_period("M").dt.to_timestamp()
    slices = {
        "all": pd.Series("all", index=counted.index),
        "channel": counted["channel"],
        "priority": counted["priority"].fillna("none"),
        "group": counted["group"].map(GROUPS),
        "source": pd.Series("zendesk", index=counted.index),
    }
    return {
        (month, name, str(value)): _figures(own, has_ended(month, as_of))
        for name, values in slices.items()
        for (month, value), own in counted.groupby(["month", values])
    }


def _figures(own: pd.DataFrame, is_finished: bool) -> Row:
    solved = own[own["is_solved"]]
    figures: Row = {
        "is_finished": is_finished,
        "ticket_count": len(own),
        "open_ticket_count": int((~own["is_solved"]).sum()),
        "solved_ticket_count": len(solved),
        "reopened_ticket_count": int((own["reopens"] > 0).sum()),
        "reopen_count": int(own["reopens"].sum()),
        "reassigned_ticket_count": int((own["reassignments"] > 0).sum()),
        "reassignment_count": int(own["reassignments"].sum()),
        "one_touch_ticket_count": int(own["is_one_touch"].sum()),
        "one_touch_known_count": len(solved),
        "first_contact_resolved_count": int(own["is_first_contact_resolved"].sum()),
        "fcr_known_count": int(own["is_first_contact_resolved"].notna().sum()),
    }
    for measure in MEASURES:
        finished = solved if measure in ("requester_wait", "agent_wait", "on_hold") else own
        for clock in CLOCKS:
            figures |= _spread(f"{measure}_{clock}", finished[f"{measure}_{clock}"].dropna().astype(float), is_finished)
    return figures


def _spread(name: str, minutes: pd.Series, is_finished: bool) -> Row:
    values = minutes.to_numpy()
    is_known = is_finished and len(values)
    figures = (values.mean(), *np.quantile(values, [0.5, 0.9])) if is_known else (None, None, None)
    kinds = zip(("mean", "median", "p90"), figures, strict=True)
    return {f"{name}_measured_count": len(values)} | {f"{kind}_{name}_minutes": value for kind, value in kinds}


def excluded_counts(
    orders: pd.DataFrame, lines: pd.DataFrame, refunds: pd.DataFrame, tickets: pd.DataFrame
) -> dict[str, dict[str, int]]:
    """Kind of record -> reason -> how many are left out."""
    reasons = orders.set_index("order")["reason"]
    return {
        "order": _tally(orders["reason"]),
        "order_line": _tally(lines["order"].map(reasons)),
        "refund": _tally(refunds["order"].map(reasons)),
        "ticket": _tally(tickets["reason"]),
        "order_in_customer_numbers": {"customer_unknown": int((orders["is_valid"] & orders["email"].isna()).sum())},
    }


def _tally(reasons: pd.Series) -> dict[str, int]:
    return {str(reason): count for reason, count in Counter(reasons.dropna()).items()}


def automatic_messages(zendesk: Path) -> int:
    """Comments that a machine wrote: by the help desk's own author, or by a rule."""
    audits = {row["id"]: row for _, row in exports.json_records(zendesk, "ticket_audits_*.jsonl")}
    return sum(
        event["type"] == "Comment" and (event["author_id"] == -1 or audit["via"]["channel"] == "rule")
        for audit in audits.values()
        for event in audit["events"]
    )


def payments_left_out(shopify: Path, orders: pd.DataFrame) -> dict[str, int]:
    """Transactions that moved no money: those that failed, authorizations and voids."""
    bulk = exports.bulk_orders(shopify)
    from_files = exports.csv_transactions(shopify)
    seen: Counter[str] = Counter()
    for order in orders.to_dict("records"):
        if order["from_bulk"]:
            told = [(row["kind"], row["status"]) for row in bulk[order["order"]][1]["transactions"]]
        else:
            told = [(row["Kind"], row["Status"]) for row in from_files.get(order["order"], [])]
        for kind, status in told:
            if status.lower() != "success":
                seen["not_successful"] += 1
            elif kind.lower() in ("authorization", "void"):
                seen["no_money_moved"] += 1
    return dict(seen)
