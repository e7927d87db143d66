"""An alert when a night fails or needs a look: to a webhook and by e-mail, where the environment names them.

CX_ALERT_WEBHOOK   http[s]://[user:password@]..., takes a POST of JSON {"title", "run", "lines", "text"} (Slack: "text")
CX_ALERT_SMTP      smtp://[user:password@]host[:port] or smtps://...; with CX_ALERT_FROM and CX_ALERT_TO

Belongs here: sending. Never here: deciding when, or anybody's data: an alert says what failed, never with which value.
"""

from __future__ import annotations

import json
import os
import smtplib
import socket
import ssl
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import localtime, make_msgid
from functools import partial
from http.client import HTTPException, InvalidURL
from threading import Thread
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit

_SECONDS, _SECONDS_IN_ALL = 15, 60


class _Missing(Exception):
    """A variable that sending needs."""


@dataclass(frozen=True)
class Alert:
    """What failed, or what a good night left for people to look at."""

    title: str
    run: str
    lines: list[str]
    closing: str = "The published file is unchanged."

    @property
    def text(self) -> str:
        """For a person."""
        return "\n".join([self.title, f"run {self.run}", *self.lines, self.closing])


def send(alert: Alert, environment: Mapping[str, str] | None = None) -> list[str]:
    """Send to every place that is named; what could not be sent, in words. An alert never fails a night."""
    env = os.environ if environment is None else environment
    problems = []
    for name, deliver in (("CX_ALERT_WEBHOOK", _post), ("CX_ALERT_SMTP", _mail)):
        if env.get(name):
            try:
                _in_time(partial(deliver, alert, env))
            except Exception as error:  # what a stranger's server answers can be anything
                problems.append(f"{name}: {_why(error)}")
    return problems


def _in_time(deliver: Callable[[], None]) -> None:
    """A server that answers byte by byte never lets a single wait run out; the night does not wait for it for ever."""
    outcome: Future[None] = Future()

    def run() -> None:
        try:
            deliver()
            outcome.set_result(None)
        except Exception as error:
            outcome.set_exception(error)

    Thread(target=run, daemon=True).start()
    outcome.result(_SECONDS_IN_ALL)


def _why(error: Exception) -> str:
    """The kind of fault in words, never the address or what the server says: they may hold a token."""
    if isinstance(error, URLError) and isinstance(error.reason, Exception) and not isinstance(error, HTTPError):
        error = error.reason
    answers = {HTTPError: "code", smtplib.SMTPResponseException: "smtp_code"}
    for kind, code in answers.items():
        if isinstance(error, kind):
            return f"the server answers {getattr(error, code)}"
    causes: dict[type[Exception] | tuple[type[Exception], ...], str] = {
        _Missing: f"{error} is not set",
        ssl.SSLError: "no secure connection: another port, or a certificate that is not trusted",  # a ValueError, too
        (InvalidURL, ValueError): "it is not a valid address",
        socket.gaierror: "no machine has that name",
        TimeoutError: f"no answer within {_SECONDS} seconds, or not all of it within {_SECONDS_IN_ALL}",
        (HTTPException, smtplib.SMTPException): "the server does not answer as expected: another port?",
    }
    told = next((words for kind, words in causes.items() if isinstance(error, kind)), "")
    return told or (isinstance(error, OSError) and error.strerror) or f"unexpected {type(error).__name__}"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Followed, a POST becomes a GET without the alert; so a redirect is an answer that is said."""

    def redirect_request(self, *_: object) -> None:
        """No other address is asked."""


def _post(alert: Alert, env: Mapping[str, str]) -> None:
    address = env["CX_ALERT_WEBHOOK"]
    place = urlsplit(address)
    if place.scheme not in ("http", "https") or not place.hostname or place.port == 0:
        raise InvalidURL
    facts = {"title": alert.title, "run": alert.run, "lines": alert.lines, "text": alert.text}
    headers = {"Content-Type": "application/json"}
    if place.username is not None:  # urllib takes them for a part of the machine's name
        user = f"{unquote(place.username)}:{unquote(place.password or '')}"
        headers["Authorization"] = f"Basic {b64encode(user.encode()).decode()}"
        address = place._replace(netloc=place.netloc.rpartition("@")[2]).geturl()
    request = urllib.request.Request(address, json.dumps(facts).encode(), headers)  # noqa: S310 (scheme checked above)
    with urllib.request.build_opener(_NoRedirect).open(request, timeout=_SECONDS):
        pass


def _needed(env: Mapping[str, str], name: str) -> str:
    if not env.get(name):
        raise _Missing(name)
    return env[name]


def _mail(alert: Alert, env: Mapping[str, str]) -> None:
    message = EmailMessage()
    message["Subject"] = alert.title
    message["From"], message["To"] = _needed(env, "CX_ALERT_FROM"), _needed(env, "CX_ALERT_TO")
    message["Date"], message["Message-ID"] = localtime(), make_msgid(domain="cx-warehouse.invalid")
    message.set_content(alert.text)
    place = urlsplit(env["CX_ALERT_SMTP"] if "://" in env["CX_ALERT_SMTP"] else f"smtp://{env['CX_ALERT_SMTP']}")
    kind = smtplib.SMTP_SSL if place.scheme == "smtps" else smtplib.SMTP
    with kind(place.hostname or "", place.port or 0, timeout=_SECONDS) as server:
        if place.username:
            if place.scheme != "smtps":
                server.starttls()
            server.login(unquote(place.username), unquote(place.password or ""))
        refused = _send(server, message)
    if refused:
        raise smtplib.SMTPResponseException(*next(iter(refused.values())))


def _send(server: smtplib.SMTP, message: EmailMessage) -> Mapping[str, tuple[int, bytes]]:
    """The receivers that the server refuses, whether some or all."""
    try:
        return server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        return error.recipients
