"""What the loader and its worker process say to each other, one JSON line a message.

Belongs here: the messages and their encoding. Never here: a cell's text (replies carry codes and counts).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import orjson

from ingestion.deliveries import Delivery, LoadSettings
from ingestion.folder_walk import FileStat
from ingestion.home import Home
from ingestion.landing import Arrival
from ingestion.specs.model import Spec


@dataclass(frozen=True)
class Start:
    """The first message: where to work, with which limits, on which specs.

    `delivered`: source -> `records` of its exports that have files of their own.
    """

    home: Home
    settings: LoadSettings
    specs: tuple[Spec, ...]
    dry_run: bool
    delivered: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def encode(self) -> bytes:
        """As one line."""
        specs = [spec.model_dump(mode="json", by_alias=True) for spec in self.specs]
        home = {"root": str(self.home.root), "exports": str(self.home.exports)}
        message = {"home": home, "settings": asdict(self.settings), "specs": specs, "dry_run": self.dry_run}
        message["delivered"] = self.delivered
        return orjson.dumps(message) + b"\n"

    @classmethod
    def decode(cls, line: bytes) -> Start:
        """From one line."""
        message = orjson.loads(line)
        home = Home(Path(message["home"]["root"]), Path(message["home"]["exports"]))
        specs = tuple(Spec.model_validate(spec) for spec in message["specs"])
        return cls(home, LoadSettings(**message["settings"]), specs, message["dry_run"], message["delivered"])


def delivered_arrays(specs: Iterable[Spec], names: Collection[str]) -> dict[str, list[str]]:
    """Source -> the `records` of those of its exports that are named, since they have files of their own."""
    arrays: dict[str, list[str]] = {}
    for spec in specs:
        if spec.records and spec.name in names:
            arrays.setdefault(spec.source, []).append(spec.records)
    return arrays


@dataclass(frozen=True)
class Job:
    """One file to take for one export. With `failure` it is only recorded as refused, unopened.

    `is_replay`: the file was loaded before, and its load is made again under the fixed spec.
    """

    path: bytes
    name: str
    relative: str
    instance: str
    source: str
    export: str
    stat: FileStat
    claims: int
    started_at: str
    failure: tuple[str, str] | None = None
    is_replay: bool = False

    @classmethod
    def of(cls, arrival: Arrival, started_at: str, failure: tuple[str, str] | None = None) -> Job:
        """The job an arrival makes."""
        return cls(
            path=str(arrival.path).encode("utf-8", "surrogateescape"), name=arrival.name, relative=arrival.relative,
            instance=arrival.instance, source=arrival.spec.source, export=arrival.spec.export, stat=arrival.stat,
            claims=arrival.claims, started_at=started_at, failure=failure,
        )  # fmt: skip

    @property
    def spec_name(self) -> str:
        """`<source>.<export>`."""
        return f"{self.source}.{self.export}"

    def encode(self) -> bytes:
        """As one line; bytes of a name that are no text travel as Latin-1."""
        message = asdict(self) | {
            "path": self.path.decode("latin-1"),
            "relative": _portable(self.relative),
            "instance": _portable(self.instance),
        }
        return orjson.dumps(message) + b"\n"

    @classmethod
    def decode(cls, line: bytes) -> Job:
        """From one line."""
        message: dict[str, Any] = orjson.loads(line)
        message["path"] = message["path"].encode("latin-1")
        message["stat"] = FileStat(**message["stat"])
        message["failure"] = tuple(message["failure"]) if message["failure"] else None
        return cls(**message)


@dataclass(frozen=True)
class Reply:
    """What became of a job; with `fatal` the worker is about to end, and `fatal_kind` says which error ended it."""

    delivery: Delivery | None = None
    fatal: str = ""
    fatal_kind: str = ""

    def encode(self) -> bytes:
        """As one line."""
        delivery = asdict(self.delivery) if self.delivery else None
        return orjson.dumps({"delivery": delivery, "fatal": self.fatal, "fatal_kind": self.fatal_kind}) + b"\n"

    @classmethod
    def decode(cls, line: bytes) -> Reply:
        """From one line."""
        message = orjson.loads(line)
        delivery = Delivery(**message["delivery"]) if message["delivery"] else None
        return cls(delivery, message["fatal"], message["fatal_kind"])


def _portable(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
