"""Is a raw export whole, in time and as large as usual? Checks made from the specs and the ledger.

Belongs here: true sentences about deliveries. Never here: rules about what the rows mean (dbt tests have those).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import dagster as dg

from ingestion.specs.model import Spec
from orchestration.dagster_night import DagsterNight
from orchestration.night import utc_now
from orchestration.raw_history import is_late, loads_by_export


@dataclass(frozen=True)
class Export:
    """One export as the checks see it: what is expected, what the ledger says, and the time it is."""

    spec: Spec
    facts: Mapping[str, Any]
    now: datetime


Verdict = tuple[bool, str]
_USUAL_SHARE = 0.5


def every_file_was_taken(export: Export) -> Verdict:
    """No delivery stands refused."""
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


def volume_is_usual(export: Export) -> Verdict:
    """The newest load is no smaller than a share of the median of the eight before it."""
    share = (export.spec.volume.min_share_of_previous if export.spec.volume else 0.0) or _USUAL_SHARE
    last, usual = export.facts.get("last_rows"), export.facts.get("usual_rows")
    if last is None or usual is None:
        return True, "too few loads to tell"
    return last >= share * usual, f"{last} records; usual are {usual:.0f}"


def is_fresh(export: Export) -> Verdict:
    """A file came within the export's own rhythm; what never came is not used by this shop."""
    last = export.facts.get("last_exported_at")
    return not is_late(export.spec, last, export.now), f"the newest file is of {last}" if last else "nothing ever came"


Question = Callable[[Export], Verdict]
# Only a load that does not add up may hold the build back; a person looks at the rest.
_BLOCKING: Question = counts_reconcile
_QUESTIONS: tuple[Question, ...] = (
    every_file_was_taken,
    counts_reconcile,
    rejects_are_within_budget,
    volume_is_usual,
    is_fresh,
)


def raw_checks(specs: Sequence[Spec]) -> dg.AssetChecksDefinition:
    """Five checks an export, as one step between loading and building."""
    wanted = [
        dg.AssetCheckSpec(
            question.__name__, asset=dg.AssetKey([spec.source, spec.export]), description=question.__doc__,
            blocking=question is _BLOCKING,
        )
        for spec in specs
        for question in _QUESTIONS
    ]  # fmt: skip

    @dg.multi_asset_check(name="check_exports", specs=wanted)
    def check_exports(night: dg.ResourceParam[DagsterNight]) -> Iterator[dg.AssetCheckResult]:
        came = loads_by_export(night.home)
        now = utc_now().replace(tzinfo=None)
        for spec in specs:
            for question in _QUESTIONS:
                yield _answer(question, Export(spec, came.get((spec.source, spec.export), {}), now))

    return check_exports


def _answer(question: Question, export: Export) -> dg.AssetCheckResult:
    passed, said = question(export)
    severity = dg.AssetCheckSeverity.ERROR if question is _BLOCKING else dg.AssetCheckSeverity.WARN
    return dg.AssetCheckResult(
        asset_key=dg.AssetKey([export.spec.source, export.spec.export]),
        check_name=question.__name__,
        passed=passed,
        severity=severity,
        description=said,
    )
