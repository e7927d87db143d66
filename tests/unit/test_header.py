"""A file's header meets the spec's columns: by exact text, then kindly, and never by guessing."""

from typing import Any

import pytest

from ingestion.cells.header import columns_for_header, input_paths, path_bindings
from tests.builders.specs import spec_of

COLUMNS: dict[str, Any] = {
    "id": {"type": "integer"},
    "email": {"type": "text", "header": ["Email", "E-mail"]},
    "note": {"type": "text", "required": True},
}


def test_columns_are_found_wherever_they_stand() -> None:
    match = columns_for_header(spec_of(COLUMNS), ["note", "Email", "id"])
    assert match.bindings == {"id": ("c3",), "email": ("c2",), "note": ("c1",)}
    assert (match.missing, match.extra, match.duplicates, match.blanks) == ((), {}, (), ())


def test_exact_text_comes_before_any_case_and_folded_blanks() -> None:
    match = columns_for_header(spec_of(COLUMNS), ["ID", "id", " e-MAIL ", "Note"])
    assert match.bindings == {"id": ("c2",), "email": ("c3",), "note": ("c4",)}
    assert match.extra == {"c1": "ID"}


def test_a_name_that_another_column_has_to_the_letter_is_taken_for_no_twin() -> None:
    twins = {"gross": {"type": "text", "header": ["Total"]}, "net": {"type": "text", "header": ["total", "net"]}}
    for name, gone in (("Total", "net"), ("total", "gross")):
        assert columns_for_header(spec_of(twins), [name]).missing == (gone,)
    assert columns_for_header(spec_of(twins), ["TOTAL"]).missing == ("gross", "net")
    alike = twins | {"net": {"type": "text", "header": ["Total", "total"]}}
    assert columns_for_header(spec_of(alike), ["TOTAL"]).missing == ()
    assert columns_for_header(spec_of(twins), ["Total", " Net "]).bindings == {"gross": ("c1",), "net": ("c2",)}


def test_missing_columns_are_named_and_those_that_are_needed_too() -> None:
    match = columns_for_header(spec_of(COLUMNS, mode="upsert", key=["id"]), ["Mail"])
    assert (match.missing, match.missing_required) == (("id", "email", "note"), ("id", "note"))


def test_doubled_names_are_an_ambiguity_only_where_they_are_needed() -> None:
    match = columns_for_header(spec_of(COLUMNS), ["id", "id", "x", "x", "", "note", "Email"])
    assert (match.duplicates, match.is_ambiguous, match.blanks) == (("id",), True, (5,))
    assert match.extra == {"c2": "id", "c3": "x", "c4": "x (4)", "c5": "column_5"}


def test_without_a_header_the_place_decides() -> None:
    columns = COLUMNS | {"email": {"type": "text"}, "money": {"type": "text", "constant": "EUR"}}
    match = columns_for_header(spec_of(columns, dialect={"header_rows": 0}), ["a", "b", "c", "d"])
    assert match.bindings == {"id": ("c1",), "email": ("c2",), "note": ("c3",), "money": ()}
    assert match.extra == {"c4": "column_4"}


@pytest.mark.parametrize("name", ["straße", "STRASSE", "Straße"])
def test_other_letters_fold_too(name: str) -> None:
    assert columns_for_header(spec_of({"s": {"type": "text", "header": ["Straße"]}}), [name]).missing == ()


def test_json_columns_are_read_by_their_paths() -> None:
    spec = spec_of(
        {
            "id": {"type": "integer"},
            "via": {"type": "text", "path": "via.channel"},
            "all": {"type": "text", "concat": ["a", "b.c"]},
        },
        format="json",
        children={
            "tags": {
                "path": "tags",
                "parent_key": {"order_id": "id"},
                "columns": {"tag": {"type": "text", "path": "."}},
            }
        },
    )
    assert input_paths(spec) == {"id": "id", "via": "via.channel", "all": "a", "all__2": "b.c"}
    assert path_bindings(spec).bindings == {"id": ("id",), "via": ("via",), "all": ("all", "all__2")}
    assert list(spec.child_tables["tags"].columns) == ["order_id", "tag"]
    assert spec.child_tables["tags"].sql_columns[0] == ("order_id", "BIGINT")


def test_no_two_unknown_columns_get_one_name() -> None:
    for names in (["n (4)", "n", "n", "n"], ["n", "n", "n (2)", "n (2) (2)"], ["", "column_1", "column_1", ""]):
        extra = columns_for_header(spec_of({"id": {"type": "text"}}), names).extra
        assert len(set(extra.values())) == 4 and all(text in extra.values() for text in names if text)
