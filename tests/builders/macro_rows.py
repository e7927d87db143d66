"""Rows and ledger lines for the macro current_rows, and asking it over them. Assertions never live here."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from ingestion.home import Home
from ingestion.specs.files import load_specs
from ingestion.store.raw_store import ensure_raw_store
from tests.builders.dbt import compiled_inline

DAY = datetime(2026, 3, 1)


def compiled_modes(root: Path) -> dict[str, Any]:
    """The macro's SQL for one table of each mode, and the empty raw store it reads."""
    home = Home.at(root)
    ensure_raw_store(home, load_specs(home))
    tables = {
        "upsert": ("entity", "orders"),
        "versions": ("zendesk", "tickets"),
        "replace": ("shopify", "orders"),
        "append": ("zendesk", "ticket_audits"),
        "snapshot": ("zendesk", "group_memberships"),
        "period": ("entity", "marketing_spend"),
        "parts": ("entity", "order_lines"),
    }
    text = "\n;;\n".join(f"{{{{ current_rows('{source}', '{name}') }}}}" for source, name in tables.values())
    text += "\n;;\nselect load_id as _load_id, 0 as _row_number, load_mark from ({{ listed_loads() }}) as loads"
    parts = compiled_inline(home.root, text).split(";;")
    return {"home": home, **dict(zip([*tables, "marks"], parts, strict=True))}


def current_rows(
    compiled: dict[str, Any],
    mode: str,
    table: str,
    rows: list[dict[str, Any]],
    key: str,
    ledger: list[dict[str, Any]] | None = None,
    first: str = "select 1",
) -> list[tuple[Any, ...]]:
    """Put rows and ledger into the empty store, ask the macro, take them out again. A plain line a load unless told."""
    known = {row["_load_id"]: ledger_line(row["_load_id"], (row["_exported_at"] - DAY).days) for row in rows}
    with duckdb.connect(str(compiled["home"].raw_db)) as connection:
        connection.execute("begin")
        connection.execute(first)
        lines = list(known.values()) if ledger is None else ledger
        for target, row in [("meta.loads", line) for line in lines] + [(table, row) for row in rows]:
            names = ", ".join(f'"{name}"' for name in row)
            connection.execute(
                f"insert into raw.{target} ({names}) values ({', '.join('?' * len(row))})", list(row.values())
            )
        found = connection.execute(
            f'select _load_id, _row_number, "{key}" from ({compiled[mode]}) order by all'
        ).fetchall()
        connection.execute("rollback")
    return found


def ledger_line(load: int, exported: int, file_name: str = "a.csv", modified: int = 0, **cells: Any) -> dict[str, Any]:
    """The ledger's line of a delivery; `modified` in microseconds."""
    names = {"load_id": load, "source": "s", "export": "e", "instance": "", "status": "loaded", "file_name": file_name}
    times = {"exported_at": DAY + timedelta(days=exported), "modified_at": DAY + timedelta(microseconds=modified)}
    return names | times | {"period_start": DAY.date(), "period_end": DAY.date()} | cells


def plumbing(load: int, number: int, exported: int) -> dict[str, Any]:
    """The loader's own columns of a row; `exported` in days."""
    return {
        "_source": "s",
        "_instance": "",
        "_load_id": load,
        "_row_number": number,
        "_exported_at": DAY + timedelta(days=exported),
    }
