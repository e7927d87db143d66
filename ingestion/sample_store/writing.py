"""Writing a sample shop: the public functions.

Belongs here: a whole sample, one more day, the truth document. Never here: how a file is written.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from ingestion.sample_store.company import first_held
from ingestion.sample_store.deliveries import Phases
from ingestion.sample_store.dirt import Dirt
from ingestion.sample_store.placing import TRUTH_FILE, go_on, put_in_place, stage_of
from ingestion.sample_store.settings import ORDERS_FORMATS, SampleRefused, SampleSettings
from ingestion.sample_store.shop import simulate
from ingestion.sample_store.truths import truths_of
from ingestion.sample_store.writer import PARTS_AT_A_TIME, Progress, Writer, Written

TICKETS_PER_ORDER = 0.2


@dataclass(frozen=True)
class SampleSummary:
    """What was written, and how much the shop holds up to its last day."""

    files: list[Path]
    rows: int
    orders: int
    tickets: int
    truth: Path

    def __str__(self) -> str:
        return (
            f"{self.orders} orders and {self.tickets} tickets up to this day; written now: {len(self.files)} files, "
            f"{self.rows} rows; what was planted is in {self.truth}"
        )


def write_sample(
    exports_dir: Path,
    *,
    orders: int = 5_000,
    tickets: int | None = None,
    days: int = 400,
    seed: int = 1,
    end_day: date,
    tax_included: bool = False,
    formats: tuple[str, ...] = ORDERS_FORMATS,
    progress: Progress | None = None,
    parts_at_a_time: int = PARTS_AT_A_TIME,
) -> SampleSummary:
    """Write a whole sample shop up to `end_day` into `exports_dir`, and its truths beside that folder."""
    wanted_tickets = max(20, round(orders * TICKETS_PER_ORDER)) if tickets is None else tickets
    settings = SampleSettings(orders, wanted_tickets, days, seed, end_day, formats, tax_included=tax_included)
    go_on(exports_dir)
    _refuse_company(exports_dir)
    phases = Phases(settings)
    with stage_of(exports_dir) as stage:
        writer = Writer(stage, simulate(settings, phases.changes_from), progress, parts_at_a_time)
        return _finish(exports_dir, writer, writer.write(phases.all_runs()), end_day)


def write_day(exports_dir: Path, day: date, progress: Progress | None = None) -> SampleSummary:
    """Append what arrives in the night after one further day of the shop that was written before."""
    go_on(exports_dir)
    path = exports_dir.parent / TRUTH_FILE
    if not path.exists():
        raise SampleRefused(f"no sample shop was written here: {path.name} is missing beside {exports_dir.name}")
    truth = json.loads(path.read_text("utf-8"))
    settings = SampleSettings.from_json(truth["settings"])
    if truth["settings"] != json.loads(json.dumps(settings.as_json())):
        raise SampleRefused(
            "this sample shop was written by another version, whose further days would not belong to it: "
            "choose another home (CX_HOME), and write a new one with `cx sample`"
        )
    following = date.fromisoformat(truth["written_until"]) + timedelta(days=1)
    if day != following or (day - settings.end_day).days > settings.spare_days:
        raise SampleRefused(
            f"the next day of this shop is {following}; it has {settings.spare_days} days after its end"
        )
    phases = Phases(settings)
    with stage_of(exports_dir) as stage:
        writer = Writer(stage, simulate(settings, phases.changes_from), progress)
        written = writer.write(phases.one_more(day))
        return _finish(exports_dir, writer, written, day, Dirt.from_json(truth["dirt"]), truth.get("files", ()))


def _refuse_company(exports: Path) -> None:
    """Two shops in one folder would be loaded as one; a true shop's exports would become untrue."""
    held = first_held(exports)
    if held is None:
        return
    what = "another sample shop" if (exports.parent / TRUTH_FILE).exists() else "files of another shop"
    raise SampleRefused(
        f"{exports.name} holds {what} ({held.relative_to(exports)}), and nothing was written. `cx sample --next-day` "
        "adds a day to a sample shop; for a new one choose another home (CX_HOME)"
    )


def _finish(
    exports: Path,
    writer: Writer,
    written: Written,
    day: date,
    before: Dirt | None = None,
    files_before: Sequence[str] = (),
) -> SampleSummary:
    shop, dirt = writer.shop, before or Dirt()
    dirt.add(written.dirt)
    at = shop.settings.end_of(day)
    names = [path.relative_to(writer.exports).as_posix() for path in written.files]
    truth = {"settings": shop.settings.as_json(), "written_until": day.isoformat(), "dirt": dirt.as_json()}
    truth["files"] = sorted({*files_before, *names})
    put_in_place(exports, truth | truths_of(shop, at))
    writer.close()
    orders, tickets = int((shop.orders.created < at).sum()), int((shop.conversations.tickets.created < at).sum())
    files, path = [exports / name for name in names], exports.parent / TRUTH_FILE
    return SampleSummary(files, written.rows, orders, tickets, path)
