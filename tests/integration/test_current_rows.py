"""The macro current_rows by load mode: a law over random deliveries, checked against plain Python."""

import itertools
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.builders.macro_rows import DAY, compiled_modes, current_rows, ledger_line, plumbing

Row = tuple[int, int, int, str, int | None]  # load, row number, exported (days), key, version


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The macro's SQL for one table of each mode, and the empty raw store it reads."""
    return compiled_modes(tmp_path_factory.mktemp("home"))


deliveries = st.lists(
    st.tuples(
        st.integers(0, 3),  # day of the export
        st.lists(st.tuples(st.sampled_from("abc"), st.one_of(st.none(), st.integers(0, 3))), min_size=1, max_size=4),
    ),
    min_size=1,
    max_size=4,
)
quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _rows(drawn: list[tuple[int, list[tuple[str, int | None]]]]) -> list[Row]:
    return [
        (load, number, exported, key, version)
        for load, (exported, cells) in enumerate(drawn, start=1)
        for number, (key, version) in enumerate(cells, start=1)
    ]


@given(deliveries, st.randoms(use_true_random=False))
@quick
def test_upsert_keeps_the_newest_version_whatever_order_files_came_in(compiled: Any, drawn: Any, random: Any) -> None:
    rows = _rows(drawn)
    expected = []
    for key, group in itertools.groupby(sorted(rows, key=lambda r: r[3]), key=lambda r: r[3]):
        best = max(group, key=lambda r: (r[4] is not None, r[4] or 0, r[2], r[0], r[1]))
        expected.append((best[0], best[1], key))
    random.shuffle(rows)
    put = [
        {**plumbing(*r[:3]), "order_key": r[3], "updated_at": None if r[4] is None else DAY + timedelta(hours=r[4])}
        for r in rows
    ]
    assert current_rows(compiled, "upsert", "entity.orders", put, "order_key") == sorted(expected)


def test_a_record_without_the_first_word_of_its_version_is_as_new_as_the_second_says(compiled: Any) -> None:
    told = {"generated_timestamp": DAY + timedelta(hours=2), "updated_at": DAY}
    put = [{**plumbing(3, key, 0), "id": key, **told} for key in (1, 2)]
    put += [{**plumbing(2, key, 0), "id": key, "updated_at": DAY + timedelta(hours=5 - 2 * key)} for key in (1, 2)]
    assert current_rows(compiled, "versions", "zendesk.tickets", put, "id") == [(2, 1, 1), (3, 2, 2)]


@given(deliveries, st.dictionaries(st.integers(1, 4), st.integers(0, 9), max_size=2))
@quick
def test_the_same_bytes_again_make_their_content_the_newest(compiled: Any, drawn: Any, again: dict[int, int]) -> None:
    """A, B, A ends at A, though the second A added no row."""
    rows = [(load, number, exported, key, None) for load, number, exported, key, _ in _rows(drawn)]
    exported = {r[0]: r[2] for r in rows}
    newest = {load: max(day, again.get(load, day)) for load, day in exported.items()}
    best = {key: max((newest[r[0]], r[0], r[1]) for r in rows if r[3] == key) for key in {r[3] for r in rows}}
    put = [{**plumbing(*r[:3]), "order_key": r[3]} for r in rows]
    ledger = [ledger_line(load, day) for load, day in exported.items()]
    ledger += [ledger_line(load + 1000, day, status="duplicate", duplicate_of=load) for load, day in again.items()]
    found = current_rows(compiled, "upsert", "entity.orders", put, "order_key", ledger)
    assert found == sorted((load, number, key) for key, (_, load, number) in best.items())


@given(deliveries)
@quick
def test_replacing_takes_all_rows_of_the_newest_delivery_of_a_group(compiled: Any, drawn: Any) -> None:
    rows = _rows(drawn)
    newest = {key: max((r[2], r[0]) for r in rows if r[3] == key) for key in {r[3] for r in rows}}
    expected = sorted((r[0], r[1], r[3]) for r in rows if (r[2], r[0]) == newest[r[3]])
    put = [{**plumbing(*r[:3]), "name": r[3]} for r in rows]
    assert current_rows(compiled, "replace", "shopify.orders", put, "name") == expected


@given(deliveries)
@quick
def test_append_keeps_one_row_a_key(compiled: Any, drawn: Any) -> None:
    rows = _rows(drawn)
    put = [{**plumbing(*r[:3]), "id": ord(r[3])} for r in rows]
    found = current_rows(compiled, "append", "zendesk.ticket_audits", put, "id")
    assert sorted(key for _, _, key in found) == sorted({ord(r[3]) for r in rows})


