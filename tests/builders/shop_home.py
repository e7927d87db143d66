"""A shop's home for tests of the loader: specs, deliveries, loading, and looking at what is in the raw store."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb

from ingestion.deliveries import Delivery, LoadSettings, LoadSummary
from ingestion.home import Home
from ingestion.loader import load
from ingestion.quoting import identifier, literal
from ingestion.specs.files import read_spec
from ingestion.specs.model import Spec
from ingestion.worker.main import Worker
from ingestion.worker_process import WorkerProcess

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
AT_ONCE = LoadSettings(settle_seconds=0, database_mb=512, threads=2)
ORDERS = """
description = "Orders, one row an order and version"
files = ["orders*.{kind}"]
format = "{kind}"
mode = "upsert"
key = ["id"]
updated_at = "updated_at"
exported_at = '(?P<date>\\d{{4}}-\\d{{2}}-\\d{{2}})'
{rules}
[columns]
id = {{ type = "integer", personal = "none" }}
email = {{ type = "text", header = ["Email"], personal = "direct" }}
total = {{ type = "decimal", scale = 2, personal = "none" }}
updated_at = {{ type = "timestamp", personal = "none", required = true }}
"""
# One of the entities that a file of sales is split into.
PART = """
entity = "{entity}"
files = ["sales*.csv"]
format = "csv"
split = "sales"
where = {{ column = "Type", matches = "^{word}$" }}
[map]
{key} = {{ from = "Ref" }}
"""
HEADER = "id,Email,total,updated_at"
ORDER_ROWS = [
    "1,ann@example.org,10.50,2026-01-01T10:00:00Z",
    '2,"bo, the second",3,2026-01-02 11:30:00',
    "3,,-0.07,2026-01-03T00:00:00+02:00",
]


def orders_csv(*rows: str, header: str = HEADER) -> str:
    """An orders file; three good rows unless told."""
    return "\n".join([header, *(rows or ORDER_ROWS)]) + "\n"


class ShopHome:
    """One home in a temporary folder, loaded in this process unless `own_process`."""

    def __init__(self, root: Path, *, own_process: bool = False) -> None:
        self.home = Home.at(root)
        self.own_process = own_process
        self.specs: list[Spec] = []

    def spec(self, name: str = "shop/orders", toml: str | None = None, rules: str = "", kind: str = "csv") -> Spec:
        """Write a spec of the shop's own; orders unless told."""
        path = self.home.sources / f"{name}.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(ORDERS.format(rules=rules, kind=kind) if toml is None else toml, "utf-8")
        spec = read_spec(path)
        self.specs = [each for each in self.specs if each.name != spec.name] + [spec]
        return spec

    def deliver(self, name: str, content: str | bytes, modified: datetime | None = None) -> Path:
        """Put a file into the exports folder."""
        path = self.home.exports / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        if modified is not None:
            os.utime(path, (modified.timestamp(), modified.timestamp()))
        return path

    def load(self, **options: Any) -> LoadSummary:
        """Run the loader with a clock that stands still."""
        worker: Callable[..., Any] = WorkerProcess if self.own_process else Worker
        defaults: dict[str, Any] = {"clock": lambda: NOON, "settings": AT_ONCE, "specs": self.specs, "worker": worker}
        return load(self.home, **(defaults | options))

    def load_one(self, **options: Any) -> Delivery:
        """Run the loader, where exactly one delivery is to be reported."""
        (delivery,) = self.load(**options).deliveries
        return delivery

    def query(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask the raw store."""
        with self._store() as connection:
            return connection.execute(sql, list(values)).fetchall()

    def fingerprint(self) -> dict[str, str]:
        """Each table's rows in any order, but for what names the moment or the way of arrival."""
        remembered = ("files", "versions", "loads")
        prints = {}
        with self._store() as connection:
            names = "select schema_name, table_name from duckdb_tables() where estimated_size > 0 order by all"
            for schema, table in connection.execute(names).fetchall():
                if schema != "meta" or table not in remembered:
                    rows = f"select t::varchar from {identifier(schema)}.{identifier(table)} t order by 1"
                    prints[f"{schema}.{table}"] = repr(connection.execute(rows).fetchall())
            columns = "load_id, content_sha256, rows_in, rows_loaded, rows_rejected, cells_failed"
            loaded = f"select {columns} from meta.loads where status = 'loaded' order by all"
            return prints | {"meta.loads": repr(connection.execute(loaded).fetchall())}

    @contextmanager
    def _store(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The raw store as the one database of an instance that stays: to make one takes longer than most questions."""
        connection = _instance()
        connection.execute(f"attach {literal(str(self.home.raw_db))} as raw (read_only)")
        try:
            connection.execute("use raw")
            yield connection
        finally:
            connection.execute("use memory")
            connection.execute("detach raw")


@lru_cache(maxsize=1)
def _instance() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": 1})
    connection.execute("set timezone = 'UTC'")
    return connection
