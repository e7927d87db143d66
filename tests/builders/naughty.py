"""Rows of any text at all, written as each file format has it."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.builders.workbooks import write_shared

HEADER = ("id", "text")


def write_csv(path: Path, rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER) -> None:
    """RFC 4180 by Python's csv writer."""
    out = io.StringIO()
    csv.writer(out).writerows([header, *rows])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(out.getvalue().encode())


def write_jsonl(path: Path, rows: Sequence[tuple[str, str]]) -> None:
    """One object a line."""
    path.write_text("".join(json.dumps({"id": i, "text": t}, ensure_ascii=False) + "\n" for i, t in rows), newline="")


def write_parquet(path: Path, rows: Sequence[tuple[str, str]]) -> None:
    """Two text columns."""
    pq.write_table(pa.table({"id": [i for i, _ in rows], "text": [t for _, t in rows]}), path)


def write_xlsx(path: Path, rows: Sequence[tuple[str, str]]) -> None:
    """One sheet, Orders."""
    write_shared(path, [list(HEADER), *map(list, rows)])


PRODUCTS = """
description = "Products of any name, by {kind}"
entity = "products"
files = ["*.{kind}"]
format = "{kind}"
null_tokens = []
{more}
[map]
product_key = {{ from = "id" }}
sku = {{ from = "text" }}
title = {{ from = "text" }}
variant_title = {{ from = "text" }}
category = {{ from = "text" }}
brand = {{ from = "text" }}
"""
WRITERS: dict[str, Callable[[Path, list[tuple[str, str]]], None]] = {
    "csv": write_csv,
    "jsonl": write_jsonl,
    "parquet": write_parquet,
    "xlsx": write_xlsx,
}


def deliver_naughty_products(home: Path, texts: Sequence[str], alone: Sequence[str]) -> list[tuple[str, str, str]]:
    """A catalogue a format with all texts, and a file for each of `alone`: (source, key, text) of each product."""
    products = []
    for kind, write in WRITERS.items():
        spec = home / "sources" / f"by_{kind}" / "catalogue.toml"
        spec.parent.mkdir(parents=True)
        spec.write_text(PRODUCTS.format(kind=kind, more='sheet = "Orders"' if kind == "xlsx" else ""), "utf-8")
        folder = home / "exports" / f"by_{kind}"
        folder.mkdir(parents=True)
        files = {"all": list(texts)} | {f"alone{number}": [text] for number, text in enumerate(alone)}
        for name, held in files.items():
            rows = [(f"{name}.{number}", text) for number, text in enumerate(held)]
            write(folder / f"{name}.{kind}", rows)
            products += [(f"by_{kind}", key, text) for key, text in rows]
    return products
