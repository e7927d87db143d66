"""A draft, taken as it is, is a spec without a mistake that reads the file it was made from."""

import gzip
from functools import partial
from pathlib import Path

import pytest

from ingestion.drafting.draft import draft_spec, place_of
from ingestion.drafting.saving import save_draft
from ingestion.errors import FileRefused, HomeError, IngestionError
from ingestion.specs.files import load_shapes, read_spec
from ingestion.specs.model import Spec
from tests.builders.draft_files import GERMAN, blank_parted
from tests.builders.specs import write_spec

gzipped = partial(gzip.compress, mtime=0)  # the same bytes, and so the same test ids, in every process

ORDERS = (
    "Order No;E-Mail;Placed;Paid at;Total;Test;Zip;Note\n"
    "17;ann@example.com;31/01/2024;2024-01-31T10:00:00Z;1.234,50;no;01234;-\n"
    "18;bob@example.com;01/02/2024;;7,00;yes;99999;a \"b\" c\n"
)  # fmt: skip


def drafted(tmp_path: Path, name: str, content: bytes, shape: str | None = None) -> Spec:
    path = tmp_path / "acme" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return read_spec(write_spec(tmp_path, "acme/drafted", draft_spec(path, shape=shape)))


def test_types_formats_and_dialect_are_found_and_marked_as_guessed(tmp_path: Path) -> None:
    spec = drafted(tmp_path, "orders_2024-02-01.csv", ORDERS.encode("windows-1252"))
    assert spec.dialect.delimiter == ";"
    assert {name: column.type for name, column in spec.columns.items()} == {
        "order_no": "integer", "e_mail": "text", "placed": "date", "paid_at": "timestamp", "total": "decimal",
        "test": "boolean", "zip": "text", "note": "text",
    }  # fmt: skip
    assert (spec.columns["placed"].format, spec.columns["total"].decimal_mark) == ("%d/%m/%Y", ",")
    assert (spec.columns["e_mail"].personal, spec.columns["zip"].personal) == ("direct", "quasi")
    assert (spec.mode, spec.key) == ("upsert", ("order_no",))
    assert spec.instance_of("orders_2024-02-02.csv.gz") == ""


def test_a_date_that_can_be_read_two_ways_is_said_to_be_one(tmp_path: Path) -> None:
    path = tmp_path / "spend.csv"
    path.write_text("day,spend\n03/04/2024,1\n05/06/2024,2\n")
    assert "%m/%d/%Y fits every value too" in draft_spec(path)


@pytest.mark.parametrize(
    ("name", "content", "columns"),
    [
        ("t.jsonl", b'{"id": 1, "via": {"channel": "web"}}\n{"id": 2, "late": true}\n', ["id", "via_channel", "late"]),
        ("t.json", b'{"tickets": [{"id": 1, "tags": [{"a": 1}]}, {"id": 2}], "count": 2}', ["id"]),
        ("t.tsv.gz", gzipped("a\tb\n1\tx\n2\ty\n".encode("utf-16")), ["a", "b"]),
        ("t.csv", b"Report of May\n\na,b\n1,x\n2,y\nTotal,\n", ["a", "b"]),
        ("t.csv", b"a,a,b\n1,2,3\n4,5,6\n", ["a", "a_2", "b"]),
        ("t.csv", b",a\n0,x\n1,y\n", ["column_1", "a"]),
        ("t.csv", b"", []),
    ],
)
def test_each_format_is_drafted(tmp_path: Path, name: str, content: bytes, columns: list[str]) -> None:
    if not columns:
        with pytest.raises(IngestionError):
            drafted(tmp_path, name, content)
        return
    assert list(drafted(tmp_path, name, content).columns) == columns


def test_a_shape_drafts_an_entity_spec(tmp_path: Path) -> None:
    content = "order_key,ordered_at,currency,colour\nA1,2024-01-01 10:00:00,EUR,red\nA2,2024-01-02 10:00:00,EUR,blue\n"
    spec = drafted(tmp_path, "shop.csv", content.encode(), shape="orders")
    assert (spec.entity, spec.columns["currency"].header) == ("orders", ("currency",))


