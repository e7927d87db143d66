"""`cx draft` shows a draft, or writes it where nobody's spec is lost."""

import gzip
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ingestion.drafting.draft import draft_spec, place_of
from ingestion.specs.files import read_spec
from orchestration.cli.main import app


@pytest.fixture
def export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CX_HOME", str(tmp_path / "home"))
    path = tmp_path / "acme" / "orders_2024-01-02.csv"
    path.parent.mkdir()
    path.write_text("order_id,total\n1,2.50\n2,3.50\n")
    return path


def test_a_draft_is_shown_and_nothing_written(export: Path, tmp_path: Path) -> None:
    told = CliRunner().invoke(app, ["draft", str(export)])
    assert told.exit_code == 0
    assert 'key = ["order_id"]' in told.output
    assert not (tmp_path / "home").exists()


def test_save_writes_into_the_home_once_and_again_only_by_force(export: Path, tmp_path: Path) -> None:
    words = ["draft", str(export), "--entity", "orders", "--save"]
    target = tmp_path / "home" / "sources" / "acme" / "orders.toml"
    first = CliRunner().invoke(app, words)
    assert str(target) in first.output
    assert 'entity = "orders"' in target.read_text()
    target.write_text("mine")
    second = CliRunner().invoke(app, words)
    assert "--force" in str(second.exception)
    assert target.read_text() == "mine"
    assert CliRunner().invoke(app, [*words, "--force"]).exit_code == 0
    assert target.read_text() != "mine"


def test_output_names_any_file(export: Path, tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["draft", str(export), "-o", str(tmp_path / "x.toml")]).exit_code == 0
    assert "[columns]" in (tmp_path / "x.toml").read_text()


def test_the_help_says_how_to_begin() -> None:
    told = CliRunner().invoke(app, ["draft", "--help"]).output
    assert "--entity" in told
    assert "cx check" in told


def test_a_wrong_path_and_rubbish_are_called_what_they_are(export: Path, tmp_path: Path) -> None:
    (tmp_path / "noise.csv").write_bytes(bytes(range(256)) * 50)
    for path, said in (
        (tmp_path / "nope", "there is no file"),
        (tmp_path / "nope.csv", "there is no file"),
        (export.parent, "is a folder; name one file in it"),
        (tmp_path / "noise.csv", "a draft is made of .csv"),
    ):
        told = str(CliRunner().invoke(app, ["draft", str(path)]).exception)
        assert said in told
        assert "in the spec" not in told and "name it .csv" not in told


