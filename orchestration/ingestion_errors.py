"""The loader's errors as causes of a stopped night: the same words, with the night's exit codes.

Belongs here: the mapping, and who is asked in which order. Never here: words.
"""

from __future__ import annotations

from ingestion import errors as theirs
from orchestration import errors as ours

_CAUSES: dict[type[theirs.IngestionError], type[ours.NightError]] = {
    theirs.SpecError: ours.SettingsWrong,
    theirs.SettingError: ours.SettingsWrong,
    theirs.NoSpace: ours.NoSpace,
    theirs.HomeError: ours.NotWritable,
    theirs.StoreTooNew: ours.HomeTooNew,
    theirs.StoreHeld: ours.DatabaseBusy,
    theirs.StoreNotWritable: ours.NotWritable,
    theirs.RawStoreError: ours.DatabaseDamaged,
}


def named(error: BaseException) -> ours.NightError | None:
    """The night's error for one of the loader's; None if it is none of them."""
    if not isinstance(error, theirs.IngestionError):
        return None
    cause = next((cause for kind, cause in _CAUSES.items() if isinstance(error, kind)), ours.WrongUse)
    return cause(str(error))


def cause_of(error: BaseException) -> ours.NightError | None:
    """The cause a person can act on, whoever raised it: ours, the loader's, the system's; None if it is none."""
    return named(error) or ours.named_error(error)
