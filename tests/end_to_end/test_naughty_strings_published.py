"""515 naughty strings from files of four formats to the published file and its Parquet copy, bit for bit."""

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.builders.command import cx
from tests.builders.naughty import deliver_naughty_products

COLUMNS = ("sku", "title", "variant_title", "category", "brand")
Product = tuple[str, str, str]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the night of naughty products ran."""
    return tmp_path_factory.mktemp("naughty") / "home"


@pytest.fixture(scope="module")
def products(messy_data: Path, home: Path) -> list[Product]:
    """What was delivered; one whole night has published it."""
    strings = json.loads((messy_data / "blns" / "blns.json").read_text())
    assert len(strings) == 515
    delivered = deliver_naughty_products(home, strings, alone=strings)
    done = cx(home, "night", "--as-of", "2026-03-14", "--quiet")
    assert done.returncode == 0, done.stdout + done.stderr
    return delivered


@pytest.fixture(params=["dim_products", "read_parquet('{parquet}/dim_products.parquet')"], ids=["file", "parquet"])
def dim_products(request: pytest.FixtureRequest, home: Path) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
    """The published mart: in the file, and in its Parquet copy."""
    with duckdb.connect(str(home / "published" / "cx.duckdb"), read_only=True) as connection:
        yield connection, request.param.format(parquet=home / "published" / "parquet")


@pytest.mark.parametrize("column", COLUMNS)
def test_naughty_strings_are_published_bit_for_bit(
    products: list[Product], dim_products: tuple[duckdb.DuckDBPyConnection, str], column: str
) -> None:
    connection, relation = dim_products
    found = connection.execute(f"select source, product_key, {column} from {relation}").fetchall()
    published = {(source, key): text for source, key, text in found}
    wrong = [product for product in products if published.get(product[:2], "is not there") != product[2]]
    print(f"\nblns published as {column}: {len(products) - len(wrong)} of {len(products)} intact")  # noqa: T201 - the figure
    assert len(products) == 4 * 2 * 515
    assert (wrong, len(found)) == ([], len(products))
