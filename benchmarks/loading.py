"""How fast loading is, beside bare DuckDB, pandas and dlt on the same file in the same run.

Each measurement runs in a process of its own and reports wall and processor seconds and the peak of memory. No claim is
written here: `python benchmarks/loading.py` prints the table, `--write` puts it into benchmarks/README.md.

dlt is no part of this project: `--dlt PYTHON` names an interpreter that has it (`pip install "dlt[duckdb]" pyarrow`).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb
from loading_cases import RUNNERS, TYPES, make_file

PROJECT = Path(__file__).resolve().parents[1]
README = PROJECT / "benchmarks" / "README.md"
BEGIN, END = "<!-- loading: begin -->", "<!-- loading: end -->"


@dataclass(frozen=True)
class Result:
    """One measurement."""

    seconds: float
    cpu: float
    peak_mb: int
    rows: int


def measure(work: Path, runner: str, *arguments: str, python: str = sys.executable) -> Result:
    """Run one case in a process of its own."""
    command = [python, __file__, "--work", str(work), "--case", json.dumps([runner, *arguments])]
    answer = subprocess.run(command, stdout=subprocess.PIPE, check=True, env=_environment())
    return Result(**json.loads(answer.stdout))


def _environment() -> dict[str, str]:
    """Bytecode is kept, as on any machine that did not forbid it."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPATH": str(PROJECT), "RUNTIME__DLTHUB_TELEMETRY": "false"}


def run_case(work: Path, case: list[str]) -> None:
    began = time.perf_counter()
    rows = RUNNERS[case[0]](work, *case[1:])
    seconds = time.perf_counter() - began
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(usage.ru_utime + usage.ru_stime for usage in usages)
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak_mb": max(u.ru_maxrss for u in usages) >> 10, "rows": rows}))


def line(name: str, result: Result, bare: Result | None) -> str:
    ratio = f"{bare.seconds / result.seconds:.2f}" if bare else "-"
    cpu_ratio = f"{bare.cpu / result.cpu:.2f}" if bare else "-"
    rate = f"{result.rows / result.seconds / 1000:,.0f}"
    return f"| {name} | {result.seconds:.1f} | {result.cpu:.1f} | {rate} | {ratio} | {cpu_ratio} | {result.peak_mb:,} |"


def best(work: Path, times: int, *case: str) -> Result:
    return min((measure(work, *case) for _ in range(times)), key=lambda result: result.seconds)


def table(work: Path, rows: int, times: int, dlt: str | None) -> list[str]:
    lines = [
        "| case | wall s | processor s | thousand rows a s | rate / bare DuckDB | by processor time | peak MB |",
        "|---|---|---|---|---|---|---|",
    ]
    for kind, size in (("csv", rows), ("jsonl", rows // 10), ("parquet", rows // 5)):
        path = str(make_file(work, kind, size))
        what = f"{kind}, {size:,} rows x {len(TYPES)} columns, {Path(path).stat().st_size >> 20} MB"
        bare = best(work, times, "duckdb", path, kind)
        lines.append(line(f"bare DuckDB: {what}", bare, bare))
        lines.append(line("cx load of it", best(work, times, "ours", path, kind), bare))
        if kind == "csv":
            lines.append(line("pandas, then into DuckDB", best(work, 1, "pandas", path), bare))
            lines += [line("dlt into DuckDB", measure(work, "dlt", path, python=dlt), bare)] if dlt else []
    path = str(make_file(work, "csv", rows // 5))
    exact = best(work, times, "ours", path, "csv", '[dialect]\ncomment = "#"')
    lines.append(line(f"cx load, exact path: csv, {rows // 5:,} rows", exact, None))
    shutil.rmtree(work / "small", ignore_errors=True)
    lines.append(line("cx load of 1,000 small files", measure(work, "small", "1000"), None))
    lines.append(line("cx load again, nothing new", measure(work, "small", "1000"), None))
    return lines


def about_dlt(python: str) -> str:
    command = [python, "-c", "from importlib.metadata import version; print(version('dlt'))"]
    version = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout.strip()
    return (
        f"\ndlt {version} ran once, in an environment of its own, by its DuckDB reader of CSV, Arrow tables, types as "
        "it found them (it keeps no rejects and no decimals there). To repeat it: `python -m venv dlt && dlt/bin/pip "
        'install "dlt[duckdb]" pyarrow`, then `python benchmarks/loading.py --dlt dlt/bin/python`.'
    )


def write_readme(lines: list[str]) -> None:
    text = README.read_text("utf-8") if README.exists() else "# Benchmarks\n"
    section = "\n".join([BEGIN, *lines, END])
    if BEGIN in text:
        text = text[: text.index(BEGIN)] + section + text[text.index(END) + len(END) :]
    else:
        text += f"\n## Loading\n\n{section}\n"
    README.write_text(text, "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=PROJECT / "benchmarks" / "scratch" / "loading")
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--times", type=int, default=3, help="the best of so many runs counts")
    parser.add_argument("--dlt", metavar="PYTHON", help="an interpreter that has dlt, to measure it too")
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    parser.add_argument("--case", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    if arguments.case:
        run_case(arguments.work, json.loads(arguments.case))
        return
    load_before = os.getloadavg()[0]
    lines = table(arguments.work, arguments.rows, arguments.times, arguments.dlt)
    lines.append(
        f"\n`python benchmarks/loading.py`: best of {arguments.times} runs each, {os.cpu_count()} cores, DuckDB "
        f"{duckdb.__version__}; the machine's load was {load_before:.1f} at the start, "
        f"{os.getloadavg()[0]:.1f} at the end."
    )
    lines += [about_dlt(arguments.dlt)] if arguments.dlt else []
    print("\n".join(lines))
    if arguments.write:
        write_readme(lines)


if __name__ == "__main__":
    main()
