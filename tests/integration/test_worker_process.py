"""A file that kills, hangs or eats its reader is refused by name, and the rest of the night goes on."""

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ingestion.errors import RawStoreError
from ingestion.home import PROJECT_ROOT
from ingestion.worker_process import KEPT_MEMORY
from tests.builders.shop_home import AT_ONCE, ShopHome, orders_csv

HOSTILE = """
import os, signal, sys, time
from ingestion.worker import file_load, main as worker
real, seen = file_load.open_content, []
def hostile(path, *rest, **named):
    text = path.name
    seen.append(text)
    if "crowded" in text and len(seen) > 1: raise ImportError("failed to map segment from shared object")
    if "poor" in text and any("eat" in each for each in seen): raise ModuleNotFoundError("no room")
    if "abort" in text: os.abort()
    if "killed" in text: os.kill(os.getpid(), signal.SIGKILL)
    if "hang" in text: time.sleep(600)
    if "eat" in text: bytearray(1 << 40)
    return real(path, *rest, **named)
file_load.open_content = hostile
sys.exit(worker.main(sys.stdin.buffer, sys.stdout.buffer))
"""

TELLING = """
import sys
from ingestion.worker import main as worker
code = worker.main(sys.stdin.buffer, sys.stdout.buffer)
with open("modules.txt", "w") as file:
    file.write(" ".join(name for name in ("numpy", "pandas", "pyarrow") if name in sys.modules))
sys.exit(code)
"""

DYING = """
import subprocess, sys
from ingestion.worker_exit import reaped
parent_mb, child_mb = (int(each) << 20 for each in sys.argv[1:])
held = b"x" * parent_mb
gorging = f"import os, signal; held = b'x' * {child_mb}; os.kill(os.getpid(), signal.SIGSEGV)"
print(reaped(subprocess.Popen([sys.executable, "-c", gorging]), 60).death(1500))
"""

SCANNING = """
import resource
from concurrent.futures import ThreadPoolExecutor
from ingestion.readers.csv_marks import CLEAN, Shape, examine
block, shape = b'1,"some, text",2\\n' * 60_000, Shape(ord(","), ord('"'), 3, b"\\n")
with ThreadPoolExecutor(1) as pool:
    pool.submit(examine, block, shape, CLEAN).result()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(10):
        pool.submit(examine, block, shape, CLEAN).result()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ShopHome:
    """A home whose worker dies of the names of files, as a parser might die of their content."""
    home = ShopHome(tmp_path / "home", own_process=True)
    home.spec()
    _run_instead(HOSTILE, tmp_path / "hostile.py", monkeypatch)
    return home


def _run_instead(text: str, program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program.write_text(text)
    start = subprocess.Popen

    def other(command: list[str], **options: object) -> subprocess.Popen[bytes]:
        return start([sys.executable, str(program)], **options)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr("ingestion.worker_process.subprocess.Popen", other)


def test_a_file_that_duckdb_reads_whole_costs_no_import_of_pandas_or_arrow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = ShopHome(tmp_path / "home", own_process=True)
    home.spec()
    _run_instead(TELLING, tmp_path / "telling.py", monkeypatch)
    home.deliver("shop/orders.csv", orders_csv("1,a,1,2026-01-01"))
    assert home.load_one().path == "fast"
    assert (home.home.root / "modules.txt").read_text() == "numpy"


@pytest.mark.skipif(sys.platform != "linux", reason="speaks to glibc")
def test_the_scan_in_a_worker_takes_its_memory_once() -> None:
    """Fresh pages for every block cost a third of the scan's time."""
    environment = os.environ | KEPT_MEMORY | {"PYTHONPATH": str(PROJECT_ROOT)}
    told = subprocess.run([sys.executable, "-c", SCANNING], env=environment, capture_output=True, check=True)
    assert int(told.stdout) < 2_000  # without: some 17,000


def test_the_files_beside_it_are_loaded(shop: ShopHome) -> None:
    for name in ("a", "b_abort", "c_killed", "d_eat", "e_hang", "f"):
        shop.deliver(f"shop/orders_{name}.csv", orders_csv(f"1,{name},1,2026-01-01"))
    told = {
        each.file_name[12:-4]: each.reason for each in shop.load(settings=replace(AT_ONCE, file_seconds=4)).deliveries
    }
    assert told == {
        "a": "", "b_abort": "worker_died", "c_killed": "worker_died", "d_eat": "out_of_memory", "e_hang": "time_limit",
        "f": "",
    }  # fmt: skip
    assert shop.query("select email from shop.orders order by 1") == [("a",), ("f",)]
    details = dict(shop.query("select file_name, detail from meta.loads where status = 'refused'"))
    assert "SIGABRT" in details["shop/orders_b_abort.csv"]


