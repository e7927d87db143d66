"""Whose data a column holds, guessed from its header's words and the shapes of its cells.

Belongs here: weighing words against shapes; the words are in `personal_words.toml`, the shapes in `cell_shapes`. Never
here: types, files, or TOML. Of two guesses the stricter one holds: a person may take it back, a leak nobody can.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from ingestion.drafting.cell_shapes import (
    holds_names,
    holds_people_marks,
    holds_prose,
    is_mostly_postal,
    is_plain_web,
    looks_coded,
)

WORDS = Path(__file__).with_name("personal_words.toml")
STRICTNESS = {"none": 0, "quasi": 1, "direct": 2}
QUESTION_WORDS = 7  # a header with more words than these is a question: what its words mean is not the column's meaning
MANY_DIFFERENT = 0.5
GLUED_NUMBER = r"(?<=[a-z]{3})(id|nr|nummer|number|numero)$"  # Bestellnr, RESPONDENTID
CLOSED = 10  # fewer different texts, each standing there often, are a choice and no prose
IDS = {"id", "ids", "key", "gid", "uuid", "guid"}
STATES = {"state", "etat", "estado", "stato", "zustand"}
LESSER_ENDS = {"count", "domain", "type", "status", "rate", "language", "verified"}
NAME_WORDS = {"name", "names", "nom", "nombre", "nome", "naam"}


def guess_personal(name: str, kind: str, values: Sequence[str], filled: int) -> tuple[str, str]:
    """The word for a column and why, if that is not plain: `values` are its different texts, `filled` all its texts."""
    by_header = _of_header(name, kind, bool(values))
    if kind not in ("text", "json") or not values:
        return by_header, ""
    probe = values[:500]
    is_closed = len(values) < CLOSED and filled > len(values) * CLOSED
    by_cells, why = _of_cells(name, probe, by_header, is_closed)
    if STRICTNESS[by_cells] > STRICTNESS[by_header]:
        return by_cells, why
    if by_header == "none" and kind == "json" and not set(name.split("_")) & _words()["things"]["words"]:
        return "quasi", "what is nested in it was not looked at"
    if by_header == "none" and _is_uncertain(name, values, filled):
        return "quasi", "many different texts: could they lead to a person?"
    return by_header, ""


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, Any]]:
    lists = tomllib.loads(WORDS.read_text("utf-8"))
    return {room: {key: frozenset(words) for key, words in kinds.items()} for room, kinds in lists.items()}


def _of_header(name: str, kind: str, has_values: bool) -> str:
    parts = [part for part in re.sub(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])", "_", name).split("_") if part]
    squeezed = "".join(parts)
    if kind == "boolean" or not parts:
        return "none"
    if kind not in ("text", "json"):
        return _of_number(parts, squeezed, kind)
    if (not has_values and _is_measure(parts)) or parts[-1] in IDS:
        return _quasi(parts, squeezed)
    is_question = len(parts) > QUESTION_WORDS
    if _has_inside("direct", squeezed) and not (is_question and "specify" not in squeezed):
        return _of_direct(parts, squeezed)
    if is_question:
        return "quasi" if _has_inside("quasi", squeezed) else "none"
    return _of_words(parts, squeezed)


def _of_direct(parts: list[str], squeezed: str) -> str:
    """A header that speaks of mail, streets or prose: its last word may still say that it is about less."""
    said = _words()
    if parts[-1] in LESSER_ENDS or ("descri" in squeezed and set(parts) & said["things"]["words"]):
        return "none"
    is_place = parts[-1] in said["quasi"]["words"] or parts[-1] in ("latitude", "longitude")
    is_code_of_place = len(parts) > 1 and parts[-1] in ("code", "name") and parts[-2] in said["quasi"]["words"]
    return "quasi" if (is_place or is_code_of_place) and len(parts) > 1 else "direct"


def _of_words(parts: list[str], squeezed: str) -> str:
    """A text column's word by the words of its header."""
    said = _words()
    plain = set(parts)
    quasi = _quasi(parts, squeezed)
    is_thing = bool(plain & said["things"]["words"])
    spoken = plain & said["direct"]["words"] - (said["direct"]["last"] - set(parts[-2:]))
    if plain & said["direct"]["sure"] or parts[-2:] in (["to", "name"], ["from", "name"]):
        return "direct"
    speaks = spoken & said["direct"]["spoken"] and not plain & said["things"]["told"] and not _is_measure(parts)
    if spoken and (not is_thing or speaks):
        # The name of an order or of a city is no person's.
        is_anothers = spoken <= NAME_WORDS and plain & (said["records"]["words"] | said["quasi"]["words"])
        return "quasi" if is_anothers and not plain & said["people"]["words"] else "direct"
    return "none" if is_thing and quasi == "none" else quasi


