"""Runs of the loader under a fault of the machine: killed at a system call, or told that the disk is full."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from functools import cache
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
# One run, if it is named; else it stands ready and makes a process of its own for each, which waits to be told to go.
PROGRAM = """
import ctypes, os, sys
from ingestion.deliveries import LoadSettings
from ingestion.home import Home
from ingestion.loader import load
from ingestion.replay import replay_rejects
from ingestion.specs.files import read_spec
from ingestion.worker.main import Worker
from ingestion.worker_process import WorkerProcess

def run(root, worker, work):
    home = Home.at(root)
    specs = [read_spec(path) for path in sorted(home.sources.glob("*/*.toml"))]
    (replay_rejects if work == "replay" else load)(
        home, settings=LoadSettings(settle_seconds=0, threads=1), specs=specs,
        worker=WorkerProcess if worker == "child" else Worker)

if len(sys.argv) > 1:
    sys.exit(run(*sys.argv[1:]))
while asked := sys.stdin.buffer.raw.readline():
    process = os.fork()
    if process == 0:
        ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(-1), 0, 0, 0)  # whoever may trace at all may trace this one
        os.read(0, 1)
        try:
            run(*asked.decode().rstrip("\\n").split("\\t"))
        except BaseException:
            os._exit(1)
        os._exit(0)
    print(process, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), flush=True)
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
    """A night with rejects and failed cells is loaded, then the specs are fixed: a replay has all to do it may have.

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
    ready = _ready()
    assert ready.stdin is not None and ready.stdout is not None
    ready.stdin.write(f"{shop.home.root}\t{worker}\t{work}\n".encode())
    process = int(ready.stdout.readline())
    paths = [part for name in STORE_FILES for part in ("-P", str(shop.home.root / name))]
    command = ["strace", "-f", "-qq", "-p", str(process), "-o", str(log or "/dev/null"), *paths]
    command += ["-e", f"trace={WRITES}", *(["-e", f"inject={WRITES}:{fault}"] if fault else [])]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as tracer:
        while "TracerPid:\t0\n" in Path(f"/proc/{process}/status").read_text():
            assert tracer.poll() is None, tracer.stderr and tracer.stderr.read()
            time.sleep(0.005)
        ready.stdin.write(b".")
        tracer.wait(timeout=120)
    return int(ready.stdout.readline())


@cache
def _ready() -> subprocess.Popen[bytes]:
    """A process that has imported the loader, which takes longer than a run; it ends with the tests."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"PYTHONPATH": str(PROJECT), "PYTHONPYCACHEPREFIX": str(BYTECODE)}
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        env=environment,
        bufsize=0,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def copy_of(shop: ShopHome, root: Path) -> ShopHome:
    """The same home in another place, to be ruined there."""
    shutil.copytree(shop.home.root, root, copy_function=shutil.copy2)
    copy = ShopHome(root)
    copy.specs = shop.specs
    return copy
