"""Runs of the loader under a fault of the machine: killed at a system call, or told that the disk is full."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.builders.shop_home import ORDER_ROWS, ShopHome, orders_csv

PROJECT = Path(__file__).resolve().parents[2]
BYTECODE = PROJECT / ".pytest_cache" / "bytecode"  # of what every run imports: to compile it takes longer than a run
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
from ingestion.replay import replay_rejects
from ingestion.specs.files import read_spec
from ingestion.worker.main import Worker
from ingestion.worker_process import WorkerProcess
home = Home.at(sys.argv[1])
specs = [read_spec(path) for path in sorted(home.sources.glob("*/*.toml"))]
work = replay_rejects if sys.argv[3] == "replay" else load
work(home, settings=LoadSettings(settle_seconds=0, threads=1), specs=specs,
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


def with_a_mended_spec(shop: ShopHome) -> None:
    """A night with rejects and failed cells is loaded, then the specs are mended: a replay has all to do it may have.

    Keys become texts, amounts may hold words, and the second night's new column stays.
    """
    deliver_a_night(shop)
    shop.deliver("shop/orders_2026-01-05.csv", orders_csv("4,d,1'0,2026-01-04 00:00:00", "5x,e,1,2026-01-05 00:00:00"))
    shop.load()
    for name, old, new in (
        ("shop/orders", "scale = 2,", 'scale = 2, thousands_mark = "\'",'),
        ("shop/orders", 'id = { type = "integer"', 'id = { type = "text"'),
        ("desk/tickets", "error_budget = 0.5", "error_budget = 0.6"),
    ):
        shop.spec(name, (shop.home.sources / f"{name}.toml").read_text().replace(old, new))


def run_under(shop: ShopHome, fault: str, worker: str = "same", log: Path | None = None, work: str = "load") -> int:
    """One run of the loader (or one replay) in a process of its own under strace; its exit code."""
    paths = [part for name in STORE_FILES for part in ("-P", str(shop.home.root / name))]
    command = ["strace", "-f", "-qq", "-o", str(log or "/dev/null"), *paths, "-e", f"trace={WRITES}"]
    command += ["-e", f"inject={WRITES}:{fault}"] if fault else []
    command += [sys.executable, "-c", PROGRAM, str(shop.home.root), worker, work]
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"PYTHONPATH": str(PROJECT), "PYTHONPYCACHEPREFIX": str(BYTECODE)}
    return subprocess.run(command, env=environment, capture_output=True, check=False, timeout=120).returncode


def copy_of(shop: ShopHome, root: Path) -> ShopHome:
    """The same home in another place, to be ruined there."""
    shutil.copytree(shop.home.root, root, copy_function=shutil.copy2)
    copy = ShopHome(root)
    copy.specs = shop.specs
    return copy
