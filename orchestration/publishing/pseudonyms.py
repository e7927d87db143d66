"""People as keyed pseudonyms: the first 128 bits of HMAC-SHA-256, with the key outside every database.

Belongs here: where the key comes from, and the SQL that turns values into pseudonyms.
Never here: which columns are pseudonyms (the models' YAML says it).
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

import duckdb

from ingestion.durable_files import write_whole
from orchestration.errors import SettingsWrong

_BLOCK = 64
_SHORTEST_KEY = 16
_DIGITS = 32


def pseudonym_key(key_file: Path) -> bytes:
    """The key of CX_PSEUDONYM_KEY, else of the home's key file, which the first night makes."""
    text = os.environ.get("CX_PSEUDONYM_KEY", "").strip()
    if not text and not key_file.exists():
        write_whole(key_file, secrets.token_hex(32) + "\n", mode=0o600)
    if not text:
        _require_private(key_file)
        text = key_file.read_text(encoding="utf-8").strip()
    if len(text) < _SHORTEST_KEY:
        raise SettingsWrong(
            f"the pseudonym key has fewer than {_SHORTEST_KEY} characters",
            f"Put a longer secret into CX_PSEUDONYM_KEY or {key_file} (delete the file to have one made).",
        )
    return text.encode()


def _require_private(key_file: Path) -> None:
    if key_file.stat().st_mode & 0o077:
        raise SettingsWrong(f"{key_file} can be read by other users", f"Run: chmod 600 {key_file}")


def key_mark(key: bytes) -> str:
    """A short mark that tells two keys apart and gives neither away."""
    return hmac.new(key, b"cx-warehouse key mark", hashlib.sha256).hexdigest()[:12]


def give_key(connection: duckdb.DuckDBPyConnection, key: bytes) -> None:
    """Hand the key to one connection as bound values, so that no SQL text and no error message holds it."""
    block = (hashlib.sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
    connection.execute("set variable inner_pad = ?", [bytes(byte ^ 0x36 for byte in block)])
    connection.execute("set variable outer_pad = ?", [bytes(byte ^ 0x5C for byte in block)])


def pseudonym_sql(expression: str) -> str:
    """HMAC-SHA-256 of an expression, its first 32 hex digits; a null stays null. Needs `give_key` on the connection.

    RFC 2104, 5: a truncated HMAC of at least half its bits is as good a key, and 128 bits never meet by chance.
    """
    inner = f"sha256(getvariable('inner_pad')::blob || encode({expression}::varchar))"
    return f"left(sha256(getvariable('outer_pad')::blob || unhex({inner})), {_DIGITS})"


def remember_pseudonyms(connection: duckdb.DuckDBPyConnection, columns: Iterable[tuple[str, str]]) -> None:
    """Reckon each pseudonym of these (relation, quoted column) once: a person stands in many rows of many marts.

    They stay in a temporary table of this connection. Needs `give_key`.
    """
    values = [f"select {column}::varchar as person from {relation}" for relation, column in columns]
    everybody = " union ".join(values) or "select null::varchar as person"
    connection.execute(
        f"create temp table pseudonyms as select person, {pseudonym_sql('person')} as pseudonym"
        f" from ({everybody}) where person is not null"
    )


def pseudonym_of(expression: str, alias: str) -> tuple[str, str]:
    """The remembered pseudonym of an expression, and the join that looks it up; a null stays null."""
    return f"{alias}.pseudonym", f"left join temp.pseudonyms as {alias} on {alias}.person = {expression}::varchar"
