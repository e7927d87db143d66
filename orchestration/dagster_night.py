"""One night as a Dagster resource: the lock and the report that the steps of one run share.

Belongs here: holding and letting go, and turning causes into retries or failures. Never here: a step's work.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import dagster as dg

from ingestion.home import Home
from orchestration.building.build import DbtPlace
from orchestration.ingestion_errors import cause_of
from orchestration.nights.night import leave_summary, standing_step, start_report, utc_now
from orchestration.nights.night_lock import night_lock
from orchestration.nights.night_report import NightReport
from orchestration.nights.standing import tonights_stamp
from orchestration.publishing.pseudonyms import pseudonym_key
from orchestration.publishing.publish import NightStamp
from orchestration.settings import DBT_PROJECT, Settings, read_settings

AS_OF_TAG = "cx/as_of"
_MOST_RETRIES = 3
_FIRST_WAIT_SECONDS = 60


@dataclass
class DagsterNight:
    """The night of one run, in one process. The lock is taken by the first step and kept until the run ends."""

    place: DbtPlace
    settings: Settings
    report: NightReport
    _held: ExitStack = field(default_factory=ExitStack)
    _is_held: bool = False

    @property
    def home(self) -> Home:
        """The shop's home."""
        return self.place.home

    @property
    def as_of(self) -> date:
        """The logical day."""
        return self.report.as_of

    @property
    def key(self) -> bytes:
        """The key of the pseudonyms."""
        return pseudonym_key(self.home.pseudonym_key)

    def hold(self) -> None:
        """Take the lock unless this run has it."""
        if not self._is_held:
            self._held.enter_context(night_lock(self.home, "a Dagster run"))
            self._is_held = True

    def stands(self, *, is_wanted: bool) -> str | None:
        """The night whose file is up, if tonight's would be the same and nobody wants it built all the same."""
        return standing_step(self.place, self.stamp(), self.report, is_wanted=is_wanted)

    def stamp(self) -> NightStamp:
        """What the file of what is loaded now would say of its origin."""
        return tonights_stamp(self.home, self.place.project, self.settings, self.report, self.key)

    def let_go(self) -> None:
        """Give the lock back."""
        self._held.close()
        self._is_held = False

    @contextmanager
    def step(self, context: dg.OpExecutionContext | dg.AssetExecutionContext) -> Iterator[None]:
        """Run a step under the lock. A passing fault is tried again, later each time; any other fails in words."""
        before = self.report.outcome, self.report.exit_code
        try:
            self.hold()
            yield
        except Exception as error:
            named = cause_of(error)
            if named is None:
                raise
            self.report.stop(named)
            leave_summary(self.report)
            if named.is_passing and context.retry_number < _MOST_RETRIES:
                self.report.outcome, self.report.exit_code = before
                self.report.error = self.report.hint = ""  # of a try that did not count
                wait = _FIRST_WAIT_SECONDS * 2**context.retry_number
                raise dg.RetryRequested(max_retries=_MOST_RETRIES, seconds_to_wait=wait) from None
            raise dg.Failure(named.said, allow_retries=False) from None


class NightResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Gives every step of a run the same night."""

    dbt_project: str = str(DBT_PROJECT)

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[DagsterNight]:
        """Begin with the home of the environment; let the lock go whatever happens."""
        home = Home.from_environment()
        place = DbtPlace(home, Path(self.dbt_project))
        settings = read_settings(home, place.project)
        now = utc_now()
        tagged = context.run.tags.get(AS_OF_TAG) if context.run else None
        asked = date.fromisoformat(tagged) if tagged else None
        night = DagsterNight(place, settings, start_report(home, settings, asked, now))
        night.report.dagster_run = context.run.run_id if context.run else ""
        try:
            yield night
        finally:
            night.let_go()