def test_a_period_export_restates_its_days_even_where_it_holds_no_row_of_them(compiled: Any) -> None:
    """The correction covers 1 to 3 March without a row of the 2nd: the old row of the 2nd is gone, the 4th stays."""
    day = date(2026, 3, 1)
    old = [{**plumbing(9, n, 0), "spend_date": day + timedelta(days=n - 1), "channel": "ads"} for n in range(1, 5)]
    new = [{**plumbing(2, n, 1), "spend_date": day + timedelta(days=d), "channel": "ads"} for n, d in [(1, 0), (2, 2)]]
    ledger = [
        ledger_line(load, exported, period_start=day, period_end=day + timedelta(days=last))
        for load, exported, last in [(9, 0, 3), (2, 1, 2)]
    ]
    found = current_rows(compiled, "period", "entity.marketing_spend", old + new, "spend_date", ledger)
    assert found == [(2, 1, day), (2, 2, day + timedelta(days=2)), (9, 4, day + timedelta(days=3))]


lines_of_files = st.lists(
    st.tuples(st.integers(0, 1), st.lists(st.sampled_from(["a", "b", "c", None]), min_size=1, max_size=3)),
    min_size=1,
    max_size=4,
)


@given(lines_of_files)
@example([(0, ["a", "b"]), (0, ["c"])])
@example([(0, ["a", "b"]), (1, ["b"])])
@example([(0, [None, None]), (0, [None])])
@quick
def test_files_of_one_export_time_add_up_to_one_group_by_its_parts(compiled: Any, drawn: Any) -> None:
    """Of the newest time, each line as the newest file that holds it says; lines without an id together."""
    rows = [(load, n, day, key) for load, (day, keys) in enumerate(drawn, 1) for n, key in enumerate(keys, 1)]
    newest = max(row[2] for row in rows)
    told = {row[3]: row[0] for row in rows if row[2] == newest}  # the last load that holds the line
    expected = [row for row in rows if row[2] == newest and row[0] == told[row[3]]]
    put = [{**plumbing(*row[:3]), "order_key": "1", "line_key": row[3]} for row in rows]
    found = current_rows(compiled, "parts", "entity.order_lines", put, "line_key")
    assert found == sorted((load, number, key) for load, number, _, key in expected)


@pytest.mark.parametrize(
    ("channels", "rows_left"), [(("google", "meta"), 2), (("google", "google"), 1), ((None, None), 1)]
)
def test_a_file_restates_the_days_of_the_channels_that_it_holds(
    compiled: Any, channels: tuple[str | None, str | None], rows_left: int
) -> None:
    day = DAY.date()
    rows = [{**plumbing(n, 1, 0), "spend_date": day, "channel": name} for n, name in enumerate(channels, 1)]
    assert len(current_rows(compiled, "period", "entity.marketing_spend", rows, "channel")) == rows_left


def test_a_file_without_rows_restates_its_period_for_every_channel(compiled: Any) -> None:
    row = {**plumbing(1, 1, 0), "spend_date": DAY.date(), "channel": "meta"}
    ledger = [ledger_line(1, 0), ledger_line(2, 1)]
    assert not current_rows(compiled, "period", "entity.marketing_spend", [row], "channel", ledger)


@pytest.mark.parametrize("loaded_first", [1, 2])
def test_the_same_bytes_of_another_period_restate_that_one_at_their_own_time(compiled: Any, loaded_first: int) -> None:
    """A report without rows came for week 1, was corrected, and came for week 2 instead of one with rows."""
    weeks = {at: {"period_start": DAY.date() + timedelta(7 * at - 7), "period_end": DAY.date() + timedelta(7 * at - 1)}
             for at in (1, 2)}  # fmt: skip
    rows = [{**plumbing(at, 1, at), "spend_date": weeks[at]["period_end"], "channel": "ads"} for at in (1, 2)]
    empty = [ledger_line(9, 4, **weeks[2]), ledger_line(9, 0, **weeks[1])][:: 1 if loaded_first == 2 else -1]
    empty[1] |= {"load_id": 10, "status": "duplicate", "duplicate_of": 9}
    ledger = [ledger_line(1, 1, **weeks[1]), ledger_line(2, 2, **weeks[2]), *empty]
    found = current_rows(compiled, "period", "entity.marketing_spend", rows, "spend_date", ledger)
    assert found == [(1, 1, weeks[1]["period_end"])]


def test_a_day_outside_of_a_files_period_is_restated_too_and_no_other(compiled: Any) -> None:
    """The newer file says 1 March alone and holds the 9th as well: the older rows of the 9th go, of the 8th stay."""
    days = {load: [DAY.date() + timedelta(days=at) for at in held] for load, held in [(1, (7, 8)), (2, (0, 8))]}
    rows = [{**plumbing(n, at, n), "spend_date": day} for n, held in days.items() for at, day in enumerate(held, 1)]
    ledger = [ledger_line(1, 1, period_start=days[1][0], period_end=days[1][1]), ledger_line(2, 2)]
    found = current_rows(compiled, "period", "entity.marketing_spend", rows, "spend_date", ledger)
    assert found == [(1, 1, days[1][0]), (2, 1, days[2][0]), (2, 2, days[2][1])]


