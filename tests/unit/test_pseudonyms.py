"""People leave the warehouse as keyed pseudonyms only."""

import hashlib
import hmac
from pathlib import Path

import duckdb
import pytest

from orchestration.errors import SettingsWrong
from orchestration.publishing.pseudonyms import give_key, key_mark, pseudonym_key, pseudonym_sql


@pytest.mark.parametrize("key", [b"short key of a shop", b"x" * 64, b"a key longer than one block " * 4])
@pytest.mark.parametrize("value", ["", "c1", "Zoë ✓", "a'b", "x" * 500])
def test_the_sql_pseudonym_equals_pythons_hmac(key: bytes, value: str) -> None:
    connection = duckdb.connect()
    give_key(connection, key)
    found = connection.execute(f"select {pseudonym_sql('v')} from (select ? as v)", [value]).fetchall()[0][0]
    assert found == hmac.new(key, value.encode(), hashlib.sha256).hexdigest()[:32]


def test_a_null_stays_null() -> None:
    connection = duckdb.connect()
    give_key(connection, b"short key of a shop")
    assert connection.execute(f"select {pseudonym_sql('null')}").fetchall() == [(None,)]


def test_the_first_night_makes_a_private_key_and_later_nights_keep_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CX_PSEUDONYM_KEY", raising=False)
    file = tmp_path / "pseudonym.key"
    key = pseudonym_key(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert pseudonym_key(file) == key and len(key) == 64


def test_the_environments_key_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CX_PSEUDONYM_KEY", "from the environment")
    assert pseudonym_key(tmp_path / "pseudonym.key") == b"from the environment"
    assert not (tmp_path / "pseudonym.key").exists()


def test_a_key_that_others_can_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CX_PSEUDONYM_KEY", raising=False)
    file = tmp_path / "pseudonym.key"
    pseudonym_key(file)
    file.chmod(0o644)
    with pytest.raises(SettingsWrong, match="other users") as raised:
        pseudonym_key(file)
    assert "chmod 600" in raised.value.hint


def test_a_short_key_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CX_PSEUDONYM_KEY", "hunter2")
    with pytest.raises(SettingsWrong, match="fewer than 16"):
        pseudonym_key(tmp_path / "pseudonym.key")


def test_the_mark_tells_keys_apart_and_holds_no_key() -> None:
    assert key_mark(b"one") != key_mark(b"two")
    assert len(key_mark(b"one")) == 12
