"""What no column's word foretells: somebody's address inside a text that is published."""

from __future__ import annotations

from pathlib import Path

import duckdb

from orchestration.publishing.marts import Mart, MartColumn
from orchestration.publishing.publish import publish
from tests.builders.warehouse import KEY, stamp


def test_addresses_and_numbers_inside_published_texts_are_masked_and_counted(tmp_path: Path) -> None:
    told = {
        "Mug engraved kim@secret.example +4917612345678": "Mug engraved [e-mail] [phone]",
        "<kim.rau+tag@secret.co.uk>, +49 (0)176 / 1234-567": "<[e-mail]>, [phone]",
        "for kim@secret.example": "for [e-mail]",
        "+4917612345678": "[phone]",
        (harmless := "size M+ 12, 1+4000000000, C++, @shop, a@b, 4006381333931"): harmless,
    }
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.lines (title varchar, sku varchar, code varchar)")
        connection.executemany("insert into marts.lines values (?, 'x', null)", [(text,) for text in told])
    columns = tuple(MartColumn(name, "Text.", is_pseudonym=False) for name in ("title", "sku", "code"))
    night = publish(
        tmp_path / "warehouse.duckdb", tmp_path / "published", [Mart("lines", "", columns, ())], KEY, stamp()
    )
    with duckdb.connect(str(night.path), read_only=True) as connection:
        titles = connection.execute("select title from lines").fetchall()
    assert sorted(titles) == sorted((text,) for text in told.values())
    assert night.masked == {"lines.title": 4}
    stored = b"".join(file.read_bytes() for file in (tmp_path / "published").rglob("*") if file.is_file())
    assert b"secret" not in stored