def test_a_row_without_its_day_is_restated_with_its_file(compiled: Any) -> None:
    """Two exports of the same days, each with a row without its day; and one of other days, which restates none."""
    day = date(2026, 3, 1)
    rows = [
        {**plumbing(load, number, load), "spend_date": at, "channel": "ads"}
        for load, at_first in [(1, day), (2, day), (3, day + timedelta(days=9))]
        for number, at in enumerate((at_first, None), start=1)
    ]
    ledger = [
        ledger_line(load, load, period_start=first, period_end=first + timedelta(days=1))
        for load, first in [(1, day), (2, day), (3, day + timedelta(days=9))]
    ]
    found = current_rows(compiled, "period", "entity.marketing_spend", rows, "channel", ledger)
    assert found == [(2, 1, "ads"), (2, 2, "ads"), (3, 1, "ads"), (3, 2, "ads")]


def test_a_period_of_moments_restates_whole_days(compiled: Any) -> None:
    """The export of two days has its last row at three in the afternoon: that day is restated too."""
    noon = datetime(2026, 3, 2, 15)
    rows = [
        {**plumbing(load, number, load), "spend_date": at}
        for load in (1, 2)
        for number, at in enumerate((noon - timedelta(days=1), noon), start=1)
    ]
    ledger = [ledger_line(load, load, period_start=date(2026, 3, 1), period_end=date(2026, 3, 2)) for load in (1, 2)]
    moments = "alter table raw.entity.marketing_spend alter spend_date type timestamp"
    found = current_rows(compiled, "period", "entity.marketing_spend", rows, "spend_date", ledger, moments)
    assert [(load, number) for load, number, _ in found] == [(2, 1), (2, 2)]


MODES: dict[str, tuple[str, str, Any]] = {
    "upsert": ("entity.orders", "order_key", "a"),
    "replace": ("shopify.orders", "name", "#1"),
    "append": ("zendesk.ticket_audits", "id", 1),
    "snapshot": ("zendesk.group_memberships", "id", 1),
    "period": ("entity.marketing_spend", "spend_date", DAY.date()),
}
COPIES = {"a.csv": 0, "a (1).csv": 1, "a (2).csv": 2, "a(10).csv.gz": 10, "b.csv": 0, "x (3)/a.csv": 0}
files = st.tuples(st.integers(0, 1), st.sampled_from(sorted(COPIES)), st.integers(0, 2))
contents = st.dictionaries(st.integers(1, 99), st.lists(files, min_size=1, max_size=3), min_size=1, max_size=4)


@given(st.sampled_from(sorted(MODES)), contents)
@example("upsert", {40: [(0, "a.csv", 0)], 30: [(0, "a.csv", 1)], 20: [(0, "a.csv", 2)], 10: [(0, "a.csv", 3)]})
@example("replace", {2: [(0, "a.csv", 9)], 1: [(0, "a (1).csv", 0)]})
@example("snapshot", {2: [(0, "a (2).csv", 9)], 1: [(0, "a(10).csv.gz", 0)]})
@example("period", {1: [(0, "a.csv", 0), (0, "a.csv", 2)], 2: [(0, "a.csv", 1)]})
@example("append", {1: [(0, "b.csv", 0)], 2: [(0, "a.csv", 1)], 3: [(0, "x (3)/a.csv", 0)]})
@settings(quick, max_examples=100)
def test_in_every_mode_the_newest_delivered_file_speaks(compiled: Any, mode: str, drawn: Any) -> None:
    """By the export's time, the copy's number, the name, the file's own time; never by the content's hash."""
    table, key, value = MODES[mode]
    version = {load: max((f[0], COPIES[f[1]], f[1], f[2]) for f in brought) for load, brought in drawn.items()}
    newest = max(drawn, key=lambda load: (version[load], load))
    ledger = [
        ledger_line(load if place == 0 else 1000 * load + place, *file)
        | ({} if place == 0 else {"status": "duplicate", "duplicate_of": load})
        for load, brought in drawn.items()
        for place, file in enumerate(brought)
    ]
    put = [{**plumbing(load, 1, brought[0][0]), key: value} for load, brought in drawn.items()]
    assert current_rows(compiled, mode, table, put, key, ledger) == [(newest, 1, value)]


@pytest.mark.parametrize(
    ("again", "is_renewed"), [((0, "a.csv", 2), True), ((0, "a (1).csv", 0), True), ((0, "a.csv", 1), False)]
)
def test_bytes_that_come_again_bear_another_mark_where_they_become_newer(
    compiled: Any, again: tuple[int, str, int], is_renewed: bool
) -> None:
    """What is kept from night to night asks these marks which keys to make again."""
    first = ledger_line(1, 0, "a.csv", 1)
    second = ledger_line(2, *again, status="duplicate", duplicate_of=1)
    marks = [
        current_rows(compiled, "marks", "entity.orders", [], "load_mark", told) for told in ([first], [first, second])
    ]
    assert (marks[0] != marks[1], len(marks[1])) == (is_renewed, 1)
