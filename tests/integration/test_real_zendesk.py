"""Recorded answers of the Zendesk API (zenpy's test recordings) load as the bodies they are."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingestion.home import Home
from ingestion.loader import load
from tests.builders.dbt import environment, run_dbt

Recorded = dict[str, list[dict[str, Any]]]
BODIES = ("tickets", "users", "audits", "groups", "group_memberships", "deleted_tickets")
FILES = {"audits": "ticket_audits"}


def _bodies(folder: Path) -> Recorded:
    """One body a recording and kind, with the records of all its pages; write recordings only echo what they wrote."""
    found: Recorded = defaultdict(list)
    for recording in sorted(folder.glob("*.json")):
        exchanges = json.loads(recording.read_text(encoding="utf-8"))
        bodies = [each["body"] for each in exchanges if each["method"] == "GET" and isinstance(each.get("body"), dict)]
        for kind in BODIES:
            pages = [body for body in bodies if isinstance(body.get(kind), list)]
            if pages and "CreateUpdateDelete" not in recording.name:
                body = {**pages[-1], kind: [record for page in pages for record in page[kind]]}
                found[kind] += [body] if body not in found[kind] else []
    return found


@pytest.fixture(scope="module")
def recorded(real_data: Path) -> Recorded:
    """All bodies by kind."""
    return _bodies(real_data / "api_fixtures" / "zenpy_decoded")


@pytest.fixture(scope="module")
def home(recorded: Recorded, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home into which every body was loaded as a file of its own, and its warehouse."""
    root = tmp_path_factory.mktemp("home")
    exports = root / "exports" / "zendesk"
    exports.mkdir(parents=True)
    for kind, bodies in recorded.items():
        for number, body in enumerate(bodies):
            (exports / f"{FILES.get(kind, kind)}_2023-12-31_{number:03}.json").write_text(
                json.dumps(body), encoding="utf-8"
            )
    with environment(CX_HOME=str(root), CX_SETTLE_SECONDS="0"):
        summary = load(Home.from_environment())
    # Bodies of one list, recorded at several times, are here dumps of one day, which nobody can part: that is told.
    told = {d.export for d in summary.deliveries if (d.status, d.reason) == ("loaded", "dumps_joined")}
    assert {(d.status, d.reason) for d in summary.deliveries if d.export not in told} == {("loaded", "")}
    assert told == {"group_memberships"}
    assert {(d.rows_rejected, d.cells_failed) for d in summary.deliveries} == {(0, 0)}
    run_dbt(root, "seed", as_of="2023-12-31")
    run_dbt(root, "run", "--select", "+fct_tickets", "+dim_agents", as_of="2023-12-31")
    return root


@pytest.fixture(scope="module")
def warehouse(home: Path) -> duckdb.DuckDBPyConnection:
    """The warehouse, with raw attached."""
    connection = duckdb.connect(str(home / "warehouse.duckdb"), read_only=True)
    connection.execute(f"attach '{home / 'raw.duckdb'}' as raw (read_only)")
    return connection


def _ids(recorded: Recorded, kind: str) -> set[int]:
    return {record["id"] for body in recorded[kind] for record in body[kind]}


def test_every_record_of_every_body_is_in_raw(warehouse: duckdb.DuckDBPyConnection, recorded: Recorded) -> None:
    for kind in BODIES:
        records = sum(len(body[kind]) for body in recorded.get(kind, []))
        table = FILES.get(kind, kind)
        assert warehouse.execute(f"select count(*) from raw.zendesk.{table}").fetchall()[0][0] == records, kind


def test_a_ticket_is_one_row_whatever_pages_it_stood_on(
    warehouse: duckdb.DuckDBPyConnection, recorded: Recorded
) -> None:
    tickets = warehouse.execute("select count(*), count(distinct ticket_id) from marts.fct_tickets").fetchall()[0]
    assert tickets == (len(_ids(recorded, "tickets")),) * 2


def test_each_audit_event_is_one_row(warehouse: duckdb.DuckDBPyConnection, recorded: Recorded) -> None:
    events = {event["id"] for body in recorded["audits"] for audit in body["audits"] for event in audit["events"]}
    rows = "select count(distinct zendesk_event_id), count(*) from staging.stg_zendesk__ticket_audit_events"
    assert warehouse.execute(rows).fetchall()[0] == (len(events), len(events))


def test_deleted_tickets_do_not_count_and_say_why(warehouse: duckdb.DuckDBPyConnection) -> None:
    reasons = warehouse.execute(
        "select status, invalid_ticket_reason from marts.fct_tickets where not is_valid_ticket group by all"
    ).fetchall()
    assert ("deleted", "deleted") in reasons and ("deleted", "permanently_deleted") in reasons


def test_a_restored_ticket_was_not_reopened(warehouse: duckdb.DuckDBPyConnection) -> None:
    restored = warehouse.execute(
        "select count(*), sum(reopen_count) from core.core_ticket_status_spans as span "
        "join core.int_tickets__resolved using (ticket_id) where span.status = 'deleted'"
    ).fetchall()[0]
    assert restored[0] >= 1 and restored[1] == 0


def test_agents_are_known_by_their_role(warehouse: duckdb.DuckDBPyConnection) -> None:
    roles = dict(warehouse.execute("select agent_role, count(*) from marts.dim_agents group by all").fetchall())
    assert roles.keys() <= {"admin", "agent", "light_agent", "former_agent"} and roles["admin"] >= 1
