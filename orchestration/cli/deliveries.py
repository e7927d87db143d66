"""How deliveries are shown by `cx load` and `cx check`. No command of its own."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from orchestration.cli.screen import say, show_json, show_progress, show_table
from orchestration.errors import SettingsWrong
from orchestration.not_taken import (
    WHERE_TO_LOOK,
    file_sentence,
    nothing_there,
    part_sentences,
    spec_sentences,
    unreadable_sentences,
)

if TYPE_CHECKING:
    from ingestion.deliveries import Delivery, LoadSummary
    from ingestion.home import Home

_SHOWN = ("source", "export", "file_name", "status", "rows_loaded", "rows_rejected", "cells_failed")
_SKIPPED = "rows_skipped"  # shown where a spec skipped any: a pattern may take more than was meant


def show_file(delivery: Delivery, done: int, total: int) -> None:
    """Progress, one line a file."""
    show_progress(f"{done}/{total} {delivery.file_name}: {delivery.status}")


def show_deliveries(summary: LoadSummary, home: Home, only: str | None, *, json: bool) -> None:
    """A table of what was taken, one line a file; then, in words, each file for which a person has to do something."""
    from orchestration.stale_loads import stale_sentence

    if json:
        show_json([asdict(delivery) for delivery in summary.deliveries])
    else:
        is_begun = summary.known_files or summary.deliveries or only
        nothing = f"Nothing new in {home.exports}; {summary.known_files:,} files are known."
        _show(summary, nothing if is_begun else f"Nothing was ever loaded: {nothing_there(home.exports)}.")
        if stale := stale_sentence(home):
            say(stale)
    if summary.spec_mistakes:
        raise SettingsWrong("\n    ".join(spec_sentences(summary)), "The files of all other specs were dealt with.")


def _show(summary: LoadSummary, nothing: str) -> None:
    good = [delivery for delivery in summary.deliveries if delivery.is_good]
    names = (*_SHOWN, _SKIPPED) if any(delivery.rows_skipped for delivery in good) else _SHOWN
    rows = [{name: _shown(summary, delivery, name) for name in names} for delivery in good]
    if rows or not summary.deliveries:
        show_table(rows, nothing)
    for delivery in summary.deliveries:
        if not delivery.is_good:
            say(file_sentence(delivery))
    for sentence in unreadable_sentences(summary):
        say(sentence)
    if not summary.dry_run and part_sentences(good):
        say(f"Not every record or cell was taken: {WHERE_TO_LOOK}")


def _shown(summary: LoadSummary, delivery: Delivery, name: str) -> Any:
    value = getattr(delivery, name)
    return f"would be {value}" if summary.dry_run and name == "status" else value
