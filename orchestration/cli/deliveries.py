"""How deliveries are shown by `cx load` and `cx check`. No command of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from orchestration.cli.screen import say, show_json, show_progress, show_table
from orchestration.errors import SettingsWrong
from orchestration.nights.not_taken import (
    WHERE_TO_LOOK,
    doubt_sentences,
    file_sentence,
    nothing_there,
    part_sentences,
    spec_sentences,
)
from orchestration.plurals import counted

if TYPE_CHECKING:
    from ingestion.deliveries import Delivery, LoadSummary
    from ingestion.home import Home

Row = dict[str, Any]
_SHOWN = ("source", "export", "file_name", "status", "rows_loaded", "rows_rejected", "cells_failed")
_MOST = 20  # lines of a kind; thousands of small files would hide what a person has to do
# Shown where there is any: a folder may make files another shop's, a pattern skip more than was meant.
_IF_ANY = ("instance", "rows_skipped")


def show_file(delivery: Delivery, done: int, total: int) -> None:
    """Progress, one line a file."""
    show_progress(f"{done}/{total} {delivery.file_name}: {delivery.status}")


def show_deliveries(summary: LoadSummary, home: Home, only: str | None, *, json: bool) -> None:
    """A table of what was taken, a line a file (an export if many); then, in words, what a person has to do."""
    from orchestration.exports.stale_loads import stale_sentence

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
    names = [*_SHOWN, *(name for name in _IF_ANY if any(getattr(delivery, name) for delivery in good))]
    rows = [{name: _shown(summary, delivery, name) for name in names} for delivery in good]
    if len(rows) > _MOST:
        _show_many(rows)
    elif rows or not summary.deliveries:
        show_table(rows, nothing)
    _say_some([file_sentence(delivery) for delivery in summary.deliveries if not delivery.is_good])
    _say_some(doubt_sentences(summary))
    if not summary.dry_run and part_sentences(good):
        say(f"Not every record or cell was taken: {WHERE_TO_LOOK}")


def _show_many(rows: Sequence[Row]) -> None:
    """The files of which something was not taken, the worst first, then a line an export."""
    partly = sorted((row for row in rows if row["rows_rejected"] or row["cells_failed"]), key=_least_taken)
    if partly:
        show_table(partly[:_MOST], "")
        _say_rest(len(partly) - _MOST)
    alike: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        alike.setdefault((row["source"], row["export"], row["status"]), []).append(row)
    show_table([_sum(files) for _, files in sorted(alike.items())], "")


def _sum(rows: Sequence[Row]) -> Row:
    """Files of one export and status as one line: how many, and their numbers together."""
    first = {**rows[0], "file_name": counted(len(rows), "file")}
    return {name: sum(row[name] for row in rows) if isinstance(value, int) else value for name, value in first.items()}


def _least_taken(row: Row) -> tuple[int, int, str]:
    return -row["rows_rejected"], -row["cells_failed"], row["file_name"]


def _say_some(sentences: Sequence[str]) -> None:
    for sentence in sentences[:_MOST]:
        say(sentence)
    _say_rest(len(sentences) - _MOST)


def _say_rest(count: int) -> None:
    if count > 0:
        say(f"... and {count:,} more; `--json` tells of each")


def _shown(summary: LoadSummary, delivery: Delivery, name: str) -> Any:
    value = getattr(delivery, name)
    return f"would be {value}" if summary.dry_run and name == "status" else value
