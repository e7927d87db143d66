"""The macro current_rows over full dumps: what closes a row, and which files are one dump."""

import itertools
import re
from typing import Any

import pytest

from ingestion.file_names import corrects
from tests.builders.dbt import PROJECT
from tests.builders.macro_rows import compiled_modes, current_rows, ledger_line, plumbing

TABLE = "zendesk.group_memberships"


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The macro's SQL, and the empty raw store it reads."""
    return compiled_modes(tmp_path_factory.mktemp("home"))


def test_a_snapshot_closes_what_the_newest_dump_no_longer_holds(compiled: Any) -> None:
    put = [
        {**plumbing(load, number, exported), "id": key}
        for load, number, exported, key in [(7, 1, 0, 1), (7, 2, 0, 2), (5, 1, 1, 2), (5, 2, 1, 3)]
    ]
    for order in itertools.permutations(put):
        assert current_rows(compiled, "snapshot", TABLE, list(order), "id") == [
            (5, 1, 2),
            (5, 2, 3),
        ]


def test_a_dump_without_rows_closes_everything(compiled: Any) -> None:
    put = [{**plumbing(7, number, 0), "id": number} for number in (1, 2)]
    ledger = [ledger_line(7, 0), ledger_line(5, 1), ledger_line(6, 2, export="other")]
    assert current_rows(compiled, "snapshot", TABLE, put, "id", ledger) == []
    ledger[1]["status"] = "refused"
    assert len(current_rows(compiled, "snapshot", TABLE, put, "id", ledger)) == 2


# Of each file: export day, name, modified at, ids; and the ids that count.
DUMPS = [
    ([(0, "m_part1.json", 0, [1, 2]), (0, "m_part2.json", 0, [3])], [1, 2, 3]),
    ([(0, "m_1.json", 0, [1]), (0, "m_10.json", 0, [2]), (0, "m_2.json", 0, [3])], [1, 2, 3]),
    ([(0, "m_1.json", 0, [1, 2]), (0, "m_2.json", 0, [3]), (0, "m_1.json", 5, [1])], [1, 3]),
    ([(0, "m_1.json", 0, [1, 2]), (0, "m_2.json", 0, [3, 4]), (0, "m_2.json", 5, [3])], [1, 2, 3]),
    ([(0, "m.json", 0, [1, 2]), (0, "m-corrected.json", 0, [1])], [1]),
    ([(0, "m.json", 0, [1, 2]), (0, "m (1).json.gz", 0, [1])], [1]),
    ([(0, "m.json", 0, [1]), (0, "m_2.json", 0, [2]), (0, "m-page3.json", 0, [3])], [1, 2, 3]),
    ([(0, "m.json", 0, [1, 2]), (0, "m_0510.json", 0, [1]), (0, "m_0510-v2.json", 0, [3])], [3]),
    ([(0, "m_1.json", 0, [1]), (0, "m_2.json", 0, [2]), (1, "n_1.json", 0, [3]), (1, "n_2.json", 0, [4])], [3, 4]),
    ([(0, "m_1.json", 0, [1]), (0, "m_2.json", 0, [2]), (1, "n_1.json", 0, [])], []),
]


@pytest.mark.parametrize(("files", "ids"), DUMPS)
def test_files_of_one_export_time_are_one_dump_but_for_what_another_corrects(
    compiled: Any, files: list[tuple[int, str, int, list[int]]], ids: list[int]
) -> None:
    for order in itertools.permutations(enumerate(files)):
        loads = [(len(order) - at, file) for at, (_, file) in enumerate(order)]  # the id of a content says nothing
        ledger = [ledger_line(load, day, name, modified) for load, (day, name, modified, _) in loads]
        put = [
            {**plumbing(load, number, day), "id": key}
            for load, (day, _, _, keys) in loads
            for number, key in enumerate(keys, 1)
        ]
        found = current_rows(compiled, "snapshot", TABLE, put, "id", ledger)
        assert sorted(key for _, _, key in found) == ids


def test_the_loader_foresees_which_dump_another_of_its_time_corrects() -> None:
    for files, ids in DUMPS:
        names = {name for day, name, *_ in files if day == 0}
        corrected = {name for name in names if any(corrects(other, name) for other in names)}
        kept = [key for day, name, _, keys in files if name not in corrected for key in keys]
        assert corrected or len({day for day, *_ in files}) > 1 or set(kept) >= set(ids)
        assert not corrected or sorted(kept) == ids


def test_what_the_macro_calls_the_newest_load_of_a_group_is_no_name_that_a_key_may_have() -> None:
    """Beside the group's own columns it would hide one of its name; no column of a spec begins with _."""
    macro = (PROJECT / "macros" / "current_rows" / "modes.sql").read_text("utf-8")
    assert "as _newest_load_id" in macro and not re.search(r"[^_]newest_load_id", macro)
