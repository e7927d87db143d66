"""What the check of a spec lets pass, a load can do; what it cannot is a mistake that says what is allowed."""

from pathlib import Path

import pytest

from ingestion.cells.date_patterns import DASHED, NUMERIC, WORDS
from ingestion.home import Home
from ingestion.specs import files
from ingestion.specs.files import read_all_specs
from tests.builders.specs import spec_of, typed_cells, write_spec

GOOD = """
files = ["orders*.csv"]
format = "csv"
mode = "append"
[columns]
id = { type = "text", personal = "none" }
"""
COLUMN = '{ type = "text", personal = "none" }'


def mistakes_of(tmp_path: Path, toml: str) -> str:
    home = Home.at(tmp_path)
    write_spec(home.sources, "acme/one", toml)
    return "\n".join(map(str, read_all_specs(home).mistakes))


@pytest.mark.parametrize("glob", ["x[!].csv", "x[z-a].csv", "x[.csv", "x[].csv", "a/[b/c].csv"])
def test_a_pattern_that_is_none_is_a_mistake_of_its_spec(tmp_path: Path, glob: str) -> None:
    told = mistakes_of(tmp_path, GOOD.replace("orders*.csv", glob))
    assert told.startswith("acme/one.toml: files") and glob in told and "[[]" in told


@pytest.mark.parametrize(
    ("glob", "path", "claims"),
    [("x[[]1[]].csv", "x[1].csv", True), ("x[!]].csv", "x].csv", False), ("x[!]a].csv", "xb.csv", True)],
)
def test_brackets_in_names_can_be_claimed(glob: str, path: str, claims: bool) -> None:
    assert (spec_of({"x": {"type": "text"}}, files=[glob]).instance_of(path) is not None) == claims


def test_two_specs_of_one_table_are_named_and_stop_no_other(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    child = f'[children.lines]\npath = "lines"\ncolumns = {{ sku = {COLUMN} }}\n'
    write_spec(home.sources, "acme/orders", GOOD.replace("csv", "jsonl") + child)
    write_spec(home.sources, "acme/orders_lines", GOOD.replace("orders*", "lines*"))
    write_spec(home.sources, "acme/visits", GOOD.replace("orders*", "visits*"))
    reading = read_all_specs(home)
    assert [spec.export for spec in reading.specs if spec.source == "acme"] == ["visits"]
    assert [str(mistake).partition(";")[0] for mistake in reading.mistakes] == [
        "acme/orders.toml: children.lines: its table acme.orders_lines is also one of acme.orders_lines",
        "acme/orders_lines.toml: its table acme.orders_lines is also one of acme.orders",
    ]


def test_a_fault_of_ours_on_one_spec_stops_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home.at(tmp_path)
    monkeypatch.setattr(files, "vendor_mistakes", lambda file: [][1] if "odd" in file.files[0] else iter(()))
    write_spec(home.sources, "acme/odd", GOOD.replace("orders*", "odd*"))
    write_spec(home.sources, "acme/orders", GOOD)
    reading = read_all_specs(home)
    assert [spec.export for spec in reading.specs if spec.source == "acme"] == ["orders"]
    assert [str(mistake).partition("(")[0] for mistake in reading.mistakes] == ["acme/odd.toml: cannot be understood "]


@pytest.mark.parametrize("directive", ["%n", "%-Y", "%-A", "%", "%q", "%-%", "% d"])
def test_a_date_format_nobody_can_read_names_the_directives_there_are(tmp_path: Path, directive: str) -> None:
    column = f'day = {{ type = "date", format = "%d.%m.%Y {directive}" }}'
    told = mistakes_of(tmp_path, f"{GOOD}{column}\n")
    assert told.startswith(f"acme/one.toml: columns.day.format: {directive[:2]}") and "%Y" in told and "%-d" in told


@pytest.mark.parametrize("directive", [*(f"%{name}" for name in (*NUMERIC, *WORDS)), *(f"%-{name}" for name in DASHED)])
def test_every_directive_the_check_takes_can_be_read(directive: str) -> None:
    for pattern in (f"%Y-%m-%d %p {directive}", f"{directive}/%Y-%m-%d %p", f"%Y-%m-%d %p {directive} {directive}"):
        spec_of({"x": {"type": "timestamp", "format": pattern}})
        assert typed_cells({"type": "timestamp", "format": pattern}, ["?"]) == [(None, "not_in_format")]


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("%Y年%m月%d日", "2024年03月04日"), ("%d. %m. %Y г.", "4. 3. 2024 г."), ("den %d/%m–%Y", "den 04/03–2024"),
        ("%d.%m.%Y 😀", "04.03.2024 😀"), ("%d\\%m\\%Y", "04\\03\\2024"), ("[%Y](%m)^%d$", "[2024](03)^04$"),
    ],
)  # fmt: skip
def test_a_date_format_may_hold_any_letters_and_marks(pattern: str, text: str) -> None:
    (day, moment) = (typed_cells({"type": kind, "format": pattern}, [text])[0] for kind in ("date", "timestamp"))
    assert (str(day[0]), str(moment[0])) == ("2024-03-04", "2024-03-04 00:00:00")


