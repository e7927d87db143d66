"""The shop as DuckDB tables, for the layouts to select from.

Belongs here: names and types of the tables that layouts see. Never here: any layout of an export.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from ingestion.sample_store.clocks import Floats, zone_changes
from ingestion.sample_store.columns import NEVER, amounts, instants
from ingestion.sample_store.desk import AGENTS_PER_GROUP, FIRST_AGENT, GROUPS, LEAVER, STATUSES, requester_id
from ingestion.sample_store.people import PLACES
from ingestion.sample_store.schedules import SCHEDULE_OF_GROUP, SCHEDULES
from ingestion.sample_store.shop import FIRST_LINE_ID, FIRST_NUMBER, FIRST_ORDER_ID, Shop
from ingestion.sample_store.ticket_states import History, TicketStates

MEMORY = "1500MB"  # beside the simulation's own arrays


def open_tables(shop: Shop, history: History) -> duckdb.DuckDBPyConnection:
    """An in-memory database with every table of the shop and the macros of the layouts."""
    spill = Path(tempfile.gettempdir()) / f"cx_sample_{os.getpid()}"  # untold, it would be the working folder
    config: dict[str, str | bool | int | float | list[str]] = {"memory_limit": MEMORY, "temp_directory": str(spill)}
    connection = duckdb.connect(config=config)
    connection.execute("set timezone = 'UTC'")
    connection.execute("set enable_progress_bar = false")
    tables = {"people": shop.people, "variants": shop.catalogue.table, "orders": _orders(shop),
    "order_lines": _lines(shop),
              "refunds": _refunds(shop), "refund_lines": _refund_lines(shop), "tickets": _tickets(shop),
              "ticket_events": _events(history), **_calendar(shop)}  # fmt: skip
    for name, table in tables.items():
        connection.register("arriving", table)
        connection.execute(f"create table {name} as from arriving")
        connection.unregister("arriving")
    changes = zone_changes(shop.settings.zone, shop.settings.start, shop.settings.horizon + 100 * 86_400)
    cases = " ".join(
        f"when moment >= make_timestamp({since}000000) then {offset}" for since, offset in reversed(changes)
    )
    connection.execute(f"create macro offset_seconds(moment) as case {cases} else {changes[0][1]} end")
    connection.execute(f"create macro tax_included() as {shop.settings.tax_included}")
    return connection


def _orders(shop: Shop) -> pa.Table:
    o, b, h, n = shop.orders, shop.baskets, shop.histories, len(shop.orders.created)
    return pa.table({
        "order_index": np.arange(n), "order_id": FIRST_ORDER_ID + 7 * np.arange(n),
        "order_number": FIRST_NUMBER + np.arange(n),
        "person_index": pa.array(o.person, mask=o.person < 0), "is_test": o.is_test,
        "is_counter_sale": o.is_counter_sale,
        "payment": h.payment, "cancel_kind": h.cancel_kind, "discount_kind": b.discount_kind,
        "created_at": instants(o.created),
        "paid_at": instants(h.paid_at), "cancelled_at": instants(h.cancelled_at),
        "fulfilled_at": instants(h.fulfilled_at),
        "delivered_at": instants(h.delivered_at), "gross": amounts(b.gross), "discount": amounts(b.discount),
        "subtotal": amounts(b.subtotal), "shipping": amounts(b.shipping), "tax": amounts(b.tax),
        "shipping_tax": amounts(b.shipping_tax),
        "total": amounts(b.total),
    })  # fmt: skip


def _lines(shop: Shop) -> pa.Table:
    li = shop.baskets.lines
    return pa.table({
        "order_index": li.order, "line_number": li.number, "line_id": FIRST_LINE_ID + np.arange(len(li.order)),
        "variant_index": li.variant, "quantity": li.quantity, "price": amounts(li.price),
        "discount": amounts(li.discount),
        "tax": amounts(li.tax), "gross": amounts(li.gross),
    })  # fmt: skip


def _refunds(shop: Shop) -> pa.Table:
    r = shop.refunds
    return pa.table({
        "refund_id": 810_000_000_001 + np.arange(len(r.order)), "order_index": r.order, "step": r.step,
        "refunded_at": instants(r.at),
        "amount": amounts(r.amount), "goods": amounts(r.goods_amount), "shipping": amounts(r.shipping),
    })  # fmt: skip


def _refund_lines(shop: Shop) -> pa.Table:
    r = shop.refunds
    return pa.table({
        "refund_id": 810_000_000_001 + r.refund, "refund_line_id": 820_000_000_001 + np.arange(len(r.line)),
        "line_id": FIRST_LINE_ID + r.line, "quantity": r.quantity, "goods": amounts(r.goods), "tax": amounts(r.tax),
    })  # fmt: skip


def _tickets(shop: Shop) -> pa.Table:
    t, n = shop.conversations.tickets, len(shop.conversations.tickets.created)
    channels = pa.array(shop.settings.service.channels)
    return pa.table({
        "ticket_index": np.arange(n), "ticket_id": 50_001 + np.arange(n), "created_at": instants(t.created),
        "kind": t.kind,
        "requester_id": requester_id(t.requester), "person_index": pa.array(t.requester, mask=t.requester < 0),
        "order_index": pa.array(t.order, mask=t.order < 0), "agent_id": t.agent,
        "channel": channels.take(pa.array(t.contacts.channel)),
        "winner_index": pa.array(t.winner, mask=t.winner < 0), "solved_at": instants(t.solves_at),
        "rated_at": instants(t.rating_at), "is_good": t.is_good,
    })  # fmt: skip


def _events(history: History) -> pa.Table:
    e = history.events
    return pa.table({
        "ticket_index": e["ticket"], "audit_id": history.audit_id, "happened_at": instants(e["at"]),
        "step": e["step"], "author_id": e["author"],
        "comment": e["comment"], "rule": e["rule"], "is_create": history.starts,
        **{f"{name}_{side}": values[name] for side, values in (("before", history.before), ("after",
        history.after)) for name in values},
    })  # fmt: skip


def _calendar(shop: Shop) -> dict[str, pa.Table]:
    intervals = [(s.schedule_id, a, b) for s in SCHEDULES for a, b in s.intervals]
    holidays = [(s.schedule_id, *holiday) for s in SCHEDULES for holiday in s.holidays_between(*shop.calendar_days)]
    return {
        "schedules": pa.table({"schedule_id": [s.schedule_id for s in SCHEDULES], "name": [s.name for s in SCHEDULES],
                               "time_zone": [s.zone_word for s in SCHEDULES]}),
        "week_intervals": pa.table({"schedule_id": [i[0] for i in intervals], "start_time": [i[1] for i in intervals],
                                    "end_time": [i[2] for i in intervals]}),
        "holidays": pa.table({"position": range(1, len(holidays) + 1), "schedule_id": [h[0] for h in holidays],
                              "name": [h[1] for h in holidays], "start_date": [h[2].isoformat() for h in holidays],
                              "end_date": [h[3].isoformat() for h in holidays]}),
        "agents": _agents(shop),
        "groups": pa.table({"group_id": [g for g, _ in GROUPS], "name": [name for _, name in GROUPS],
                            "schedule_id": [SCHEDULES[n].schedule_id for n in SCHEDULE_OF_GROUP]}),
        "statuses": pa.table({"code": range(len(STATUSES)), "status": STATUSES}),
        "places": pa.table({"place": range(len(PLACES)), "tax_per_mille": [p[4] for p in PLACES]}),
    }  # fmt: skip


def _agents(shop: Shop) -> pa.Table:
    number = np.arange(len(GROUPS) * AGENTS_PER_GROUP)
    left_at = np.where(FIRST_AGENT + number == LEAVER, shop.settings.agent_leaves_at, NEVER)
    group = np.array([g for g, _ in GROUPS])[number // AGENTS_PER_GROUP]
    return pa.table({"user_id": FIRST_AGENT + number, "group_id": group, "left_at": instants(left_at)})


def states_table(states: TicketStates, minutes: dict[str, Floats]) -> pa.Table:
    """Ticket states for the layouts; minutes are whole, as a help desk shows them."""
    times = (
        "updated",
        "first_assigned",
        "assigned",
        "requester_updated",
        "commented",
        "first_reply",
        "first_solved",
        "last_solved",
        "status_updated",
    )
    counts = ("status", "assignee", "group", "reopens", "replies", "assignee_stations", "group_stations")
    whole = {
        name: pa.array(np.floor(np.nan_to_num(v)).astype(np.int64), mask=np.isnan(v)) for name, v in minutes.items()
    }
    return pa.table({
        "ticket_index": states.ticket, **{f"{name}_at": instants(getattr(states, name)) for name in times},
        **{name: getattr(states, name) for name in counts}, **whole, "is_solved": states.first_solved < NEVER,
    })  # fmt: skip