@pytest.mark.parametrize(
    ("name", "place", "files", "exported_at"),
    [
        ("orders_2024-01-02.csv", "orders", "orders_[0-9]*.csv", r"(?P<date>\d{4}-\d{2}-\d{2})"),
        ("2024-01-02_orders.csv", "orders", "[0-9]*_orders.csv", r"(?P<date>\d{4}-\d{2}-\d{2})"),
        ("all.20240102.final.csv.gz", "all_final", "all.[0-9]*.final.csv", r"(?P<date>\d{8})"),
        ("orders 2024.01.02 (3).csv", "orders", "orders [0-9]*.csv", r"(?P<date>\d{4}\.\d{2}\.\d{2})"),
        ("o_20240102T030405Z.csv", "o", "o_[0-9]*.csv", r"(?P<date>\d{8})(?:T(?P<time>\d{2}\d{2}(?:\d{2})?))?"),
        (
            "o_2024-01-02_2024-01-08.csv", "o", "o_[0-9]*.csv",
            r"(?P<period_start>\d{4}-\d{2}-\d{2})_(?P<period_end>\d{4}-\d{2}-\d{2})",
        ),
        ("o_1700000000.csv", "o", "o_[0-9]*.csv", r"(?<!\d)(?P<epoch>\d{13}|\d{10})(?!\d)"),
        ("20240102.csv", "export", "[0-9]*.csv", r"(?P<date>\d{8})"),
        ("orders_17.csv", "orders", "orders_[0-9]*.csv", None),
        (
            "sales_14.03.2026.csv", "sales", "sales_[0-9]*.csv",
            r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})",
        ),
        (
            "sales_12-31-2025.csv", "sales", "sales_[0-9]*.csv",
            r"(?P<month>\d{1,2})\-(?P<day>\d{1,2})\-(?P<year>\d{4})",
        ),
        ("sales_03-04-2026.csv", "sales", "sales_[0-9]*.csv", None),
        ("sales_2026-3-14.csv", "sales", "sales_[0-9]*.csv", None),
        ("orders_2026-W11.csv", "orders", "orders_[0-9]*.csv", None),
        ("2026-W11_orders.csv", "orders", "[0-9]*_orders.csv", None),
        ("o_KW11-2026_all.csv", "o_kw_all", "o_KW[0-9]*_all.csv", None),
        ("o_03-2026_all.csv", "o_all", "o_[0-9]*_all.csv", None),
        ("o_Mar-2026_1.csv", "o", "o_[a-z]*[0-9]*.csv", None), ("o_202603_all.csv", "o_all", "o_[0-9]*_all.csv", None),
        ("Mar-2026 orders.csv", "orders", "[a-z]*[0-9]* orders.csv", None),
        ("Orders March 14, 2026.csv", "orders", "Orders [a-z]*[0-9]*.csv", None),
        ("sales_14.03.26.csv", "sales", "sales_[0-9]*.csv", None),
        ("orders [new].csv", "orders_new", "orders [[]new[]].csv", None),
    ],
)  # fmt: skip
def test_a_draft_takes_the_next_delivery_and_reads_its_date(
    name: str, place: str, files: str, exported_at: str | None, export: Path
) -> None:
    path = export.with_name(name)
    path.write_bytes(gzip.compress(export.read_bytes()) if name.endswith(".gz") else export.read_bytes())
    spec = tomllib.loads(draft_spec(path))
    assert (place_of(path)[1], spec["files"][0], spec.get("exported_at")) == (f"{place}.toml", files, exported_at)
    saved = export.parent / "draft.toml"
    saved.write_text(draft_spec(path))
    read = read_spec(saved)
    assert read.instance_of(name) == ""
    is_dated = read.dates_in_name(name).exported_at is not None
    assert is_dated == (exported_at is not None or "the date in its name says" in draft_spec(path))
    copy = name.removesuffix(".gz").removesuffix(".csv").removesuffix(" (3)") + " (4).csv"
    assert read.instance_of(copy) == ""


def test_the_drafts_of_two_exports_whose_names_begin_alike_claim_no_file_of_each_other(export: Path) -> None:
    for date in ("", "_2026-03-14", "_14.03.2026", "_1700000000"):
        for first, second in (("orders", "orders_lines"), ("orders", "orders2_refunds")):
            path = export.with_name(f"{first}{date}.csv")
            path.write_bytes(export.read_bytes())
            saved = export.parent / "draft.toml"
            saved.write_text(draft_spec(path))
            assert read_spec(saved).instance_of(f"{first}{date}.csv") == ""
            assert read_spec(saved).instance_of(f"{second}{date}.csv") is None


def test_the_export_itself_is_never_the_file_that_is_written(export: Path) -> None:
    before = export.read_bytes()
    refused = CliRunner().invoke(app, ["draft", str(export), "--output", str(export), "--force"])
    assert "is the export itself" in str(refused.exception)
    assert export.read_bytes() == before


@pytest.mark.parametrize(
    ("folder", "source", "told"), [("My Shop", None, "exports/my_shop/"), ("acme", None, ""), ("a__b_", None, "")]
)
def test_a_draft_says_where_its_files_belong_if_they_are_elsewhere(
    export: Path, folder: str, source: str | None, told: str
) -> None:
    path = export.parent / folder / export.name
    path.parent.mkdir()
    path.write_bytes(export.read_bytes())
    assert ("Its files belong into" in draft_spec(path, source)) == bool(told)
    assert told in draft_spec(path, source)
    assert "exports/a_b/" in draft_spec(path, "A B")
