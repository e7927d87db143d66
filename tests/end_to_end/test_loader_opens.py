"""Whatever names, links and archives say, the loader opens no file of others: the kernel's own list is the witness."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders.faulty_runs import PROGRAM, PROJECT, has_strace
from tests.builders.hostile_files import zipped
from tests.builders.shop_home import ORDER_ROWS, ShopHome, orders_csv

pytestmark = pytest.mark.skipif(not has_strace(), reason="needs strace and the right to trace (apt install strace)")


def opened_paths(shop: ShopHome, log: Path) -> list[str]:
    """Every path that a load in a worker of its own opened, links followed."""
    command = ["strace", "-f", "-qq", "-y", "-o", str(log), "-e", "trace=open,openat,creat,execve", sys.executable]
    environment = os.environ | {"PYTHONPATH": str(PROJECT)}
    subprocess.run(
        [*command, "-c", PROGRAM, str(shop.home.root), "child", "load"], env=environment, check=True, timeout=120
    )
    # the last path of a line is what was really opened: `openat(...) = 3</real/path>`
    return re.findall(r"(?:open|openat|creat)\(.*= \d+<([^>]*)>", log.read_text(errors="replace"))


@pytest.mark.slow
def test_nothing_outside_the_exports_folder_is_opened(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_text(orders_csv(ORDER_ROWS[0]))
    shop = ShopHome(tmp_path / "home")
    shop.spec(rules="error_budget = 0.5")
    folder = shop.deliver("shop/orders_good.csv", orders_csv()).parent
    (folder / "orders_link.csv").symlink_to(outside / "secret.csv")
    (folder / "orders_hop.csv").symlink_to(folder / "orders_link.csv")
    (folder / "linked").symlink_to(outside, target_is_directory=True)
    (shop.home.exports / "other").symlink_to(outside, target_is_directory=True)
    member = {"../../../outside/secret.csv": orders_csv("8,zipped,1,2026-01-01").encode()}
    shop.deliver("shop/orders_climb.csv.zip", zipped(member))
    shop.deliver("shop/orders_..%2f..%2foutside%2fsecret.csv", orders_csv("9,name,1,2026-01-01"))
    opened = opened_paths(shop, tmp_path / "calls")
    assert str(folder / "orders_good.csv") in opened
    assert [path for path in opened if path.startswith(str(outside))] == []
    assert shop.query("select email from shop.orders where id >= 8 order by id") == [("zipped",), ("name",)]
    assert shop.query("select count(*) from meta.loads where reason = 'symbolic_link'") == [(4,)]
    known = (
        str(shop.home.root),
        str(PROJECT),
        sys.prefix,
        sys.base_prefix,
        "/usr",
        "/etc",
        "/proc",
        "/sys",
        "/dev",
        "/lib",
    )
    inside_tmp = [path for path in opened if path.startswith(str(tmp_path)) and not path.startswith(known)]
    assert inside_tmp == []