def test_what_cannot_be_drafted_is_refused_with_words(tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(b"%PDF-1")
    with pytest.raises(FileRefused, match="unknown_format"):
        draft_spec(path)
    with pytest.raises(IngestionError, match="no shape is called"):
        draft_spec(_csv(tmp_path), shape="ordrs")


def _csv(folder: Path) -> Path:
    path = folder / "y.csv"
    path.write_text("a,b\n1,2\n")
    return path


def test_a_german_export_is_understood(tmp_path: Path) -> None:
    spec = drafted(tmp_path, "b.csv", GERMAN.encode("windows-1252"))
    assert (spec.dialect.delimiter, spec.dialect.encoding, spec.key) == (";", "windows-1252", ("bestellnr",))
    assert (spec.columns["bestelldatum"].format, spec.columns["betrag"].decimal_mark) == ("%d.%m.%Y", ",")
    assert {name: column.personal for name, column in spec.columns.items()} == {
        "bestellnr": "quasi", "kunde": "direct", "e_mail": "direct", "bestelldatum": "none", "betrag": "none",
        "anzahl": "none",
    }  # fmt: skip
    assert "it is not UTF-8" in draft_spec(tmp_path / "acme" / "b.csv")


def test_cells_parted_by_runs_of_blanks_become_columns(tmp_path: Path) -> None:
    content = blank_parted(header=" customer_id  date number_of_cds  dollar_value")
    spec = drafted(tmp_path, "cd.txt", content.encode())
    types = {name: column.type for name, column in spec.columns.items()}
    assert types == {"customer_id": "text", "date": "date", "number_of_cds": "integer", "dollar_value": "decimal"}


def test_what_to_check_stands_first_and_the_riskiest_before_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "spend.csv"
    path.write_text("day,seen,name,spend\n03/04/2024,2024-01-01 10:00:00,Ann,1\n05/06/2024,2024-01-02 10:00:00,Bob,2\n")
    lines = draft_spec(path).splitlines()
    listed = [line for line in lines if line.startswith("#  ")]
    words = ("Personal data is guessed: direct: name", "publish nothing", "No key", "Day and month", "Times without")
    assert [word in line for word, line in zip(words, listed, strict=False)] == [True] * len(words)
    assert lines.index(listed[-1]) < next(at for at, line in enumerate(lines) if line.startswith("files ="))


@pytest.mark.parametrize("shape", sorted(load_shapes()))
def test_each_shape_is_drafted_without_a_mistake_from_a_file_that_fits_none(tmp_path: Path, shape: str) -> None:
    assert drafted(tmp_path, "odd.csv", b"colour,size\nred,1\nblue,2\n", shape=shape).entity == shape


def test_an_entity_draft_meets_other_words_and_never_maps_a_person_onto_what_is_published(tmp_path: Path) -> None:
    header = "Bestellnummer;Kundennummer;Bestelldatum;Gesamtbetrag;Status;Kanal;Versanddatum\n"
    first, second = (
        "7;31.01.2024;10,50;bezahlt;ann@example.com;01.02.2024",
        "8;01.02.2024;7,00;storniert;b@example.com;",
    )
    content = header + "".join(f"A{at};{first}\nB{at};{second}\n" for at in range(15))
    path = tmp_path / "bestellungen.csv"
    path.write_text(content)
    text = draft_spec(path, shape="orders")
    for line in (
        'order_key = { from = "Bestellnummer" }',
        'customer_key = { from = "Kundennummer" }',
        'ordered_at = { from = "Bestelldatum", format = "%d.%m.%Y" }',
        'total_amount = { from = "Gesamtbetrag", decimal_mark = "," }',
        'is_cancelled = { from = "Status", values = { "storniert" = true, "*" = false } }',
        'shipped_at = { from = "Versanddatum"',
        '# channel = { from = "Kanal" }',
    ):
        assert f"\n{line}" in text
    assert "LOOKS PERSONAL (direct), but 'channel' is published as none" in text


def test_a_spec_that_is_there_is_never_overwritten_unasked(tmp_path: Path) -> None:
    target = tmp_path / "sources" / "acme" / "orders.toml"
    save_draft(lambda: "first", target)
    with pytest.raises(IngestionError, match="--force"):
        save_draft(lambda: "second", target)
    assert target.read_text() == "first"
    save_draft(lambda: "third", target, may_replace=True)
    assert target.read_text() == "third"
    with pytest.raises(IngestionError, match="is a folder"):
        save_draft(lambda: "", tmp_path)
    with pytest.raises(HomeError, match="cannot be written"):
        save_draft(lambda: "", target / "below.toml")


def test_a_draft_belongs_into_a_folder_that_a_source_may_have() -> None:
    assert place_of(Path("/x/Acme Shop/Orders 2024-01-02.csv.gz")) == ("acme_shop", "orders.toml")
    assert place_of(Path("/x/entity/a.csv")) == ("entity_files", "a.toml")
