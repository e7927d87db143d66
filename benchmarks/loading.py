"""How fast loading is, beside bare DuckDB and pandas on the same file in the same run.

Each measurement runs in a process of its own and reports wall and processor seconds and the peak of memory. No claim is
written here: `python benchmarks/loading.py` prints the table, `--write` puts it into benchmarks/README.md.
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

PROJECT = Path(__file__).resolve().parents[1]
README = PROJECT / "benchmarks" / "README.md"
BEGIN, END = "<!-- loading: begin -->", "<!-- loading: end -->"
TYPES = {
    "id": "BIGINT", "customer": "VARCHAR", "amount": "DECIMAL(18,2)", "day": "DATE", "at": "TIMESTAMP",
    "note": "VARCHAR", "is_new": "BOOLEAN", "text": "VARCHAR",
}  # fmt: skip
OURS = {
    "BIGINT": '"integer"', "VARCHAR": '"text"', "DECIMAL(18,2)": '"decimal", scale = 2', "DATE": '"date"',
    "TIMESTAMP": '"timestamp"', "BOOLEAN": '"boolean"',
}  # fmt: skip
ROWS = (
    "select i as id, 'customer' || (i % 100000) as customer, round(random() * 1000, 2)::decimal(18, 2) as amount, "
    "date '2020-01-01' + (i % 1000)::int as day, timestamp '2020-01-01' + interval (i % 1000000) second as at, "
    "'some, \"quoted\" text ' || i as note, i % 3 = 0 as is_new, 'Lorem ipsum dolor sit amet ' || i as text "
    "from range({rows}) t(i)"
)
WRITERS = {
    "csv": "copy ({rows}) to '{path}' (header, quote '\"')",
    "jsonl": "copy ({rows}) to '{path}' (format json)",
    "parquet": "copy ({rows}) to '{path}' (format parquet)",
}


@dataclass(frozen=True)
class Result:
    """One measurement."""

    seconds: float
    cpu: float
    peak_mb: int
    rows: int


def spec_text(kind: str, dialect: str = "") -> str:
    columns = "\n".join(f'{name} = {{ type = {OURS[sql]}, personal = "none" }}' for name, sql in TYPES.items())
    head = f'description = "Benchmark"\nfiles = ["big*.{kind}"]\nformat = "{kind}"\nmode = "append"\nkey = ["id"]\n'
    return f"{head}{dialect}\n[columns]\n{columns}\n"


def make_file(work: Path, kind: str, rows: int) -> Path:
    path = work / f"big_{rows}.{kind}"
    if not path.exists():
        duckdb.execute(WRITERS[kind].format(rows=ROWS.format(rows=rows), path=path))
    return path


def run_ours(work: Path, path: str, kind: str, dialect: str = "") -> int:
    from ingestion.home import Home
    from ingestion.loader import load
    from ingestion.specs.files import read_spec

    home = Home.at(work / "home")
    shutil.rmtree(home.root, ignore_errors=True)
    (home.sources / "bench").mkdir(parents=True)
    (home.exports / "bench").mkdir(parents=True)
    spec = home.sources / "bench" / "big.toml"
    spec.write_text(spec_text(kind, dialect))
    os.link(path, home.exports / "bench" / Path(path).name)
    (delivery,) = load(home, specs=[read_spec(spec)]).deliveries
    if delivery.status != "loaded":
        raise SystemExit(f"{delivery.reason}: {delivery.detail}")
    return delivery.rows_loaded


def run_duckdb(work: Path, path: str, kind: str) -> int:
    target = work / "bare.duckdb"
    target.unlink(missing_ok=True)
    columns = "{" + ", ".join(f"'{name}': '{sql}'" for name, sql in TYPES.items()) + "}"
    relation = {
        "csv": f"read_csv('{path}', columns={columns}, header=true, delim=',', quote='\"', auto_detect=false)",
        "jsonl": f"read_json('{path}', columns={columns}, format='newline_delimited')",
        "parquet": f"read_parquet('{path}')",
    }[kind]
    with duckdb.connect(str(target)) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"create table rows as select * from {relation}")
        return int(connection.execute("select count(*) from rows").fetchall()[0][0])


def run_pandas(work: Path, path: str) -> int:
    import pandas as pd

    target = work / "pandas.duckdb"
    target.unlink(missing_ok=True)
    dtypes = {"id": "int64", "customer": "str", "amount": "float64", "note": "str", "is_new": "bool", "text": "str"}
    frame = pd.read_csv(path, dtype=dtypes, parse_dates=["day", "at"], keep_default_na=False)
    with duckdb.connect(str(target)) as connection:
        connection.register("frame", frame)
        connection.execute("create table rows as select * from frame")
    return len(frame)


def run_small(work: Path, count: str) -> int:
    from ingestion.home import Home
    from ingestion.loader import load
    from ingestion.specs.files import read_spec

    home = Home.at(work / "small")
    if not home.root.exists():
        (home.sources / "bench").mkdir(parents=True)
        (home.exports / "bench").mkdir(parents=True)
        (home.sources / "bench" / "big.toml").write_text(spec_text("csv"))
        for number in range(int(count)):
            line = f"{number},a,1.50,2026-01-01,2026-01-01 00:00:00,n,true,t\n"
            (home.exports / "bench" / f"big_{number}.csv").write_text(",".join(TYPES) + "\n" + line)
    summary = load(home, specs=[read_spec(home.sources / "bench" / "big.toml")])
    return summary.rows_loaded or summary.known_files


RUNNERS = {"ours": run_ours, "duckdb": run_duckdb, "pandas": run_pandas, "small": run_small}


def measure(work: Path, runner: str, *arguments: str) -> Result:
    """Run one case in a process of its own."""
    command = [sys.executable, __file__, "--work", str(work), "--case", json.dumps([runner, *arguments])]
    answer = subprocess.run(command, stdout=subprocess.PIPE, check=True, env=_environment())
    return Result(**json.loads(answer.stdout))


def _environment() -> dict[str, str]:
    """Bytecode is kept, as on any machine that did not forbid it."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPATH": str(PROJECT)}


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


def table(work: Path, rows: int, times: int) -> list[str]:
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
    path = str(make_file(work, "csv", rows // 5))
    exact = best(work, times, "ours", path, "csv", '[dialect]\ncomment = "#"')
    lines.append(line(f"cx load, exact path: csv, {rows // 5:,} rows", exact, None))
    shutil.rmtree(work / "small", ignore_errors=True)
    lines.append(line("cx load of 1,000 small files", measure(work, "small", "1000"), None))
    lines.append(line("cx load again, nothing new", measure(work, "small", "1000"), None))
    return lines


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
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    parser.add_argument("--case", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    if arguments.case:
        run_case(arguments.work, json.loads(arguments.case))
        return
    load_before = os.getloadavg()[0]
    lines = table(arguments.work, arguments.rows, arguments.times)
    lines.append(
        f"\n`python benchmarks/loading.py`: best of {arguments.times} runs each, {os.cpu_count()} cores, DuckDB "
        f"{duckdb.__version__}; the machine's load was {load_before:.1f} at the start, "
        f"{os.getloadavg()[0]:.1f} at the end."
    )
    print("\n".join(lines))
    if arguments.write:
        write_readme(lines)


if __name__ == "__main__":
    main()
