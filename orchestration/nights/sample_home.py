"""The sample shop in a home: its exports, and the one setting without which its days would be somebody else's.

Belongs here: which day comes next, which zone holds. Never here: simulating (`ingestion.sample_store`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ingestion.durable_files import write_whole
from ingestion.home import Home
from ingestion.sample_store import SampleSummary, first_held, go_on, write_day, write_sample
from ingestion.sample_store.settings import SampleSettings
from orchestration.errors import NothingPublished, WrongUse
from orchestration.exports.raw_history import loads

Progress = Callable[[str], None]


def write_shop(
    home: Home, size: Mapping[str, Any], *, end_day: date | None, now: datetime, progress: Progress
) -> SampleSummary:
    """Write the whole shop up to `end_day` (its own yesterday by default), and its zone where no settings are."""
    _go_on(home)
    _refuse_former(home)
    zone = SampleSettings.zone
    last = end_day or now.astimezone(ZoneInfo(zone)).date() - timedelta(days=1)
    given: dict[str, Any] = {name: value for name, value in size.items() if value is not None}
    summary = write_sample(home.exports, **given, end_day=last, progress=progress)
    _write_zone(home)
    return summary


def _refuse_former(home: Home) -> None:
    """What was loaded stays loaded after its files are deleted, and two shops would be mixed."""
    if first_held(home.exports) is None and _was_loaded(home):
        raise WrongUse(
            f"{home.root} holds what was loaded of a shop before, though its exports are gone",
            "Choose another home (CX_HOME), or delete this one as a whole.",
        )


def _go_on(home: Home) -> None:
    """End what a killed writer had begun to put in place."""
    if go_on(home.exports):
        _write_zone(home)


def _write_zone(home: Home) -> None:
    text = f'# The sample shop\'s own day begins here.\nstore_time_zone = "{SampleSettings.zone}"\n'
    if not home.settings.exists():
        write_whole(home.settings, text)


def has_shop(home: Home) -> bool:
    """True if there is anything in the exports folder but empty folders, or was; a link may lead to a shop."""
    _go_on(home)
    return first_held(home.exports) is not None or _was_loaded(home)


def _was_loaded(home: Home) -> bool:
    return bool(loads(home, status="loaded", limit=1))


def sample_files(home: Home) -> frozenset[str]:
    """The files of this home's exports that the sample shop wrote, as loads name them; none where none was written."""
    with suppress(OSError, ValueError):
        return frozenset(json.loads(home.sample_truth.read_text("utf-8")).get("files", ()))
    return frozenset()


def night_of(home: Home, now: datetime) -> str:
    """The command whose night is about the last day that was exported: a plain one is about the clock's yesterday."""
    written = _written_until(home)
    yesterday = now.astimezone(ZoneInfo(SampleSettings.zone)).date() - timedelta(days=1)
    return "cx night" if written == yesterday else f"cx night --as-of {written}"


def write_next_day(home: Home, progress: Progress) -> SampleSummary:
    """What the shop exports after one further day."""
    if not home.sample_truth.exists():
        message = f"{home.sample_truth} is not there: this home has no sample shop"
        raise NothingPublished(message, "Run `cx sample` first.")
    return write_day(home.exports, _written_until(home) + timedelta(days=1), progress=progress)


def _written_until(home: Home) -> date:
    return date.fromisoformat(json.loads(home.sample_truth.read_text("utf-8"))["written_until"])
