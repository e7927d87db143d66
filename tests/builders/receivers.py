"""Local receivers of alerts: a webhook and a mail server on 127.0.0.1 that remember what they were sent."""

from __future__ import annotations

import socketserver
import threading
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer


@contextmanager
def webhook(status: int = 200, location: str = "", user: str = "") -> Iterator[tuple[str, list[bytes]]]:
    """An address that takes POSTs, and the bodies it got; it may send elsewhere, or ask for `user:password`."""
    bodies: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            given = b64decode(self.headers.get("Authorization", "").removeprefix("Basic ")).decode()
            self.send_response(status if given == user else 401)
            if location:
                self.send_header("Location", location)
            self.end_headers()

        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Stay silent."""

    with _serving(HTTPServer(("127.0.0.1", 0), Handler)) as port:
        yield f"http://127.0.0.1:{port}/alarm", bodies


@contextmanager
def dripping_server(seconds: float) -> Iterator[str]:
    """An address whose answer comes a byte at a time, for so long."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            end = time.monotonic() + seconds
            with suppress(OSError):
                while time.monotonic() < end:
                    self.wfile.write(b"H")
                    time.sleep(0.02)

    with _serving(socketserver.TCPServer(("127.0.0.1", 0), Handler)) as port:
        yield f"http://127.0.0.1:{port}/"


@contextmanager
def mail_server(refused: str = "") -> Iterator[tuple[str, list[str]]]:
    """A place that speaks just enough SMTP, and the messages it got; it may refuse one receiver."""
    messages: list[str] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 test")
            while line := self.rfile.readline().decode().strip():
                word = line.split(" ")[0].split(":")[0].upper()
                if word == "DATA":
                    self._say("354 go on")
                    messages.append(self._message())
                is_refused = bool(refused) and word == "RCPT" and refused in line
                self._say("221 bye" if word == "QUIT" else "550 no such box" if is_refused else "250 ok")
                if word == "QUIT":
                    return

        def _message(self) -> str:
            lines = []
            while (line := self.rfile.readline().decode()) != ".\r\n":
                lines.append(line)
            return "".join(lines)

        def _say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    with _serving(socketserver.TCPServer(("127.0.0.1", 0), Handler)) as port:
        yield f"127.0.0.1:{port}", messages


@contextmanager
def _serving(server: socketserver.TCPServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
