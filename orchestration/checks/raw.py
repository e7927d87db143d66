"""The questions to raw exports as Dagster's asset checks.

Belongs here: Dagster's words for them. Never here: a question (`export_checks`), or rules about what the rows mean.
"""

from collections.abc import Iterator, Sequence

import dagster as dg

from ingestion.home import Home
from ingestion.specs.model import Spec
from orchestration.dagster_night import DagsterNight
from orchestration.exports.export_checks import ALARMING, BLOCKING, QUESTIONS, Answer, answers
from orchestration.nights.night import utc_now

# Dagster draws these over the nights.
_NUMBERS = ("files_loaded", "files_refused", "last_rows", "last_rejected", "usual_rows")


def raw_checks(specs: Sequence[Spec]) -> dg.AssetChecksDefinition:
    """Six checks an export, as one step between loading and building."""
    wanted = [
        dg.AssetCheckSpec(
            question.__name__, asset=dg.AssetKey([spec.source, spec.export]), description=question.__doc__,
            blocking=question is BLOCKING,
        )
        for spec in specs
        for question in QUESTIONS
    ]  # fmt: skip

    @dg.multi_asset_check(name="check_exports", specs=wanted)
    def check_exports(night: dg.ResourceParam[DagsterNight]) -> Iterator[dg.AssetCheckResult]:
        yield from export_results(specs, night.home)

    return check_exports


def export_results(specs: Sequence[Spec], home: Home) -> Iterator[dg.AssetCheckResult]:
    """What the exports answer now."""
    for answer in answers(home, specs, utc_now().replace(tzinfo=None)):
        yield _result(answer)


def _result(answer: Answer) -> dg.AssetCheckResult:
    is_grave = answer.question in ALARMING
    return dg.AssetCheckResult(
        asset_key=dg.AssetKey([answer.export.spec.source, answer.export.spec.export]),
        check_name=answer.question.__name__,
        passed=answer.passed,
        severity=dg.AssetCheckSeverity.ERROR if is_grave else dg.AssetCheckSeverity.WARN,
        description=answer.said,
        metadata={name: value for name in _NUMBERS if isinstance(value := answer.export.facts.get(name), int | float)},
    )
