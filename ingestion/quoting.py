"""The one place where names and texts become SQL.

Belongs here: quoting. Never here: any statement. Whatever comes from a file, a folder or a spec gets into SQL through
these functions or as a bound value, and in no other way.
"""

from __future__ import annotations

from collections.abc import Iterable


def identifier(name: str) -> str:
    """A name as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def qualified(*names: str) -> str:
    """A dotted name, each part quoted on its own."""
    return ".".join(identifier(name) for name in names)


def literal(text: str) -> str:
    """A text as an SQL string literal. NUL cannot stand in one, so it is spliced in by chr(0)."""
    return (
        "(" + " || chr(0) || ".join(_plain(part) for part in text.split("\0")) + ")" if "\0" in text else _plain(text)
    )


def literals(texts: Iterable[str]) -> str:
    """Several texts as a comma list of literals, for `in (...)`."""
    return ", ".join(literal(text) for text in texts)


def _plain(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
