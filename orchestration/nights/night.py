"""One honest night: load what is new, build and test, publish only what passed, and say what happened.

Belongs here: the order of the steps and what each outcome means. Never here: dagster, printing, SQL.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from ingestion.deliveries import Delivery
from ingestion.home import Home
from orchestration.building.build import DbtPlace, Progress, build, import_dbt_meanwhile, read_manifest
from orchestration.building.shop_seeds import check_shop_seeds
from orchestration.building.warehouse_file import ensure_warehouse_file
from orchestration.building.whole_build import forget_build, is_built_of, remember_build
from orchestration.errors import STOPPED_BY_HAND, AuditFailed, SettingsWrong
from orchestration.ingestion_errors import cause_of
from orchestration.memory_sizes import build_memory
from orchestration.nights.attention import note_attention, note_left_out
from orchestration.nights.night_lock import night_lock
from orchestration.nights.night_report import NOTHING_NEW, NightReport
from orchestration.nights.not_taken import PLANTED, is_planted, mixed_in, not_taken
from orchestration.nights.sample_home import sample_files
from orchestration.nights.standing import require_something_loaded, standing_night, tonights_stamp
from orchestration.nights.stopping import is_asked
from orchestration.plurals import counted
from orchestration.publishing.marts import marts_of
from orchestration.publishing.pseudonyms import pseudonym_key
from orchestration.publishing.publish import NightStamp, publish, remove_foreign_wal, remove_leftovers, require_writable
from orchestration.settings import DBT_PROJECT, Settings, check_rate_source, read_settings

Clock = Callable[[], datetime]
_PRIVATE = 0o077
_FARTHEST_AHEAD = timedelta(days=3_653)
_EARLIEST = date(1970, 1, 1)


@dataclass(frozen=True)
class NightPlan:
    """What a night is asked to do."""

    as_of: date | None = None
    rebuild: bool = False
    full_refresh: bool = False
    dbt_project: Path = DBT_PROJECT


def utc_now() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)


def run_night(
    home: Home, plan: NightPlan | None = None, *, clock: Clock = utc_now, progress: Progress | None = None
) -> NightReport:
    """Run one night and leave its summary. A cause that a person can act on is in the report, never a traceback."""
    os.umask(_PRIVATE)
    plan, is_new = plan or NightPlan(), not home.root.exists()
    with night_lock(home):
        place = DbtPlace(home, plan.dbt_project)
        settings = read_settings(home, plan.dbt_project)
        report = start_report(home, settings, plan.as_of, clock())
        if is_new:
            report.notes.append(f"created the home folder {home.root} (is CX_HOME correct?)")
        try:
            _steps(place, plan, settings, report, progress or _silent)
        except (KeyboardInterrupt, Exception) as error:
            if isinstance(error, KeyboardInterrupt) or is_asked.is_set():
                report.error, report.exit_code = "stopped by Ctrl-C or SIGTERM", STOPPED_BY_HAND
                report.hint = "Nothing half done was kept; run it again at any time."
                leave_summary(report)
                raise KeyboardInterrupt from None
            named = cause_of(error)
            if named is None:
                report.error = f"unexpected {type(error).__name__}"
                report.write()
                raise
            report.stop(named)
        leave_summary(report)
    return report


def leave_summary(report: NightReport) -> None:
    """Write it where it can be written; a full disk must not hide what stopped the night."""
    try:
        report.write()
    except OSError as error:
        report.notes.append(f"the summary could not be written to {report.folder} ({error.strerror})")


def start_report(home: Home, settings: Settings, asked: date | None, now: datetime) -> NightReport:
    """An empty report under an id that sorts by time, for the day asked for or the last ended one."""
    report = NightReport(f"{now.astimezone(UTC):%Y-%m-%dT%H-%M-%SZ}", logical_day(asked, settings, now), now, home.root)
    if report.as_of >= now.astimezone(ZoneInfo(settings.store_time_zone)).date():
        report.notes.append(
            f"{report.as_of} has not ended in the store's zone: its month, week and windows are counted as finished"
        )
    return report


def logical_day(asked: date | None, settings: Settings, now: datetime) -> date:
    """The day the night is about: asked for, else CX_ASOF, else the last ended day in the store's zone.

    The running day is not over: a night at three in the morning would call a month finished that has a day to go.
    """
    today = now.astimezone(ZoneInfo(settings.store_time_zone)).date()
    day = asked or _named_day() or today - timedelta(days=1)
    if day > today + _FARTHEST_AHEAD:
        raise SettingsWrong(f"the night's day {day} lies more than ten years ahead", "Fix --as-of or CX_ASOF.")
    if day < _EARLIEST:  # 0026 for 2026 would publish a warehouse without a record
        raise SettingsWrong(f"the night's day {day} lies before {_EARLIEST}", "Fix --as-of or CX_ASOF.")
    return day


def _named_day() -> date | None:
    named = os.environ.get("CX_ASOF", "").strip()
    try:
        return date.fromisoformat(named) if named else None
    except ValueError:
        raise SettingsWrong(f"CX_ASOF is {named!r}", "Write it as YYYY-MM-DD, or unset it.") from None


def _steps(place: DbtPlace, plan: NightPlan, settings: Settings, report: NightReport, progress: Progress) -> None:
    home = place.home
    load_step(home, report, progress)
    key = pseudonym_key(home.pseudonym_key)
    stamp = tonights_stamp(home, plan.dbt_project, settings, report, key)
    if not standing_step(place, stamp, report, is_wanted=plan.rebuild or plan.full_refresh):
        build_step(place, settings, stamp, report, progress, full_refresh=plan.full_refresh)
        publish_step(place, stamp, key, report, progress)


def load_step(home: Home, report: NightReport, progress: Progress) -> None:
    """Load what is new and note what came."""
    from ingestion.loader import load

    def tell(delivery: Delivery, done: int, total: int) -> None:
        if delivery.status == "loaded":  # so there will be something to build
            import_dbt_meanwhile()
        progress(f"load {done}/{total} {delivery.file_name}: {delivery.status}")

    build_memory()  # a mistake in it is told before anything is loaded
    progress("looking for new files")
    with _timed(report, "load"):
        summary = load(home, progress=tell)
    report.files = {"known": summary.known_files} if summary.known_files else {}
    report.files |= Counter(delivery.status for delivery in summary.deliveries)
    report.troubles += not_taken(summary)
    sample = sample_files(home)
    if report.troubles and sample and is_planted(summary, sample):
        report.troubles.insert(0, PLANTED)
    if mixed := mixed_in(summary, sample):
        report.notes.append(mixed)
    for word in ("rows_loaded", "rows_rejected", "rows_skipped", "cells_failed"):
        count = sum(getattr(delivery, word) for delivery in summary.deliveries)
        if count or word != "rows_skipped":
            report.rows[word.replace("_", " ")] = count
    note_attention(home, report, summary)


def standing_step(place: DbtPlace, stamp: NightStamp, report: NightReport, *, is_wanted: bool = False) -> str | None:
    """Clear what does not belong beside the published file; the night that is up, if tonight's would be the same.

    `is_wanted`: somebody asked for a build, whatever is up.
    """
    home = place.home
    require_writable(home.published)
    remove_leftovers(home.published)  # also of a killed run after which nothing is new
    if remove_foreign_wal(home.published_db):
        report.notes.append("removed a write-ahead log that another program left beside the published file")
    standing = None if is_wanted else standing_night(home, stamp)
    if standing is not None:
        report.outcome, report.exit_code = NOTHING_NEW, 0
        note_left_out(home, report)
    return standing


def build_step(
    place: DbtPlace,
    settings: Settings,
    stamp: NightStamp,
    report: NightReport,
    progress: Progress,
    *,
    full_refresh: bool = False,
    select: Sequence[str] = (),
) -> None:
    """Build and test the warehouse; an error-severity failure ends the night before anything is published."""
    require_something_loaded(place.home)
    forget_build(place)
    set_aside = ensure_warehouse_file(place.home.warehouse_db, report.started_at)
    if set_aside:
        report.notes.append(f"warehouse.duckdb was damaged: kept as {set_aside}, and rebuilt from raw.duckdb")
    check_shop_seeds(place.home, place.project)
    check_rate_source(place.home, settings)
    with _timed(report, "build"):
        report.build = build(place, settings, report.as_of, full_refresh=full_refresh, select=select, progress=progress)
    if report.build.errors:
        worst = report.build.errors[0]
        raise AuditFailed(f"{len(report.build.errors)} of error severity; the first: {worst.lines()[0]}", worst.hint)
    if not select:
        remember_build(place, stamp.inputs_fingerprint)


def publish_step(place: DbtPlace, stamp: NightStamp, key: bytes, report: NightReport, progress: Progress) -> None:
    """Put the marts up, if they are what a whole, passed build of tonight's inputs left."""
    if not is_built_of(place, stamp.inputs_fingerprint):
        raise AuditFailed(
            "the warehouse is not what a whole build of the loaded files and settings left, with every test passed",
            "Run the job `nightly` or `cx night`, which builds and tests first.",
        )
    progress("publishing")
    with _timed(report, "publish"):
        marts = marts_of(read_manifest(place))
        report.published = publish(place.home.warehouse_db, place.home.published, marts, key, stamp)
    if masked := report.published.masked:
        told = ", ".join(f"{counted(cells, 'cell')} of {column}" for column, cells in masked.items())
        report.notes.append(f"e-mail addresses or telephone numbers inside texts were masked: {told}")
    report.outcome, report.exit_code = "published", 0
    note_left_out(place.home, report)


@contextmanager
def _timed(report: NightReport, step: str) -> Iterator[None]:
    started = time.monotonic()
    try:
        yield
    finally:
        report.seconds[step] = round(time.monotonic() - started, 2)


def _silent(_: str) -> None:
    """Nobody watches."""
