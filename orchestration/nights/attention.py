"""What people must notice though a night went well: refused files, mistakes in specs, late exports, facts left out.

Belongs here: collecting that for the night's report, and the words of its alert. Never here: sending (`alerts`).
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from orchestration.errors import NightError
from orchestration.exports.export_checks import ALARMING, Answer, answers, columns_are_readable, every_file_was_taken
from orchestration.exports.raw_history import OF_ITS_PLACE
from orchestration.nights.alerts import Alert
from orchestration.nights.left_out import mostly_left_out
from orchestration.nights.not_taken import (
    SAMPLE_ENDS,
    doubt_sentences,
    file_sentence,
    mixed_in,
    nothing_there,
    spec_sentences,
)
from orchestration.nights.sample_home import sample_files

if TYPE_CHECKING:
    from ingestion.deliveries import LoadSummary
    from ingestion.home import Home
    from orchestration.nights.night_report import NightReport

_FOR_THE_SUMMARY = ("order_by_file_time",)  # true each night as long as no pattern is written
_MOST_LINES = 20  # thousands of refused files would make a message that no chat takes
_SENT_OUTCOMES = {"audit_failed": "the audit failed", "stopped": "the night stopped"}


def note_attention(home: Home, report: NightReport, summary: LoadSummary) -> None:
    """Write into the report which exports fail a check, and what is worth an alert."""
    from ingestion.specs.files import read_all_specs

    if not (summary.known_files or summary.count("loaded") or summary.count("duplicate")):
        report.notes.append(_nothing_came(home, len(summary.deliveries)))
    now = report.started_at.astimezone(UTC).replace(tzinfo=None)
    asked = answers(home, read_all_specs(home).specs, now)
    # Which file was refused, and why, says more than that one was.
    failing = [one for one in asked if not one.passed and one.question is not every_file_was_taken]
    report.export_checks = [one.sentence() for one in failing]
    if report.export_checks and (sample := sample_files(home)) and not mixed_in(summary, sample):
        report.export_checks.insert(0, SAMPLE_ENDS)
    report.alarming = [
        *spec_sentences(summary),
        *(file_sentence(one) for one in summary.deliveries if one.status == "refused"),
        *doubt_sentences(summary, but=_FOR_THE_SUMMARY),
        *(one.sentence() for one in failing if one.question in ALARMING and not _is_told(one, summary)),
    ]


def _is_told(answer: Answer, summary: LoadSummary) -> bool:
    """True where tonight's files of the export say it themselves; on later nights the ledger goes on saying it."""
    spec = answer.export.spec
    loaded = [one for one in summary.deliveries if one.status == "loaded" and one.reason]
    told = {(one.source, one.export) for one in loaded if one.reason not in OF_ITS_PLACE}
    return answer.question is columns_are_readable and (spec.source, spec.export) in told


def note_left_out(home: Home, report: NightReport) -> None:
    """Write into the report which facts are mostly left out of the numbers that are up; that is worth an alert."""
    report.left_out = mostly_left_out(home)
    report.alarming += [sentence for sentence in report.left_out if sentence not in report.alarming]


def _nothing_came(home: Home, files: int) -> str:
    if files:
        return f"not one of the {files} files in {home.exports} could be loaded: `cx check` says of each what to do"
    return nothing_there(home.exports)


def alert_of_night(report: NightReport) -> Alert | None:
    """The alert of a night that failed, or of a good one that people must look at; None if all is well."""
    where = f"Summary: {report.folder / 'summary.txt'}"
    if report.exit_code:
        lines = [line for line in (report.error, report.hint, where) if line]
        return Alert(f"cx-warehouse: {_SENT_OUTCOMES.get(report.outcome, report.outcome)}", report.night_id, lines)
    if not report.alarming:
        return None
    title = f"cx-warehouse: the night is published, {len(report.alarming)} to look at"
    told, more = report.alarming[:_MOST_LINES], len(report.alarming) - _MOST_LINES
    rest = [f"... and {more:,} more, in the summary"] if more > 0 else []
    return Alert(title, report.night_id, [*told, *rest, where], closing="What could be loaded is published.")


def alert_of_error(error: Exception, night_id: str) -> Alert:
    """The alert of a night that could not even begin; of an error that is not ours only the kind, it may quote data."""
    told = [str(error), error.hint] if isinstance(error, NightError) else [f"unexpected {type(error).__name__}"]
    return Alert("cx-warehouse: the night could not start", night_id, [line for line in told if line])
