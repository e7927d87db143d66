"""CSV output cannot carry a formula into a spreadsheet."""

import io
from datetime import date
from decimal import Decimal

import pytest

from orchestration.querying.csv_guard import guarded, write_csv

_LEADS = ["=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠"]
_BEFORE = ["", " ", '"', "'", ",", ";", "\ufeff", ' \u200b"']


@pytest.mark.parametrize("lead", _LEADS)
@pytest.mark.parametrize("before", _BEFORE)
def test_a_text_that_may_start_a_formula_is_written_as_text(lead: str, before: str) -> None:
    assert guarded(f"{before}{lead}1+1").startswith("'")


@pytest.mark.parametrize("value", [-1, Decimal("-1.50"), date(2026, 1, 1), None, True, "plain", "a=b", "1-2", "Zoë"])
def test_everything_else_stays_what_it_is(value: object) -> None:
    assert guarded(value) == value


def test_headers_are_texts_too_and_nulls_are_empty_cells() -> None:
    target = io.StringIO()
    write_csv(target, ["=a", "b"], [(-1, None), ("@x", "two\nlines")])
    assert target.getvalue() == "'=a,b\n-1,\n'@x,\"two\nlines\"\n"
