"""A command run while the kernel's log of its network calls is kept. Asserts nothing."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

STRACE = shutil.which("strace")
_ADDRESS = re.compile(
    r"sin6?_port=htons\((\d+)\).*?(?:inet_addr\(\"|inet_pton\(AF_INET6, \"|AF_INET6, inet_pton\(\")([^\"]+)\""
)
_LOOPBACK = re.compile(r"127\.|::1$|::ffff:127\.")
_DNS = "53"


def watching(log: Path) -> list[str]:
    """What stands before a command to log what it and its children connect to and send."""
    return [
        *("strace", "-f", "-qq", "--seccomp-bpf", "-o", str(log)),
        *("-e", "trace=connect,sendto,sendmsg,sendmmsg", "-e", "signal=none"),
    ]


def run_watched(
    log: Path, command: Sequence[str], env: Mapping[str, str], cwd: Path
) -> subprocess.CompletedProcess[str]:
    """Run it to its end."""
    return subprocess.run([*watching(log), *command], env=env, cwd=cwd, capture_output=True, text=True, check=False)


def calls_outside(log: Path) -> list[str]:
    """Calls to an address that is not this machine's loopback, and every DNS question wherever it went."""
    found = []
    for line in log.read_text(errors="replace").splitlines():
        for port, address in _ADDRESS.findall(line):
            if port == _DNS or not _LOOPBACK.match(address):
                found.append(line[:200])
    return found


def free_port() -> int:
    """A port of the loopback address that nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
