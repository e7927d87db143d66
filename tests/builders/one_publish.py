"""Publishes once, to be killed or starved by tests: `python -m tests.builders.one_publish FOLDER VERSION`."""

import sys
from pathlib import Path

from orchestration.publishing.publish import publish
from tests.builders.warehouse import CUSTOMERS, KEY, ORDERS, stamp

if __name__ == "__main__":
    folder, version = Path(sys.argv[1]), int(sys.argv[2])
    publish(folder / f"v{version}" / "warehouse.duckdb", folder / "published", [CUSTOMERS, ORDERS], KEY, stamp(version))
