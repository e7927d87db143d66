"""What a file's name says: which pattern it fits, how it is packed, which other name it corrects.

Belongs here: pure functions of a path's text. Never here: the time it tells (`path_dates`), or looking at the file
system.
"""

from __future__ import annotations

import re
from functools import lru_cache

COMPRESSIONS = (".gz", ".zst", ".zip")
SET = r"\[!?\]?[^\]/]*\]"  # as in a shell, a ] at its beginning is itself
PAGE_MARK = re.compile(r"(?i)[-_. ]+(page|part|seite|teil|p)?[-_. ]?[0-9]{1,3}")


def without_compression(name: str) -> str:
    """The name without one of the endings of compression."""
    return next((name[: -len(ending)] for ending in COMPRESSIONS if name.lower().endswith(ending)), name)


def is_bare_archive(name: str) -> bool:
    """True for a zip whose name does not say what is in it: `orders_export.zip`, as a mail brings it."""
    return name.lower().endswith(".zip") and "." not in name.rpartition("/")[2][: -len(".zip")]


@lru_cache(maxsize=4096)
def glob_pattern(glob: str) -> re.Pattern[str]:
    """A glob as an expression: `*` and `?` stay inside a folder, `**` crosses folders. ValueError where it is none."""
    parts = re.split(rf"(\*\*/|\*\*|\*|\?|{SET})", glob)
    words = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    if "[" in "".join(parts[::2]):
        raise ValueError("a [ without its ]")
    made = [words.get(part) or (_set(part) if re.fullmatch(SET, part) else re.escape(part)) for part in parts]
    try:
        return re.compile("".join(made), re.DOTALL)
    except re.error as error:
        raise ValueError(str(error)) from None


def _set(part: str) -> str:
    inner = part[1:-1].replace("\\", r"\\").replace("[", r"\[")
    return "[" + ("^" + inner[1:] if inner.startswith("!") else inner) + "]"


def stem_of(name: str) -> str:
    """The name without the endings of its format and its packing."""
    return re.sub(r"(?i)[.][a-z0-9]+([.](gz|zst|zip))?$", "", name)


def corrects(name: str, other: str) -> bool:
    """Whether a dump of the same export time replaces the other one by its name, and is no further page of it.

    The macro `dump_files` of dbt says the same.
    """
    former, rest = stem_of(other), stem_of(name).removeprefix(stem_of(other))
    is_later = stem_of(name).startswith(former) and not re.match("[0-9a-zA-Z]", rest)
    return is_later and name != other and not PAGE_MARK.fullmatch(rest)
