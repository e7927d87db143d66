"""The texts of records that were read but are not loaded, found by going through the file's records once more.

Belongs here: from a record's number (and a child's) to its text. Never: why it is not loaded.
"""

from collections.abc import Collection, Iterable
from contextlib import suppress
from typing import NamedTuple

from ingestion.readers.json_document import Found
from ingestion.readers.json_parse import NotJson, json_text
from ingestion.readers.json_paths import follow, way_of
from ingestion.readers.json_table import JsonLayout
from ingestion.readers.results import storable


class Place(NamedTuple):
    """Where a row comes from: its table, the record's number in the file, and which element of the child's array."""

    table: str
    record: int
    child: int = 0


def text_of(found: Found) -> str:
    """A record as it stands in the file; as JSON where the file holds no text of it, nothing where that is too deep."""
    with suppress(NotJson):
        return storable(found.raw or json_text(found.value))
    return ""


def texts_of(records: Iterable[Found], layout: JsonLayout, places: Collection[Place]) -> dict[Place, str]:
    """The text of each place: a record's as it stands in the file, a child's as JSON."""
    arrays = {child.name: way_of(child.path) for child in layout.children if child.path}
    wanted: dict[int, list[Place]] = {}
    for place in places:
        wanted.setdefault(place.record, []).append(place)
    texts = {}
    solid = (found for found in records if found.is_record)
    for number, found in enumerate(solid, start=1):
        for place in wanted.pop(number, ()):
            if not place.child:
                texts[place] = text_of(found)
            else:
                array = follow(found.value, arrays[place.table])
                texts[place] = storable(json_text(array[place.child - 1] if isinstance(array, list) else array))
        if not wanted:
            break
    return texts
