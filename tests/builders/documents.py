"""What the documents show a reader: their fenced blocks and `cx` commands. Asserts nothing, runs nothing."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`((?:\.venv/bin/)?cx [^`\n]+)`")


@dataclass(frozen=True)
class Command:
    """One `cx` command as a document shows it, without its prompt and remark."""

    document: str
    line: str

    @property
    def words(self) -> list[str]:
        return shlex.split(self.line)[1:]


def blocks(document: Path, language: str) -> list[str]:
    """The document's fenced blocks of one language."""
    return [text for found, text in _FENCE.findall(document.read_text(encoding="utf-8")) if found == language]


def documents() -> list[Path]:
    """The documents a user reads."""
    folders = ["", "docs", "docs/how_to", "examples/olist", "examples/online_retail", "examples/servicenow"]
    return [
        path for folder in folders for path in sorted((PROJECT / folder).glob("*.md")) if path.name != "CHANGELOG.md"
    ]


def fenced_commands(document: Path) -> list[Command]:
    """The `cx` commands that stand on lines of their own, in order."""
    lines = [line for _, text in _FENCE.findall(document.read_text(encoding="utf-8")) for line in text.splitlines()]
    shown = [re.sub(r"^.*?&& ", "", re.sub(r"\s+# .*", "", line)).removeprefix(".venv/bin/") for line in lines]
    return [Command(_name(document), line) for line in shown if re.match(r"cx\s", line)]


def inline_commands(document: Path) -> list[Command]:
    """The `cx` commands named inside a sentence."""
    prose = _FENCE.sub("", document.read_text(encoding="utf-8"))
    return [Command(_name(document), found.removeprefix(".venv/bin/")) for found in _INLINE.findall(prose)]


def _name(document: Path) -> str:
    return document.relative_to(PROJECT).as_posix()
