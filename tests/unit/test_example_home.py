"""Where an example is laid out, and where not."""

from pathlib import Path

import pytest

from ingestion.durable_files import write_whole
from orchestration.errors import WrongUse
from orchestration.nights.examples import example_home

_HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
_FILE = "online_retail_2010_2011.csv"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with one file that the example's specs claim."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / _FILE).write_text(_HEADER)
    return tmp_path / "data"


def test_an_example_is_laid_out_in_an_empty_folder_and_there_again(data: Path, tmp_path: Path) -> None:
    for _ in range(2):
        home = example_home("online_retail", data, tmp_path / "home")
        assert (home.exports / "online_retail" / _FILE).exists()
        assert list(home.sources.glob("online_retail/*.toml")) and home.settings.exists()


def test_settings_that_somebody_changed_stay(data: Path, tmp_path: Path) -> None:
    home = example_home("online_retail", data, tmp_path / "home")
    home.settings.write_text("# mine\n")
    assert example_home("online_retail", data, tmp_path / "home").settings.read_text() == "# mine\n"


@pytest.mark.parametrize("held", ["settings.toml", "exports/shopify/orders.csv", "raw.duckdb"])
def test_a_home_that_holds_anything_else_is_not_written_to(data: Path, tmp_path: Path, held: str) -> None:
    theirs = tmp_path / "home" / held
    theirs.parent.mkdir(parents=True)
    theirs.write_text("mine")
    with pytest.raises(WrongUse, match="is not a home of example 'online_retail'"):
        example_home("online_retail", data, tmp_path / "home")
    assert [file for file in (tmp_path / "home").rglob("*") if file.is_file()] == [theirs]


def test_what_a_killed_run_left_of_its_mark_is_nobodys_home(data: Path, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / ".example.new").write_text("onl")
    assert example_home("online_retail", data, tmp_path / "home").settings.exists()


def test_a_text_that_cannot_be_written_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        write_whole(tmp_path / "page.txt", "\udcff")
    assert list(tmp_path.iterdir()) == []


def test_the_home_of_one_example_is_not_that_of_another(data: Path, tmp_path: Path) -> None:
    example_home("online_retail", data, tmp_path / "home")
    with pytest.raises(WrongUse, match="is not a home of example 'olist'"):
        example_home("olist", data, tmp_path / "home")


def test_two_files_of_one_name_do_not_overwrite_each_other(data: Path, tmp_path: Path) -> None:
    (data / "old").mkdir()
    (data / "old" / _FILE).write_text(_HEADER)
    with pytest.raises(WrongUse, match=f"holds {_FILE} twice"):
        example_home("online_retail", data, tmp_path / "home")
