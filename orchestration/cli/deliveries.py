"""How deliveries are shown by `cx load` and `cx check`. No command of its own."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from orchestration.cli.screen import say, show_json, show_table

if TYPE_CHECKING:
    from ingestion.deliveries import LoadSummary

_SHOWN = ("source", "export", "file_name", "status", "rows_loaded", "rows_rejected", "cells_failed")


def show_deliveries(summary: LoadSummary, *, json: bool) -> None:
    """One line a file: what became of it and how many rows it brought; then what a person has to do."""
    if json:
        show_json([asdict(delivery) for delivery in summary.deliveries])
        return
    rows = [{name: getattr(delivery, name) for name in _SHOWN} for delivery in summary.deliveries]
    show_table(rows, f"Nothing new; {summary.known_files:,} files are known.")
    for delivery in summary.deliveries:
        if not delivery.is_good:
            say(f"{delivery.file_name}: {delivery.status}, {delivery.reason}: {delivery.detail}")
