"""An entity draft says at its top what numbers need, and what of it the file does not show."""

from pathlib import Path

from ingestion.drafting.draft import draft_spec
from ingestion.drafting.needs import needs
from ingestion.specs.files import load_shapes


def top_of(tmp_path: Path, content: str, shape: str) -> str:
    path = tmp_path / "t.csv"
    path.write_text(content)
    return draft_spec(path, shape=shape).split("[map]")[0]


def test_what_is_not_found_is_said_first_with_the_way_out(tmp_path: Path) -> None:
    top = top_of(tmp_path, "order_id,order_date\n1,2024-01-31\n2,2024-02-01\n", "orders")
    assert "#  1. To be counted, rows of orders need ordered_at, gross_amount, currency." in top
    assert "NOT FOUND in this file: gross_amount" in top and "order_lines" in top
    assert "NOT FOUND in this file: currency" in top
    assert "NOT FOUND in this file: ordered_at" not in top


def test_what_is_found_is_not_asked_for(tmp_path: Path) -> None:
    content = "order_id,order_date,subtotal,currency\n1,2024-01-31,2.50,EUR\n2,2024-02-01,3.50,EUR\n"
    top = top_of(tmp_path, content, "orders")
    assert "To be counted" in top and "NOT FOUND" not in top


def test_a_vendor_draft_has_no_such_lines(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("order_id\n1\n")
    assert "To be counted" not in draft_spec(path)


def test_needs_name_columns_of_their_shape() -> None:
    shapes = load_shapes()
    for shape, wanted in needs().items():
        columns = set(shapes[shape].columns)
        named = {name for names in wanted["needs"] for name in names}
        assert named <= columns - set(shapes[shape].key), shape
        assert set(wanted.get("otherwise", {})) <= {names[0] for names in wanted["needs"]}, shape