def test_a_file_that_takes_all_memory_leaves_the_next_ones_theirs(shop: ShopHome) -> None:
    for name in ("a_eat", "b_poor", "c_crowded"):
        shop.deliver(f"shop/orders_{name}.csv", orders_csv(f"1,{name},1,2026-01-01"))
    assert [each.reason for each in shop.load().deliveries] == ["out_of_memory", "", ""]


@pytest.mark.parametrize(
    ("parent_mb", "child_mb", "reason"),
    [(0, 500, "out_of_memory"), (0, 0, "worker_died"), (700, 0, "worker_died"), (700, 900, "out_of_memory")],
)
def test_a_reader_that_dies_near_its_limit_of_memory_is_told_so_whatever_its_parent_held(
    parent_mb: int, child_mb: int, reason: str
) -> None:
    """The shell between makes a child that begins with nothing: a test process of a gigabyte would hand on its peak."""
    told = subprocess.check_output(
        f'"$PYTHON" -c "$DYING" {parent_mb} {child_mb}; exit $?', shell=True, text=True,
        env=os.environ | {"PYTHON": sys.executable, "DYING": DYING, "PYTHONPATH": str(PROJECT_ROOT)},
    )  # fmt: skip
    assert told.startswith(f"{reason}: reading it ended the worker process (signal SIGSEGV)")
    held = re.search(r"which held (\d+) of at most 1500 MB", told)
    assert int(held[1]) - child_mb in range(100) if held else child_mb == 0, told


def test_a_store_somebody_else_holds_is_told_with_who(tmp_path: Path) -> None:
    shop = ShopHome(tmp_path / "home")
    shop.spec()
    shop.load()
    program = f"import duckdb, sys\nc = duckdb.connect({str(shop.home.raw_db)!r})\n"
    program += "print('held', flush=True)\nsys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"held"
        with pytest.raises(RawStoreError, match=f"held by process {holder.pid}"):
            shop.load()
        holder.communicate()


def test_a_file_written_to_while_it_is_read_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = ShopHome(tmp_path / "home")
    shop.spec()
    path = shop.deliver("shop/orders.csv", orders_csv())
    from ingestion.worker import file_load

    judged = file_load.check_budgets

    def writing_meanwhile(*arguments: object) -> None:
        judged(*arguments)  # type: ignore[arg-type]
        with path.open("a") as file:
            file.write("4,late,1,2026-01-01\n")

    with monkeypatch.context() as patch:
        patch.setattr("ingestion.worker.file_load.check_budgets", writing_meanwhile)
        assert shop.load_one().reason == "changed_while_read"
    assert shop.query("select count(*) from shop.orders") == [(0,)]
    assert shop.load_one().rows_loaded == 4


def test_a_growing_file_waits_for_the_next_run(tmp_path: Path) -> None:
    from ingestion.landing import survey, wait_until_still

    shop = ShopHome(tmp_path / "home")
    spec = shop.spec()
    path = shop.deliver("shop/orders.csv", orders_csv())
    landing = survey(shop.home.exports, [spec], {}, trust_claims=False)

    def growing(_: float) -> None:
        with path.open("a") as file:
            file.write("4,late,1,2026-01-01\n")
        os.utime(path)

    wait_until_still(landing, 2.0, sleep=growing)
    assert [each.status for each in landing.problems] == ["waiting"]
    landing = survey(shop.home.exports, [spec], {}, trust_claims=False)
    wait_until_still(landing, 2.0, sleep=lambda _: None)
    assert len(landing.arrivals) == 1


def test_ten_thousand_known_files_are_passed_over_in_two_seconds(tmp_path: Path) -> None:
    import time

    from ingestion.folder_walk import FileStat
    from ingestion.landing import survey
    from ingestion.store.ledger import FileMark

    shop = ShopHome(tmp_path / "home")
    spec = shop.spec()
    marks = {}
    for number in range(10_000):
        path = shop.deliver(f"shop/orders_{number}.csv", "x")
        stat = FileStat.of(path.lstat())
        mark = (stat.size, stat.mtime_ns, stat.ctime_ns, stat.inode, spec.sha256, "", "loaded", None, number, 1)
        marks[f"shop/orders_{number}.csv"] = [FileMark(f"shop/orders_{number}.csv", "shop", "orders", *mark)]
    began = time.process_time()
    assert survey(shop.home.exports, [spec], marks, trust_claims=True).known_files == 10_000
    assert time.process_time() - began < 2
