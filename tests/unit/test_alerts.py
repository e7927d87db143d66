"""An alert reaches the places the environment names, and never stops anything."""

import json
import ssl
from urllib.error import URLError

import pytest

from orchestration.nights.alerts import Alert, send
from tests.builders.receivers import dripping_server, mail_server, webhook

ALERT = Alert("cx-warehouse: nightly failed", "run-1", ["step build_warehouse: test unique_x failed: 3 rows"])


def test_a_webhook_gets_what_failed() -> None:
    with webhook() as (address, bodies):
        assert send(ALERT, {"CX_ALERT_WEBHOOK": address}) == []
    facts = json.loads(bodies[0])
    assert facts["title"] == ALERT.title and "unique_x failed: 3 rows" in facts["text"]


@pytest.mark.parametrize(("user", "problems"), [("ops:p%40ss@", 0), ("ops:wrong@", 1), ("", 1)])
def test_a_webhook_may_ask_for_a_user(user: str, problems: int) -> None:
    with webhook(user="ops:p@ss") as (address, _):
        told = send(ALERT, {"CX_ALERT_WEBHOOK": address.replace("//", f"//{user}")})
    assert told == ["CX_ALERT_WEBHOOK: the server answers 401"] * problems


def test_a_server_that_answers_byte_by_byte_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestration.nights.alerts._SECONDS_IN_ALL", 0.1)
    with dripping_server(0.6) as address:
        (problem,) = send(ALERT, {"CX_ALERT_WEBHOOK": address})
    assert problem.startswith("CX_ALERT_WEBHOOK: no answer within")


def test_an_e_mail_gets_what_failed() -> None:
    with mail_server() as (place, messages):
        env = {"CX_ALERT_SMTP": place, "CX_ALERT_FROM": "night@shop.example", "CX_ALERT_TO": "ops@shop.example"}
        assert send(ALERT, env) == []
    assert "Subject: cx-warehouse: nightly failed" in messages[0]
    assert "\r\nDate: " in messages[0] and "\r\nMessage-ID: <" in messages[0]
    assert "unique_x failed: 3 rows" in messages[0] and "To: ops@shop.example" in messages[0]


def test_nothing_is_sent_where_nothing_is_named() -> None:
    assert send(ALERT, {}) == []


def test_a_place_that_does_not_answer_is_named_without_its_address() -> None:
    with webhook(status=500) as (address, _):
        problems = send(ALERT, {"CX_ALERT_WEBHOOK": f"{address}?token=secret", "CX_ALERT_SMTP": "127.0.0.1:1"})
    assert problems == ["CX_ALERT_WEBHOOK: the server answers 500", "CX_ALERT_SMTP: CX_ALERT_FROM is not set"]
    people = {"CX_ALERT_FROM": "night@shop.example", "CX_ALERT_TO": "ops@shop.example"}
    assert send(ALERT, {"CX_ALERT_SMTP": "127.0.0.1:1", **people}) == ["CX_ALERT_SMTP: Connection refused"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_webhook_that_redirects_is_told_and_not_followed(status: int) -> None:
    with webhook(status, location="/moved") as (address, _):
        assert send(ALERT, {"CX_ALERT_WEBHOOK": address}) == [f"CX_ALERT_WEBHOOK: the server answers {status}"]


@pytest.mark.parametrize("others, mails", [("ops@shop.example, ", 1), ("", 0)])
def test_a_receiver_that_is_refused_is_told(others: str, mails: int) -> None:
    with mail_server(refused="gone@shop.example") as (place, messages):
        people = {"CX_ALERT_FROM": "night@shop.example", "CX_ALERT_TO": f"{others}gone@shop.example"}
        assert send(ALERT, {"CX_ALERT_SMTP": place, **people}) == ["CX_ALERT_SMTP: the server answers 550"]
    assert len(messages) == mails


def test_an_address_that_is_no_web_address_is_not_opened() -> None:
    assert send(ALERT, {"CX_ALERT_WEBHOOK": "file:///etc/passwd"}) == ["CX_ALERT_WEBHOOK: it is not a valid address"]


def test_a_place_that_speaks_another_tongue_stops_nothing() -> None:
    with mail_server() as (place, _):
        problems = send(ALERT, {"CX_ALERT_WEBHOOK": f"http://{place}/"})
    assert problems == ["CX_ALERT_WEBHOOK: the server does not answer as expected: another port?"]
    with webhook() as (address, _):
        problems = send(ALERT, {"CX_ALERT_WEBHOOK": address.replace("http:", "https:")})
    assert problems == ["CX_ALERT_WEBHOOK: no secure connection: another port, or a certificate that is not trusted"]
    for wrong in ("http://127.0.0.1/a b\u00fc", "nonsense", "http://[::1", "http://", "http://127.0.0.1:99999/"):
        assert send(ALERT, {"CX_ALERT_WEBHOOK": wrong}) == ["CX_ALERT_WEBHOOK: it is not a valid address"]


def test_a_certificate_that_is_not_trusted_is_no_wrong_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python counts it among the wrong values as well."""

    def refused(*_: object, **__: object) -> None:
        raise URLError(ssl.SSLCertVerificationError(1, "self-signed certificate of hooks.example"))

    monkeypatch.setattr("urllib.request.OpenerDirector.open", refused)
    (problem,) = send(ALERT, {"CX_ALERT_WEBHOOK": "https://hooks.example/x"})
    assert "a certificate that is not trusted" in problem and "hooks.example" not in problem


def test_a_variable_that_is_missing_is_named() -> None:
    env = {"CX_ALERT_SMTP": "127.0.0.1:1", "CX_ALERT_TO": "ops@shop.example"}
    assert send(ALERT, env) == ["CX_ALERT_SMTP: CX_ALERT_FROM is not set"]
