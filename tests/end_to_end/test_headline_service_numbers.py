"""Each headline number of the help desk, replayed from the files alone and timed minute by minute, equals the mart."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import independent_service as service
from tests.builders.independent_shop import Answers, IndependentShop, answers, differences
from tests.end_to_end.conftest import AFTER_EITHER, SampleNight, must_show

pytestmark = [pytest.mark.xdist_group("night"), AFTER_EITHER]
COUNTS = {
    "replies": "agent_reply_count",
    "answering_agents": "answering_agent_count",
    "reopens": "reopen_count",
    "reassignments": "reassignment_count",
    "group_reassignments": "group_reassignment_count",
    "is_one_touch": "is_one_touch",
    "is_first_contact_resolved": "is_first_contact_resolved",
}
TIMES = [f"{measure}_{clock}" for measure in service.MEASURES for clock in service.CLOCKS]


def _mine(independent: IndependentShop, column: str, *, valid_only: bool = True) -> dict[str, Any]:
    tickets = independent.tickets
    kept = tickets[tickets["reason"].isna()] if valid_only else tickets
    return dict(zip(kept["number"].astype(str), kept[column], strict=True))


def _published(night: SampleNight, column: str, *, valid_only: bool = True) -> Answers:
    where = "where is_valid_ticket" if valid_only else ""
    return answers(night.published, f"select source_ticket_id, {column} from fct_tickets {where}")


@pytest.mark.parametrize(
    ("mine", "published"), {"status": "status", "channel": "channel", "reason": "invalid_ticket_reason"}.items()
)
def test_every_ticket_has_the_files_state_and_verdict(
    sample_night: SampleNight, independent: IndependentShop, mine: str, published: str
) -> None:
    assert (
        differences(_mine(independent, mine, valid_only=False), _published(sample_night, published, valid_only=False))
        == []
    )


@pytest.mark.parametrize("name", TIMES)
def test_durations_of_every_ticket(sample_night: SampleNight, independent: IndependentShop, name: str) -> None:
    mine, published = (
        _mine(independent, name, valid_only=False),
        _published(sample_night, f"{name}_minutes", valid_only=False),
    )
    assert differences(mine, published) == []


@pytest.mark.parametrize(("mine", "published"), COUNTS.items())
def test_counts_of_every_ticket(
    sample_night: SampleNight, independent: IndependentShop, mine: str, published: str
) -> None:
    assert differences(_mine(independent, mine), _published(sample_night, published)) == []


def test_the_two_business_rules_differ_where_the_schedule_changed(
    sample_night: SampleNight, independent: IndependentShop
) -> None:
    by_all = _published(sample_night, "first_resolution_business_all_schedules_minutes")
    by_last = _published(sample_night, "first_resolution_business_last_schedule_minutes")
    must_show(sum(by_all[ticket] != by_last[ticket] for ticket in by_all) > 10, "tickets that changed schedule")


def test_resolution_times_of_every_month_and_slice(sample_night: SampleNight, independent: IndependentShop) -> None:
    mine = service.resolution_times(independent.tickets, independent.zone, independent.as_of)
    columns = list(next(iter(mine.values())))
    rows = sample_night.published.execute(
        f"select month_date::timestamp, slice, slice_value, {', '.join(columns)} from ticket_resolution_times"
    ).fetchall()
    found = differences(
        {(*key, column): row[column] for key, row in mine.items() for column in columns},
        {(*row[:3], column): value for row in rows for column, value in zip(columns, row[3:], strict=True)},
    )
    assert found == []
    must_show({row["is_finished"] for row in mine.values()} == {True, False}, "ended and running months of tickets")


def test_excluded_records_count_what_the_rules_left_out(
    sample_night: SampleNight, independent: IndependentShop
) -> None:
    published: dict[str, dict[str, int]] = {}
    for entity, rule, count in sample_night.published.execute(
        "select entity, rule, record_count from excluded_records"
    ).fetchall():
        published.setdefault(entity, {})[rule.removeprefix("order_")] = count
    mine = service.excluded_counts(independent.orders, independent.lines, independent.refunds, independent.tickets)
    mine["payment"] = service.payments_left_out(independent.shopify, independent.orders)
    mine = {entity: {rule: count for rule, count in rules.items() if count} for entity, rules in mine.items()}
    assert {entity: published.get(entity, {}) for entity in mine} == mine
    assert published.keys() - mine.keys() == {"ticket_message"}
    assert sum(published["ticket_message"].values()) == service.automatic_messages(independent.zendesk) > 0
