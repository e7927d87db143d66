"""A night that went well with something people must notice says so in its summary and by an alert, once a night."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pytest
import typer

from ingestion.home import Home
from orchestration.cli import night as night_command
from orchestration.nights import night
from orchestration.nights.attention import alert_of_night
from orchestration.nights.night_report import NightReport
from tests.builders.receivers import mail_server, webhook
from tests.builders.tiny_project import DUPLICATES, write_facts, write_tiny_project

_SPEC = """
files = ["orders*.csv"]
format = "csv"
mode = "append"
cadence = "daily"
columns = { id = { type = "integer" } }
"""
_KEYED_SPEC = _SPEC.replace('mode = "append"', 'mode = "upsert"\nkey = ["id"]')
_CLOCK = datetime(2026, 3, 15, 2, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A home with one good, fresh file, in which the command `cx night` runs over the tiny project."""
    shop = Home.at(tmp_path / "home")
    write_tiny_project(tmp_path / "project")
    (shop.sources / "stall").mkdir(parents=True)
    (shop.sources / "stall" / "orders.toml").write_text(_SPEC)
    for name in [name for name in os.environ if name.startswith("CX_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CX_HOME", str(shop.root))
    monkeypatch.setenv("CX_SETTLE_SECONDS", "0")
    _deliver(shop, "orders_1.csv", "id\n1\n")
    plan = night.NightPlan(date(2026, 3, 14), dbt_project=tmp_path / "project")
    run = night.run_night
    monkeypatch.setattr(night, "run_night", lambda home, _plan, **asked: run(home, plan, clock=lambda: _CLOCK, **asked))
    mask = os.umask(0o077)
    yield shop
    os.umask(mask)


def _deliver(shop: Home, name: str, text: str, came: datetime = _CLOCK) -> None:
    file = shop.exports / "stall" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    os.utime(file, (came.timestamp(), came.timestamp()))


def _cx_night() -> int:
    """The command in this process; its exit code."""
    with pytest.raises(typer.Exit) as ended:
        partial(night_command.command, as_of=None, rebuild=False, full_refresh=False, quiet=True, json=False)()
    return ended.value.exit_code


def _alarms(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    with webhook() as (address, bodies):
        monkeypatch.setenv("CX_ALERT_WEBHOOK", address)
        assert _cx_night() == 0
    return [json.loads(body) for body in bodies]


def test_a_night_in_which_all_is_well_raises_no_alarm_and_says_where_things_are(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in ("published", "nothing new"):
        assert _alarms(monkeypatch) == []
        told = capsys.readouterr().out.splitlines()
        assert told[-2] == f"Published file: {home.published_db}"
        assert told[-1].startswith(f"Summary: {home.root / 'nights'}") and told[-1].endswith("summary.txt")


def test_a_night_without_a_file_says_where_to_put_some(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    (home.exports / "stall" / "orders_1.csv").unlink()
    assert _cx_night() == 11 and not home.published_db.exists()
    assert f"there is no export file in {home.exports}: put some into" in capsys.readouterr().out


def test_a_night_that_could_load_no_file_says_how_to_see_why(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    _deliver(home, "orders_1.csv", "no_such_column\n1\n")
    _deliver(home, "holidays.txt", "x")
    assert _cx_night() == 11 and not home.published_db.exists()
    told = capsys.readouterr().out
    assert "STOPPED; nothing is published yet" in told and "was ever loaded, so there is nothing to publish" in told
    assert "not one of the 2 files" in told and "orders_1.csv: refused" in told and "holidays.txt: unclaimed" in told


def test_a_published_night_with_a_refused_file_tells_webhook_and_e_mail(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    _deliver(home, "orders_2.csv", "no_such_column\n1\n")
    with mail_server() as (place, messages):
        monkeypatch.setenv("CX_ALERT_SMTP", place)
        monkeypatch.setenv("CX_ALERT_FROM", "night@shop.example")
        monkeypatch.setenv("CX_ALERT_TO", "ops@shop.example")
        (alert,) = _alarms(monkeypatch)
    assert home.published_db.exists()
    assert (
        "the night is published, 1 to look at" in alert["title"]
        and "What could be loaded is published" in alert["text"]
    )
    assert "stall/orders_2.csv: refused, missing_column" in alert["text"]
    assert len(messages) == 1 and "stall/orders_2.csv: refused" in messages[0].replace("=\r\n", "")
    # It stands until somebody fixes it or takes it away, and so does the alert.
    assert len(_alarms(monkeypatch)) == 1
    (home.exports / "stall" / "orders_2.csv").unlink()
    assert _alarms(monkeypatch) == []


def test_an_export_that_stays_away_is_told(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _deliver(home, "orders_1.csv", "id\n1\n", datetime(2026, 3, 12, 9, tzinfo=UTC))
    (alert,) = _alarms(monkeypatch)
    assert "stall.orders: not is_fresh: the newest file is of 2026-03-12 09:00 UTC" in alert["text"]
    assert "Exports needing attention:\n  stall.orders: not is_fresh" in capsys.readouterr().out


@pytest.mark.parametrize(("files", "is_sample"), [(["stall/orders_1.csv"], True), (["other.csv"], False)])
def test_a_sample_shops_exports_that_end_are_told_as_meant(
    home: Home, capsys: pytest.CaptureFixture[str], files: list[str], is_sample: bool
) -> None:
    home.sample_truth.write_text(json.dumps({"files": files}))
    _deliver(home, "orders_1.csv", "id\n1\n", datetime(2026, 3, 12, 9, tzinfo=UTC))
    assert _cx_night() == 0
    told = capsys.readouterr().out.partition("Exports needing attention:\n")[2]
    assert told.lstrip().startswith("This is the sample shop") == is_sample
    assert "stall.orders: not is_fresh" in told


def test_a_mistake_in_a_spec_is_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    (home.sources / "stall" / "broken.toml").write_text("files = [\n")
    (alert,) = _alarms(monkeypatch)
    assert "broken.toml" in alert["text"]


def test_a_night_that_cannot_begin_is_told_and_an_alarm_that_fails_is_said(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home.settings.write_text("nonsense = 1\n")
    with webhook(status=500) as (address, bodies):
        monkeypatch.setenv("CX_ALERT_WEBHOOK", address)
        with pytest.raises(Exception, match="unknown setting 'nonsense'"):
            _cx_night()
    assert "unknown setting 'nonsense'" in json.loads(bodies[0])["text"]
    told = capsys.readouterr().err
    assert "the alert was not sent: CX_ALERT_WEBHOOK" in told and address not in told


def test_a_failed_audit_is_told_with_the_test_and_where_the_summary_is(home: Home) -> None:
    write_tiny_project(home.root.parent / "project", DUPLICATES)
    report: NightReport = night.run_night(home, None)
    alert = alert_of_night(report)
    assert alert is not None and "the audit failed" in alert.title
    assert "unique_fct_visits_visit_id" in alert.text and "summary.txt" in alert.text
    assert alert.text.endswith("The published file is unchanged.")


def test_a_column_that_could_not_be_read_is_told_until_a_better_file_comes(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (home.sources / "stall" / "orders.toml").write_text(_SPEC.replace("id = ", 'seen = { type = "date" }, id = '))
    _deliver(home, "orders_2.csv", "id,seen\n" + "1,tuesday\n" * 7)
    told = "stall/orders_2.csv: loaded, column_unreadable: 7 of 7 filled cells of column 'seen'"
    (alert,) = _alarms(monkeypatch)
    assert (
        "1 to look at" in alert["title"] and f"{told} do not have their type (not_date, from line 2)" in alert["text"]
    )
    assert f"Refused or rejected:\n  {told}" in capsys.readouterr().out
    (again,) = _alarms(monkeypatch)
    assert "stall.orders: not columns_are_readable: stall/orders_2.csv: 7 of 7 filled cells" in again["text"]
    _deliver(home, "orders_3.csv", "id,seen\n1,2026-03-14\n", datetime(2026, 3, 15, 3, tzinfo=UTC))
    assert _alarms(monkeypatch) == []


def test_facts_that_one_rule_mostly_left_out_are_told_as_long_as_the_file_is_up(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_facts(home.root.parent / "project", left_out=30, counted=1)
    told = "stall orders: 30 of 31 left out: amount_unknown - Nobody says what was sold"
    for _ in ("published", "nothing new"):
        (alert,) = _alarms(monkeypatch)
        assert "1 to look at" in alert["title"] and told in alert["text"]
        assert f"Mostly left out of the numbers:\n  {told}" in capsys.readouterr().out


def test_orders_in_another_currency_than_the_settings_are_told_with_the_setting(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """However few they are: a shop whose currency was never set has no amount at all."""
    write_facts(home.root.parent / "project", left_out=0, counted=3, unconverted=2)
    told = "stall orders: 2 of 3 are in no amount: INR has no rate into USD. Set reporting_currency in settings.toml"
    (alert,) = _alarms(monkeypatch)
    assert "1 to look at" in alert["title"] and told in alert["text"]
    assert f"Mostly left out of the numbers:\n  {told}" in capsys.readouterr().out


def test_orders_without_a_currency_are_told_with_what_their_spec_lacks(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_facts(home.root.parent / "project", left_out=0, counted=3, unconverted=2, currency="")
    (alert,) = _alarms(monkeypatch)
    assert "2 of 3 are in no amount: they name no currency code. Map the spec's column `currency`" in alert["text"]


def test_some_orders_in_another_currency_raise_no_alarm(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    write_facts(home.root.parent / "project", left_out=0, counted=4, unconverted=2)
    assert _alarms(monkeypatch) == []


@pytest.mark.parametrize(("left_out", "counted"), [(19, 0), (15, 15)], ids=["too few to tell", "no more than half"])
def test_facts_that_are_left_out_now_and_then_raise_no_alarm(
    home: Home, monkeypatch: pytest.MonkeyPatch, left_out: int, counted: int
) -> None:
    write_facts(home.root.parent / "project", left_out, counted)
    assert _alarms(monkeypatch) == []


def test_an_order_that_only_file_times_decide_is_in_the_summary_and_no_alarm(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (home.sources / "stall" / "orders.toml").write_text(_KEYED_SPEC)
    _deliver(home, "orders_14.03.26.csv", "id\n1\n")
    _deliver(home, "orders_15.03.26.csv", "id\n2\n")
    assert _alarms(monkeypatch) == []
    assert "order_by_file_time" in capsys.readouterr().out


def test_what_a_later_file_says_of_its_place_alone_does_not_silence_an_unreadable_column(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    dated = _KEYED_SPEC.replace("id = ", 'seen = { type = "date" }, id = ')
    (home.sources / "stall" / "orders.toml").write_text(dated)
    _deliver(home, "orders_14.03.26.csv", "id,seen\n" + "1,tuesday\n" * 7)
    _alarms(monkeypatch)
    _deliver(home, "orders_13.03.26.csv", "id,seen\n2,2026-03-13\n", datetime(2026, 3, 14, 2, tzinfo=UTC))
    (alert,) = _alarms(monkeypatch)
    assert "not columns_are_readable: stall/orders_14.03.26.csv: 7 of 7 filled cells" in alert["text"]
