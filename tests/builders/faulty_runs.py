"""Runs of the loader under a fault of the machine: killed at a system call, or told that the disk is full."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.builders.shop_home import ORDER_ROWS, ShopHome, orders_csv

PROJECT = Path(__file__).resolve().parents[2]
WRITES = "write,pwrite64,fsync,fdatasync,ftruncate,unlink,unlinkat,rename,renameat,renameat2"
STORE_FILES = ("raw.duckdb", "raw.duckdb.wal", ".raw.duckdb.new", ".raw.duckdb.new.wal", "")
TICKETS = """
description = "Tickets with their tags"
files = ["tickets*.jsonl"]
format = "jsonl"
mode = "upsert"
key = ["id"]
error_budget = 0.5
exported_at = '(?P<date>\\d{4}-\\d{2}-\\d{2})'
[columns]
id = { type = "integer", personal = "none" }
[children.tags]
path = "tags"
parent_key = { ticket_id = "id" }
[children.tags.columns]
tag = { type = "text", path = ".", personal = "none" }
"""
PROGRAM = """
import sys
from ingestion.deliveries import LoadSettings
from ingestion.home import Home
from ingestion.loader import load
from ingestion.specs.files import read_spec
from ingestion.worker.main import Worker
from ingestion.worker_process import WorkerProcess
home = Home.at(sys.argv[1])
specs = [read_spec(path) for path in sorted(home.sources.glob("*/*.toml"))]
load(home, settings=LoadSettings(settle_seconds=0, threads=1), specs=specs,
     worker=WorkerProcess if sys.argv[2] == "child" else Worker)
"""


def has_strace() -> bool:
    """Whether faults can be injected on this machine."""
    if shutil.which("strace") is None:
        return False
    probe = subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, check=False)
    return probe.returncode == 0


def loaded_before(root: Path) -> ShopHome:
    """A home with one night behind it, and nothing new."""
    shop = ShopHome(root)
    shop.spec(rules="error_budget = 0.5")
    shop.spec("desk/tickets", TICKETS)
    shop.deliver("shop/orders_2026-01-01.csv", orders_csv(ORDER_ROWS[0]))
    shop.load()
    return shop


def deliver_a_night(shop: ShopHome) -> None:
    """Deliveries with all a transaction may hold: rows, children, rejects, new columns, a duplicate, a refusal."""
    shop.deliver("shop/orders_2026-01-02.csv", orders_csv(*ORDER_ROWS, ",x,1,2026-01-01 00:00:00"))
    shop.deliver("shop/orders_2026-01-03.csv", orders_csv(*ORDER_ROWS, ",x,1,2026-01-01 00:00:00"))
    shop.deliver("shop/orders_2026-01-04.csv", "nonsense\n")
    shop.deliver("desk/tickets_2026-01-02.jsonl", '{"id":1,"tags":["a","b"],"new":"n"}\n{"id":null}\n{"id":2}\n')


def run_under(shop: ShopHome, fault: str, worker: str = "same", log: Path | None = None) -> int:
    """One run of the loader in a process of its own under strace; its exit code."""
    paths = [part for name in STORE_FILES for part in ("-P", str(shop.home.root / name))]
    command = ["strace", "-f", "-qq", "-o", str(log or "/dev/null"), *paths, "-e", f"trace={WRITES}"]
    command += ["-e", f"inject={WRITES}:{fault}"] if fault else []
    command += [sys.executable, "-c", PROGRAM, str(shop.home.root), worker]
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"PYTHONPATH": str(PROJECT), "PYTHONPYCACHEPREFIX": str(shop.home.root.parent / "bytecode")}
    return subprocess.run(command, env=environment, capture_output=True, check=False, timeout=120).returncode


def copy_of(shop: ShopHome, root: Path) -> ShopHome:
    """The same home in another place, to be ruined there."""
    shutil.copytree(shop.home.root, root, copy_function=shutil.copy2)
    copy = ShopHome(root)
    copy.specs = shop.specs
    return copy
