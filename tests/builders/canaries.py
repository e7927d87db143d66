"""The personal texts of a sample shop, and where in a folder they turn up. Asserts nothing."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path

import duckdb

from tests.builders.independent_exports import csv_records, json_records

_ADDRESS = re.compile(rb"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")  # unbounded, a long word costs its square
_PHONE = re.compile(rb"\+\d{8,15}")
_NAME = re.compile(rb"(?=\b([A-Z][a-z]+ [A-Z][a-z]+)\b)")
Canaries = frozenset[bytes]


def personal_texts(exports: Path) -> Canaries:
    """E-mail addresses, full names and phones of everybody in the shop's accounts, orders and help desk."""
    texts: set[str | None] = set()
    for _, row in json_records(exports / "shopify", "customers_20*.jsonl"):
        texts |= {row.get("email"), row.get("phone"), row.get("displayName")}
    for _, row in csv_records(exports / "shopify", "orders_export*.csv"):
        texts |= {row["Email"], row["Phone"], row["Billing Name"], row["Shipping Name"]}
    for _, row in json_records(exports / "zendesk", "users_*.jsonl"):
        texts |= {row.get("email"), row.get("phone"), row.get("name")}
    return frozenset(text.lstrip("'").encode() for text in texts if text and len(text) > 8)


def files_holding(folder: Path, canaries: Canaries, spared: frozenset[str]) -> dict[str, set[bytes]]:
    """Each file below the folder with what it holds of them, byte for byte; spared names are not opened."""
    found = {}
    for file in sorted(folder.rglob("*")):
        parts = file.relative_to(folder).parts
        if file.is_file() and not spared.intersection(parts) and (held := _held(file.read_bytes(), canaries)):
            found["/".join(parts)] = held
    return found


def rows_holding(published: Path, canaries: Canaries) -> dict[str, set[bytes]]:
    """Each published table, and each Parquet copy, with what its unpacked rows hold of them."""
    found = {}
    with closing(duckdb.connect(str(published / "cx.duckdb"), read_only=True)) as connection:
        tables = [f'"{name}"' for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()]
        copies = [f"'{file}'" for file in sorted((published / "parquet").glob("*.parquet"))]
        for relation in (*tables, *copies):
            rows = connection.execute(f"select t::varchar from {relation} as t").fetchall()
            if held := _held("\n".join(row for (row,) in rows).encode(), canaries):
                found[relation] = held
    return found


def _held(content: bytes, canaries: Canaries) -> set[bytes]:
    seen = {word for pattern in (_ADDRESS, _PHONE, _NAME) for word in pattern.findall(content)}
    return seen & canaries
