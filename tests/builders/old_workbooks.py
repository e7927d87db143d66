"""Old workbooks (.xls): BIFF8 records in a compound file, written record by record. Asserts nothing."""

from __future__ import annotations

import struct
from collections.abc import Sequence

SECTOR = 512
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
SMALLEST = 4096  # a shorter stream would lie among the small ones
ERRORS = {"#DIV/0!": 7, "#N/A": 42}
Value = str | float | bool | None | tuple[float, str]  # a number with a format of its own
Rows = Sequence[Sequence[Value]]


def old_workbook(sheets: dict[str, Rows], *, is_1904: bool = False, before_sheets: bytes = b"") -> bytes:
    """The bytes of a workbook. A text that is an error's name becomes that error."""
    cells = [cell for rows in sheets.values() for row in rows for cell in row]
    formats = list(dict.fromkeys(cell[1] for cell in cells if isinstance(cell, tuple)))
    streams = [_sheet(rows, formats) for rows in sheets.values()]
    start = len(_globals(list(sheets), [0] * len(sheets), formats, is_1904, before_sheets))
    places = [start + sum(map(len, streams[:at])) for at in range(len(streams))]
    return compound({"Workbook": _globals(list(sheets), places, formats, is_1904, before_sheets) + b"".join(streams)})


def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file of these streams (each padded to a size that needs no small sectors)."""
    padded = {
        name: data.ljust(max(SMALLEST, -(-len(data) // SECTOR) * SECTOR), b"\0") for name, data in streams.items()
    }
    table, body, entries = [FAT, END], b"", [_entry("Root Entry", 5, END, 0)]
    for name, data in padded.items():
        first, count = len(table), len(data) // SECTOR
        table += [*range(first + 1, first + count), END]
        entries.append(_entry(name, 2, first, len(data)))
        body += data
    fats = -(-(len(table)) // (SECTOR // 4 - 1))  # each sector of the table is told in the table, too
    shift = fats - 1
    moved = [FAT] * fats + [entry + shift if entry < FAT else entry for entry in table[1:]]
    fat = b"".join(struct.pack("<I", entry) for entry in moved).ljust(fats * SECTOR, b"\xff")
    head = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6,
        0, fats, fats, 0, SMALLEST, END, 0, END, 0,
    )  # fmt: skip
    head += b"".join(struct.pack("<I", at if at < fats else FREE) for at in range(109))
    moved_entries = [_moved(entry, shift) for entry in entries]
    return head + fat + b"".join(moved_entries).ljust(SECTOR, b"\0") + body


def record(kind: int, data: bytes = b"") -> bytes:
    """One BIFF record."""
    return struct.pack("<HH", kind, len(data)) + data


def _globals(names: list[str], places: list[int], formats: list[str], is_1904: bool, extra: bytes) -> bytes:
    parts = [record(0x0809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0)), extra]
    parts += [record(0x0022, struct.pack("<H", is_1904))]
    parts += [record(0x041E, struct.pack("<H", 164 + at) + _text(style)) for at, style in enumerate(formats)]
    keys = [0, *(164 + at for at in range(len(formats)))]
    parts += [record(0x00E0, struct.pack("<HHH14x", 0, key, 0)) for key in keys]
    parts += [
        record(0x0085, struct.pack("<IHBB", place, 0, len(name), 1) + name.encode("utf-16-le"))
        for name, place in zip(names, places, strict=True)
    ]
    return b"".join(parts) + record(0x000A)


def _sheet(rows: Rows, formats: list[str]) -> bytes:
    filled = [(at, place, cell) for at, row in enumerate(rows) for place, cell in enumerate(row) if cell is not None]
    cells = [_cell(at, place, cell, formats) for at, place, cell in filled]
    return record(0x0809, struct.pack("<HHHHII", 0x600, 16, 0, 0, 0, 0)) + b"".join(cells) + record(0x000A)


def _cell(row: int, column: int, value: Value, formats: list[str]) -> bytes:
    style = formats.index(value[1]) + 1 if isinstance(value, tuple) else 0
    head = struct.pack("<HHH", row, column, style)
    if isinstance(value, tuple):
        value = value[0]
    if isinstance(value, bool):
        return record(0x0205, head + struct.pack("<BB", value, 0))
    if isinstance(value, str) and value in ERRORS:
        return record(0x0205, head + struct.pack("<BB", ERRORS[value], 1))
    if isinstance(value, str):
        return record(0x0204, head + _text(value))
    return record(0x0203, head + struct.pack("<d", value))


def _text(text: str) -> bytes:
    data = text.encode("utf-16-le")
    return struct.pack("<HB", len(data) // 2, 1) + data


def _entry(name: str, kind: int, first: int, size: int) -> bytes:
    wide = name.encode("utf-16-le") + b"\0\0"
    child = 1 if kind == 5 else FREE
    return struct.pack("<64sHBBIII36xIII", wide, len(wide), kind, 1, FREE, FREE, child, first, size, 0)


def _moved(entry: bytes, shift: int) -> bytes:
    first = struct.unpack_from("<I", entry, 116)[0]
    return entry[:116] + struct.pack("<I", first + shift if first < FAT else first) + entry[120:]
