"""Where the records stand in a document: a bare array, an array in an envelope or two, or the document itself.

Belongs here: telling envelopes from records. Never here: what a record holds (`records`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ingestion.readers.json_parse import Json

WHOLE = "."  # the path of an element that is no object
CONTAINERS = frozenset({"_embedded", "body", "data", "payload", "response", "result", "results"})
ENVELOPE_KEYS = CONTAINERS | {
    "_links", "code", "error", "errors", "extensions", "included", "links", "message", "meta", "metadata", "ok", "page",
    "pagination", "paging", "status", "success",
}  # fmt: skip
PAGING = re.compile(
    r"(?i)(_?(next|prev|previous|first|last|self|total|count|has|end|start|per|page|limit|offset|cursor|size|url"
    r"|token|more|info|number|results|records|items|pages|version|timestamp|request|id|time|at|generated|exported))+"
)
RECORDS_OWN = ("id", "created_at")
CUT_ARRAY = re.compile(r'"((?:[^"\\]|\\.)+)"\s*:\s*\[\s*(?=\{)')
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:]')


def records_in(document: Any) -> tuple[list[dict[str, Json]], str]:
    """The records and their place: a bare array, an envelope's longest array, or the object itself."""
    if isinstance(document, list):
        return [item if isinstance(item, dict) else {WHOLE: item} for item in document], ""
    if not isinstance(document, dict):
        return [{WHOLE: document}], ""
    arrays = {
        key: value
        for key, value in document.items()
        if isinstance(value, list) and value and isinstance(value[0], dict)
    }
    if arrays and not any(key in document for key in RECORDS_OWN) and len(document) <= len(arrays) + 8:
        place = max(arrays, key=lambda key: len(arrays[key]))
        return [item for item in arrays[place] if isinstance(item, dict)], place
    for key in _envelopes(document):
        deeper, place = records_in(document[key])
        if place:
            return deeper, f"{key}.{place}"
    return [document], ""


def _envelopes(document: Mapping[str, Any]) -> list[str]:
    """The keys that records may stand behind: of an object that holds besides only what is said about a page."""
    inner = [key for key, value in document.items() if isinstance(value, dict)]
    if len(document) == 1 or document.keys() <= ENVELOPE_KEYS:
        return inner
    if any(key in document for key in RECORDS_OWN):
        return []
    is_page = all(
        key in ENVELOPE_KEYS or value is None or (not isinstance(value, list) and PAGING.fullmatch(key[:60]))
        for key, value in document.items()
    )
    return [key for key in inner if key in CONTAINERS] if is_page else []


def first_array(text: str) -> tuple[str, int] | None:
    """The place of the first array of objects in a document that is cut, and where its first element begins."""
    if text.lstrip()[:1] == "[":
        return "", text.index("[") + 1
    found = CUT_ARRAY.search(text)
    return (".".join([*_keys_above(text[: found.start()]), found[1]]), found.end()) if found else None


def _keys_above(text: str) -> list[str]:
    """The keys of the objects that are open at the end of the text."""
    above: list[str] = []
    word = key = ""
    for sign in TOKEN.findall(text):
        if sign in ("{", "["):
            above.append(key)
            key = ""
        elif sign in ("}", "]"):
            above = above[:-1]
        elif sign == ":":
            key = word[1:-1]
        else:
            word = sign
    return [key for key in above if key]