def _of_number(parts: list[str], squeezed: str, kind: str) -> str:
    """Numbers and dates: seldom direct."""
    said = _words()
    if kind in ("date", "timestamp"):
        return "quasi" if any(word in squeezed for word in said["quasi"]["births"]) else "none"
    is_direct = any(word in squeezed for word in said["direct"]["numbers"])
    is_direct = is_direct or not said["direct"]["number_words"].isdisjoint(parts)
    if is_direct and kind == "integer" and not _is_measure(parts):
        return "none" if parts[-1] in IDS else "direct"
    return _quasi(parts, squeezed)


def _quasi(parts: list[str], squeezed: str) -> str:
    """Quasi where a word of the header says so, or it is the number of a person or of a person's record."""
    said = _words()
    plain = set(parts)
    if _has_inside("quasi", squeezed):
        return "none" if parts[-1] == "count" else "quasi"
    if _is_measure(parts):
        return "none"
    people, records = plain & said["people"]["words"], plain & said["records"]["words"]
    if records and parts[-1] in STATES:
        return "none"
    if plain & said["quasi"]["words"] or (parts[-1] in said["people"]["ends"] and len(parts) > 1):
        return "quasi"
    ids = said["records"]["ids"] | {"n"}
    if any(one in people | records and other in ids for one, other in pairwise(parts)):
        return "quasi"
    is_number = parts[-1] in said["records"]["ids"] or bool(re.search(GLUED_NUMBER, parts[-1]))
    is_alone = len(parts) <= 2 and parts[-1] in people | records
    if people and (is_number or is_alone or parts[-1] in ("code", "name") or plain & IDS):
        return "quasi"
    is_its_name = parts[-1] == "name" and len(parts) > 1 and parts[-2] in records
    if records and (is_number or is_alone or is_its_name):
        return "quasi"
    return "quasi" if is_number and not plain & said["things"]["words"] else "none"


def _is_measure(parts: list[str]) -> bool:
    """True for a count, a state, a date: its last word (or its first) says so."""
    things = _words()["things"]
    return len(parts) > 1 and (
        parts[-1] in things["ends"] or parts[0] in things["starts"] or parts[0] in things["ends"]
    )


def _has_inside(room: str, squeezed: str) -> bool:
    return any(word in squeezed for word in _words()[room]["inside"])


def _of_cells(name: str, probe: Sequence[str], by_header: str, is_closed: bool) -> tuple[str, str]:
    said = _words()
    parts = set(name.split("_"))
    if mark := holds_people_marks(probe):
        return "direct", f"cells look like {mark}"
    is_about_people = bool(parts & said["people"]["words"]) or name.split("_")[-1] in said["people"]["ends"]
    is_thing = bool(parts & said["things"]["words"])
    may_name = is_about_people or not (is_thing or by_header == "quasi")
    if may_name and holds_names(probe, is_about_people):
        return "direct", "cells look like people's names"
    words = name.split("_")
    is_open = words[-1] in said["people"]["words"] or (by_header == "none" and is_about_people and not is_thing)
    if is_open and len(words) <= QUESTION_WORDS and not _is_measure(words) and not looks_coded(probe):
        return "direct", "texts about people"
    if not is_closed and holds_prose(probe, is_thing):
        return "direct", "free text may name anybody"
    return ("quasi", "cells look like postal codes") if is_mostly_postal(probe) else ("none", "")


def _is_uncertain(name: str, values: Sequence[str], filled: int) -> bool:
    is_thing = bool(set(name.split("_")) & _words()["things"]["words"])
    if is_thing or len(values) < 20 or is_plain_web(values[:500]):
        return False
    return len(values) > filled * MANY_DIFFERENT
