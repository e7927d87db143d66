"""The cases of the loading benchmark: one file of each format, and who loads it.

Belongs here: making the files, and a function for each loader. Never here: measuring, or the table (`loading`).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb

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


def run_dlt(work: Path, path: str) -> int:
    """As dlt's documentation reads a CSV file fast: DuckDB's reader, Arrow tables, types as found, DuckDB behind."""
    import dlt
    from dlt.sources.filesystem import filesystem, read_csv_duckdb

    target = work / "dlt.duckdb"
    target.unlink(missing_ok=True)
    shutil.rmtree(work / "dlt", ignore_errors=True)
    found = filesystem(bucket_url=str(Path(path).parent), file_glob=Path(path).name)
    rows = (found | read_csv_duckdb(chunk_size=100_000, use_pyarrow=True)).with_name("rows")
    destination = dlt.destinations.duckdb(str(target))
    pipeline = dlt.pipeline("bench", destination=destination, dataset_name="bench", pipelines_dir=str(work / "dlt"))
    pipeline.run(rows, write_disposition="append")
    with duckdb.connect(str(target)) as connection:
        return int(connection.execute("select count(*) from bench.rows").fetchall()[0][0])


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


RUNNERS: dict[str, Callable[..., int]] = {
    "ours": run_ours,
    "duckdb": run_duckdb,
    "pandas": run_pandas,
    "dlt": run_dlt,
    "small": run_small,
}
