"""When the shop exports what: an initial history, then increments with overlapping windows.

Belongs here: days and windows of deliveries. Never here: what a file looks like, which vendors there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from ingestion.sample_store.settings import SampleSettings

WINDOW = timedelta(days=60)
WINDOW_STEP_DAYS = 14
OVERLAP_SECONDS = 2 * 3600
HISTORY_DAYS = 28
LONGEST_CHANGE_DAYS = 200
LATE_DAYS = 8


@dataclass(frozen=True)
class Run:
    """One export: what is known at `as_of`, of records made since `created_from` and changed since `updated_from`."""

    rhythm: str
    day: date
    as_of: int
    created_from: int
    updated_from: int
    is_history: bool = False
    is_dirty: bool = False
    is_repeated: bool = False
    days_late: int = 0


@dataclass(frozen=True)
class Phases:
    """Which formats are exported when: the window export ends where the change export begins, if there are both."""

    settings: SampleSettings

    @property
    def has_both(self) -> bool:
        """Window and change export follow one another."""
        return len(self.settings.formats) > 1

    def _before_end(self, share: float) -> date:
        return self.settings.end_day - timedelta(days=round(share * min(self.settings.days, 400)))

    @property
    def windows_first(self) -> date:
        """Day of the window export's history."""
        return self._before_end(0.30) if self.has_both else self._history_day

    @property
    def windows_last(self) -> date:
        """Day of the last window export."""
        return self._before_end(0.15) if self.has_both else self.settings.end_day

    @property
    def changes_first(self) -> date:
        """Day of the change export's history."""
        return self.windows_last if self.has_both else self._history_day

    @property
    def _history_day(self) -> date:
        return self.settings.end_day - timedelta(days=min(HISTORY_DAYS, self.settings.days // 2))

    @property
    def changes_from(self) -> int:
        """The change export holds orders made since; older ones must be final in the window export."""
        if not self.has_both or self.settings.days <= LONGEST_CHANGE_DAYS:
            return 0
        return self.settings.end_of(self._before_end(0.5))

    def all_runs(self) -> list[Run]:
        """Every export up to the end day."""
        return [*self._windows(), *self._changes("change", self.changes_first, self.changes_from),
                *self._changes("feed", self._history_day, 0), *self._dumps()]  # fmt: skip

    def _windows(self) -> Iterator[Run]:
        days = _every(WINDOW_STEP_DAYS, self.windows_first, self.windows_last)
        for n, day in enumerate(days):
            spoilt = n == 1 and len(days) > 2
            yield replace(self.window(day, is_history=n == 0), is_dirty=spoilt, is_repeated=spoilt)

    def window(self, day: date, is_history: bool = False) -> Run:
        """Orders made in the last days, as they are on this day."""
        end = self.settings.end_of
        return Run("window", day, end(day), 0 if is_history else end(day - WINDOW), 0, is_history)

    def _changes(self, rhythm: str, first: date, created_from: int) -> Iterator[Run]:
        last = self.settings.end_day
        days = [
            *_every(7, first, max(first, last - timedelta(days=7))),
            *_daily(max(first, last - timedelta(days=7)), last),
        ]
        yield Run(rhythm, first, self.settings.end_of(first), created_from, 0, is_history=True, is_dirty=True)
        for n, (before, day) in enumerate(pairwise(days)):
            run = self.change(rhythm, before, day, created_from)
            is_late = n == 1 and day + timedelta(days=LATE_DAYS) < last
            yield replace(run, is_repeated=n == 0, days_late=LATE_DAYS * is_late)
            if n == 0:  # the same window again a day later, as after a mistake
                yield self.change(rhythm, before, day + timedelta(days=1), created_from)

    def change(self, rhythm: str, before: date, day: date, created_from: int = 0) -> Run:
        """What changed since the run before, with some overlap."""
        end = self.settings.end_of
        return Run(rhythm, day, end(day), created_from, end(before) - OVERLAP_SECONDS)

    def _dumps(self) -> Iterator[Run]:
        for day in sorted({self.windows_first, self._history_day, self.settings.end_day}):
            yield self.dump(day)

    def dump(self, day: date) -> Run:
        """Everything, as it is on this day."""
        return Run("dump", day, self.settings.end_of(day), 0, 0)

    def one_more(self, day: date) -> list[Run]:
        """What arrives in the night after one further day."""
        before = day - timedelta(days=1)
        runs = [self.change("feed", before, day), self.dump(day)]
        if "bulk" in self.settings.formats:
            return [*runs, self.change("change", before, day, self.changes_from)]
        return [*runs, self.window(day)]


def _every(step: int, first: date, last: date) -> list[date]:
    days = [first + timedelta(days=step * n) for n in range((last - first).days // step + 1)]
    return days if days[-1] == last else [*days, last]


def _daily(after: date, last: date) -> list[date]:
    return [after + timedelta(days=n) for n in range(1, (last - after).days + 1)]