@pytest.mark.parametrize(
    ("kind", "constant"),
    [("integer", '"abc"'), ("integer", "1.5"), ("date", '"soon"'), ("boolean", '"maybe"'), ("decimal", '"1,5"')],
)
def test_a_constant_that_is_no_value_of_its_type_is_a_mistake(tmp_path: Path, kind: str, constant: str) -> None:
    column = f'n = {{ type = "{kind}", constant = {constant} }}'
    told = mistakes_of(tmp_path, f"{GOOD}{column}\n")
    assert told == f"acme/one.toml: columns.n.constant: {constant.strip(chr(34))!r} is not a value of type '{kind}'"


def test_a_constant_of_its_type_is_none(tmp_path: Path) -> None:
    kinds = {"integer": "7", "date": '"2024-03-04"', "boolean": "true", "decimal": "1.5", "text": '"x"'}
    columns = "".join(f'c_{kind} = {{ type = "{kind}", constant = {value} }}\n' for kind, value in kinds.items())
    assert mistakes_of(tmp_path, GOOD + columns) == ""


@pytest.mark.parametrize("codec", ["base64", "rot13", "idna", "undefined", "punycode", "hex", "unicode_escape"])
def test_a_codec_that_is_no_encoding_of_files_is_a_mistake(tmp_path: Path, codec: str) -> None:
    told = mistakes_of(tmp_path, GOOD.replace("[columns]", f'dialect = {{ encoding = "{codec}" }}\n[columns]'))
    assert told.startswith("acme/one.toml: dialect.encoding: ") and "windows-1252" in told


def test_a_spec_may_begin_with_the_mark_that_windows_editors_write(tmp_path: Path) -> None:
    assert mistakes_of(tmp_path, "\ufeff" + GOOD) == ""


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('mode = "append"', 'mode = "append"\nnull_tokens = "NA"'), 'null_tokens: must be a list of texts'),
        (('mode = "append"', 'mode = "append"\nkey = "id"'), 'key: must be a list of texts, such as ["a", "b"]'),
        ((f"id = {COLUMN}", ""), "columns: must hold at least 1"),
        ((f"id = {COLUMN}", 'id = "text"'), "columns.id: must be a table"),
        (('mode = "append"', 'mode = "append"\ndescription = 1'), "description: must be a text in quotes"),
        (('mode = "append"', 'mode = "append"\nerror_budget = 2'), "error_budget: must be at most 1"),
        (('mode = "append"', 'mode = "append"\nvolume = { min_rows = "3" }'), "volume.min_rows: must be a whole num"),
    ],
)  # fmt: skip
def test_a_value_of_the_wrong_kind_is_told_with_the_form_that_is_allowed(
    tmp_path: Path, change: tuple[str, str], told: str
) -> None:
    assert f"acme/one.toml: {told}" in mistakes_of(tmp_path, GOOD.replace(*change))


@pytest.mark.parametrize("odd", ["a=" + "[" * 5000 + "]" * 5000, "a=" + "9" * 5000, "a", "\x00"])
def test_a_text_that_is_no_toml_is_a_mistake_however_odd(tmp_path: Path, odd: str) -> None:
    assert mistakes_of(tmp_path, odd).startswith("acme/one.toml: is not readable TOML")
