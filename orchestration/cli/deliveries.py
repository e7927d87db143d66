"""How deliveries are shown by `cx load` and `cx check`. No command of its own."""

from __future__ import annotations

from typing import Any

from orchestration.cli.screen import show_json, show_table

_SHOWN = ("source", "export", "file_name", "status", "reason", "rows_loaded", "rows_rejected", "cells_failed")


def show_deliveries(summary: Any, *, json: bool) -> None:
    """One line a file: what became of it and how many rows it brought."""
    rows = [{name: getattr(delivery, name, None) for name in _SHOWN} for delivery in summary.deliveries]
    if json:
        show_json(rows)
    else:
        show_table(rows, "Nothing new.")
