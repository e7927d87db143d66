"""A raw store fed with small random deliveries, straight into its tables: what loaders of any order would have left.

Keys come from a tiny domain, so that deliveries meet: corrections, labels that change their id,
people who share an address.
Asserts nothing.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import duckdb

from ingestion.home import Home
from ingestion.quoting import identifier
from ingestion.specs.files import load_specs
from ingestion.store.raw_store import ensure_raw_store
from tests.builders.raw_desk import (
    random_audits,
    random_events,
    random_given_schedules,
    random_log,
    random_metrics,
    random_schedules,
    random_stated_tickets,
)
from tests.builders.raw_surroundings import BEGIN, Row, catalogue, day_of, money_back, parcels, payments, rates


@dataclass
class RawDeliveries:
    """One home's raw store, and the loads it was given."""

    home: Home
    loads: list[tuple[int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        ensure_raw_store(self.home, load_specs(self.home))

    def deliver(self, seed: int) -> None:
        """A new load of a random export."""
        random = Random(seed)
        export = random.choice(list(EXPORTS))
        load_id = Random(f"{seed} {len(self.loads)}").getrandbits(40)
        self.loads.append((load_id, export))
        self._write(load_id, export, random, finished=0)

    def again(self, seed: int) -> None:
        """The bytes of an old load once more, exported on some day."""
        random = Random(seed)
        load_id, export = random.choice(self.loads)
        source, name = export.split(".")
        with closing(duckdb.connect(str(self.home.raw_db))) as connection:
            _insert(connection, "meta.loads", _line(random.getrandbits(40), source, name, day_of(random), "duplicate"))
            connection.execute(
                "update meta.loads set duplicate_of = ? where duplicate_of is null and status = ?",
                [load_id, "duplicate"],
            )

    def replay(self, seed: int) -> None:
        """An old load read again under a fixed spec: other rows under its id."""
        random = Random(seed)
        load_id, export = random.choice(self.loads)
        with closing(duckdb.connect(str(self.home.raw_db))) as connection:
            connection.execute("delete from meta.loads where load_id = ?", [load_id])
            for table in EXPORTS[export](random):
                connection.execute(f"delete from {table} where _load_id = ?", [load_id])
        self._write(load_id, export, random, finished=seed % 1000 + 1)

    def bring(self, export: str, tables: dict[str, list[Row]]) -> None:
        """A new load of just these rows, exported a day after the one before."""
        number = len(self.loads) + 1
        self.loads.append((number, export))
        self._insert_load(number, export, tables, BEGIN + timedelta(days=number), finished=0)

    def _write(self, load_id: int, export: str, random: Random, finished: int) -> None:
        exported_at = day_of(random)
        self._insert_load(load_id, export, EXPORTS[export](random), exported_at, finished)

    def _insert_load(
        self, load_id: int, export: str, tables: dict[str, list[Row]], exported_at: datetime, finished: int
    ) -> None:
        source, name = export.split(".")
        line = _line(load_id, source, name, exported_at, "loaded") | {
            "finished_at": BEGIN + timedelta(minutes=finished),
            "rows_loaded": 1,
        }
        plumbing = {"_source": source, "_instance": "", "_load_id": load_id, "_exported_at": exported_at}
        with closing(duckdb.connect(str(self.home.raw_db))) as connection:
            _insert(connection, "meta.loads", line)
            for table, rows in tables.items():
                for number, row in enumerate(rows, start=1):
                    _insert(connection, table, {"_row_number": number} | row | plumbing)


def _line(load_id: int, source: str, export: str, exported_at: datetime, status: str) -> Row:
    chance = Random(load_id)
    file_name = chance.choice(["a.csv", "a (1).csv", "b.csv"])
    names = {"load_id": load_id, "source": source, "export": export, "instance": "", "file_name": file_name}
    return names | {"status": status, "exported_at": exported_at, "modified_at": day_of(chance)}


def _insert(connection: duckdb.DuckDBPyConnection, table: str, row: Row) -> None:
    names = ", ".join(identifier(name) for name in row)
    connection.execute(f"insert into {table} ({names}) values ({', '.join('?' * len(row))})", list(row.values()))


def _email(random: Random) -> str | None:
    return random.choice(["ann@example.org", "bo@example.org", "cy@example.org", None])


def _store_orders(random: Random) -> dict[str, list[Row]]:
    rows: list[Row] = []
    for _ in range(random.randrange(1, 4)):
        name = f"#{random.randrange(4)}"
        first = {
            "id": random.choice([random.randrange(1, 5), None]),
            "email": _email(random),
            "created_at": day_of(random),
        }
        first |= {"financial_status": random.choice(["paid", "voided"]), "total": random.randrange(1, 90)}
        first |= {"currency": random.choice(["USD", "EUR"]), "subtotal": random.randrange(1, 80)}
        first |= {"refunded_amount": random.choice([0, 0, 5]), "taxes": random.choice([0, 3])}
        # sums that tell whether the prices hold the tax, and sums that tell nothing
        first["total"] = random.choice([first["total"], first["subtotal"], first["subtotal"] + first["taxes"]])
        for line in range(random.randrange(1, 3)):
            price = {"lineitem_quantity": random.randrange(3), "lineitem_price": random.randrange(1, 40)}
            article = {"lineitem_name": f"thing {random.randrange(3)}", "lineitem_sku": f"s{random.randrange(3)}"}
            rows.append({"name": name} | (first if line == 0 else {}) | price | article)
    return {"shopify.orders": rows}


def _api_orders(random: Random) -> dict[str, list[Row]]:
    orders: list[Row] = []
    lines: list[Row] = []
    paid: list[Row] = []
    for number in range(1, random.randrange(2, 4)):
        key = random.randrange(1, 6)
        gid = f"gid://shopify/Order/{key}"
        bought = {"id": gid, "legacy_resource_id": key, "name": f"#{random.randrange(4)}", "created_at": day_of(random)}
        bought |= {"email": _email(random), "shop_currency_code": "USD"}
        bought["total_amount"] = total = random.randrange(1, 90)
        orders.append(bought | {"customer_legacy_resource_id": random.choice([1, 2, None]), "subtotal_amount": 10})
        orders[-1]["current_subtotal_amount"] = total % 12  # more than 10 is no edit
        child = {"order_gid": gid, "_parent_row_number": number, "_child_number": 1}
        line_id = f"gid://shopify/LineItem/{key}{random.randrange(2)}"
        lines.append(child | {"id": line_id, "quantity": 1, "original_unit_price": 7, "sku": f"s{random.randrange(3)}"})
        paid.append(
            child | {"id": f"t{key}", "kind": random.choice(["SALE", "REFUND"]), "status": "SUCCESS", "amount": 5}
        )
    tables = {"shopify.bulk_orders": orders, "shopify.bulk_orders_line_items": lines}
    return tables | {"shopify.bulk_orders_transactions": paid}


def _transactions(random: Random) -> dict[str, list[Row]]:
    return {
        "shopify.order_transactions": [
            {"order_id": random.randrange(1, 6), "kind": random.choice(["sale", "refund"]), "status": "success"}
            | {"amount": random.randrange(1, 30), "created_at": random.choice([day_of(random), None])}
            for _ in range(random.randrange(1, 4))
        ]
    }


def _entity_orders(random: Random) -> dict[str, list[Row]]:
    return {
        "entity.orders": [
            {"order_key": f"e{random.randrange(3)}", "email": _email(random), "ordered_at": day_of(random)}
            | {"total_amount": random.randrange(1, 50), "currency": "USD", "refunded_amount": random.choice([None, 2])}
            for _ in range(2)
        ]
    }


def _entity_lines(random: Random) -> dict[str, list[Row]]:
    return {
        "entity.order_lines": [
            {"order_key": f"e{random.randrange(3)}", "product_key": f"p{random.randrange(3)}", "quantity": 1}
            | {"unit_price_amount": random.randrange(1, 20), "updated_at": random.choice([day_of(random), None])}
            for _ in range(2)
        ]
    }


def _tickets(random: Random) -> dict[str, list[Row]]:
    return {
        "zendesk.tickets": [
            {
                "id": random.randrange(1, 5),
                "created_at": BEGIN,
                "generated_timestamp": day_of(random),
                "requester_id": 9,
            }
            | {"status": random.choice(["open", "solved"]), "submitter_id": 9, "assignee_id": random.choice([7, 8])}
            for _ in range(2)
        ]
    }


def _users(random: Random) -> dict[str, list[Row]]:
    return {
        "zendesk.users": [
            {
                "id": number,
                "role": random.choice(["agent", "end-user"]),
                "email": _email(random),
                "updated_at": day_of(random),
            }
            for number in (7, 8, 9)
        ]
    }


EXPORTS = {
    "shopify.orders": _store_orders,
    "shopify.bulk_orders": _api_orders,
    "shopify.order_transactions": _transactions,
    "entity.orders": _entity_orders,
    "entity.order_lines": _entity_lines,
    "entity.products": catalogue,
    "entity.exchange_rates": rates,
    "entity.refunds": money_back,
    "entity.payments": payments,
    "entity.shipments": parcels,
    "entity.tickets": random_stated_tickets,
    "entity.ticket_events": random_log,
    "zendesk.tickets": _tickets,
    "zendesk.ticket_audits": random_audits,
    "zendesk.ticket_events": random_events,
    "zendesk.users": _users,
    "zendesk.schedules": random_schedules,
    "zendesk.ticket_schedules": random_given_schedules,
    "zendesk.ticket_metrics": random_metrics,
}
