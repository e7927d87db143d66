"""Real files of rarer formats by their unread drafts: an old workbook beside its CSV, recorded calls in YAML."""

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from ingestion.deliveries import Delivery
from ingestion.drafting.draft import draft_spec
from tests.builders.shop_home import ShopHome


def load_drafted(shop: ShopHome, name: str, file: Path) -> Delivery:
    shop.spec(f"shop/{name}", draft_spec(file))
    target = shop.home.exports / "shop" / file.name
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, target)
    return next(one for one in shop.load().deliveries if one.export == name)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> ShopHome:
    return ShopHome(tmp_path_factory.mktemp("home"))


def test_the_old_workbook_holds_what_its_csv_holds(real_data: Path, shop: ShopHome) -> None:
    folder = real_data / "superstore"
    told = load_drafted(shop, "book", folder / "Sample-Superstore.xls")
    assert (told.rows_loaded, told.rows_rejected, told.cells_failed) == (9_994, 0, 0)
    assert load_drafted(shop, "plain", folder / "Superstore.csv").rows_loaded == 9_994
    shared = "row_id, order_id, order_date, ship_date, ship_mode, customer_id, city, product_id, category, quantity"
    for one, other in (("book", "plain"), ("plain", "book")):
        missing = f"select {shared} from shop.{one} except all select {shared} from shop.{other}"
        assert shop.query(missing) == []
    sums = "select count(distinct order_id), round(sum(sales), 2), round(sum(profit), 2) from shop.{}"
    in_book, in_plain = (shop.query(sums.format(name))[0] for name in ("book", "plain"))
    assert [round(Decimal(value), 2) for value in in_book] == [5_009, Decimal("2297200.86"), Decimal("286397.02")]
    assert abs(Decimal(in_book[1]) - Decimal(in_plain[1])) <= 1


def test_another_sheet_of_the_old_workbook_is_taken_by_its_name(real_data: Path, shop: ShopHome) -> None:
    file = real_data / "superstore" / "Sample-Superstore.xls"
    shop.spec(
        "shop/returns",
        'description = "Returned orders"\nfiles = ["*.xls"]\nformat = "xls"\nsheet = "Returns"\nmode = "append"\n'
        '[columns]\nreturned = { type = "boolean", header = "Returned" }\n'
        'order_id = { type = "text", header = "Order ID" }\n',
    )
    shop.specs = [spec for spec in shop.specs if spec.export == "returns"]
    shutil.copyfile(file, shop.deliver("shop/returns.xls", b""))
    shop.load()
    assert shop.query("select count(distinct order_id), bool_and(returned) from shop.returns") == [(296, True)]


def test_each_recording_in_yaml_loads_by_its_unread_draft(real_data: Path, tmp_path: Path) -> None:
    files = sorted((real_data / "api_fixtures" / "easypost_cassettes").glob("*.yaml"))
    assert len(files) == 37
    home = ShopHome(tmp_path)
    for number, file in enumerate(files):
        home.spec(f"calls{number}/calls", draft_spec(file))
        shutil.copyfile(file, home.deliver(f"calls{number}/{file.name}", b""))
    told = home.load().deliveries
    assert {(one.status, one.rows_rejected, one.cells_failed) for one in told} == {("loaded", 0, 0)}
    interactions = sum(file.read_text("utf-8").count("\n- request:") for file in files)
    assert sum(one.rows_loaded for one in told) == interactions
