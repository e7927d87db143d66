"""Keys that an object of a JSON record holds twice: the last counts, and what the others held is told.

Belongs here: finding them, and what they held. Never: what becomes of it, records, tables.

Almost no record has one, so the proof that none does must cost next to nothing: of many records together, as many
colons stand behind a key as the values have members.
"""

import json
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np
import orjson

from ingestion.readers.json_document import Found
from ingestion.readers.json_parse import Json, NotJson, NumberText, cell_text, json_text

PROVED_TOGETHER = 128
COLON, BRACKET = ord(":"), ord("{")
WHOLE = "."  # the path of a record itself
BEFORE_A_COLON = frozenset(b'" \t\r\n')
# What a text may hold in its escaped form only, and what has no such form where it is written again.
HIDDEN_MARKS = re.compile(rb"\\u00(?:2[02]|3[aA])")
Pairs = list[tuple[str, Json]]


class Twice(NamedTuple):
    """One value that another of the same key stands behind: the record's number, the key's dotted path, its text."""

    record: int
    path: str
    text: str | None


class KeyWatch:
    """Looks at the records of one file as they go by."""

    def __init__(self) -> None:
        self.found: list[Twice] = []
        self._number = 0

    def over(self, records: Iterator[Found]) -> Iterator[Found]:
        """The same records, each looked at before it is given."""
        while some := list(islice(records, PROVED_TOGETHER)):
            self._look(some)
            yield from some

    def _look(self, records: Sequence[Found]) -> None:
        records = [each for each in records if each.is_record]
        whole = [each for each in records if not each.problem]
        if whole and not _all_differ([each.value for each in whole], "".join([each.raw for each in whole]).encode()):
            for number, each in enumerate(records, self._number + 1):
                if not each.problem:
                    self.found += [Twice(number, path, text) for path, text in overruled(each.raw)]
        self._number += len(records)


def _all_differ(values: Sequence[Json], text: bytes) -> bool:
    """True where the keys of each object are proved to differ."""
    members, objects = _members(text)
    is_flat = objects == len(values) and set(map(type, values)) == {dict}
    if is_flat and members == sum(map(len, values)):
        return True
    try:
        return _members(orjson.dumps(values)) == (members, objects) and not HIDDEN_MARKS.search(text)
    except TypeError:  # nested too deep to be written
        return False


def _members(text: bytes) -> tuple[int, int]:
    """Colons that may stand behind a key, and brackets that may open an object; those within texts are counted too."""
    characters = np.frombuffer(text, np.uint8)
    before = characters[np.flatnonzero(characters == COLON) - 1]
    colons = sum(int(np.count_nonzero(before == mark)) for mark in BEFORE_A_COLON)
    return colons, int(np.count_nonzero(characters == BRACKET))


def overruled(text: str) -> list[tuple[str, str | None]]:
    """The dotted path and the text of each value that another one of its key stands behind, equal ones left out."""
    lost: dict[int, Pairs] = {}  # by the object's identity, which lasts as long as the object: it is kept below
    objects: list[Json] = []

    def made(pairs: Pairs) -> Json:
        value = dict(pairs)
        if len(value) < len(pairs):
            objects.append(value)
            lost[id(value)] = pairs
        return value

    decoder = json.JSONDecoder(parse_float=NumberText, parse_int=NumberText, object_pairs_hook=made)
    try:
        whole = decoder.decode(text)
        return list(_told(whole, "", lost)) if lost else []
    except (NotJson, RecursionError):  # too deep to be written
        return [(WHOLE, None)]


def _told(value: Json, path: str, lost: dict[int, Pairs]) -> Iterator[tuple[str, str | None]]:
    if isinstance(value, list):
        for each in value:
            yield from _told(each, path, lost)
    elif isinstance(value, dict):
        for key, each in lost.get(id(value), value.items()):
            inner = f"{path}.{key}" if path else key
            if each is not value[key] and json_text(each) != json_text(value[key]):
                yield inner, cell_text(each)
            yield from _told(each, inner, lost)
