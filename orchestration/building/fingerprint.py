"""What a night is made of, as one hash: two nights with the same inputs would publish the same file.

Belongs here: everything that can change a mart. Never here: time of day, or anything that differs without reason.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import closing
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import duckdb

from ingestion.home import Home
from orchestration.building.shop_seeds import shop_seeds_fingerprint
from orchestration.publishing.pseudonyms import key_mark
from orchestration.settings import Settings

_PROJECT_PARTS = ("models", "macros", "seeds", "tests", "snapshots", "dbt_project.yml", "profiles.yml")
# Which content is newer is an input too: the same bytes brought again make theirs the newest (A, B, A ends at A). Their
# places in a source's order are taken and not the times, so what was the newest and comes once more changes nothing.
# Which delivery is the newer one is said by the same that the dbt macro contents() compares.
_DELIVERIES = """
    with deliveries as (
        select
            source,
            coalesce(duplicate_of, load_id) as content_id,
            period_start,
            period_end,
            struct_pack(
                exported_at := exported_at,
                copy_number
                := coalesce(try_cast(regexp_extract(file_name, '[(]([0-9]+)[)][.a-zA-Z0-9]*$', 1) as integer), 0),
                name := array_to_string(
                    list_transform(
                        regexp_extract_all(
                            regexp_replace(file_name, '[.][a-z0-9]+([.](gz|zst|zip))?$', '', 'i'), '[0-9]+|[^0-9]+'
                        ),
                        lambda part: if(
                            regexp_matches(part, '[0-9]'), repeat('0', 20 - length(part)) || part, part
                        )
                    ),
                    ''
                ),
                file_name := file_name,
                modified_at := modified_at
            ) as delivered
        from meta.loads where status in ('loaded', 'duplicate')
    )
"""
_LEDGER = f"""
    {_DELIVERIES},
    newness as (select content_id, max(delivered) as delivered from deliveries group by all)
    select
        loads.load_id, loads.status, loads.rows_loaded, loads.rows_rejected, loads.cells_failed, loads.spec_sha256,
        if(loads.status = 'loaded', loads.finished_at, null) as made_at
    from meta.loads as loads left join newness on loads.load_id = newness.content_id
    where loads.status in ('loaded', 'refused')
    order by loads.source, newness.delivered, loads.load_id, loads.status, loads.spec_sha256
"""
# The same bytes under a name that says another period restate that one too.
_PERIODS = f"""
    {_DELIVERIES}
    select source, content_id, period_start, period_end
    from deliveries
    where period_start is not null
    group by all
    order by source, max(delivered), content_id, period_start, period_end
"""
_REPLAYS = "select count(*), count(replayed_by) from meta.rejects"


def code_version() -> str:
    """The release that runs."""
    try:
        return version("cx-warehouse")
    except PackageNotFoundError:
        return "unknown"


def inputs_fingerprint(home: Home, dbt_project: Path, settings: Settings, as_of: date, key: bytes) -> str:
    """One hash of loads, dbt project, the shop's settings and seed rows, logical day, release and pseudonyms' key."""
    parts = (
        _ledger(home.raw_db),
        code_fingerprint(home, dbt_project, settings),
        as_of.isoformat(),
        key_mark(key),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def code_fingerprint(home: Home, dbt_project: Path, settings: Settings) -> str:
    """One hash of what makes rows out of raw rows: dbt project, the shop's settings and seed rows, release, engine."""
    parts = (
        project_fingerprint(dbt_project),
        json.dumps(settings.values, sort_keys=True, default=str),
        shop_seeds_fingerprint(home),
        code_version(),
        duckdb.__version__,
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _ledger(raw_db: Path) -> str:
    with closing(duckdb.connect(str(raw_db), read_only=True)) as connection:
        lines = [row for sql in (_LEDGER, _PERIODS, _REPLAYS) for row in connection.execute(sql).fetchall()]
    return hashlib.sha256(repr(lines).encode()).hexdigest()


def project_fingerprint(dbt_project: Path) -> str:
    """A hash of every file that dbt reads, name and content."""
    digest = hashlib.sha256()
    for part in _PROJECT_PARTS:
        place = dbt_project / part
        files = sorted(file for file in place.rglob("*") if file.is_file()) if place.is_dir() else [place]
        for file in files:
            if file.exists() and "__pycache__" not in file.parts:
                digest.update(f"{file.relative_to(dbt_project)}\0".encode())
                digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()
