"""Names of ours for what others call otherwise: a header, a path, a folder.

Belongs here: small letters, digits and _, from any text. Never here: what a name means.
"""

from __future__ import annotations

import re
import unicodedata

from ingestion.specs.column_mistakes import ROW_NUMBER
from ingestion.specs.files import RESERVED_SOURCES, source_mistake

LETTERS = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae", "œ": "oe", "đ": "d", "’": " "})


def in_plain_letters(text: str) -> str:
    """Small letters of ASCII, words that begin with a capital parted by _."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", text.translate(LETTERS))
    return unicodedata.normalize("NFKD", parted).encode("ascii", "ignore").decode().lower()


def our_name(original: str) -> str:
    """A header or path as a name of ours."""
    if original == ".":
        return "value"
    bare = original.removeprefix("node.").removesuffix(".edges")  # words of GraphQL, not of the shop
    name = re.sub(r"[^a-z0-9]+", "_", in_plain_letters(bare)).strip("_")[:55].strip("_")
    name = "row_id" if name == ROW_NUMBER else name
    return name if name[:1].isalpha() else f"c_{name}" if name else "unnamed"


def source_name(folder: str) -> str:
    """What a source may be called whose folder is called so: the same, where nothing speaks against it."""
    if source_mistake(folder) is None:
        return folder
    name = our_name(folder)
    return f"{name}_files" if name in RESERVED_SOURCES else name
