"""Files that differ from their spec in one way each, in six formats, and the table of what became of them."""

from __future__ import annotations

import io
import json
from itertools import groupby
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.specs.model import BY_PATH
from tests.builders.old_workbooks import old_workbook
from tests.builders.shop_home import ORDERS, ShopHome

Rows = list[list[str]]
Outcomes = dict[tuple[str, str, str], str]
HEADER = ["id", "Email", "total", "updated_at"]
ROW = ["1", "a@example.org", "1.50", "2026-01-01"]
FORMATS = {
    "csv": "CSV", "xlsx": "XLSX", "xls": "XLS", "jsonl": "JSON Lines", "yaml": "YAML", "parquet": "Parquet",
}  # fmt: skip
WORDS = ("evolve", "freeze", "ignore")


def _without(at: int) -> Rows:
    return [HEADER[:at] + HEADER[at + 1 :], ROW[:at] + ROW[at + 1 :]]


CASES: dict[str, Rows] = {
    "as the spec says": [HEADER, ROW],
    "a column added": [[*HEADER, "note"], [*ROW, "new"]],
    "a column dropped": _without(1),
    "a required column dropped": _without(3),
    "the key dropped": _without(0),
    "the key empty": [HEADER, ["", *ROW[1:]]],
    "a column renamed": [["id", "Email", "amount", "updated_at"], ROW],
    "columns moved": [HEADER[::-1], ROW[::-1]],
    "a type changed": [HEADER, [*ROW[:2], "EUR 1.50", ROW[3]]],
    "a header in another language": [["Nummer", "E-Mail", "Summe", "Stand"], ROW],
    "another case": [["ID", "EMAIL", "Total", "UPDATED_AT"], ROW],
    "a blank header": [[*HEADER, "", "end"], [*ROW, "x", "y"]],
    "a needed header twice": [[*HEADER, "total"], [*ROW, "2"]],
    "a surplus header twice": [[*HEADER, "note", "note"], [*ROW, "x", "y"]],
}


def written(kind: str, rows: Rows) -> bytes:
    """One header and its rows; in JSON Lines and Parquet the header's words are keys."""
    header, *cells = rows
    if kind == "csv":
        return "".join(",".join(row) + "\n" for row in rows).encode()
    if kind == "xlsx":
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append([cell or None for cell in row])
        book.save(buffer := io.BytesIO())
        return buffer.getvalue()
    if kind == "xls":
        return old_workbook({"Sheet": [[cell or None for cell in row] for row in rows]})
    if kind == "yaml":
        lines = [[f"{json.dumps(k)}: {json.dumps(v)}" for k, v in zip(header, row, strict=True)] for row in cells]
        return "".join("- " + "\n  ".join(row) + "\n" for row in lines).encode()
    if kind == "jsonl":
        pairs = [
            ", ".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in zip(header, row, strict=True)) for row in cells
        ]
        return "".join(f"{{{line}}}\n" for line in pairs).encode()
    columns = [pa.array(column) for column in zip(*cells, strict=True)]
    pq.write_table(pa.Table.from_arrays(columns, header), buffer := io.BytesIO())
    return buffer.getvalue()


def outcomes(folder: Path) -> Outcomes:
    """What became of each case, by case, format and drift word."""
    found: Outcomes = {}
    for kind in FORMATS:
        for word in WORDS:
            shop = ShopHome(folder / f"{kind}_{word}")
            for at, rows in enumerate(CASES.values()):
                toml = ORDERS.format(kind=kind, rules=f'drift = "{word}"\nerror_budget = 0.0')
                toml = toml.replace("orders*", f"case_{at}").replace('header = ["Email"]', _finder(kind))
                shop.spec(f"shop/case_{at}", toml)
                shop.deliver(f"shop/case_{at}.{kind}", written(kind, rows))
            shop.load()
            for at, case in enumerate(CASES):
                found[case, kind, word] = _outcome(shop, f"case_{at}")
    return found


def as_table(found: Outcomes) -> str:
    """The outcomes in Markdown; formats that behave alike share a line."""
    lines = ["| difference | formats | " + " | ".join(f"`{word}`" for word in WORDS) + " |", "|---|---|---|---|---|"]
    for case in CASES:
        told = {kind: tuple(found[case, kind, word] for word in WORDS) for kind in FORMATS}
        for results, kinds in groupby(
            sorted(FORMATS, key=lambda kind: (told[kind], list(FORMATS).index(kind))), told.get
        ):
            lines.append(f"| {case} | {', '.join(FORMATS[kind] for kind in kinds)} | {' | '.join(results or ())} |")
    return "\n".join(lines) + "\n"


def _finder(kind: str) -> str:
    return 'path = "Email"' if kind in BY_PATH else 'header = ["Email"]'


def _outcome(shop: ShopHome, export: str) -> str:
    ((load_id, status, reason),) = shop.query("select load_id, status, reason from meta.loads where export = ?", export)
    if status != "loaded":
        return f"refused: {reason}"
    changes = shop.query(
        "select change, column_name from meta.schema_changes where load_id = ? order by change desc, column_name",
        load_id,
    )
    ((row,),) = shop.query(f"select t from shop.{export} t")
    failed = {error["column"] for error in row["_cast_errors"] or ()}
    explained = failed | {name for change, name in changes if change == "column_missing"}
    told = [f"{change.replace('column_', '')} {name}" for change, name in changes]
    told += [f"cell error in {name}" for name in sorted(failed)]
    told += [
        f"SILENT NULL in {name}"
        for name in ("id", "email", "total", "updated_at")
        if row[name] is None and name not in explained
    ]
    return "loaded" + (": " + ", ".join(told) if told else "")
