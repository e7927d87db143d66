"""Is a raw export whole, in time and as large as usual? Questions to the specs and the ledger, asked by every night.

Belongs here: true sentences about deliveries. Never here: dagster, or what the rows mean (dbt tests ask that).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ingestion.home import Home
from ingestion.specs.model import Spec
from orchestration.exports.raw_history import is_given_up, is_late, loads_by_export


@dataclass(frozen=True)
class Export:
    """One export as the questions see it: what is expected, what the ledger says, and the time it is."""

    spec: Spec
    facts: Mapping[str, Any]
    now: datetime


Verdict = tuple[bool, str]
Question = Callable[[Export], Verdict]
_USUAL_SHARE = 0.5
# Standard deviations of a count that chance alone hardly ever passes.
_CHANCE = 3


@dataclass(frozen=True)
class Answer:
    """What one question says of one export."""

    export: Export
    question: Question
    passed: bool
    said: str

    def sentence(self) -> str:
        """What a person reads of one that fails."""
        return f"{self.export.spec.name}: not {self.question.__name__}: {self.said}"


def every_file_was_taken(export: Export) -> Verdict:
    """No file that still lies in the exports folder was refused."""
    refused = export.facts.get("files_refused", 0)
    return refused == 0, f"{refused} refused, {export.facts.get('files_loaded', 0)} loaded; `cx loads` names them"


def counts_reconcile(export: Export) -> Verdict:
    """Records in = loaded + rejected + declared skips, for each load."""
    wrong = export.facts.get("unreconciled", 0)
    return wrong == 0, f"{wrong} loads do not add up"


def rejects_are_within_budget(export: Export) -> Verdict:
    """The newest load rejected no larger share than its spec allows."""
    rows, rejected = export.facts.get("last_rows") or 0, export.facts.get("last_rejected") or 0
    share = rejected / rows if rows else 0.0
    return (
        share <= export.spec.error_budget,
        f"{rejected} of {rows} records; the budget is {export.spec.error_budget:.2%}",
    )


def columns_are_readable(export: Export) -> Verdict:
    """No column of the newest load has mostly cells that do not have their type."""
    told = export.facts.get("last_unreadable")
    return not told, told or "every column could be read"


def volume_is_usual(export: Export) -> Verdict:
    """The newest load is no smaller than a share of the median of the eight before it."""
    told = export.spec.volume.min_share_of_previous if export.spec.volume else 0.0
    last, usual = export.facts.get("last_rows"), export.facts.get("usual_rows")
    if last is None or usual is None:
        return True, "too few loads to tell"
    # Small counts vary by themselves: 1 record where 2 are usual is no news.
    least = told * usual if told else min(_USUAL_SHARE * usual, usual - _CHANCE * math.sqrt(usual))
    return last >= least, f"{last} records; usual are {usual:.0f}"


def is_fresh(export: Export) -> Verdict:
    """A file came within the export's own rhythm; what never came is not used by this shop."""
    last = export.facts.get("last_exported_at")
    if last is None:
        return True, "nothing ever came"
    if is_given_up(export.spec, last, export.now):
        return True, f"nothing came since {last:%Y-%m-%d}: taken as no longer delivered"
    return not is_late(export.spec, last, export.now), f"the newest file is of {last:%Y-%m-%d %H:%M} UTC"


# Only a load that does not add up may hold the build back; a person looks at the rest.
BLOCKING: Question = counts_reconcile
# A shop cannot trust a night with these. An unusual volume may be a quiet day, so it is told and raises no alert.
ALARMING: tuple[Question, ...] = (
    every_file_was_taken,
    counts_reconcile,
    rejects_are_within_budget,
    columns_are_readable,
    is_fresh,
)
QUESTIONS: tuple[Question, ...] = (*ALARMING, volume_is_usual)


def answers(home: Home, specs: Sequence[Spec], now: datetime) -> Iterator[Answer]:
    """Every question to every export. `now` is UTC without a zone."""
    came = loads_by_export(home)
    for spec in specs:
        export = Export(spec, came.get((spec.source, spec.export), {}), now)
        for question in QUESTIONS:
            yield Answer(export, question, *question(export))
