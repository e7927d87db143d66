"""Files as a person may find them in a folder, for drafts: odd encodings, titles and totals, workbooks, packed ones."""

import gzip
import io
import json
import random
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.builders.workbooks import KIND, MAIN, OFFICE, RELATIONS, text_cell

GERMAN = "Bestellnr;Kunde;E-Mail;Bestelldatum;Betrag;Anzahl\n" + "".join(
    f"{1000 + at};Jürgen Müller;k{at}@example.de;{1 + at % 28:02d}.{1 + at % 12:02d}.2024;1.{at + 100},50;{at % 7}\n"
    for at in range(40)
)
NESTED = (
    b'{"data": {"orders": [{"id": 1, "customer": {"email": "ann@example.com"}, "tags": ["a"], '
    b'"lines": [{"sku": "x", "qty": 1}, {"sku": "y", "qty": 2}]}, '
    b'{"id": 2, "customer": {"email": "bob@example.com"}, "tags": [], "lines": []}]}}'
)


def packed(content: bytes, suffix: str, members: int = 1) -> bytes:
    """Bytes as .gz or .zip, the same in every process."""
    if suffix == ".gz":
        return gzip.compress(content, mtime=0)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for at in range(members):
            archive.writestr(zipfile.ZipInfo(f"member_{at}.csv"), content)
    return target.getvalue()


def blank_parted(rows: int = 60, header: str = "") -> str:
    """Lines whose cells runs of blanks part, as old statistics packages write them."""
    lines = [f" {at:05d} 199701{1 + at % 28:02d}  {1 + at % 3}   {at % 90}.{at % 10}0" for at in range(rows)]
    return "\n".join([header, *lines] if header else lines) + "\n"


def huge_csv(path: Path, size: int = 5 << 30) -> Path:
    """A table whose first megabytes are rows and whose size is enormous; it takes no room on the disk."""
    rows = "".join(f"{at},ann{at}@example.com,2024-01-{1 + at % 28:02d},{at % 100}.50\n" for at in range(200_000))
    path.write_text("id,email,placed,total\n" + rows * 5)
    with path.open("r+b") as file:
        file.truncate(size)
    return path


def workbook_of_sheets(path: Path, sheets: dict[str, list[list[str]]]) -> Path:
    """A workbook with several sheets of text cells."""
    places = {name: f"worksheets/s{at}.xml" for at, name in enumerate(sheets)}
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", _types(list(places.values())))
        root = f'<Relationship Id="r" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        archive.writestr("_rels/.rels", RELATIONS.format(root))
        listed = "".join(f'<sheet name="{name}" sheetId="{at}" r:id="r{at}"/>' for at, name in enumerate(places, 1))
        book = f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>'
        archive.writestr("xl/workbook.xml", book)
        links = "".join(
            f'<Relationship Id="r{at}" Type="{OFFICE}/worksheet" Target="{place}"/>'
            for at, place in enumerate(places.values(), 1)
        )
        archive.writestr("xl/_rels/workbook.xml.rels", RELATIONS.format(links))
        for name, place in places.items():
            rows = "".join("<row>" + "".join(map(text_cell, row)) + "</row>" for row in sheets[name])
            sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
            archive.writestr(f"xl/{place}", sheet)
    return path


def _types(places: list[str]) -> str:
    parts = "".join(f'<Override PartName="/xl/{at}" ContentType="{KIND}.worksheet+xml"/>' for at in places)
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>{parts}</Types>'
    )


def nested_parquet(path: Path) -> Path:
    """Parquet with a struct and an array of structs."""
    lines = [[{"sku": "x", "qty": 1}], [], [{"sku": "y", "qty": 2}]]
    people = [{"email": f"p{at}@example.com", "zip": f"1234{at}"} for at in range(3)]
    moments = [datetime(2024, 1, 1) + timedelta(hours=at) for at in range(3)]
    pq.write_table(pa.table({"id": [1, 2, 3], "person": people, "lines": lines, "placed_at": moments}), path)
    return path


def bulk_lines(says_kinds: bool = True) -> str:
    """Orders, their lines and a draft order, as a bulk operation writes them."""
    begin = "gid://shop/" if says_kinds else ""
    orders = [
        {"id": f"{begin}Order/{at}", "updatedAt": f"2026-03-0{at}T10:00:00Z", "total": "1.50"} for at in range(1, 4)
    ]
    lines = [
        {"id": f"{begin}LineItem/{at}", "mail": f"p{at}@example.com", "__parentId": f"{begin}Order/{at}"}
        for at in (1, 2)
    ]
    return "".join(json.dumps(line) + "\n" for line in [*orders, *lines, {"id": f"{begin}DraftOrder/1", "note": "x"}])


def column(kind: str, count: int = 60, seed: int = 7) -> list[str]:
    """Cells of one kind of personal data."""
    rng = random.Random(seed)
    first, last = (
        ("Ann", "Bob", "Maria", "Hans", "Giulia", "Pierre", "Lotte"),
        ("Smith", "Müller", "Rossi", "O'Brien", "Kowalski"),
    )
    makers = {
        "names": lambda: f"{rng.choice(first)} {rng.choice(last)}",
        "emails": lambda: f"p{rng.randrange(10**6)}@example.com",
        "phones": lambda: f"+49 30 {rng.randrange(10**6, 10**7)}",
        "streets": lambda: f"{rng.choice(('Haupt', 'Garten', 'Bahnhof'))}straße {rng.randrange(1, 200)}",
        "english streets": lambda: f"{rng.randrange(1, 900)} {rng.choice(('Oak', 'Elm'))} Street",
        "ips": lambda: f"192.0.2.{rng.randrange(255)}",
        "ibans": lambda: "DE89370400440532013000",
        "british codes": lambda: f"SW{rng.randrange(1, 9)}A {rng.randrange(1, 9)}AA",
        "prose": lambda: f"The parcel number {rng.randrange(10**6)} came late and nobody answered me for days",
        "hashes": lambda: f"{rng.getrandbits(128):032x}",
        "objects": lambda: f'{{"a": {rng.randrange(9)}}}',
        "colours": lambda: rng.choice(("red", "green", "blue")),
        "classes": lambda: rng.choice(("Second Class", "First Class", "Same Day")),
        "pictures": lambda: f"https://cdn.example.com/p/{rng.randrange(10**6)}@2x.jpg",
    }
    return [makers[kind]() for _ in range(count)]
