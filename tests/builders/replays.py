"""Specs fixed after a load, the replay that follows, and the state that must equal a first load's."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingestion.deliveries import LoadSummary
from ingestion.replay import replay_rejects
from ingestion.worker.main import Worker
from tests.builders.shop_home import AT_ONCE, ShopHome

LATER = datetime(2026, 3, 15, tzinfo=UTC)
DAYS = """
description = "Visits, one row a visit"
files = ["visits*.csv"]
format = "csv"
mode = "period"
period = "day"
key = ["id"]
[columns]
id = { type = "integer", personal = "none" }
day = { type = "date", format = "%m/%d/%Y", personal = "none" }
amount = { type = "decimal", scale = 2, personal = "none" }
"""


def replayed(shop: ShopHome, **options: Any) -> LoadSummary:
    defaults: dict[str, Any] = {"clock": lambda: LATER, "settings": AT_ONCE, "specs": shop.specs, "worker": Worker}
    return replay_rejects(shop.home, **(defaults | options))


def fix(shop: ShopHome, old: str, new: str, name: str = "shop/orders") -> None:
    path = shop.home.sources / f"{name}.toml"
    shop.spec(name, toml=path.read_text().replace(old, new))


def state(shop: ShopHome) -> dict[str, list[tuple[Any, ...]]]:
    """All rows, open rejects and counts: what must be as after a first load."""
    prints: dict[str, list[tuple[Any, ...]]] = {}
    for name in [name for name in shop.fingerprint() if not name.startswith("meta.")]:
        names = sorted(row[0] for row in shop.query(f"select column_name from (describe {name})"))
        prints[name] = shop.query(f"select {', '.join(names)} from {name} order by all")
    # A first load finds the twin that came before it, a replay every twin there is.
    detail = "if(reason = 'held_twice', null, detail) as detail, nullif(reason, 'held_twice') as reason"
    columns = f"* exclude (modified_at, started_at, finished_at) replace ({detail})"
    prints["loads"] = shop.query(f"select {columns} from meta.loads where status = 'loaded' order by all")
    dates = "file_name, exported_at, period_start, period_end"
    prints["deliveries"] = shop.query(f"select {dates} from meta.loads where status <> 'refused' order by all")
    prints["rejects"] = shop.query("select * from meta.rejects where replayed_by is null order by all")
    return prints


def loaded_anew(shop: ShopHome, root: Path) -> dict[str, list[tuple[Any, ...]]]:
    """The state of a home that gets the same deliveries and has today's specs from the start."""
    other = ShopHome(root)
    other.specs = shop.specs
    shutil.copytree(shop.home.exports, other.home.exports, copy_function=shutil.copy2)
    other.load()
    return state(other)
