"""A night beside its models' bare SQL, and a second with one more day: `python benchmarks/night.py --orders 1000000`.

Belongs here: measuring. Never here: a test, or a figure that was not measured in this run.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import duckdb

from ingestion.sample_store import write_day, write_sample

PROJECT = Path(__file__).resolve().parents[1]
README = PROJECT / "benchmarks" / "README.md"
ENDS = date(2026, 3, 31)


def run_night(home: Path, as_of: date) -> tuple[float, float, float, dict[str, float]]:
    """One `cx night` from the shell: wall seconds, processor seconds, peak MB, seconds a step."""
    environment = os.environ | {"CX_HOME": str(home), "CX_ASOF": as_of.isoformat(), "CX_SETTLE_SECONDS": "0"}
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    cx = Path(sys.executable).with_name("cx")
    subprocess.run([cx, "night", "--as-of", as_of.isoformat()], env=environment, check=True, stdout=subprocess.DEVNULL)
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    newest = max((home / "nights").iterdir(), key=lambda folder: folder.stat().st_mtime)
    return wall, processor, after.ru_maxrss / 1024, json.loads((newest / "summary.json").read_text()).get("seconds", {})


def bare_build(home: Path, scratch: Path) -> tuple[float, list[tuple[float, str]]]:
    """The compiled SQL of every seed and model, in dbt's order, in a bare DuckDB of the same settings."""
    manifest = json.loads((home / "dbt_target" / "manifest.json").read_text())
    results = json.loads((home / "dbt_target" / "run_results.json").read_text())["results"]
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    taken: list[tuple[float, str]] = []
    with duckdb.connect(str(scratch / "warehouse.duckdb"), config={"threads": 2, "memory_limit": "3GB"}) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute("set preserve_insertion_order = false")
        connection.execute(f"attach '{home / 'raw.duckdb'}' as raw (read_only)")
        connection.execute(f"attach '{home / 'warehouse.duckdb'}' as built (read_only)")
        connection.execute("create schema core")  # the books of kept models, as a first night finds them: empty
        connection.execute("create table core.kept_builds as from built.core.kept_builds limit 0")
        for node in (manifest["nodes"][r["unique_id"]] for r in results if r["unique_id"] in manifest["nodes"]):
            if node["resource_type"] not in {"model", "seed"}:
                continue
            connection.execute(f'create schema if not exists "{node["schema"]}"')
            name = f'"{node["schema"]}"."{node["alias"]}"'
            kind = "view" if node["config"]["materialized"] == "view" else "table"
            body = node.get("compiled_code") or f"select * from built.{name}"
            began = time.perf_counter()
            connection.execute(f"create {kind} {name} as {body}")
            taken.append((time.perf_counter() - began, node["name"]))
    return sum(seconds for seconds, _ in taken), sorted(taken, reverse=True)


def slowest_nodes(home: Path) -> str:
    """What the last build spent its time on, by dbt's clock."""
    results = json.loads((home / "dbt_target" / "run_results.json").read_text())["results"]
    taken = sorted(((r["execution_time"], r["unique_id"].split(".")) for r in results), reverse=True)
    models = ", ".join(f"{id_[2]} {seconds:.1f} s" for seconds, id_ in taken[:15] if id_[0] == "model")
    tests = sum(seconds for seconds, id_ in taken if id_[0] == "test")
    return f"{models}; all tests together {tests:.1f} s"


def main() -> None:
    """Measure, print, and write the section of the README."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--orders", type=int, default=1_000_000)
    arguments.add_argument("--tickets", type=int, default=None)
    arguments.add_argument("--scratch", type=Path, default=PROJECT / "benchmarks" / "scratch" / "night")
    arguments.add_argument("--keep", action="store_true", help="use the shop and the first night that are there")
    options = arguments.parse_args()
    home = options.scratch / "home"
    if not options.keep:
        shutil.rmtree(options.scratch, ignore_errors=True)
        write_sample(
            home / "exports",
            orders=options.orders,
            tickets=options.tickets,
            days=730,
            seed=1,
            end_day=ENDS,
            formats=("csv",),
        )
        (home / "settings.toml").write_text('store_time_zone = "America/New_York"\n')
    first = run_night(home, ENDS)
    bare, slowest = bare_build(home, options.scratch / "bare")
    nothing = run_night(home, ENDS)
    write_day(home / "exports", ENDS + timedelta(days=1))
    second = run_night(home, ENDS + timedelta(days=1))
    section = report(options.orders, first, bare, slowest, nothing, second, slowest_nodes(home))
    text = README.read_text()
    begin, end = "<!-- night: begin -->", "<!-- night: end -->"
    if begin in text:
        text = text[: text.index(begin)] + text[text.index(end) + len(end) + 1 :]
    README.write_text(f"{text.rstrip()}\n\n{begin}\n{section}{end}\n")
    print(section)


def report(
    orders: int, first: tuple, bare: float, slowest: list, nothing: tuple, second: tuple, second_nodes: str
) -> str:
    """The section as Markdown."""
    build = first[3].get("build", 0.0)
    rows = [
        ("first night: everything loaded and built", first),
        ("night with nothing new", nothing),
        ("second night: one more day", second),
    ]
    lines = [
        f"## The night, {orders:,} orders",
        "",
        "| night | wall s | processor s | peak MB | load s | build s |",
        "|---|---|---|---|---|---|",
    ]
    for name, (wall, processor, peak, steps) in rows:
        load, built = steps.get("load", 0.0), steps.get("build", 0.0)
        lines.append(f"| {name} | {wall:.1f} | {processor:.1f} | {peak:,.0f} | {load:.1f} | {built:.1f} |")
    lines += [
        "",
        f"- Build {build:.1f} s against {bare:.1f} s of its models' compiled SQL run bare: {build / bare:.2f} times"
        f" (allowed: 1.5 times plus 15 s = {1.5 * bare + 15:.1f} s).",
        f"- Second night / first night: {second[0] / first[0]:.2f} of the seconds,"
        f" {second[1] / first[1]:.2f} of the processor's.",
        "- Slowest models, bare: " + ", ".join(f"{name} {seconds:.1f} s" for seconds, name in slowest[:8]) + ".",
        f"- What stands in the way of a shorter second night (decision 0008 says why), two at a time: {second_nodes}.",
        "",
        f"`python benchmarks/night.py --orders {orders}`: {os.cpu_count()} cores, DuckDB {duckdb.__version__};"
        f" the machine's load was {os.getloadavg()[0]:.1f} at the end.",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
