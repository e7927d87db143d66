"""A BI reader in a loop: `python -m tests.builders.one_reader FILE STOP_FILE` prints what it saw as JSON."""

import json
import sys
from contextlib import closing
from pathlib import Path

import duckdb

_QUESTION = """
    select (select count(distinct version) + (max(version) - min(version)) from fct_orders) = 1
       and (select max(version) from fct_orders) = (select min(version) from dim_customers)
       and (select 'night-' || max(version) from fct_orders) = (select night_id from published_night) as is_whole,
       (select night_id from published_night) as night
"""


def _read(file: str, stop: Path) -> dict[str, object]:
    nights: set[str] = set()
    answers = mixed = 0
    errors: list[str] = []
    while not stop.exists():
        try:
            with closing(duckdb.connect(file, read_only=True)) as connection:
                for _ in range(3):
                    is_whole, night = connection.execute(_QUESTION).fetchall()[0]
                    nights.add(night)
                    answers += 1
                    mixed += not is_whole
        except duckdb.Error as error:
            errors.append(str(error))
    return {"nights": sorted(nights), "answers": answers, "mixed": mixed, "errors": errors[:3]}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_read(sys.argv[1], Path(sys.argv[2]))))
