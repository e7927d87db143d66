"""Which rules are told to have left out most of a shop."""

from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from ingestion.home import Home
from orchestration.nights.left_out import mostly_left_out

_EXCLUDED = "select * from (values {rows}) as t(entity, source, rule, reason)"


def _publish(root: Path, orders: str, excluded: str, lines: str = "null::varchar") -> Home:
    """A published file of forty orders and lines, with these reasons."""
    home = Home.at(root)
    home.published_db.parent.mkdir(parents=True)
    with closing(duckdb.connect(str(home.published_db))) as connection:
        for table, reason in (("fct_orders", f"{orders} as invalid_order_reason"),
                              ("fct_order_lines", f"{lines} as invalid_line_reason")):  # fmt: skip
            connection.execute(f"create table {table} as select 'stall' as source, {reason} from range(40) t(i)")
        connection.execute(f"create table excluded_records as {_EXCLUDED.format(rows=excluded)}")
    return home


@pytest.mark.parametrize("excluded", ["('ticket', 'desk', 'spam', 'Why')", "('order', 'stall', 'test_order', 'Why')"])
def test_a_shop_of_which_nothing_is_left_out_is_told_nothing(tmp_path: Path, excluded: str) -> None:
    assert mostly_left_out(_publish(tmp_path, "null::varchar", excluded)) == []


def test_lines_are_told_with_their_orders_but_lines_of_no_known_order_are_told(tmp_path: Path) -> None:
    orders = "case when i < 30 then 'test_order' end"
    excluded = "('order', 'stall', 'test_order', 'A test'), ('order_line', 'stall', 'order_unknown', 'No order')"
    home = _publish(tmp_path / "a", orders, excluded, "case when i < 30 then 'order_test_order' end")
    assert mostly_left_out(home) == ["stall orders: 30 of 40 left out: test_order - A test"]
    home = _publish(tmp_path / "b", "null::varchar", excluded, "case when i < 30 then 'order_unknown' end")
    assert mostly_left_out(home) == ["stall order lines: 30 of 40 left out: order_unknown - No order"]
